"""Concurrence: asking for it, reading along and replying, taking back and overruling."""
