"""Conclusions under other structures of the model: graphs, density, size, order of turns, week length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from analysis.validation.structure_judged import CLEAR, CONCLUSIONS, Judged, conclusions, judged
from analysis.validation.structure_order import one_by_one_frame, order_frame
from analysis.validation.structure_runs import STANDARD, VARIANTS, Variant
from experiments.ensemble import Ensemble
from experiments.laboratory import Laboratory
from sim.errors import BadInputError, between
from sim.outcomes import TYPES

Progress = Callable[[str, float], None]

_ONE_BY_ONE: Final = "one by one"
_ORDER: Final = "order of ties"
_LEAST: Final = {"sets": 1, "companies": 8, "sample": 337, "agents": 2}
_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class StructureFindings:
    """Conclusions by variant of the structure.

    Attributes
    ----------
    conclusions
        One row per (set, variant, conclusion): ``value`` (see
        :data:`analysis.validation.structure_judged.SIZES`), and whether it ``holds``.
    effects
        One row per (set, variant, lever): change of ``quality`` and ``return_before_levers`` from the middle level to
        full intensity, with standard errors ``..._se``.
    types
        One row per (set, variant, type): ``share`` and mean ``return``.
    anchors
        One row per (set, variant): the anchors that were solved for it.
    order
        Effects of another order of ties (:func:`analysis.validation.structure_order.order_frame`), first set.
    one_by_one
        Conclusions where people act one after the other
        (:func:`analysis.validation.structure_order.one_by_one_frame`), first set.
    facts
        Sizes and seed.
    """

    conclusions: pd.DataFrame
    effects: pd.DataFrame
    types: pd.DataFrame
    anchors: pd.DataFrame
    order: pd.DataFrame
    one_by_one: pd.DataFrame
    facts: dict[str, Any]

    def held(self) -> pd.DataFrame:
        """Return in which share of sets each conclusion holds, shape (variants, conclusions)."""
        return self._table("holds")

    def sizes(self) -> pd.DataFrame:
        """Return the mean size of each conclusion over the sets, shape (variants, conclusions)."""
        return self._table("value")

    def turned(self) -> pd.DataFrame:
        """Return levers whose effect clearly changes its sign against the standard, a row per set and outcome."""
        keys, parts = ["set", "lever"], []
        theirs = self.effects[self.effects["variant"] == STANDARD.id].set_index(keys)
        for outcome in ("quality", "return_before_levers"):
            error = f"{outcome}_se"
            renamed = {name: f"{name}_standard" for name in (outcome, error)}
            both = self.effects.join(theirs[[outcome, error]].rename(columns=renamed), on=keys)
            clear = (both[outcome].abs() > CLEAR * both[error]) & (
                both[f"{outcome}_standard"].abs() > CLEAR * both[f"{error}_standard"]
            )
            part = both[clear & (both[outcome] * both[f"{outcome}_standard"] < 0.0)]
            part = part.rename(columns={outcome: "effect", f"{outcome}_standard": "standard"}).assign(outcome=outcome)
            parts.append(part[["set", "variant", "lever", "outcome", "effect", "standard"]])
        return pd.concat(parts, ignore_index=True)

    def _table(self, column: str) -> pd.DataFrame:
        wide = self.conclusions.pivot_table(
            index="variant", columns="conclusion", values=column, aggfunc="mean", sort=False
        )
        return wide[[name for name in CONCLUSIONS if name in wide]].astype(float)


def structure_findings(
    source: Ensemble | Laboratory,
    *,
    sets: int = 1,
    companies: int = 128,
    sample: int = 2022,
    agents: int = 6,
    seed: int = 1,
    threads: int | None = None,
    variants: Sequence[Variant] = VARIANTS,
    progress: Progress | None = None,
) -> StructureFindings:
    """Judge the conclusions under other structures.

    Parameters
    ----------
    source
        Parameter sets, of which the first ``sets`` are tried; or a laboratory, whose own seed and threads count.
    sets
        Number of sets of an ensemble.
    companies, sample
        Companies per controlled condition (fewer where companies are large), and in the virtual sample.
    agents
        Companies that are simulated agent by agent, for the order of turns; first set only.
    seed, threads
        For an ensemble.
    variants
        The variants; the standard is added in front if it is missing.
    progress
        Called with the step and the share that is done.

    Raises
    ------
    BadInputError
        For numbers out of bounds.
    """
    given = {"sets": sets, "companies": companies, "sample": sample, "agents": agents}
    for key, value in given.items():
        if not _LEAST[key] <= value <= _MOST:
            raise BadInputError("bounds", key=key, value=value, allowed=between(_LEAST[key], _MOST))
    laboratories = _laboratories(source, sets, seed, threads)
    order = [STANDARD, *(variant for variant in variants if variant.id != STANDARD.id)]
    tell = progress or (lambda _name, _share: None)
    # Agent by agent takes about as long as six variants.
    steps, done = len(laboratories) * len(order) + 7, 0
    parts: dict[str, list[pd.DataFrame]] = {"conclusions": [], "effects": [], "types": [], "anchors": []}
    for k, laboratory in enumerate(laboratories):
        standard: Judged | None = None
        for variant in order:
            tell(variant.id, done / steps)
            found = judged(laboratory, variant, companies=companies, sample=sample)
            standard = standard or found
            for name, frame in _frames(found, standard).items():
                frame.insert(0, "variant", variant.id)
                frame.insert(0, "set", k)
                parts[name].append(frame)
            done += 1
    tell(_ORDER, done / steps)
    # The order of turns is compared on the same companies, so that anchors play no part in it.
    reordered = order_frame(laboratories[0], agents)
    one_by_one = one_by_one_frame(
        laboratories[0], agents, lambda share: tell(_ONE_BY_ONE, (done + 1 + 6 * share) / steps)
    )
    tell("done", 1.0)
    return StructureFindings(
        **{name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()},
        order=reordered,
        one_by_one=one_by_one,
        facts={**given, "sets": len(laboratories), "seed": laboratories[0].seed, "variants": len(order)},
    )


def _laboratories(source: Ensemble | Laboratory, sets: int, seed: int, threads: int | None) -> list[Laboratory]:
    if isinstance(source, Laboratory):
        return [source]
    found = [source.laboratory(k, seed) for k in range(min(sets, len(source)))]
    return found if threads is None else [replace(laboratory, threads=threads) for laboratory in found]


def _frames(found: Judged, standard: Judged) -> dict[str, pd.DataFrame]:
    return {
        "conclusions": conclusions(found, standard).reset_index(),
        "effects": found.effects.reset_index(),
        "types": pd.DataFrame({"type": TYPES, "share": found.shares, "return": found.returns}),
        "anchors": pd.DataFrame([{**found.anchors, "companies": found.companies}]),
    }
