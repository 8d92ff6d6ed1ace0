"""`cleanroom check`: rooms judged, kept in a cache, and reported in every form."""
