"""Signing in, people, ministries, the outbox, and the few plain pages."""
