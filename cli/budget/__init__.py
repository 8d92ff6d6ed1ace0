"""`cleanroom budget`, for rooms of either cloud."""
