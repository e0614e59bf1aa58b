"""Signing in by each of its ways, invitations, and the page of one's own access."""
