"""Reports of what stands in quality marks, which nobody but moderators knows the author of."""
