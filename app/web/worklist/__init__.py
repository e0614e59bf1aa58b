"""The start page: what waits for each role."""
