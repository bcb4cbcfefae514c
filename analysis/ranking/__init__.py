"""Levers ranked for one company by what each would add."""
