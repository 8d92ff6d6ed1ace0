"""`cleanroom run`: a query answered on sample rows, in rooms of either cloud."""
