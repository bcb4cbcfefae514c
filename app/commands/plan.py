"""``handshake plan show``: the runs of a plan, the time and the disk space that they take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.terminal.running import compiling
from app.terminal.screen import Screen
from app.terminal.sweeping import duration, size
from experiments.plan.factors import Factor
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.status import Forecast, forecast


def show_plan(screen: Screen, file: Path, workers: int | None, *, as_json: bool) -> None:
    """Show a plan, and run a few hundred of its virtual companies to forecast the rest.

    Parameters
    ----------
    screen
        Where to show it.
    file
        The plan.
    workers
        Number of workers for the forecast.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        If it is no valid plan.
    """
    plan = Plan.load(file)
    with compiling(screen):
        expected = forecast(plan, workers)
    manifest = SimulationJob(plan).manifest()
    if as_json:
        screen.emit(described(plan, expected, manifest))
        return
    texts = screen.texts
    screen.heading(plan.name)
    parts = {"scenarios": len(plan.scenarios), "points": expected.points, "companies": plan.companies}
    product = {what: texts.counted(what, count) for what, count in parts.items()}
    outcomes = texts.counted("outcomes", len(plan.outcomes))
    files = texts.counted("files", expected.chunks)
    rows = [
        (texts("plan.scenarios"), ", ".join(scenario.name for scenario in plan.scenarios)),
        (texts("plan.design"), _design(screen, manifest["design"], plan.design.kind)),
        (texts("plan.runs"), texts("plan.product", runs=texts.number(expected.runs, 0), **product)),
        (texts("plan.horizon"), texts("plan.weeks", weeks=texts.counted("weeks", plan.horizon), seed=plan.seed)),
        (texts("plan.outcomes"), texts(f"plan.rows_{plan.rows}", outcomes=outcomes)),
        (
            texts("plan.time"),
            texts(
                "plan.about",
                time=duration(expected.seconds, texts),
                workers=texts.counted("workers", expected.workers),
            ),
        ),
        (texts("plan.disk"), texts("plan.files", size=size(expected.size, texts), files=files)),
    ]
    screen.fields(rows)
    factors = [(f.target, _reach(screen, f)) for f in plan.space]
    columns = [texts("plan.factor"), texts("plan.reach")]
    screen.table(columns, factors, aligned="lL", title=texts("plan.factors", count=len(factors)))
    screen.say()
    screen.say(texts("plan.next", file=file), style="dim")


def described(plan: Plan, expected: Forecast, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a plan and its forecast, in the shape of ``--json``."""
    return {
        "name": plan.name,
        "scenarios": [scenario.name for scenario in plan.scenarios],
        "design": {"kind": plan.design.kind, **manifest["design"]},
        "factors": manifest["factors"],
        "points": expected.points,
        "companies": plan.companies,
        "weeks": plan.horizon,
        "seed": plan.seed,
        "runs": expected.runs,
        "chunks": expected.chunks,
        "seconds": expected.seconds,
        "bytes": expected.size,
        "workers": expected.workers,
    }


def _design(screen: Screen, about: dict[str, Any], kind: str) -> str:
    text = screen.texts(f"design.{kind}")
    if "resolution" in about:
        text += screen.texts("plan.resolution", resolution=about["resolution"])
    return text


def _reach(screen: Screen, f: Factor) -> str:
    texts = screen.texts
    if not f.values:
        return texts.interval(_plain(screen, f.low), _plain(screen, f.high))
    shown = [value if isinstance(value, str) else _plain(screen, value) for value in f.values]
    return "; ".join(shown if len(shown) <= 8 else [*shown[:7], f"… ({len(shown)})"])


def _plain(screen: Screen, value: float) -> str:
    return screen.texts.short(value)
