"""Conclusions of a comparison and of the virtual study over an ensemble of parameter sets, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.comparison.runs import Pairs, Studies
from analysis.stats.robustness import Conclusion, conclusion_json, deciders, same_sign, spread, spread_json
from experiments.ensemble import Ensemble
from sim.outcomes import OUTCOMES, TYPES

ROUNDING: Final = 1e-12
"""Mean differences up to this size come from rounding and count as zero."""


def without(ensemble: Ensemble, names: Collection[str]) -> Ensemble:
    """Return an ensemble without some coefficients: those that a scenario fixes, whatever their values in the sets."""
    kept = [k for k, name in enumerate(ensemble.names) if name not in names]
    return replace(ensemble, names=tuple(ensemble.names[k] for k in kept), values=ensemble.values[:, kept])


def pairs_report(ensemble: Ensemble, pairs: Pairs) -> dict[str, Any]:
    """Return the conclusions of a comparison of two scenarios over an ensemble.

    Parameters
    ----------
    ensemble
        The sets, without coefficients that both scenarios fix.
    pairs
        The outcomes of both scenarios under each set.

    Returns
    -------
    dict
        ``sets``; by outcome, the conclusion that the difference has the sign that it has under the default; by type,
        its share under both scenarios, and the conclusion about the difference of the shares.
    """

    def judged(strength: np.ndarray) -> dict[str, Any]:
        conclusion = same_sign(strength, tolerance=ROUNDING).under(ensemble)
        return conclusion_json(conclusion, deciders(ensemble, strength, holds=conclusion.holds))

    return {
        "sets": len(ensemble),
        "outcomes": {name: judged(pairs.difference[:, k]) for k, name in enumerate(OUTCOMES)},
        "types": {
            name: {
                "a": spread_json(spread(pairs.types_a[:, k])),
                "b": spread_json(spread(pairs.types_b[:, k])),
                "difference": judged(pairs.types_b[:, k] - pairs.types_a[:, k]),
            }
            for k, name in enumerate(TYPES)
        },
    }


def studies_report(ensemble: Ensemble, studies: Studies) -> dict[str, Any]:
    """Return in which share of an ensemble the patterns hold, and what becomes of the four types.

    Returns
    -------
    dict
        ``sets``, on how much they were judged, and the share of sets with ``all_hold``; by pattern, the conclusion
        that it holds, whose strength is the margin of its weakest part, the ``smallest`` margin in any set with the
        part that has it, and how often each part is the ``weakest``; by type, its share and mean return on sales.
    """
    sizes, lines = studies.sizes, studies.lines
    patterns = {}
    for k, line in enumerate(lines[0]):
        over = [row[k] for row in lines]
        margins = np.array([one.margin for one in over])
        conclusion = Conclusion(np.array([one.holds for one in over]), margins).under(ensemble)
        weakest = [min(one.parts, key=lambda part: part.margin).name for one in over]
        least = int(np.argmin(margins))
        patterns[line.id] = {
            **conclusion_json(conclusion, deciders(ensemble, margins, holds=conclusion.holds)),
            "smallest": {"margin": float(margins[least]), "part": weakest[least], "set": least},
            "weakest": {name: count / len(over) for name, count in Counter(weakest).most_common()},
        }
    return {
        "sets": len(ensemble),
        "companies": sizes.companies,
        "companies_per_condition": sizes.per_condition,
        "all_hold": float(np.mean([all(line.holds for line in row) for row in lines])),
        "patterns": patterns,
        "types": {
            name: {
                "share": spread_json(spread(studies.types[:, k])),
                "return_on_sales": spread_json(spread(studies.returns[:, k])),
            }
            for k, name in enumerate(TYPES)
        },
    }


def studies_table(ensemble: Ensemble, studies: Studies) -> pd.DataFrame:
    """Return a row per set: how many patterns hold, their margins, the types' shares and returns, the coefficients."""
    columns: dict[str, Any] = {
        "set": np.arange(len(ensemble)),
        "patterns_held": [sum(line.holds for line in row) for row in studies.lines],
    }
    columns |= {
        f"margin_{line.id}": [row[k].margin for row in studies.lines] for k, line in enumerate(studies.lines[0])
    }
    columns |= {f"share_{name}": studies.types[:, k] for k, name in enumerate(TYPES)}
    columns |= {f"return_on_sales_{name}": studies.returns[:, k] for k, name in enumerate(TYPES)}
    columns |= {name: ensemble.values[:, k] for k, name in enumerate(ensemble.names)}
    return pd.DataFrame(columns)


__all__ = ["ROUNDING", "pairs_report", "studies_report", "studies_table", "without"]
