"""New wordings of an essay, and where the passages of the earlier ones stand in them."""
