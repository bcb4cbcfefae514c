"""The view of why it changed."""
