"""Findings of a validation without a run: P2 holds in half of the sets, P1 needs a mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.validation.findings import ValidationFindings, validation_findings
from analysis.validation.runs import OWNER, Judged, LeftOut, mechanisms
from experiments.calibration.verdict import Sizes, parts
from experiments.ensemble import Ensemble, shipped

HALF = np.where(np.arange(10) % 2, 1.0, -1.0)
LEFT_OUT = (LeftOut("P1", 60, 20, 0.9, 20.0), LeftOut("P2", 60, 0, float("nan"), 0.0))


def judged(sets: int, **margins: float | np.ndarray) -> Judged:
    """Return sets for which everything holds by one, but for the patterns named."""
    found = np.ones((sets, len(parts())))
    for pattern, value in margins.items():
        found[:, pattern == OWNER] = np.reshape(value, (-1, 1))
    return Judged(found, np.full(sets, ""))


SWITCHED = {"": judged(10, P2=HALF), next(iter(mechanisms())): judged(10, P1=-1.0, P2=-1.0)}


def synthetic(
    *,
    margins: np.ndarray = HALF,
    left_out: Sequence[LeftOut] = LEFT_OUT,
    switched: Mapping[str, Judged] = SWITCHED,
    without: Sequence[str] = ("P2",),
) -> ValidationFindings:
    """Return findings of ten sets with these margins of P2."""
    sets = shipped().first(10)
    facts = {**sets.facts, "procedure": {**sets.facts["procedure"], "without": list(without)}}
    ensemble = Ensemble(sets.names, sets.values, sets.anchors, facts)
    unseen, sizes = judged(10, P2=margins), Sizes(companies=337)
    return validation_findings(
        ensemble, ensemble, unseen, seed=77, sizes=sizes, switched=switched, left_out=left_out
    )  # fmt: skip
