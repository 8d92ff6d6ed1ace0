"""The mechanisms that add noise: integers in, integers out."""
