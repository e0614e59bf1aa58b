"""Reserve copies of a register: made while it is in use, put back into an empty place, and tried out."""
