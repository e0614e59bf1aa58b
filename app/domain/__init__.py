"""Floor 0: pure rules. Standard library and the holiday calendar only; no clock, database or settings."""
