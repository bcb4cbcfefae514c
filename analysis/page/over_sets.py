"""Conclusions over the parameter sets of an ensemble, as parts of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.figures.labels import Labels
from analysis.page.page import Table
from analysis.stats.robustness import FEWEST
from sim.parameters import parameters

Conclusions = Mapping[str, Mapping[str, Any]]
"""Conclusions by their display names, as :func:`analysis.stats.robustness.conclusion_json` returns them."""


def set_lines(ensemble_json: Mapping[str, Any], say: Labels) -> list[str]:
    """Return sentences on which parameter sets were asked, and which of their numbers the scenario fixes itself.

    Parameters
    ----------
    ensemble_json
        With ``sets``, ``of`` and ``families``, and ``fixed`` if there are any.
    say
        The language.
    """
    sets, of = ensemble_json["sets"], ensemble_json["of"]
    lines = [
        say("ensemble.every" if sets == of else "ensemble.some", sets=sets, of=of, families=ensemble_json["families"])
    ]
    if fixed := ensemble_json.get("fixed"):
        lines.append(say("ensemble.fixed", names=", ".join(fixed)))
    return lines


def decider_table(conclusions: Conclusions, say: Labels, title: str) -> Table | None:
    """Return which coefficients decide the conclusions that hold in some sets only.

    None if there are no such conclusions, or too few sets to tell; :func:`no_deciders` says which.
    """
    found = _divided(conclusions)
    if not found or _too_few(found):
        return None
    rows: list[tuple[str, ...]] = []
    for name, one in found.items():
        for k, decider in enumerate(one["decided_by"]):
            thirds = (say.percent(decider[f"share_{end}"]) for end in ("low", "high"))
            coefficient = parameters()["coefficient"][decider["name"]].label(say.language)
            rows.append(("" if k else name, coefficient, say.number(decider["rho"], 2, sign=True), *thirds))
        if not one["decided_by"]:
            rows.append((name, say("ensemble.no_single"), "", "", ""))
    columns = ("conclusion", "coefficient", "rho", "third_low", "third_high")
    head = [say(f"ensemble.column_{name}") for name in columns]
    return Table(title, head, rows, note=say("ensemble.about_deciders"), left=2)


def no_deciders(conclusions: Conclusions, say: Labels) -> str:
    """Return why :func:`decider_table` returns None; an empty string if it does not."""
    found = _divided(conclusions)
    if not found:
        return say("ensemble.undivided")
    return say("ensemble.too_few", fewest=FEWEST) if _too_few(found) else ""


def _divided(conclusions: Conclusions) -> Conclusions:
    """Return the conclusions that hold in some sets and not in others: only there can a coefficient decide."""
    return {name: one for name, one in conclusions.items() if 0.0 < one["share"] < 1.0}


def _too_few(found: Conclusions) -> bool:
    return any(one["families"] < FEWEST for one in found.values())


__all__ = ["Conclusions", "decider_table", "no_deciders", "set_lines"]
