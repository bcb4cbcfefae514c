"""Two scenarios on the same virtual companies: what differs, how surely, and who changes type."""
