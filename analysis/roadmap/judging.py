"""Judge a plan on companies on which nothing was chosen: what it is worth, what it costs, how it compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.roadmap.costs import NEVER, QUARTER, Floats, Ints
from analysis.roadmap.evaluate import Evaluator
from analysis.roadmap.findings import PLAN, Promise
from analysis.roadmap.problem import Problem
from analysis.stats.intervals import mean_interval
from sim.rules import WEEKS_PER_YEAR

_BASELINES: Final = (
    *("name", "feasible", "mean", "difference", "low", "high"),
    *("behind", "behind_low", "behind_high"),
)


def judged(
    problem: Problem, schedules: Mapping[str, Ints], chosen_on: Evaluator, fresh: Evaluator
) -> tuple[Promise, dict[str, Any]]:
    """Return what a plan promises and keeps, and the frames of :class:`RoadmapFindings` by attribute.

    Parameters
    ----------
    problem
        What was asked.
    schedules
        Schedules by name, shape (candidates,) each: the ``plan`` first, ``nothing``, ``greedy`` and others.
    chosen_on, fresh
        The companies on which the plan was chosen, and those on which it is judged.
    """
    schedule, nothing = schedules["plan"], schedules["nothing"]
    started = np.flatnonzero(schedule != NEVER)
    started = started[np.argsort(schedule[started], kind="stable")]
    without = np.tile(schedule, (len(started), 1))
    without[np.arange(len(started)), started] = NEVER
    values = fresh.values(np.concatenate([np.stack(list(schedules.values())), without]))
    promised = np.subtract(*chosen_on.values(np.stack([schedule, nothing])))
    promise = Promise(*_interval(promised), *_interval(values[0] - values[list(schedules).index("nothing")]))
    return promise, {
        "plan": _plan(problem, schedule, started, values[0] - values[len(schedules) :]),
        "costs": _costs(problem, schedule, started),
        "spending": _spending(problem, schedule),
        "path": _path(problem, fresh.paths(np.stack([nothing, schedule, schedules["greedy"]]))),
        "rising": _rising(problem, schedule),
        "baselines": _baselines(problem, schedules, values[: len(schedules)]),
    }


def _plan(problem: Problem, schedule: Ints, started: Ints, worth: Floats) -> pd.DataFrame:
    cost = problem.limits.cost
    rows = []
    for lever, difference in zip(started.tolist(), worth, strict=True):
        policy, quarter, now = problem.policies[lever], int(schedule[lever]), float(problem.today[lever])
        due, start = cost[lever, quarter], QUARTER * quarter
        full, due_by_then = start + int(np.ceil(policy.ramp)) - 1, float(due[: problem.limits.quarters].sum())
        running = policy.running_cost * (1.0 - now) * QUARTER / WEEKS_PER_YEAR
        about = policy.id, policy.number, quarter, start, policy.ramp, full, now
        rows.append((*about, due_by_then, float(due.max()), running, *_interval(difference)))
    return pd.DataFrame(rows, columns=list(PLAN))


def _costs(problem: Problem, schedule: Ints, started: Ints) -> pd.DataFrame:
    due = problem.limits.cost[started, schedule[started]]
    lever, quarter = np.indices(due.shape).reshape(2, -1)
    names = np.array(problem.levers, dtype=object)[started][lever]
    return pd.DataFrame({"lever": names.tolist(), "quarter": quarter, "due": due.ravel()})


def _spending(problem: Problem, schedule: Ints) -> pd.DataFrame:
    due = problem.limits.costs(schedule[None])[0]
    return pd.DataFrame({"quarter": np.arange(len(due)), "due": due, "budget": problem.limits.budget})


def _path(problem: Problem, paths: Floats) -> pd.DataFrame:
    """Return the path from means by quarter under nothing, the plan and greedy, shape (3, companies, quarters)."""
    first = np.arange(0, problem.horizon, QUARTER)
    last = np.minimum(first + QUARTER, problem.horizon) - 1
    difference = paths[1] - paths[0]
    mean, half = mean_interval(difference)
    greedy, greedy_half = mean_interval(paths[2] - paths[0])
    total, reach = mean_interval(np.add.accumulate(difference * (last - first + 1), axis=1) / WEEKS_PER_YEAR)
    return pd.DataFrame(
        {
            "quarter": np.arange(len(first)),
            "first_week": first,
            "last_week": last,
            "today": paths[0].mean(axis=0),
            "plan": paths[1].mean(axis=0),
            "greedy": paths[2].mean(axis=0),
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "greedy_difference": greedy,
            "greedy_low": greedy - greedy_half,
            "greedy_high": greedy + greedy_half,
            "cumulated": total,
            "cumulated_low": total - reach,
            "cumulated_high": total + reach,
        }
    )


def _rising(problem: Problem, schedule: Ints) -> pd.DataFrame:
    week, begun = np.arange(problem.horizon), schedule != NEVER
    since = week[:, None] - QUARTER * schedule[begun]
    ramps = np.array([policy.ramp for policy in problem.policies])[begun]
    rising = ((since >= 0) & (since < ramps)).sum(axis=1)
    return pd.DataFrame({"week": week, "rising": rising, "at_once": problem.limits.at_once})


def _baselines(problem: Problem, schedules: Mapping[str, Ints], values: Floats) -> pd.DataFrame:
    at = dict(zip(schedules, values, strict=True))
    feasible = problem.limits.feasible(np.stack(list(schedules.values())))
    rows = []
    for (name, value), allowed in zip(at.items(), feasible.tolist(), strict=True):
        difference, behind = _interval(value - at["nothing"]), _interval(at["plan"] - value)
        rows.append((name, allowed, float(value.mean()), *difference, *behind))
    return pd.DataFrame(rows, columns=list(_BASELINES)).set_index("name")


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, half = mean_interval(values)
    return float(mean), float(mean - half), float(mean + half)


__all__ = ["judged"]
