"""A sweep of the user's own: outcomes at its points and the effects of its factors.

Not here: the designs and runs of sweeps (:mod:`experiments.plan`, :mod:`experiments.sweep`).
"""
