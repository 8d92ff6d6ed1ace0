"""Benchmarks: speed as a ratio to a peer or a lower bound in the same run. Tests never assert on it."""
