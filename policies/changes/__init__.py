"""What a change of a room does to privacy."""
