"""The analysis rules: each kind an ordered tuple of checks."""
