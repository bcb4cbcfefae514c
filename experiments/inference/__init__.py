"""Bayesian inference on the coefficients: priors, distances, emulators, and how calibration is checked."""
