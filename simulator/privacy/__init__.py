"""Noise mechanisms, privacy accounting, budgets, and the ledger that records them."""
