"""Lists, and the whole of one letter or question."""
