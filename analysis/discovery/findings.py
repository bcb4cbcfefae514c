"""What scenario discovery found on a sweep: the boxes, and what they are worth elsewhere, with honest intervals.

The boxes are those of :mod:`analysis.discovery.search`, on the rows of :mod:`analysis.discovery.cases`. Rows of the
same company or the same point are alike, so there is less to go by than there are rows: the intervals say what other
companies and other points would change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.discovery.boxes import Box, Condition, Discovery, Estimate, inside
from analysis.discovery.cases import Apart, Cases, Target, target_of, target_where
from analysis.discovery.halves import halves
from analysis.discovery.search import prim, tree
from sim.errors import unknown_name
from sim.outcomes import OUTCOMES, TYPES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
METHODS: Final = ("tree", "prim")
_DRAWS: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class DiscoveryReport:
    """What was found. All measures but ``overall`` are those on the rows that the boxes were not found on.

    Attributes
    ----------
    target
        What was looked for.
    found
        The boxes; their intervals take rows for independent, those of this report do not.
    overall
        Share of all rows of the sweep with the target, which is known exactly.
    base
        The same share of the rows on which boxes are judged, with what other companies and points would change.
    measures
        For each box its ``share`` of the rows, ``coverage``, ``density`` and ``lift``; see
        :class:`analysis.discovery.boxes.Box`.
    reach
        Lowest and highest value of each predictor that is a number.
    stored
        How many rows the sweep has.
    rows, companies, points
        How many of them were searched and judged, and of how many companies and points they are in all.
    apart
        What the halves do not share.
    """

    target: Target
    found: Discovery
    overall: float
    base: Estimate
    measures: tuple[Mapping[str, Estimate], ...]
    reach: Mapping[str, tuple[float, float]]
    stored: int
    rows: tuple[int, int]
    companies: int
    points: int
    apart: Apart

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes, the densest first for a tree, in the order found for PRIM."""
        return self.found.boxes

    def holds(self, box: int) -> bool:
        """Return whether the target is surely more frequent in a box than overall."""
        return self.measures[box]["lift"].low > 1.0

    @property
    def held(self) -> list[int]:
        """Places of the boxes that hold."""
        return [k for k in range(len(self.boxes)) if self.holds(k)]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the boxes, their conditions, and the importance of predictors by name."""
        boxes = [
            {"box": k, **_flat(measures), "holds": self.holds(k - 1)}
            for k, measures in enumerate(self.measures, start=1)
        ]
        conditions = [
            {"box": k, **_plain(condition)} for k, box in enumerate(self.boxes, start=1) for condition in box.conditions
        ]
        for row in conditions:
            row["categories"] = None if row["categories"] is None else "+".join(map(str, row["categories"]))
        names = [f"{name}{end}" for name in _MEASURES for end in ("", "_low", "_high")]
        return {
            "boxes": pd.DataFrame(boxes, columns=["box", *names, "holds"]),
            "conditions": pd.DataFrame(conditions, columns=["box", *_FIELDS]),
            "importance": self.found.importance.reset_index(),
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything that is known."""
        return {
            "target": self.target.text,
            "method": self.found.method,
            "rows": {"stored": self.stored, "searched": self.rows[0], "judged": self.rows[1]},
            "companies": self.companies,
            "points": self.points,
            "apart": self.apart,
            "overall": self.overall,
            "base": self.base._asdict(),
            "balanced_accuracy": self.found.balanced_accuracy,
            "auc": self.found.auc,
            "boxes": [
                {
                    "conditions": [_plain(condition) for condition in box.conditions],
                    **{name: estimate._asdict() for name, estimate in measures.items()},
                    "holds": self.holds(k),
                }
                for k, (box, measures) in enumerate(zip(self.boxes, self.measures, strict=True))
            ],
            "importance": {
                str(name): {"value": row["value"], "sd": row["sd"]} for name, row in self.found.importance.iterrows()
            },
        }

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> DiscoveryReport:
        """Return the report that :meth:`to_json` gave, with what ``handshake discover`` adds: ``predictors``."""
        target = str(found["target"])
        rows = (found["rows"]["searched"], found["rows"]["judged"])
        base = _estimate(found["base"])
        measures = tuple({name: _estimate(box[name]) for name in _MEASURES} for box in found["boxes"])
        boxes = tuple(
            Box(tuple(_condition(each) for each in box["conditions"]), **each)
            for box, each in zip(found["boxes"], measures, strict=True)
        )
        table = pd.DataFrame.from_dict(found["importance"], orient="index", columns=["value", "sd"], dtype=float)
        importance = table.rename_axis("predictor")
        method, accuracy, auc = (found[key] for key in ("method", "balanced_accuracy", "auc"))
        return cls(
            target=target_of(target) if target in TYPES else target_where(target, OUTCOMES),
            found=Discovery(method, boxes, importance, base.value, accuracy, auc, rows),
            overall=found["overall"],
            base=base,
            measures=measures,
            reach={name: (each["low"], each["high"]) for name, each in found["predictors"].items() if "low" in each},
            stored=found["rows"]["stored"],
            rows=rows,
            companies=found["companies"],
            points=found["points"],
            apart=found["apart"],
        )


_MEASURES: Final = ("share", "coverage", "density", "lift")
_FIELDS: Final = ("predictor", "low", "high", "categories", "p_low", "p_high", "p_categories")


def discovery_report(
    rows: Cases, target: Target, *, method: str = "tree", leaves: int = 8, seed: int, confidence: float = 0.95
) -> DiscoveryReport:
    """Return under which conditions the target is more frequent.

    Parameters
    ----------
    rows
        Where to look.
    target
        What is looked for.
    method
        One of :data:`METHODS`.
    leaves
        Most leaves of a tree.
    seed
        Of all that is left to chance.
    confidence
        Of the intervals: quantiles of a bootstrap over companies and points at the same time (Owen 2007), which is on
        the safe side where there are many of both, and expanded as Hesterberg (2015) says where there are few.

    Raises
    ------
    BadInputError
        For an unknown method, without the extra that PRIM needs, and if the target is met too seldom or too often.
    """
    if method not in METHODS:
        raise unknown_name(method, METHODS, key="method")
    given: dict[str, Any] = {"seed": seed, "groups": rows.groups, "confidence": confidence}
    found = (
        tree(rows.frame, rows.target, leaves=leaves, **given)
        if method == "tree"
        else prim(rows.frame, rows.target, **given)
    )
    held = halves(rows.frame, rows.target, rows.groups, seed).held
    places = held.index.to_numpy()
    within, left = [], np.ones(len(held), dtype=bool)
    for box in found.boxes:
        within.append(left & inside(box.conditions, held))
        left &= ~within[-1]
    base, measures = _estimates(
        found, np.array(within).reshape(-1, len(held)), rows, places, np.random.default_rng(seed), confidence
    )
    numbers = [name for name in rows.frame if pd.api.types.is_numeric_dtype(rows.frame[name])]
    return DiscoveryReport(
        target=target,
        found=found,
        overall=rows.overall,
        base=base,
        measures=measures,
        reach={str(name): (float(rows.frame[name].min()), float(rows.frame[name].max())) for name in numbers},
        stored=rows.stored,
        rows=found.rows,
        companies=len(np.unique(rows.company)),
        points=len(np.unique(rows.point)),
        apart=rows.apart,
    )


def _estimates(
    found: Discovery,
    within: Bools,
    rows: Cases,
    places: Ints,
    rng: np.random.Generator,
    confidence: float,
) -> tuple[Estimate, tuple[dict[str, Estimate], ...]]:
    """Return base rate and measures of the boxes, with intervals from companies and points drawn again together."""
    hit = rows.target[places].astype(np.float64)
    # Per box the rows in it and the cases in it, and at the end the same of all rows.
    there = np.vstack([within.astype(np.float64), np.ones(len(places))])
    company, point = _drawn(rows.company[places], rng), _drawn(rows.point[places], rng)
    size, caught = (np.empty((_DRAWS, len(there))) for _ in range(2))
    for k in range(_DRAWS):
        weight = next(company) * next(point)
        size[k], caught[k] = there @ weight, there @ (weight * hit)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = caught / size
        drawn = {
            "share": size / size[:, -1:],
            "coverage": caught / caught[:, -1:],
            "density": rate,
            "lift": rate / rate[:, -1:],
        }
    units = min(len(np.unique(labels[places])) for labels in (rows.company, rows.point))
    measures = tuple(
        {name: _between(getattr(box, name).value, drawn[name][:, k], units, confidence, name) for name in _MEASURES}
        for k, box in enumerate(found.boxes)
    )
    return _between(found.base, rate[:, -1], units, confidence, "density"), measures


def _drawn(labels: Ints, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield again and again how often each row's unit is drawn when all units are drawn with replacement."""
    units, which = np.unique(labels, return_inverse=True)
    while True:
        yield np.bincount(rng.integers(len(units), size=len(units)), minlength=len(units))[which].astype(np.float64)


def _between(value: float, drawn: Floats, units: int, confidence: float, measure: str) -> Estimate:
    """Return a value with quantiles of its bootstrap, expanded for the number of units that were drawn.

    A bootstrap of few units is too narrow: it misses the factor n/(n-1) of the variance, and Student's tails.
    """
    known = drawn[np.isfinite(drawn)]
    if not math.isfinite(value) or not len(known) or units < 2:
        return Estimate(value, math.nan, math.nan)
    tail = 0.5 + confidence / 2.0
    wider = math.sqrt(units / (units - 1)) * float(stats.t.ppf(tail, units - 1) / stats.norm.ppf(tail))
    low, high = (value + wider * (float(end) - value) for end in np.quantile(known, (1.0 - tail, tail)))
    return Estimate(value, max(0.0, low), high if measure == "lift" else min(1.0, high))


def _flat(measures: Mapping[str, Estimate]) -> dict[str, float]:
    ends = ("", "_low", "_high")
    return {f"{name}{end}": n for name, e in measures.items() for end, n in zip(ends, e, strict=True)}


def _estimate(found: Mapping[str, float | None]) -> Estimate:
    return Estimate(*(math.nan if found[end] is None else float(found[end]) for end in Estimate._fields))  # type: ignore[arg-type]


def _condition(found: Mapping[str, Any]) -> Condition:
    kinds = found["categories"]
    return Condition(**{**found, "categories": None if kinds is None else tuple(kinds)})


def _plain(condition: Condition) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ((name, getattr(condition, name)) for name in _FIELDS)
    }


__all__ = ["METHODS", "DiscoveryReport", "discovery_report"]
