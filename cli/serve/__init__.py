"""`cleanroom serve`: the local endpoint."""
