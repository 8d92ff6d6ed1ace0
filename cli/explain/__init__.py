"""`cleanroom explain`, for rooms of either cloud."""
