"""Statistics that several questions share: intervals, multiple tests, shares over an ensemble."""
