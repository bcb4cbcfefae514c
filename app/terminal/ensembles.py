"""The options ``--ensemble`` and ``--sets``: which parameter sets a conclusion is drawn from."""

from __future__ import annotations

from typing import Any, Final

from app.terminal.complaints import said, whole_number
from experiments.ensemble import ANCHORS, Ensemble, shipped
from sim import Scenario
from sim.errors import BadInputError

EVERY: Final = "all"
"""What ``--sets`` takes for all of them."""


def chosen_ensemble(*, wanted: bool, sets: str, usual: int | None = None) -> Ensemble | None:
    """Return the parameter sets that ``--ensemble`` and ``--sets`` ask for, None without ``--ensemble``.

    Parameters
    ----------
    wanted
        Whether ``--ensemble`` is there.
    sets
        What ``--sets`` says: a number, ``"all"``, or nothing.
    usual
        How many sets are taken at most if it says nothing; all if None.

    Raises
    ------
    BadInputError
        For ``--sets`` without ``--ensemble``, and for a number of sets that there is not.
    """
    if not wanted:
        if sets:
            allowed = said("bad.only_with", option="--ensemble")
            raise BadInputError("invalid", key=said("bad.option", name="--sets"), value=sets, allowed=allowed)
        return None
    ensemble = shipped()
    if sets == EVERY or (not sets and usual is None):
        return ensemble
    if not sets:
        return ensemble.first(min(usual or 1, len(ensemble)))
    try:
        return ensemble.first(whole_number("--sets", sets, 1, len(ensemble)))
    except BadInputError as error:
        allowed = said("bad.sets", high=len(ensemble), every=EVERY)
        raise BadInputError(error.problem, key=error.key, value=error.value, allowed=allowed) from None


def about(ensemble: Ensemble, *scenarios: Scenario) -> dict[str, Any]:
    """Return what ``--json`` says of an ensemble.

    That is the first sets of which one they are, how they were made, and which of their numbers any of the scenarios
    fixes: under others the sets were not judged, so that nobody knows whether they still reproduce the patterns.
    """
    whole = shipped()
    families = {"families": ensemble.relatives, "of_families": whole.relatives}
    own = {name for one in scenarios for name in (*one.coefficients, *one.outcome)}
    fixed = [name for name in (*ensemble.names, *ANCHORS) if name in own]
    return {
        "of": len(whole), **families, "fingerprint": whole.fingerprint, "fixed": fixed, "made": dict(ensemble.facts)
    }  # fmt: skip


__all__ = ["EVERY", "about", "chosen_ensemble"]
