"""A sweep of one's own: the effects of its factors."""
