"""Who somebody is: signing in, sessions, passkeys, accounts elsewhere, invitations, and keys for systems."""
