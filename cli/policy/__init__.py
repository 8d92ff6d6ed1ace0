"""`cleanroom policy`: the pages of policies, new ones, and policies on what Pulumi has deployed."""
