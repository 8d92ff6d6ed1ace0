"""Loads rows into the engine, and checks that they fit the declared types of their table."""
