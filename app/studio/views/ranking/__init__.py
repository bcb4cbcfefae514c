"""The view of the lever ranking."""
