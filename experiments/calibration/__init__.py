"""Calibration: parameter sets that reproduce the patterns, from priors over waves to the shipped ensemble."""
