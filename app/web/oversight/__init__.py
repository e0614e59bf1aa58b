"""Oversight: the log of acts and readings, what is kept and for how long, and what is held on a person."""
