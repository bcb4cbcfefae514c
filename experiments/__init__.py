"""What to run: virtual populations, controlled conditions, the virtual study and the search for its defaults."""
