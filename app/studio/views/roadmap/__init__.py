"""The view of the roadmap."""
