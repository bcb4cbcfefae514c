"""Morris effects, Sobol' indices and spreads of conclusions, from their values at the points of a design.

A conclusion is a number at every point of a design; the methods are in :mod:`analysis.sensitivity.indices`. A screening
(Morris) estimates how strongly each of many assumptions moves a conclusion; Sobol' indices, which share of its variance
comes from each of a few. An assumption *decides* a conclusion if it clearly (95%) exceeds a threshold, :data:`DECIDES`.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.sensitivity.indices import important, morris_screening, sobol_indices
from experiments.plan.plan import Plan

Basis = Literal["morris", "sobol"]
DECIDES: Final[dict[Basis, float]] = {"morris": 0.3, "sobol": 0.05}
"""An assumption decides a conclusion if the lower bound of its interval exceeds this share: in a screening, of the
largest mean absolute elementary effect; for total indices, of the variance. Where the largest total index is a half,
both thresholds ask for about the same."""
_MIDDLE: Final = (0.1, 0.9)


class Sample(NamedTuple):
    """A design that was run.

    Attributes
    ----------
    plan
        The design and its factors.
    values
        Conclusions (columns) at its points (rows, in the order of the design).
    """

    plan: Plan
    values: pd.DataFrame


def leading(morris: pd.DataFrame, most: int) -> tuple[str, ...]:
    """Return the factors of a screening that are worth a closer look, in their own order.

    Parameters
    ----------
    morris
        Of :func:`screened`.
    most
        How many at most: first those that clearly (95%) move some conclusion nearly as much as the strongest does, then
        those of which the screening cannot tell.
    """
    largest = morris.groupby("conclusion", sort=False)["mu_star"].transform("max")
    largest = largest.where(largest > 0.0, np.inf)
    shares = [(morris[side] / largest).groupby(morris["factor"], sort=False).max() for side in ("low", "high")]
    ranked = pd.DataFrame({"low": shares[0], "high": shares[1]})
    chosen = ranked[ranked["high"] > DECIDES["morris"]].sort_values(["low", "high"], ascending=False, kind="stable")
    return tuple(str(name) for name in ranked.index if name in chosen.index[:most])


NO_EFFECTS: Final = pd.DataFrame(columns=["conclusion", "factor", "decides", "open"])
NO_PAIRS: Final = pd.DataFrame(columns=["conclusion", "first", "second", "value", "low", "high"])


def spreads(design: str, values: pd.DataFrame) -> pd.DataFrame:
    """Return mean, spread and signs of the conclusions over the points of a design.

    Returns
    -------
    pandas.DataFrame
        A row per conclusion: ``design``, ``conclusion``, ``mean``, ``sd``, the quantiles ``p10`` and ``p90``, the
        shares of points above 0 (``higher``) and below (``lower``), whether it is the same at all (``constant``).
    """
    y = values.to_numpy(dtype=np.float64)
    low, high = np.quantile(y, _MIDDLE, axis=0)
    return pd.DataFrame(
        {
            "design": design,
            "conclusion": list(values.columns),
            "mean": y.mean(axis=0),
            "sd": y.std(axis=0, ddof=1),
            "p10": low,
            "p90": high,
            "higher": (y > 0.0).mean(axis=0),
            "lower": (y < 0.0).mean(axis=0),
            "constant": np.ptp(y, axis=0) <= 8.0 * np.finfo(np.float64).eps * np.abs(y).max(axis=0),
        }
    )


def screened(sample: Sample, confidence: float = 0.95) -> pd.DataFrame:
    """Return the Morris effects of each factor on each conclusion.

    They are ``morris`` of :class:`analysis.sensitivity.findings.SensitivityFindings`.

    Raises
    ------
    BadInputError
        If a conclusion is not finite somewhere.
    """
    plan, names = sample.plan, [factor.target for factor in sample.plan.space]
    spaces, drawn = [factor.space for factor in plan.space], plan.draw()
    parts = []
    for conclusion, y in sample.values.items():
        found = morris_screening(names, spaces, drawn, y.to_numpy(), seed=plan.seed, confidence=confidence)
        threshold = DECIDES["morris"] * float(found["mu_star"].max())
        clear = set(important(found, DECIDES["morris"]))
        found = found.rename(columns={"mu_star_low": "low", "mu_star_high": "high"}).reset_index()
        found["decides"] = found["factor"].isin(clear)
        found["open"] = ~found["decides"] & (found["high"] > threshold)
        found.insert(0, "conclusion", str(conclusion))
        parts.append(found)
    return pd.concat(parts, ignore_index=True)


def sobol_tables(sample: Sample, confidence: float = 0.95) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the Sobol' indices of each factor, and of each pair if the design has points for them.

    They are ``sobol`` and ``pairs`` of :class:`analysis.sensitivity.findings.SensitivityFindings`.

    Raises
    ------
    BadInputError
        If a conclusion is not finite somewhere.
    """
    plan, names = sample.plan, [factor.target for factor in sample.plan.space]
    design = plan.design
    assert design.kind == "saltelli"
    tables, pairs = [], []
    for conclusion, y in sample.values.items():
        found = sobol_indices(
            names, y.to_numpy(), second_order=design.second_order, seed=plan.seed, confidence=confidence
        )
        clear = set(important(found.indices, DECIDES["sobol"]))
        table = pd.concat([_one_index(found.indices, which) for which in ("first", "total")], axis=1).reset_index()
        table["decides"] = table["factor"].isin(clear)
        # Total indices add up to one or more. If even their upper ends do not, a rare event was hardly sampled at all.
        unseen = bool(np.ptp(y) > 0.0 and table["total_high"].sum() < 1.0)
        table["open"] = ~table["decides"] & ((table["total_high"] > DECIDES["sobol"]) | unseen)
        table.insert(0, "conclusion", str(conclusion))
        tables.append(table)
        if found.pairs is not None:
            pairs.append(found.pairs.assign(conclusion=str(conclusion)))
    together = pd.concat(pairs, ignore_index=True)[NO_PAIRS.columns] if pairs else NO_PAIRS
    return pd.concat(tables, ignore_index=True), together


def _one_index(indices: pd.DataFrame, which: str) -> pd.DataFrame:
    rows = indices[indices["index"] == which].set_index("factor")[["value", "low", "high"]]
    return rows.set_axis([which, f"{which}_low", f"{which}_high"], axis=1)


__all__ = ["DECIDES", "NO_EFFECTS", "NO_PAIRS", "Basis", "Sample", "leading", "screened", "sobol_tables", "spreads"]
