"""Scenario discovery on a sweep: which rows, halved how, and what the boxes found there are worth.

The boxes are those of :mod:`analysis.discovery`. In a sweep every company meets every design point, so rows share both.
Boxes found on some companies and judged on others, but at the same points, look better than they are: they fit these
points. Here the half that judges shares neither companies nor points with the half that searches, and the intervals say
what other companies and other points would change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.boxes import Box, Condition, Discovery, Estimate, inside
from analysis.discovery import prim, tree
from analysis.halves import halves
from experiments.sweep.results import Sweep
from sim.company import CONTEXT
from sim.errors import BadInputError, Phrase, phrase, unknown_name
from sim.outcomes import TYPES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Apart = Literal["companies and points", "companies", "points"]

RELATIONS: Final[Mapping[str, Callable[[Floats, float], Bools]]] = {
    "<=": lambda values, limit: values <= limit,
    ">=": lambda values, limit: values >= limit,
    "<": lambda values, limit: values < limit,
    ">": lambda values, limit: values > limit,
}
METHODS: Final = ("tree", "prim")
_GROUPS: Final = 10
"""Fewest groups that can be halved."""
_MOST_ROWS: Final = 100_000
"""Most rows to search; more take long and tell little more."""
_DRAWS: Final = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked for: companies of a type, or with an outcome beyond a limit.

    Attributes
    ----------
    kind
        The type, empty for an outcome.
    outcome, relation, limit
        The outcome, one of :data:`RELATIONS`, and the limit in the outcome's unit.
    """

    kind: str = ""
    outcome: str = ""
    relation: str = ""
    limit: float = math.nan

    @property
    def column(self) -> str:
        """The column of a sweep that decides."""
        return "type" if self.kind else self.outcome

    @property
    def text(self) -> str:
        """The target as one would write it."""
        return self.kind or f"{self.outcome} {self.relation} {self.limit:g}"

    def met(self, values: pd.Series[Any]) -> Bools:
        """Return which values meet the target."""
        if self.kind:
            return (values == self.kind).to_numpy(dtype=np.bool_)
        return RELATIONS[self.relation](values.to_numpy(dtype=np.float64), self.limit)


def target_of(kind: str) -> Target:
    """Return a type as a target.

    Raises
    ------
    BadInputError
        For an unknown type.
    """
    if kind not in TYPES:
        raise unknown_name(kind, TYPES, key="of")
    return Target(kind=kind)


def target_where(text: str, outcomes: Sequence[str]) -> Target:
    """Return a comparison such as ``"return_on_sales < 0"`` as a target.

    Parameters
    ----------
    text
        Name of an outcome, relation, number.
    outcomes
        The names that are known.

    Raises
    ------
    BadInputError
        For anything else.
    """
    allowed = Phrase(
        "an outcome, one of {relations}, and a number, as in return_on_sales < 0",
        "ein Ergebnis, eines der Zeichen {relations} und eine Zahl, etwa return_on_sales < 0",
        (("relations", " ".join(RELATIONS)),),
    )
    # The longer signs come first: <= also holds a <.
    relation = next((sign for sign in RELATIONS if sign in text), "")
    name, _, number = (part.strip() for part in text.partition(relation or "<"))
    if not relation or not name or not number:
        raise BadInputError("invalid", key="where", value=text, allowed=allowed)
    if name not in outcomes:
        raise unknown_name(name, outcomes, key="where")
    try:
        limit = float(number) if number.isascii() and "_" not in number else math.nan
    except ValueError:
        limit = math.nan
    if not math.isfinite(limit):
        raise BadInputError("invalid", key="where", value=text, allowed=allowed)
    return Target(outcome=name, relation=relation, limit=limit)


class Cases(NamedTuple):
    """Rows of a sweep to search.

    Attributes
    ----------
    frame
        Predictors.
    target
        Whether it happened.
    groups
        Which rows must be in the same half.
    company, point
        Whose rows they are.
    apart
        What the halves do not share.
    """

    frame: pd.DataFrame
    target: Bools
    groups: Ints
    company: Ints
    point: Ints
    apart: Apart


def cases(sweep: Sweep, target: Target, *, seed: int) -> Cases:
    """Return rows of a sweep in which halves can be told apart.

    With ten companies and ten points or more, both are dealt at random into ten groups (or more, if there are very many
    rows), and those rows are kept whose company and point are in the same group. With fewer companies only the points
    are kept apart, and with fewer points only the companies.

    Parameters
    ----------
    sweep
        A complete one, with a row per company.
    target
        What is looked for.
    seed
        Of the groups.

    Raises
    ------
    BadInputError
        For a sweep that is not complete or has other rows, or no predictors, or neither ten companies nor ten points.
    """
    folder = str(sweep.folder)
    if not sweep.complete:
        value = Phrase("({n} of {all} chunks)", "({n} von {all} Stücken)", (("n", sweep.stored), ("all", sweep.chunks)))
        allowed = Phrase("a complete sweep", "ein vollständiger Sweep")
        raise BadInputError("invalid", file=folder, value=value, allowed=allowed)
    if "company" not in sweep.columns or "type" not in sweep.columns:
        allowed = Phrase('a sweep with rows = "companies"', 'ein Sweep mit rows = "companies"')
        rows = sweep.manifest["plan"].get("rows", "")
        raise BadInputError("invalid", file=folder, key="rows", value=rows, allowed=allowed)
    if target.column not in sweep.columns:
        raise unknown_name(target.column, [name for name in sweep.columns if name not in _KEYS], key="where")
    plan = sweep.manifest["plan"]
    sizes = {"companies": int(plan["companies"]), "points": len(sweep.design)}
    numbers, apart = _dealt(sizes, sweep.manifest["runs"], folder, np.random.default_rng(seed))
    context = [name for name in CONTEXT if name in sweep.columns and f"context.{name}" not in sweep.design]
    first, parts = int(plan["first_company"]), []
    for part in sweep.batches([target.column, *context]):
        company, point = (part["company"].to_numpy() - first).astype(np.int64), part["point"].to_numpy().astype(np.int64)
        # Of several groups, the row is in that of its company and in that of its point.
        mine = {"companies": numbers["companies"][company], "points": numbers["points"][point]}
        kept = mine["companies"] == mine["points"] if apart == "companies and points" else np.ones(len(part), dtype=bool)
        groups = mine["points" if apart == "points" else "companies"]
        parts.append(part[kept].assign(company=company[kept], point=point[kept], group=groups[kept]))
    rows = pd.concat(parts, ignore_index=True)
    frame = rows[[*(["scenario"] if rows["scenario"].nunique() > 1 else []), *sweep.design.columns[1:], *context]]
    frame = frame[[name for name in frame if frame[name].nunique() > 1]]
    if frame.columns.empty:
        allowed = Phrase("factors, or context = true", "Faktoren, oder context = true")
        raise BadInputError("missing", file=folder, key="factors", allowed=allowed)
    group, company, point = (rows[name].to_numpy(dtype=np.int64) for name in ("group", "company", "point"))
    return Cases(frame, target.met(rows[target.column]), group, company, point, apart)


_KEYS: Final = ("scenario", "point", "company", "type", *CONTEXT)


def _dealt(
    sizes: Mapping[str, int], runs: int, folder: str, rng: np.random.Generator
) -> tuple[dict[str, Ints], Apart]:
    """Return the group of each company and of each point, and what the groups keep apart."""
    both = min(sizes.values())
    if both >= _GROUPS:
        count = min(both, max(_GROUPS, -(-runs // _MOST_ROWS)))
        return {name: rng.permutation(size) % count for name, size in sizes.items()}, "companies and points"
    apart: Apart = "companies" if sizes["companies"] >= _GROUPS else "points"
    if sizes[apart] < _GROUPS:
        allowed = Phrase(
            "at least {count} companies or points", "mindestens {count} Unternehmen oder Punkte", (("count", _GROUPS),)
        )
        raise BadInputError("bounds", file=folder, key="companies", value=sizes["companies"], allowed=allowed)
    return {name: np.arange(size) for name, size in sizes.items()}, apart


@dataclass(frozen=True, slots=True, eq=False)
class DiscoveryReport:
    """What was found. All measures are those on the half of the rows that the boxes were not found on.

    Attributes
    ----------
    target
        What was looked for.
    found
        The boxes; their intervals take rows for independent, those of this report do not.
    base
        Share of rows with the target.
    measures
        For each box its ``share`` of the rows, ``coverage``, ``density`` and ``lift``; see
        :class:`analysis.boxes.Box`.
    reach
        Lowest and highest value of each predictor that is a number.
    rows, companies, points
        How many rows were searched and judged, and of how many companies and points they are in all.
    apart
        What the halves do not share.
    """

    target: Target
    found: Discovery
    base: Estimate
    measures: tuple[Mapping[str, Estimate], ...]
    reach: Mapping[str, tuple[float, float]]
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

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the boxes, their conditions, and the importance of predictors by name."""
        boxes = [
            {"box": k, **_flat(measures), "holds": self.holds(k - 1)} for k, measures in enumerate(self.measures, start=1)
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
            "rows": {"searched": self.rows[0], "judged": self.rows[1]},
            "companies": self.companies,
            "points": self.points,
            "apart": self.apart,
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
        the safe side.

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
        base=base,
        measures=measures,
        reach={str(name): (float(rows.frame[name].min()), float(rows.frame[name].max())) for name in numbers},
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
    tails = (0.5 - confidence / 2.0, 0.5 + confidence / 2.0)
    measures = tuple(
        {name: _between(getattr(box, name).value, drawn[name][:, k], tails) for name in _MEASURES}
        for k, box in enumerate(found.boxes)
    )
    return _between(found.base, rate[:, -1], tails), measures


def _drawn(labels: Ints, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield again and again how often each row's unit is drawn when all units are drawn with replacement."""
    units, which = np.unique(labels, return_inverse=True)
    while True:
        yield np.bincount(rng.integers(len(units), size=len(units)), minlength=len(units))[which].astype(np.float64)


def _between(value: float, drawn: Floats, tails: tuple[float, float]) -> Estimate:
    known = drawn[np.isfinite(drawn)]
    if not math.isfinite(value) or not len(known):
        return Estimate(value, math.nan, math.nan)
    low, high = np.quantile(known, tails)
    return Estimate(value, float(low), float(high))


def _flat(measures: Mapping[str, Estimate]) -> dict[str, float]:
    ends = ("", "_low", "_high")
    return {f"{name}{end}": n for name, e in measures.items() for end, n in zip(ends, e, strict=True)}


def _plain(condition: Condition) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in ((name, getattr(condition, name)) for name in _FIELDS)
    }


__all__ = ["METHODS", "Cases", "DiscoveryReport", "Target", "cases", "discovery_report", "target_of", "target_where"]
