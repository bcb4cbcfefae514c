"""The virtual study over an ensemble: in how many parameter sets each pattern holds, and which coefficients decide."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.robustness import Conclusion, conclusion_json, deciders, spread, spread_json
from analysis.study.runs import Studies
from experiments.ensemble import Ensemble
from sim.outcomes import TYPES


def over_sets(ensemble: Ensemble, studies: Studies) -> dict[str, Any]:
    """Return the share of sets in which each pattern holds, and the spread of the four types, as in ``--json``.

    Returns
    -------
    dict
        ``sets``, the numbers of companies that they were judged on, and the share of sets with ``all_hold``; by
        pattern, the conclusion that it holds, whose strength is the margin of its weakest part, the ``smallest`` margin
        in any set with its part, and how often each part is the ``weakest``; by type, its share and mean return on
        sales.
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


def sets_table(ensemble: Ensemble, studies: Studies) -> pd.DataFrame:
    """Return a row per set: number of patterns that hold, margins, shares and returns of types, coefficients."""
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


__all__ = ["over_sets", "sets_table"]
