"""Two scenarios on the same virtual companies: what differs, how clearly, and which companies change type.

Not here: why they differ (:mod:`analysis.explanation`).
"""
