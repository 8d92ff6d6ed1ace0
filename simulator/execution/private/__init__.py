"""Queries under AWS's differential privacy: decomposes them, bounds contributions, sums, and adds noise."""
