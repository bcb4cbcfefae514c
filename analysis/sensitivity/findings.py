"""Which assumption decides which conclusion, all in one place: tables for people and the same as JSON for machines.

A conclusion is a number at every point of a design; the methods are in :mod:`analysis.sensitivity.indices`. A screening
(Morris) tells of many assumptions how steeply each moves a conclusion; indices (Sobol') of a few which share of its
variance comes from each. An assumption *decides* a conclusion if that is sure, not if the estimate happens to be large.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.sensitivity.indices import important, morris_screening, sobol_indices
from experiments.plan.plan import Plan

Basis = Literal["morris", "sobol"]
DECIDES: Final[dict[Basis, float]] = {"morris": 0.3, "sobol": 0.05}
"""An assumption decides if the lower bound of its interval is above this share: of the largest mean absolute effect in
a screening; of the variance for indices. Where the largest total index is a half, both ask for about the same."""
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


@dataclass(frozen=True, eq=False)
class SensitivityReport:
    """What is known of the conclusions. Frames have a column ``conclusion`` and are empty if their design was not run.

    Attributes
    ----------
    factors
        What was varied, by design.
    points
        For each design (column ``design``): ``mean`` and ``sd`` over the points, ``p10`` and ``p90``, the shares of
        points at which the conclusion is above 0 (``higher``) and below (``lower``), and whether it is the same at all
        of them (``constant``).
    morris
        Per factor ``mu``, ``mu_star`` with ``low`` and ``high``, ``sigma``, as in
        :func:`analysis.sensitivity.indices.morris_screening`; whether it ``decides``, and whether that is ``open``: the
        interval includes the threshold, so that more trajectories could tell.
    sobol
        Per factor ``first`` and ``total`` index, each with ``_low`` and ``_high``; ``decides`` and ``open`` by the
        total.
    pairs
        Per pair (``first``, ``second``) what both do together: ``value``, ``low``, ``high``.
    """

    factors: dict[Basis, tuple[str, ...]]
    points: pd.DataFrame
    morris: pd.DataFrame
    sobol: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def conclusions(self) -> tuple[str, ...]:
        """The conclusions, in the order of the input."""
        return tuple(dict.fromkeys(self.points["conclusion"]))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the frames by name."""
        return {"points": self.points, "morris": self.morris, "sobol": self.sobol, "pairs": self.pairs}

    def of(self, table: str, conclusion: str) -> pd.DataFrame:
        """Return the rows of a table for one conclusion."""
        found = self._parts[table].get(conclusion)
        return self.tables()[table].drop(columns="conclusion")[:0] if found is None else found

    @cached_property
    def _parts(self) -> dict[str, dict[str, pd.DataFrame]]:
        """The rows of all tables by conclusion."""
        return {
            name: {
                str(conclusion): rows.drop(columns="conclusion").reset_index(drop=True)
                for conclusion, rows in frame.groupby("conclusion", sort=False)
            }
            for name, frame in self.tables().items()
        }

    def spread(self, conclusion: str) -> dict[str, Any]:
        """Return the row of points of the design that varied most factors."""
        design = max(self.factors, key=lambda name: len(self.factors[name]))
        frame = self.of("points", conclusion)
        return records(frame[frame["design"] == design])[0]

    def basis(self, conclusion: str) -> Basis | None:
        """Return which design tells what decides a conclusion: indices if they do, else the screening, or None."""
        order: tuple[Basis, ...] = ("sobol", "morris")
        return next((name for name in order if self.tells(name, conclusion)), None)

    def tells(self, design: Basis, conclusion: str) -> bool:
        """Return whether a design tells what decides a conclusion that varies.

        It does not if it is sure of no factor although there may be some that decide.
        """
        if design not in self.factors or self._constant(design, conclusion):
            return False
        frame = self.of(design, conclusion)
        return bool(frame["decides"].any() or not frame["open"].any())

    def constant(self, conclusion: str) -> bool:
        """Return whether a conclusion is the same at all points of all designs."""
        return all(self._constant(name, conclusion) for name in self.factors)

    def _constant(self, design: Basis, conclusion: str) -> bool:
        frame = self.of("points", conclusion)
        return bool(frame.loc[frame["design"] == design, "constant"].item())

    def deciding(self, conclusion: str) -> tuple[str, ...]:
        """Return what decides a conclusion, the most important first; nothing where that cannot be told."""
        name = self.basis(conclusion)
        if name is None:
            return ()
        frame = self.of(name, conclusion)
        strength = "total" if name == "sobol" else "mu_star"
        chosen = frame[frame["decides"]].sort_values(strength, ascending=False, kind="stable")
        return tuple(chosen["factor"])

    def decided(self) -> dict[str, tuple[str, ...]]:
        """Return the conclusions that each deciding factor decides; who decides most comes first."""
        found: dict[str, list[str]] = {}
        for conclusion in self.conclusions:
            for factor in self.deciding(conclusion):
                found.setdefault(factor, []).append(conclusion)
        most = sorted(found, key=lambda factor: -len(found[factor]))
        return {factor: tuple(found[factor]) for factor in most}

    def untold(self) -> tuple[str, ...]:
        """Return the conclusions of which no design tells what decides them, although they vary."""
        return tuple(name for name in self.conclusions if self.basis(name) is None and not self.constant(name))

    def to_json(self) -> dict[str, Any]:
        """Return the conclusions with everything that is known about them."""
        return {conclusion: self._conclusion(conclusion) for conclusion in self.conclusions}

    def _conclusion(self, conclusion: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "basis": self.basis(conclusion),
            "decided_by": list(self.deciding(conclusion)),
            "points": {row.pop("design"): row for row in records(self.of("points", conclusion))},
        }
        for name in self.factors:
            found[name] = {row.pop("factor"): row for row in records(self.of(name, conclusion))}
        if "sobol" in self.factors:
            found["pairs"] = records(self.of("pairs", conclusion)) if len(self.pairs) else None
        return found


def sensitivity_report(
    *, morris: Sample | None = None, sobol: Sample | None = None, confidence: float = 0.95
) -> SensitivityReport:
    """Return what one or two designs say.

    Parameters
    ----------
    morris
        A Morris design.
    sobol
        A Saltelli design.
    confidence
        Of the intervals, which say how far more points would move the numbers.

    Raises
    ------
    BadInputError
        If a conclusion is not finite somewhere.
    """
    samples: dict[Basis, Sample | None] = {"morris": morris, "sobol": sobol}
    given = {name: sample for name, sample in samples.items() if sample is not None}
    if not given:
        raise ValueError("there must be at least one design")
    nothing = pd.DataFrame(columns=["conclusion", "factor", "decides", "open"])
    indices, pairs = _decomposed(sobol, confidence) if sobol else (nothing, _NO_PAIRS)
    return SensitivityReport(
        factors={name: tuple(factor.target for factor in sample.plan.space) for name, sample in given.items()},
        points=pd.concat([_points(name, sample.values) for name, sample in given.items()], ignore_index=True),
        morris=_screened(morris, confidence) if morris else nothing,
        sobol=indices,
        pairs=pairs,
    )


def leading(morris: pd.DataFrame, most: int) -> tuple[str, ...]:
    """Return the factors of a screening that are worth a closer look, in their own order.

    Parameters
    ----------
    morris
        :attr:`SensitivityReport.morris`.
    most
        How many at most: those that most certainly move some conclusion nearly as much as the strongest does, and then
        those of which the screening cannot tell.
    """
    largest = morris.groupby("conclusion", sort=False)["mu_star"].transform("max")
    largest = largest.where(largest > 0.0, np.inf)
    shares = [(morris[side] / largest).groupby(morris["factor"], sort=False).max() for side in ("low", "high")]
    ranked = pd.DataFrame({"low": shares[0], "high": shares[1]})
    chosen = ranked[ranked["high"] > DECIDES["morris"]].sort_values(["low", "high"], ascending=False, kind="stable")
    return tuple(str(name) for name in ranked.index if name in chosen.index[:most])


_NO_PAIRS: Final = pd.DataFrame(columns=["conclusion", "first", "second", "value", "low", "high"])


def _points(design: str, values: pd.DataFrame) -> pd.DataFrame:
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


def _screened(sample: Sample, confidence: float) -> pd.DataFrame:
    plan, names = sample.plan, [factor.target for factor in sample.plan.space]
    spaces, drawn = [factor.space for factor in plan.space], plan.draw()
    parts = []
    for conclusion, y in sample.values.items():
        found = morris_screening(names, spaces, drawn, y.to_numpy(), seed=plan.seed, confidence=confidence)
        threshold = DECIDES["morris"] * float(found["mu_star"].max())
        sure = set(important(found, DECIDES["morris"]))
        found = found.rename(columns={"mu_star_low": "low", "mu_star_high": "high"}).reset_index()
        found["decides"] = found["factor"].isin(sure)
        found["open"] = ~found["decides"] & (found["high"] > threshold)
        found.insert(0, "conclusion", str(conclusion))
        parts.append(found)
    return pd.concat(parts, ignore_index=True)


def _decomposed(sample: Sample, confidence: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    plan, names = sample.plan, [factor.target for factor in sample.plan.space]
    design = plan.design
    assert design.kind == "saltelli"
    tables, pairs = [], []
    for conclusion, y in sample.values.items():
        found = sobol_indices(
            names, y.to_numpy(), second_order=design.second_order, seed=plan.seed, confidence=confidence
        )
        sure = set(important(found.indices, DECIDES["sobol"]))
        table = pd.concat([_one_index(found.indices, which) for which in ("first", "total")], axis=1).reset_index()
        table["decides"] = table["factor"].isin(sure)
        # Total indices add up to one or more. Where they do not, what happens seldom was hardly seen at all.
        unseen = bool(np.ptp(y) > 0.0 and table["total_high"].sum() < 1.0)
        table["open"] = ~table["decides"] & ((table["total_high"] > DECIDES["sobol"]) | unseen)
        table.insert(0, "conclusion", str(conclusion))
        tables.append(table)
        if found.pairs is not None:
            pairs.append(found.pairs.assign(conclusion=str(conclusion)))
    together = pd.concat(pairs, ignore_index=True)[_NO_PAIRS.columns] if pairs else _NO_PAIRS
    return pd.concat(tables, ignore_index=True), together


def _one_index(indices: pd.DataFrame, which: str) -> pd.DataFrame:
    rows = indices[indices["index"] == which].set_index("factor")[["value", "low", "high"]]
    return rows.set_axis([which, f"{which}_low", f"{which}_high"], axis=1)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame by the names of its columns."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


__all__ = ["DECIDES", "Basis", "Sample", "SensitivityReport", "leading", "records", "sensitivity_report"]
