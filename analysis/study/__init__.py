"""The virtual study: its tables, figures and scorecard page."""
