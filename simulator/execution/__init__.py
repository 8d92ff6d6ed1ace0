"""Running an accepted query with everything the rules enforce."""
