"""Property values: where they stand, whether they fit, and when two mean the same."""
