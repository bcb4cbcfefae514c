"""The view of the map of types."""
