"""`cleanroom init`: a first room, from two members and files of rows."""
