"""Policies about who takes part, with which abilities, and what is logged."""
