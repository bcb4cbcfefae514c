"""What the studio draws: pure functions from an answer to a chart and the table that says the same."""
