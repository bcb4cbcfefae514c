"""Global sensitivity analysis: which assumption decides which conclusion."""
