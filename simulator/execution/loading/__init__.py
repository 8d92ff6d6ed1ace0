"""Rows on their way into the engine: where they come from, and whether they are what their table declares."""
