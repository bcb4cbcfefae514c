"""The front doors: command line and web studio."""
