"""The report on the folder of a sweep: what its outcome depends on most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from analysis import plots
from analysis.labels import OUTCOMES, SHARES
from analysis.report.courses import returns_by_type, type_map
from analysis.report.folders import Source
from analysis.report.page import Exhibit, Page, Table
from analysis.report.sections import limits
from analysis.report.texts import ReportLabels
from experiments.sweep.results import Sweep, open_sweep
from sim.errors import BadInputError, Phrase

_GROUPED: Final = ("morris", "saltelli")
"""Designs whose points share coordinates."""
_FEWEST: Final = 3
"""Fewest different values of a factor that has a lowest and a highest third."""
_MAP: Final = ("type", "cooperation_quality", "coordination_efficiency")
_SHOWN: Final = 20
"""Most factors in the figure."""
_NO_OUTCOME: Final = Phrase("a sweep of the simulator", "ein Sweep des Simulators")


@dataclass(frozen=True, slots=True)
class _Found:
    """What a sweep says.

    Attributes
    ----------
    outcome
        The outcome that is looked at: the return on sales if there is one.
    points
        A row per scenario and point: means by outcome.
    effects
        A row per factor that is a number: :func:`factor_effects`.
    """

    outcome: str
    points: pd.DataFrame
    effects: pd.DataFrame


def sweep_page(source: Source) -> Page:
    """Return the report on what ``handshake sweep --out`` has written, finished or not."""
    say, sweep = source.say, open_sweep(source.folder)
    plan, manifest = sweep.manifest["plan"], sweep.manifest
    found = _found(source, sweep)
    called = source.called(plan)
    factors = [name for name in sweep.design.columns if name != "point"]
    points = say.number(manifest["points"], 0)
    return Page(
        language=say.language,
        kind=say("sweep.kind"),
        title=str(plan["name"]),
        question=say("sweep.question", points=points, factors=len(factors)),
        answer=(
            _overall(found, manifest, say),
            _strongest(found, called, say),
            say("sweep.grouped" if _grouped(sweep) else "sweep.sure"),
        ),
        exhibits=_exhibits(found, sweep, called, say),
        tables=[_outcome_table(found, say)],
        assumptions=[_factor_table(sweep.design, factors, called, say)],
        limits=limits(say),
        certainty=[
            say("sweep.rows"),
            *([] if sweep.complete else [say("sweep.open", stored=sweep.stored, chunks=sweep.chunks)]),
        ],
        command=source.command,
        facts=_facts(source, sweep),
    )


def _found(source: Source, sweep: Sweep) -> _Found:
    outcomes = [name.removesuffix("_mean") for name in sweep.columns if name.removesuffix("_mean") in OUTCOMES]
    if not outcomes or not sweep.stored:
        raise BadInputError("missing", file=str(source.folder), key="outcomes", allowed=_NO_OUTCOME)
    outcome = "return_on_sales" if "return_on_sales" in outcomes else outcomes[0]
    suffix = "_mean" if f"{outcomes[0]}_mean" in sweep.columns else ""
    means = pd.concat(
        [
            part.groupby(["scenario", "point"], observed=True)[[f"{name}{suffix}" for name in outcomes]].agg(
                ["sum", "count"]
            )
            for part in sweep.batches([f"{name}{suffix}" for name in outcomes], factors=False)
        ]
    )
    # A point's companies may be in several parts: their sums add up, their means would not.
    total = means.groupby(level=["scenario", "point"], observed=True).sum()
    frame = pd.DataFrame(
        {name: total[f"{name}{suffix}", "sum"] / total[f"{name}{suffix}", "count"] for name in outcomes}
    )
    design = sweep.design.set_index("point")
    # The scenarios of a plan share points and companies: a point counts once.
    points = frame.groupby(level="point", sort=False).mean().join(design)
    return _Found(outcome, frame, factor_effects(points, list(design.columns), outcome, grouped=_grouped(sweep)))


def _grouped(sweep: Sweep) -> bool:
    """Return whether points come in groups with coordinates in common, so that they are not independent."""
    return sweep.manifest["plan"]["design"]["kind"] in _GROUPED


def factor_effects(
    points: pd.DataFrame, factors: Sequence[str], outcome: str, *, grouped: bool = False
) -> pd.DataFrame:
    """Return how an outcome differs between the lowest and the highest third of each factor that is a number.

    Parameters
    ----------
    points
        A row per point: the outcome's mean over companies, and the factors.
    factors, outcome
        Names of columns.
    grouped
        Whether points share coordinates by design, so that they are not independent and there are no intervals.

    Returns
    -------
    pandas.DataFrame
        ``factor``, the means ``lowest`` and ``highest``, their difference ``value``, and its 95% interval ``low`` to
        ``high`` (Welch's, over points; NaN for too few points); the largest difference first.
    """
    rows = []
    for name in factors:
        if not pd.api.types.is_numeric_dtype(points[name]) or points[name].drop_duplicates().size < _FEWEST:
            continue
        limits = np.quantile(points[name].to_numpy(dtype=np.float64), (1 / 3, 2 / 3))
        lowest = points.loc[points[name] <= limits[0], outcome].to_numpy()
        highest = points.loc[points[name] >= limits[1], outcome].to_numpy()
        low = high = np.nan
        if not grouped and min(len(lowest), len(highest)) > 1 and (lowest.std() > 0.0 or highest.std() > 0.0):
            interval = stats.ttest_ind(highest, lowest, equal_var=False).confidence_interval(0.95)
            low, high = interval.low, interval.high
        rows.append((name, lowest.mean(), highest.mean(), highest.mean() - lowest.mean(), low, high))
    frame = pd.DataFrame(rows, columns=["factor", "lowest", "highest", "value", "low", "high"])
    order = frame["value"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _overall(found: _Found, manifest: Mapping[str, Any], say: ReportLabels) -> str:
    values = found.points[found.outcome].to_numpy()
    low, high = np.quantile(values, (0.1, 0.9))
    shown = {
        key: say.amount(found.outcome, value) for key, value in (("mean", values.mean()), ("low", low), ("high", high))
    }
    return say("sweep.runs", runs=say.number(manifest["runs"], 0), outcome=say.outcome(found.outcome), **shown)


def _strongest(found: _Found, called: Any, say: ReportLabels) -> str:
    if found.effects.empty:
        return say("sweep.alone")
    clear = found.effects[(found.effects["low"] > 0.0) | (found.effects["high"] < 0.0)]
    if clear.empty:
        return say("sweep.unclear")
    row = clear.iloc[0]
    effect, low, high = (say.amount(found.outcome, row[key], sign=True) for key in ("value", "low", "high"))
    return say(
        "sweep.strongest", factor=say.quoted(called(row["factor"])), effect=effect, interval=say.interval(low, high)
    )


def _exhibits(found: _Found, sweep: Sweep, called: Any, say: ReportLabels) -> list[Exhibit]:
    exhibits = []
    if not found.effects.empty:
        exhibits.append(_effects(found, called, say))
    if set(_MAP) <= set(sweep.columns):
        wanted = [*_MAP, *(["return_on_sales"] if "return_on_sales" in sweep.columns else [])]
        frame = sweep.frame(wanted, factors=False).drop(columns=["point", "company"])
        # Several scenarios of a plan are one population here.
        frame = frame.drop(columns="scenario").assign(type=frame["type"].astype(str))
        exhibits.append(type_map(frame, say))
        if "return_on_sales" in wanted:
            exhibits.append(returns_by_type(frame, say))
    return exhibits


def _effects(found: _Found, called: Any, say: ReportLabels) -> Exhibit:
    scale = 100.0 if found.outcome in SHARES else 1.0
    table = found.effects.head(_SHOWN)
    ranking = table.assign(lever=table["factor"], **{key: scale * table[key] for key in ("value", "low", "high")})
    names = {name: called(name) for name in table["factor"]}
    title = say("sweep.effects", outcome=say.outcome(found.outcome))
    figure = plots.lever_ranking(ranking, names, say.language, title=title, unit=say("sweep.unit"))
    rows = []
    for row in found.effects.to_dict("records"):
        low, high = (say.amount(found.outcome, float(row[key]), sign=True) for key in ("low", "high"))
        ends = (say.amount(found.outcome, float(row[key])) for key in ("lowest", "highest"))
        value = say.amount(found.outcome, float(row["value"]), sign=True)
        rows.append((called(row["factor"]), *ends, value, say.interval(low, high)))
    head = [say(f"sweep.{key}") for key in ("factor", "lowest", "highest")]
    twin = Table(title, [*head, say("roadmap.difference"), say("outcome.interval")], rows)
    return Exhibit("factor_effects", title, say("sweep.effects_says"), figure, twin)


def _outcome_table(found: _Found, say: ReportLabels) -> Table:
    rows = []
    for name in (name for name in OUTCOMES if name in found.points):
        values = found.points[name].to_numpy()
        low, high = np.quantile(values, (0.1, 0.9))
        interval = say.interval(say.amount(name, low), say.amount(name, high))
        rows.append((say.outcome(name), say.amount(name, values.mean()), say.amount(name, values.std()), interval))
    head = [say(f"outcome.{key}") for key in ("column", "mean", "sd", "middle")]
    return Table(say("sweep.by_outcome"), head, rows, note=say("outcome.note_one"))


def _factor_table(design: pd.DataFrame, factors: Sequence[str], called: Any, say: ReportLabels) -> Table:
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


__all__ = ["factor_effects", "sweep_page"]
