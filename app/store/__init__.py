"""Floor 1: tables and shared reads."""
