"""A register that tells something: history replayed through the use cases, with letters in words of our own."""
