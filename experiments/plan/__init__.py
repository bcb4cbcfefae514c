"""Plans: what to vary, between which bounds, at which points."""
