"""Taking over an existing register."""
