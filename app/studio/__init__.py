"""The studio: a what-if web app that answers at once."""
