"""The whole register in one file, and back."""
