"""The report on the folder of a sweep: what its outcome depends on most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits
from analysis.scenario.figures import returns_by_type, type_map
from analysis.sweep.findings import factor_effects
from experiments.sweep.results import Sweep, open_sweep
from sim.declarations import OUTCOMES, declared
from sim.errors import BadInputError, phrase
from sim.parameters import Measurement, measurement

_WITHOUT_INTERVALS: Final = {"morris": "grouped", "saltelli": "grouped", "one_at_a_time": "one_at_a_time"}
"""Designs whose points are not independent, and by which text the report says why."""
_CUTS: Final = ("quality_cut", "efficiency_cut")
_MAP: Final = ("type", "cooperation_quality", "coordination_efficiency")
_SHOWN: Final = 20
"""Most factors in the figure."""
_NO_OUTCOME: Final = phrase("a_sweep_of_the_simulator")


@dataclass(frozen=True, slots=True)
class _Found:
    """What a sweep says.

    Attributes
    ----------
    design
        Which kind of design the points are of.
    outcome
        The outcome that is looked at: the return on sales if there is one.
    runs
        How many runs are stored.
    means
        A row per scenario and point that are stored: means by outcome.
    effects
        A row per factor that is a number: :func:`analysis.sweep.findings.factor_effects`.
    """

    design: str
    outcome: str
    runs: int
    means: pd.DataFrame
    effects: pd.DataFrame

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


def sweep_page(source: Source) -> Page:
    """Return the report on what ``handshake sweep --out`` has written, finished or not."""
    say, sweep = source.say, open_sweep(source.folder)
    plan = sweep.manifest["plan"]
    found = _found(source, sweep)
    called = source.called(plan)
    factors = [name for name in sweep.design.columns if name != "point"]
    unfinished = [] if sweep.complete else [say("sweep.open", stored=sweep.stored, chunks=sweep.chunks)]
    return Page(
        language=say.language,
        kind=say("sweep.kind"),
        title=str(plan["name"]),
        question=say("sweep.question", points=say.number(found.points, 0), factors=len(factors)),
        answer=(*unfinished, _overall(found, say), _strongest(found, called, say), _sure(found, say)),
        exhibits=_exhibits(found, sweep, called, say),
        tables=[_outcome_table(found, say)],
        assumptions=[_factor_table(sweep.design, factors, called, say)],
        limits=limits(say),
        certainty=[say("sweep.rows"), *([say("sweep.fraction")] if found.design == "fractional" else [])],
        command=source.command,
        facts=_facts(source, sweep),
    )


def _found(source: Source, sweep: Sweep) -> _Found:
    outcomes = [name.removesuffix("_mean") for name in sweep.columns if name.removesuffix("_mean") in OUTCOMES]
    if not outcomes or not sweep.stored:
        raise BadInputError("missing", file=str(source.folder), key="outcomes", allowed=_NO_OUTCOME)
    outcome = "return_on_sales" if "return_on_sales" in outcomes else outcomes[0]
    suffix = "_mean" if f"{outcomes[0]}_mean" in sweep.columns else ""
    columns = [f"{name}{suffix}" for name in outcomes]
    runs, sums = 0, []
    for part in sweep.batches(columns, factors=False):
        runs += len(part) if "company" in part else int(part["companies"].sum())
        sums.append(part.groupby(["scenario", "point"], observed=True)[columns].agg(["sum", "count"]))
    # A point's companies may be in several parts: their sums add up, their means would not.
    total = pd.concat(sums).groupby(level=["scenario", "point"], observed=True).sum()
    means = pd.DataFrame(
        {name: total[f"{name}{suffix}", "sum"] / total[f"{name}{suffix}", "count"] for name in outcomes}
    )
    design, kind = sweep.design.set_index("point"), str(sweep.manifest["plan"]["design"]["kind"])
    # The scenarios of a plan share points and companies: a point counts once.
    effects = factor_effects(
        means.groupby(level="point", sort=False).mean().join(design),
        list(design.columns),
        outcome,
        # The first point of such a design is where it begins.
        base=design.iloc[0] if kind == "one_at_a_time" else None,
        intervals=kind not in _WITHOUT_INTERVALS,
    )
    return _Found(kind, outcome, runs, means, effects)


def _overall(found: _Found, say: Labels) -> str:
    values = found.means[found.outcome].to_numpy()
    low, high = np.quantile(values, (0.1, 0.9))
    shown = {
        key: say.amount(found.outcome, value) for key, value in (("mean", values.mean()), ("low", low), ("high", high))
    }
    return say(
        "sweep.runs" if found.scenarios == 1 else "sweep.runs_of_scenarios",
        runs=say.number(found.runs, 0),
        scenarios=found.scenarios,
        outcome=say.outcome(found.outcome),
        **shown,
    )


def _strongest(found: _Found, called: Any, say: Labels) -> str:
    if found.effects.empty:
        return say("sweep.alone")
    if found.design in _WITHOUT_INTERVALS:
        return say("sweep.no_intervals")
    clear = found.effects[(found.effects["low"] > 0.0) | (found.effects["high"] < 0.0)]
    if clear.empty:
        return say("sweep.unclear")
    row = clear.iloc[0]
    effect, low, high = (say.amount(found.outcome, row[key], sign=True) for key in ("value", "low", "high"))
    return say(
        "sweep.strongest",
        factor=say.quoted(called(row["factor"])),
        effect=effect,
        interval=say.interval(low, high),
        low_points=say.number(row["lowest_points"], 0),
        high_points=say.number(row["highest_points"], 0),
    )


def _sure(found: _Found, say: Labels) -> str:
    """Return what the intervals, or that there are none, say of how sure the answer is."""
    if found.intervals:
        return say("sweep.sure")
    return say(f"sweep.{'sizes' if found.effects.empty else _WITHOUT_INTERVALS.get(found.design, 'sizes')}")


def _exhibits(found: _Found, sweep: Sweep, called: Any, say: Labels) -> list[Exhibit]:
    exhibits = []
    if not found.effects.empty:
        exhibits.append(_effects(found, called, say))
    if set(_MAP) <= set(sweep.columns):
        wanted = [*_MAP, *(["return_on_sales"] if "return_on_sales" in sweep.columns else [])]
        frame = sweep.frame(wanted, factors=False).drop(columns=["point", "company"])
        # Several scenarios of a plan are one population here.
        frame = frame.drop(columns="scenario").assign(type=frame["type"].astype(str))
        exhibits.append(type_map(frame, say, _cuts(sweep)))
        if "return_on_sales" in wanted:
            exhibits.append(returns_by_type(frame, say))
    return exhibits


def _cuts(sweep: Sweep) -> Measurement:
    """Return the measurement with the cut-offs that hold in all scenarios at all points; NaN where they vary."""
    # Not today's defaults: another version may have made the sweep.
    defaults = {row["name"]: row["default"] for row in sweep.manifest["parameters"]}
    found = {}
    for name in _CUTS:
        target = f"outcome.{name}"
        given = [scenario["outcome"].get(name, defaults[target]) for scenario in sweep.manifest["plan"]["scenarios"]]
        values = {float(value) for value in sweep.design.get(target, given)}
        found[name] = values.pop() if len(values) == 1 else np.nan
    return measurement()._replace(**found)


def _effects(found: _Found, called: Any, say: Labels) -> Exhibit:
    scale = declared()[found.outcome].scale
    table = found.effects.head(_SHOWN)
    ranking = table.assign(lever=table["factor"], **{key: scale * table[key] for key in ("value", "low", "high")})
    names = {name: called(name) for name in table["factor"]}
    unit = say("sweep.unit_intervals" if found.intervals else "sweep.unit")
    says = [say("sweep.effects_ends" if found.design == "one_at_a_time" else "sweep.effects_thirds")]
    says += [say("sweep.effects_intervals")] if found.intervals else []
    title = say("sweep.effects", outcome=say.outcome(found.outcome))
    figure = plots.lever_ranking(ranking, names, say.language, title=title, unit=unit)
    rows = []
    for row in found.effects.to_dict("records"):
        low, high = (say.amount(found.outcome, float(row[key]), sign=True) for key in ("low", "high"))
        ends = (
            f"{say.amount(found.outcome, float(row[key]))} ({say.number(row[f'{key}_points'], 0)})"
            for key in ("lowest", "highest")
        )
        value = say.amount(found.outcome, float(row["value"]), sign=True)
        rows.append((called(row["factor"]), *ends, value, say.interval(low, high)))
    head = [say(f"sweep.{key}") for key in ("factor", "lowest", "highest")]
    twin = Table(title, [*head, say("sweep.difference"), say("sweep.interval")], rows)
    return Exhibit("factor_effects", title, " ".join(says), ready(figure), twin)


def _outcome_table(found: _Found, say: Labels) -> Table:
    rows = []
    for name in (name for name in OUTCOMES if name in found.means):
        values = found.means[name]
        low, high = np.quantile(values.to_numpy(), (0.1, 0.9))
        interval = say.interval(say.amount(name, low), say.amount(name, high))
        rows.append((say.outcome(name), say.amount(name, values.mean()), say.amount(name, values.std()), interval))
    head = [say(f"outcome.{key}") for key in ("column", "mean", "sd", "middle")]
    title = say("sweep.by_outcome" if found.scenarios == 1 else "sweep.by_outcome_of_scenarios")
    return Table(title, head, rows, note=say("outcome.note_one"))


def _factor_table(design: pd.DataFrame, factors: Sequence[str], called: Any, say: Labels) -> Table:
    rows = []
    for name in factors:
        column = design[name]
        if pd.api.types.is_numeric_dtype(column):
            ends = say.short(float(f"{column.min():.4g}")), say.short(float(f"{column.max():.4g}"))
        else:
            ends = say("sweep.values", n=column.drop_duplicates().size), ""
        rows.append((f"{called(name)} ({name})", *ends))
    empty = [(say("page.nothing"), "", "")]
    return Table(say("sweep.range"), [say(f"sweep.{key}") for key in ("factor", "low", "high")], rows or empty)


def _facts(source: Source, sweep: Sweep) -> list[tuple[str, str]]:
    say, plan, versions = source.say, sweep.manifest["plan"], dict(sweep.manifest["versions"])
    handshake, sources = versions.pop("handshake", ""), versions.pop("sources", "")
    scenarios = ", ".join(str(scenario["name"]) for scenario in plan["scenarios"])
    return [
        (say("again.seed"), str(plan["seed"])),
        (say("again.companies"), say.number(plan["companies"], 0)),
        (say("sweep.scenarios"), scenarios),
        (say("again.version"), f"handshake {handshake}"),
        (say("again.libraries"), ", ".join(f"{name} {number}" for name, number in versions.items())),
        (say("again.sources"), sources),
        *source.hashes("manifest.json"),
    ]


__all__ = ["sweep_page"]
