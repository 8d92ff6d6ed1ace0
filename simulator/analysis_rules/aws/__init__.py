"""AWS Clean Rooms' analysis rules."""
