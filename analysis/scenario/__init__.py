"""One scenario on many virtual companies: coordination types, outcomes, hours, and the figures on trajectories."""
