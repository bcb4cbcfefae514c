"""The plan of a roadmap and its rivals under every parameter set of an ensemble.

The plan was chosen under the default and is not chosen anew under each set. Compared are the ways that are known
already, among them all finalists, and each lever alone from the first week on: the lever that gains most alone is the
one with which a plan that is built step by step would begin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.comparison.ensemble import without
from analysis.roadmap.costs import NEVER, Floats, Limits
from analysis.roadmap.evaluate import Evaluator
from analysis.roadmap.findings import OverSets, RoadmapFindings
from analysis.roadmap.problem import Problem
from analysis.stats.robustness import Conclusion, Decider, above, conclusion_json, deciders, spread, spread_json
from experiments.ensemble import Ensemble
from sim.lanes import Founded

MOST_COMPANIES: Final = 200
"""Most companies under each set: more of them hardly change a share, and each costs a history per set and way."""
_OPENING: Final = "only "


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A conclusion over the sets, with the coefficients that decide it; see :mod:`analysis.stats.robustness`."""

    conclusion: Conclusion
    decided_by: tuple[Decider, ...]

    def to_json(self) -> dict[str, Any]:
        """Return both in the shape of ``--json``."""
        return conclusion_json(self.conclusion, self.decided_by)


@dataclass(frozen=True, slots=True, eq=False)
class RoadmapEnsemble:
    """A roadmap's conclusions over the sets of an ensemble.

    Attributes
    ----------
    problem
        What was asked.
    companies
        Number of companies, the first of those on which the plan was judged; the same under every set.
    schedules
        Start quarters by candidate, by the names of the ways: those of the roadmap, ``finalist 3`` and on, and
        ``only`` and an id for that lever alone from the first quarter on.
    values
        The outcome's mean over weeks and companies, shape (sets, ways).
    gain
        That the plan does better than doing nothing; the strength is the difference, turned so that more is better.
    beats
        That the plan does better than another way, by name; likewise. Lone levers are no plans, and not here.
    best
        That the plan is the best of all ways that keep the limits; the strength is its lead over the best other. None
        if there is no other.
    opening
        That a lever with which the plan begins is the one that gains most alone; the strength is its lead over the
        best other. None if nothing is to begin, if that lever alone breaks the limits, or if there is no other.
    """

    problem: Problem
    companies: int
    schedules: Mapping[str, tuple[int, ...]]
    values: Floats = field(repr=False)
    gain: Judged
    beats: Mapping[str, Judged]
    best: Judged | None
    opening: Judged | None

    @property
    def sets(self) -> int:
        """The number of sets."""
        return len(self.values)

    @property
    def first(self) -> tuple[str, ...]:
        """The levers with which the plan begins."""
        return _first(self.problem.levers, self.schedules["plan"])

    def value(self, name: str) -> Floats:
        """Return a way's outcome, shape (sets,)."""
        return self.values[:, list(self.schedules).index(name)]

    def same(self, name: str) -> bool:
        """Return whether a way is the plan itself."""
        return self.schedules[name] == self.schedules["plan"]

    def shares(self) -> pd.DataFrame:
        """Return the share of sets in which each lever comes first.

        Returns
        -------
        pandas.DataFrame
            Index the candidates and, last, ``nothing``; ``in_best``: it is among the levers that start first in the
            best way that keeps the limits, so that shares may add up to more than 1; ``alone``: of all levers, it gains
            most if it alone starts at once, as far as the limits allow; ``nothing`` if none gains.
        """
        levers = self.problem.levers
        score = self.problem.better * self.values
        ways = _allowed(self.problem.limits, self.schedules)
        best = [ways[k] for k in score[:, _columns(self.schedules, ways)].argmax(axis=1)]
        begun = [_first(levers, self.schedules[way]) or ("nothing",) for way in best]
        lone = [name for name in self.schedules if name.startswith(_OPENING)]
        alone = [name.removeprefix(_OPENING) for name in lone] + ["nothing"]
        top = score[:, _columns(self.schedules, [*lone, "nothing"])].argmax(axis=1)
        rows = [
            (sum(name in first for first in begun) / self.sets, float(np.mean([alone[k] == name for k in top])))
            for name in (*levers, "nothing")
        ]
        return pd.DataFrame(rows, columns=["in_best", "alone"], index=pd.Index([*levers, "nothing"], name="lever"))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return what becomes a file, by name."""
        named = {"gain": self.gain, "best": self.best, "opening": self.opening}
        found = {name: judged for name, judged in named.items() if judged is not None}
        found |= {f"beats {name}": judged for name, judged in self.beats.items()}
        rows, decided = [], []
        for name, judged in found.items():
            told = conclusion_json(judged.conclusion, ())
            numbers = {key: told[key] for key in ("share", "low", "high", "default_holds")}
            rows.append({"conclusion": name, **numbers} | {f"strength_{k}": v for k, v in told["strength"].items()})
            decided += [(name, one.name, one.rho, one.share_low, one.share_high) for one in judged.decided_by]
        columns = ["conclusion", "coefficient", "rho", "share_low", "share_high"]
        return {
            "ensemble": pd.DataFrame(rows),
            "ensemble_first": self.shares().reset_index(),
            "ensemble_deciders": pd.DataFrame(decided, columns=columns),
            "ensemble_ways": pd.DataFrame(self.values, columns=list(self.schedules)).rename_axis("set").reset_index(),
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything in the shape of ``--json``."""
        levers = self.problem.levers
        return {
            "sets": self.sets,
            "companies": self.companies,
            "gain": self.gain.to_json(),
            "best": self.best.to_json() if self.best else None,
            "opening": self.opening.to_json() if self.opening else None,
            "begins_with": list(self.first),
            "ways": {
                name: {
                    "schedule": dict(zip(levers, schedule, strict=True)),
                    "same_as_plan": self.same(name),
                    "value": spread_json(spread(self.value(name))),
                    "plan_beats": self.beats[name].to_json() if name in self.beats else None,
                }
                for name, schedule in self.schedules.items()
            },
            "first": {str(lever): row.to_dict() for lever, row in self.shares().iterrows()},
        }

    def findings(self, about: Mapping[str, Any]) -> OverSets:
        """Return what becomes part of the roadmap's findings.

        Parameters
        ----------
        about
            What there is to say of the ensemble itself.
        """
        return OverSets({**self.to_json(), **about}, self.tables())


def histories(problem: Problem, roadmap: RoadmapFindings, sets: int) -> int:
    """Return the number of company histories that :func:`under_sets` simulates."""
    return len(set(_ways(problem, roadmap).values())) * sets * min(roadmap.fresh, MOST_COMPANIES)


def under_sets(
    problem: Problem,
    roadmap: RoadmapFindings,
    ensemble: Ensemble,
    *,
    threads: int = 1,
    progress: Callable[[int], None] | None = None,
) -> RoadmapEnsemble:
    """Return a roadmap's conclusions over the sets of an ensemble.

    Parameters
    ----------
    problem, roadmap
        What was asked, and what was found under the default.
    ensemble
        The sets. Numbers of the model that the scenario changes itself stay its own.
    threads
        Worker threads; they do not affect the results.
    progress
        Called now and then with the number of company histories simulated since the last call.
    """
    companies, schedules = min(roadmap.fresh, MOST_COMPANIES), _ways(problem, roadmap)
    rows = np.array(list(schedules.values()), dtype=np.int64)
    founded, numbers = Founded(), np.arange(companies)
    values = np.empty((len(ensemble), len(rows)))
    for k in range(len(ensemble)):
        # Costs and ramps of levers are no coefficients, so the limits stay.
        under = replace(problem, scenario=ensemble.scenario(problem.scenario, k))
        judge = Evaluator(under, numbers, roadmap.seed, threads, progress, founded=founded)
        values[k] = problem.better * judge.scores(rows)
    score = problem.better * values
    # A coefficient that the scenario fixes is the same under all sets.
    varied = without(ensemble, problem.scenario.coefficients.keys())
    at = dict(zip(schedules, score.T, strict=True))

    def judged(lead: Floats) -> Judged:
        conclusion = above(lead).under(varied)
        return Judged(conclusion, tuple(deciders(varied, lead, holds=conclusion.holds) if conclusion.share else ()))

    plans = [name for name in schedules if name != "plan" and not name.startswith(_OPENING)]
    rivals = [name for name in _allowed(problem.limits, schedules) if schedules[name] != roadmap.schedule]
    first = [f"{_OPENING}{lever}" for lever in _first(problem.levers, roadmap.schedule)]
    others = [name for name in schedules if name.startswith(_OPENING) and name not in first]
    opening = None
    if (mine := [name for name in first if name in schedules]) and others:
        leads = (score[:, _columns(schedules, names)].max(axis=1) for names in (mine, others))
        opening = judged(np.subtract(*leads))
    return RoadmapEnsemble(
        problem=problem,
        companies=companies,
        schedules=schedules,
        values=values,
        gain=judged(at["plan"] - at["nothing"]),
        beats={name: judged(at["plan"] - at[name]) for name in plans},
        best=judged(at["plan"] - score[:, _columns(schedules, rivals)].max(axis=1)) if rivals else None,
        opening=opening,
    )


def _ways(problem: Problem, roadmap: RoadmapFindings) -> dict[str, tuple[int, ...]]:
    """Return the schedules to simulate, by name."""
    levers = problem.levers
    found = dict(roadmap.schedules)
    found |= {f"finalist {k}": schedule for k, schedule in enumerate(roadmap.finals[2:], start=3)}
    alone = np.full((len(levers), len(levers)), NEVER, dtype=np.int64)
    np.fill_diagonal(alone, 0)
    fits = problem.limits.feasible(alone).tolist()
    rows: list[list[int]] = alone.tolist()
    return found | {f"{_OPENING}{name}": tuple(row) for name, row, fit in zip(levers, rows, fits, strict=True) if fit}


def _allowed(limits: Limits, schedules: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the ways that keep the limits."""
    fits = limits.feasible(np.array(list(schedules.values()), dtype=np.int64)).tolist()
    return [name for name, fit in zip(schedules, fits, strict=True) if fit]


def _columns(schedules: Mapping[str, tuple[int, ...]], names: list[str]) -> list[int]:
    places = list(schedules)
    return [places.index(name) for name in names]


def _first(levers: tuple[str, ...], schedule: tuple[int, ...]) -> tuple[str, ...]:
    """Return the levers that start first, none if none starts."""
    starts = [start for start in schedule if start != NEVER]
    return tuple(name for name, start in zip(levers, schedule, strict=True) if starts and start == min(starts))


__all__ = ["MOST_COMPANIES", "Judged", "RoadmapEnsemble", "histories", "under_sets"]
