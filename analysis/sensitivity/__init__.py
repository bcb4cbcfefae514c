"""Global sensitivity: which assumption matters for which conclusion."""
