"""Floor 3: the pages."""
