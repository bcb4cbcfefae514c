"""The findings of scenario discovery on a sweep: boxes, and what they are worth on held-out rows.

The boxes are those of :mod:`analysis.discovery.search`, on the rows of :mod:`analysis.discovery.cases`; their intervals
are those of :mod:`analysis.discovery.bootstrap`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.discovery.bootstrap import MEASURES, bootstrapped
from analysis.discovery.boxes import Box, Condition, Discovery, Estimate, inside
from analysis.discovery.cases import Apart, Cases, Target, target_of, target_where
from analysis.discovery.halves import halves
from analysis.discovery.search import prim, tree
from analysis.files import read_json, save_findings
from experiments.plan.names import FactorNames
from sim.errors import unknown_name
from sim.outcomes import OUTCOMES, TYPES
from sim.texts import Texts, languages
from sim.version import __version__

METHODS: Final = ("tree", "prim")
_FACTS: Final = ("sweep", "seed", "version")


@dataclass(frozen=True, slots=True, eq=False)
class DiscoveryFindings:
    """What scenario discovery found in a sweep. All measures but ``overall`` are those on held-out rows.

    Attributes
    ----------
    sweep
        Its plan's name; a preset's id.
    seed, version
        Of the search, and of the program.
    names
        Names of each predictor, by language.
    target
        What was looked for.
    found
        The boxes. Their own intervals take rows for independent; use ``base`` and ``measures`` instead.
    overall
        Share of all rows of the sweep with the target, which is known exactly.
    base
        The same share of the held-out rows, with its interval.
    measures
        For each box its ``share`` of the rows, ``coverage``, ``density`` and ``lift``; see
        :class:`analysis.discovery.boxes.Box`.
    reach
        Lowest and highest value of each predictor that is a number.
    stored
        How many rows the sweep has.
    rows, companies, points
        Number of rows searched and of rows held out, and of the companies and points of both.
    apart
        What the halves do not share.
    """

    sweep: str
    seed: int
    version: str
    names: Mapping[str, Mapping[str, str]]
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
        """Return whether the target is clearly more frequent in a box than in all held-out rows."""
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
        names = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
        return {
            "boxes": pd.DataFrame(boxes, columns=["box", *names, "holds"]),
            "conditions": pd.DataFrame(conditions, columns=["box", *_FIELDS]),
            "importance": self.found.importance.reset_index(),
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything that is known, in JSON's types; it depends neither on the language nor on the machine."""
        return {
            **{name: getattr(self, name) for name in _FACTS},
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
            "predictors": {
                name: {
                    "name": dict(names),
                    **(dict(zip(_ENDS, self.reach[name], strict=True)) if name in self.reach else {}),
                }
                for name, names in self.names.items()
            },
        }

    def save(self, folder: Path) -> None:
        """Write ``report.json`` and ``tables/`` into an existing folder."""
        save_findings(folder, self.to_json(), self.tables())

    @classmethod
    def load(cls, folder: Path) -> DiscoveryFindings:
        """Return the findings that were saved into a folder.

        Raises
        ------
        BadInputError
            If ``report.json`` is missing or damaged.
        """
        found = read_json(folder / "report.json", *_NEEDED)
        target = str(found["target"])
        rows = (found["rows"]["searched"], found["rows"]["judged"])
        base = _estimate(found["base"])
        measures = tuple({name: _estimate(box[name]) for name in MEASURES} for box in found["boxes"])
        boxes = tuple(
            Box(tuple(_condition(each) for each in box["conditions"]), **each)
            for box, each in zip(found["boxes"], measures, strict=True)
        )
        table = pd.DataFrame.from_dict(found["importance"], orient="index", columns=["value", "sd"], dtype=float)
        importance = table.rename_axis("predictor")
        method, accuracy, auc = (found[key] for key in ("method", "balanced_accuracy", "auc"))
        return cls(
            **{name: found[name] for name in _FACTS},
            names={name: each["name"] for name, each in found["predictors"].items()},
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


_ENDS: Final = ("low", "high")
_NEEDED: Final = (
    *(*_FACTS, "target", "method", "rows", "companies", "points", "apart", "overall", "base"),
    *("boxes", "balanced_accuracy", "auc", "importance", "predictors"),
)
_FIELDS: Final = ("predictor", "low", "high", "categories", "p_low", "p_high", "p_categories")


def discovery_findings(
    rows: Cases, target: Target, *, method: str = "tree", leaves: int = 8, seed: int, confidence: float = 0.95
) -> DiscoveryFindings:
    """Search for conditions under which the target is more frequent, and judge them on held-out rows.

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
        Of halves, folds, shuffles and bootstrap.
    confidence
        Of the intervals.

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
    base, measures = bootstrapped(
        found, np.array(within).reshape(-1, len(held)), rows, places, np.random.default_rng(seed), confidence
    )
    numbers = [name for name in rows.frame if pd.api.types.is_numeric_dtype(rows.frame[name])]
    predictors = list(map(str, found.importance.index))
    each = {language: FactorNames.of_plan(Texts(language), rows.plan) for language in languages()}
    return DiscoveryFindings(
        sweep=str(rows.plan["name"]),
        seed=seed,
        version=__version__,
        names={name: {language: names(name) for language, names in each.items()} for name in predictors},
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


__all__ = ["METHODS", "DiscoveryFindings", "discovery_findings"]
