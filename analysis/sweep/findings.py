"""Findings on a sweep: means of outcomes at its points, and differences between low and high values of each factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.sweep.results import Sweep, open_sweep
from sim.errors import BadInputError, phrase
from sim.outcomes import OUTCOMES
from sim.parameters import Measurement, measurement

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
CONFIDENCE: Final = 0.95
"""Probability that all intervals hold together, as everywhere in reports."""
INTERVAL_FREE: Final = ("morris", "saltelli", "one_at_a_time")
"""Designs whose points are not independent, so that there are no intervals."""
MAP: Final = ("type", "cooperation_quality", "coordination_efficiency")
"""Columns of companies that a map of types needs."""
_CUTS: Final = ("quality_cut", "efficiency_cut")
_NO_OUTCOME: Final = phrase("a_sweep_of_the_simulator")


@dataclass(frozen=True, slots=True, eq=False)
class SweepFindings:
    """What becomes of companies at the points of a sweep, finished or not.

    Attributes
    ----------
    manifest
        Plan and versions, as ``manifest.json`` holds them.
    design
        A row per point: its number and the factors' values.
    chunks, stored
        Number of chunks in all, and of those that are stored; the findings are on these.
    outcome
        The main outcome: the return on sales if there is one.
    runs
        Number of stored runs.
    means
        Means of outcomes over companies, index (scenario, point).
    effects
        A row per factor that is a number: :func:`factor_effects`.
    companies
        A row per stored company with its type and what else a map and returns by type need; None if the sweep did not
        store that.
    """

    manifest: Mapping[str, Any] = field(repr=False)
    design: pd.DataFrame = field(repr=False)
    chunks: int
    stored: int
    outcome: str
    runs: int
    means: pd.DataFrame = field(repr=False)
    effects: pd.DataFrame = field(repr=False)
    companies: pd.DataFrame | None = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> SweepFindings:
        """Return the findings on what ``handshake sweep --out`` has written so far.

        Raises
        ------
        BadInputError
            For a folder that holds no outcomes of the simulator, and for damaged files.
        """
        sweep = open_sweep(folder)
        outcomes = [name.removesuffix("_mean") for name in sweep.columns if name.removesuffix("_mean") in OUTCOMES]
        if not outcomes or not sweep.stored:
            raise BadInputError("missing", file=str(folder), key="outcomes", allowed=_NO_OUTCOME)
        runs, means = _means(sweep, outcomes)
        outcome = "return_on_sales" if "return_on_sales" in outcomes else outcomes[0]
        return cls(
            manifest=sweep.manifest,
            design=sweep.design,
            chunks=sweep.chunks,
            stored=sweep.stored,
            outcome=outcome,
            runs=runs,
            means=means,
            effects=_effects(sweep, means, outcome),
            companies=_companies(sweep),
        )

    @property
    def plan(self) -> Mapping[str, Any]:
        """The plan, in JSON's types."""
        plan: Mapping[str, Any] = self.manifest["plan"]
        return plan

    @property
    def kind(self) -> str:
        """Kind of the design."""
        return str(self.plan["design"]["kind"])

    @property
    def factors(self) -> list[str]:
        """Names of the factors."""
        return [name for name in self.design.columns if name != "point"]

    @property
    def points(self) -> int:
        """Number of points that are stored."""
        return int(self.means.index.get_level_values("point").nunique())

    @property
    def scenarios(self) -> int:
        """Number of scenarios that are stored."""
        return int(self.means.index.get_level_values("scenario").nunique())

    @property
    def intervals(self) -> bool:
        """Whether there are any intervals."""
        return bool(self.effects["low"].notna().any())

    @property
    def cuts(self) -> Measurement:
        """The measurement with the cut-offs that hold in all scenarios at all points; NaN where they vary."""
        # Not today's defaults: another version may have made the sweep.
        defaults = {row["name"]: row["default"] for row in self.manifest["parameters"]}
        found = {}
        for name in _CUTS:
            target = f"outcome.{name}"
            given = [scenario["outcome"].get(name, defaults[target]) for scenario in self.plan["scenarios"]]
            values = {float(value) for value in self.design.get(target, given)}
            found[name] = values.pop() if len(values) == 1 else np.nan
        return measurement()._replace(**found)


def _means(sweep: Sweep, outcomes: Sequence[str]) -> tuple[int, pd.DataFrame]:
    """Return the number of stored runs, and the means of outcomes, index (scenario, point)."""
    suffix = "_mean" if f"{outcomes[0]}_mean" in sweep.columns else ""
    columns = [f"{name}{suffix}" for name in outcomes]
    runs, sums = 0, []
    for part in sweep.batches(columns, factors=False):
        runs += len(part) if "company" in part else int(part["companies"].sum())
        sums.append(part.groupby(["scenario", "point"], observed=True)[columns].agg(["sum", "count"]))
    # A point's companies may be in several parts: their sums add up, their means would not.
    total = pd.concat(sums).groupby(level=["scenario", "point"], observed=True).sum()
    means = {name: total[f"{name}{suffix}", "sum"] / total[f"{name}{suffix}", "count"] for name in outcomes}
    return runs, pd.DataFrame(means)


def _effects(sweep: Sweep, means: pd.DataFrame, outcome: str) -> pd.DataFrame:
    design, kind = sweep.design.set_index("point"), str(sweep.manifest["plan"]["design"]["kind"])
    # The scenarios of a plan share points and companies: a point counts once.
    return factor_effects(
        means.groupby(level="point", sort=False).mean().join(design),
        list(design.columns),
        outcome,
        # The first point of such a design is where it begins.
        base=design.iloc[0] if kind == "one_at_a_time" else None,
        intervals=kind not in INTERVAL_FREE,
    )


def _companies(sweep: Sweep) -> pd.DataFrame | None:
    if not set(MAP) <= set(sweep.columns):
        return None
    wanted = [*MAP, *(["return_on_sales"] if "return_on_sales" in sweep.columns else [])]
    frame = sweep.frame(wanted, factors=False).drop(columns=["point", "company"])
    # Several scenarios of a plan are one population here.
    return frame.drop(columns="scenario").assign(type=frame["type"].astype(str))


def factor_effects(
    points: pd.DataFrame,
    factors: Sequence[str],
    outcome: str,
    *,
    base: pd.Series | None = None,
    intervals: bool = True,
) -> pd.DataFrame:
    """Return the differences of an outcome between low and high values of each factor that is a number.

    Low and high values are those in the lowest and in the highest third of the points; where points share a value, all
    that have it. If points vary one factor at a time around a base, they are a factor's lowest and its highest value
    while all others are at the base: anything else would mostly compare the base with itself.

    Parameters
    ----------
    points
        A row per point, shape (points, at least 1 + factors): the outcome's mean over companies, and the factors.
    factors, outcome
        Names of columns.
    base
        The base's values by factor, if points vary one factor at a time around it.
    intervals
        Whether points count as drawn independently; if not, there are no intervals.

    Returns
    -------
    pandas.DataFrame
        ``factor``; the means at low and high values, ``lowest`` and ``highest``, and over how many points they are,
        ``lowest_points`` and ``highest_points``; the difference ``value`` and its interval ``low`` to ``high``, all in
        the outcome's unit; the largest difference first. Factors with a single value are left out. The intervals are
        Welch's over points, NaN for too few points, and simultaneous: at a level after Bonferroni, so that all of them
        hold together in at least 95% of cases, however many factors there are.
    """
    compared = {}
    for name in factors:
        if not pd.api.types.is_numeric_dtype(points[name]):
            continue
        among = points if base is None else points[_others_at(points, base, name, factors)]
        values = among[name].to_numpy(dtype=np.float64)
        if len(np.unique(values)) > 1:
            low, high = _thirds(values) if base is None else (values == values.min(), values == values.max())
            found = among[outcome].to_numpy(dtype=np.float64)
            compared[name] = found[low], found[high]
    level = 1.0 - (1.0 - CONFIDENCE) / max(1, len(compared))
    rows = [
        (
            name, lowest.mean(), highest.mean(), len(lowest), len(highest), highest.mean() - lowest.mean(),
            *(_welch(lowest, highest, level) if intervals else (np.nan, np.nan)),
        )
        for name, (lowest, highest) in compared.items()
    ]  # fmt: skip
    columns = ["factor", "lowest", "highest", "lowest_points", "highest_points", "value", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    order = frame["value"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _others_at(points: pd.DataFrame, base: pd.Series, name: str, factors: Sequence[str]) -> Mask:
    """Return at which points all other factors are at the base, shape (points,)."""
    others = [other for other in factors if other != name]
    there: Mask = points[others].eq(base[others], axis="columns").all(axis="columns").to_numpy()
    return there


def _thirds(values: Floats) -> tuple[Mask, Mask]:
    """Return which of at least two different values are low and which are high, shape (points,) each; none is both."""
    low, high = np.quantile(values, (1 / 3, 2 / 3))
    if low < high:
        return values <= low, values >= high
    # More than a third of the points share one value; it is low, high or neither.
    least, most = values.min(), values.max()
    return values <= low if low == least else values < low, values >= high if high == most else values > high


def _welch(lowest: Floats, highest: Floats, level: float) -> tuple[float, float]:
    """Return the interval of the difference of means at a level; NaN if there are too few values to tell."""
    if min(len(lowest), len(highest)) < 2 or (np.ptp(lowest) == 0.0 and np.ptp(highest) == 0.0):
        return np.nan, np.nan
    interval = stats.ttest_ind(highest, lowest, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)


__all__ = ["CONFIDENCE", "INTERVAL_FREE", "SweepFindings", "factor_effects"]
