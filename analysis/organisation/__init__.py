"""A real organisation: what its graph and its people look like before anything is simulated."""
