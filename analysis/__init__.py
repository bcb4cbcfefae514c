"""What it means: comparisons, figures."""
