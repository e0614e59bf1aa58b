"""The answer link: a form without an account."""
