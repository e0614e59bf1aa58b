"""Letters: the list, one letter, registering, sending, and answers that came by post."""
