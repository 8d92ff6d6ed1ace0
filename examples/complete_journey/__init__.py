"""Three parties, two clean rooms, and the real purchases of 2,469 households."""
