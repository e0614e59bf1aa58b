"""Floor 3: the JSON interface, version 1."""
