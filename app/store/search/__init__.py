"""Searching in texts."""
