"""Policies about privacy budgets."""
