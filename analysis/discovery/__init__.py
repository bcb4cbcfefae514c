"""Scenario discovery: the conditions under which something happens to companies, as boxes."""
