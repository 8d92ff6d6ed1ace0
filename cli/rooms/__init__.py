"""Rooms of either cloud, found and opened from the command line."""
