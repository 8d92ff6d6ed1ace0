"""SQL as the checks see it: parsed, bound to the room's tables, with the lineage of every column."""
