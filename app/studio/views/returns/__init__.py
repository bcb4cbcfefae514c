"""The view of the distribution of returns."""
