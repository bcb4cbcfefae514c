"""A real organisation: its graph, what is known of its people, and the page on it, before anything is simulated."""
