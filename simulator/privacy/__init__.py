"""Noise, what it protects, and what it costs."""
