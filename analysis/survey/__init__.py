"""The survey of an organisation: the form, what filled forms say, and the page on it."""
