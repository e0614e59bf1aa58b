"""Questions: the list, the story of one, and an act a page."""
