"""Scenario discovery: conditions under which an outcome is more frequent, as boxes."""
