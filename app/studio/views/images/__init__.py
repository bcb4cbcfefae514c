"""The view of self-image and other-image."""
