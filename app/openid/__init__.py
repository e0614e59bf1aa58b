"""Signing in at a provider of OpenID Connect: where to send a browser, and what to believe of what comes back."""
