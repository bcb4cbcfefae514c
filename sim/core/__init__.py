"""The compiled engine: many companies and many lever settings at once."""
