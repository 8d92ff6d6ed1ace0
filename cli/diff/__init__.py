"""`cleanroom diff`, and the two states of rooms that it compares."""
