"""The view of time paths."""
