"""Sweeps: jobs, their store, who computes them, and how they are read."""
