"""Floor 3: mails made from outbox rows, and the wire they leave by."""
