"""Input of scenario discovery: the target, and rows of a sweep in groups that can be halved.

In a sweep every company meets every design point, so rows share both. Boxes that are sought on some companies and
measured on others, but at the same points, look better than they are: they fit these points. So rows are chosen such
that the held-out half shares neither companies nor points with the training half.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.sweep.results import Sweep
from sim.company import CONTEXT
from sim.errors import BadInputError, phrase, unknown_name
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
_GROUPS: Final = 10
"""Fewest groups that can be halved."""
_MOST_ROWS: Final = 100_000
"""Most rows to search; more take longer and add little."""


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a search: companies of a type, or with an outcome beyond a limit.

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
        """The column of a sweep that shows whether it is met."""
        return "type" if self.kind else self.outcome

    @property
    def text(self) -> str:
        """The target as it is written on the command line."""
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
    allowed = phrase("an_outcome_one_of_relations_and", relations=" ".join(RELATIONS))
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
        Whether the target is met.
    groups
        Labels of rows that must be in the same half.
    company, point
        Of each row.
    apart
        What the halves do not share.
    stored, overall
        Number of all rows of the sweep, and the share of them with the target.
    plan
        The sweep's plan in JSON's types.
    """

    frame: pd.DataFrame
    target: Bools
    groups: Ints
    company: Ints
    point: Ints
    apart: Apart
    stored: int
    overall: float
    plan: Mapping[str, Any]


def cases(sweep: Sweep, target: Target, *, seed: int) -> Cases:
    """Return rows of a sweep whose groups can be halved without sharing companies or points.

    With ten companies and ten points or more, both are dealt at random into ten groups (or more, if there are very many
    rows), and those rows are kept whose company and point are in the same group. With fewer companies only the points
    are kept apart, and with fewer points only the companies.

    Parameters
    ----------
    sweep
        A complete one, with a row per company.
    target
        Of the search.
    seed
        Of the groups.

    Raises
    ------
    BadInputError
        For a sweep that is not complete or has other rows, or no predictors, or neither ten companies nor ten points.
    """
    folder = str(sweep.folder)
    if not sweep.complete:
        value = phrase("n_of_all_chunks", n=sweep.stored, all=sweep.chunks)
        allowed = phrase("a_complete_sweep")
        raise BadInputError("invalid", file=folder, value=value, allowed=allowed)
    if "company" not in sweep.columns or "type" not in sweep.columns:
        allowed = phrase("a_sweep_with_rows_companies")
        rows = sweep.manifest["plan"].get("rows", "")
        raise BadInputError("invalid", file=folder, key="rows", value=rows, allowed=allowed)
    if target.column not in sweep.columns:
        raise unknown_name(target.column, [name for name in sweep.columns if name not in _KEYS], key="where")
    plan = sweep.manifest["plan"]
    sizes = {"companies": int(plan["companies"]), "points": len(sweep.design)}
    numbers, apart = _dealt(sizes, sweep.manifest["runs"], folder, np.random.default_rng(seed))
    context = [name for name in CONTEXT if name in sweep.columns and f"context.{name}" not in sweep.design]
    first, parts, stored, hits = int(plan["first_company"]), [], 0, 0
    for part in sweep.batches([target.column, *context]):
        company, point = (
            (part["company"].to_numpy() - first).astype(np.int64),
            part["point"].to_numpy().astype(np.int64),
        )
        stored += len(part)
        hits += int(target.met(part[target.column]).sum())
        # Of several groups, the row is in that of its company and in that of its point.
        mine = {"companies": numbers["companies"][company], "points": numbers["points"][point]}
        kept = (
            mine["companies"] == mine["points"] if apart == "companies and points" else np.ones(len(part), dtype=bool)
        )
        groups = mine["points" if apart == "points" else "companies"]
        parts.append(part[kept].assign(company=company[kept], point=point[kept], group=groups[kept]))
    rows = pd.concat(parts, ignore_index=True)
    frame = rows[[*(["scenario"] if rows["scenario"].unique().size > 1 else []), *sweep.design.columns[1:], *context]]
    frame = frame[[name for name in frame if frame[name].unique().size > 1]]
    if frame.columns.empty:
        allowed = phrase("factors_or_context_true")
        raise BadInputError("missing", file=folder, key="factors", allowed=allowed)
    group, company, point = (rows[name].to_numpy(dtype=np.int64) for name in ("group", "company", "point"))
    met = target.met(rows[target.column])
    return Cases(frame, met, group, company, point, apart, stored, hits / stored, plan)


_KEYS: Final = ("scenario", "point", "company", "type", *CONTEXT)


def _dealt(sizes: Mapping[str, int], runs: int, folder: str, rng: np.random.Generator) -> tuple[dict[str, Ints], Apart]:
    """Return the group of each company and of each point, and what the groups keep apart."""
    both = min(sizes.values())
    if both >= _GROUPS:
        count = min(both, max(_GROUPS, -(-runs // _MOST_ROWS)))
        return {name: rng.permutation(size) % count for name, size in sizes.items()}, "companies and points"
    apart: Apart = "companies" if sizes["companies"] >= _GROUPS else "points"
    if sizes[apart] < _GROUPS:
        allowed = phrase("at_least_count_companies_or_points", count=_GROUPS)
        raise BadInputError("bounds", file=folder, key="companies", value=sizes["companies"], allowed=allowed)
    return {name: np.arange(size) for name, size in sizes.items()}, apart


__all__ = ["Apart", "Cases", "Target", "cases", "target_of", "target_where"]
