"""Validation: predictions and fits, what each pattern needs, coverage of known truths, variants of structure."""
