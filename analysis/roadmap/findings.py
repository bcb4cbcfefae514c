"""What is known of a roadmap: the plan, what it brings and costs by quarter, what else could be done.

A plan is chosen on some virtual companies and judged on others: on those it was chosen on it looks better than it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.files import read_json, read_table
from analysis.roadmap.gap import Gap
from analysis.roadmap.problem import GOALS
from experiments.as_json import json_text, plain
from experiments.files import write_tables
from sim.errors import BadInputError
from sim.outcomes import weekly_factor
from sim.version import __version__

FILE: Final = "roadmap.json"
PLAN: Final = (
    *("lever", "number", "quarter", "start", "ramp", "full", "today", "cost", "dearest", "running"),
    *("worth", "worth_low", "worth_high"),
)
"""Columns of :attr:`RoadmapFindings.plan`."""
_FRAMES: Final = {"plan": "plan", "costs": "costs", "spending": "spending", "path": "path", "load": "rising"}
"""Tables in files, and the attributes that hold them."""
_ASKED: Final = ("horizon", "budget", "at_once")
_FOUND: Final = (
    *("method", "finalists", "seed", "companies", "fresh"),
    *("feasible", "counted", "valued", "histories"),
)
"""What stands in files as it is."""
_ENSEMBLE: Final = ("ensemble", "ensemble_first", "ensemble_deciders", "ensemble_ways")


@dataclass(frozen=True, slots=True)
class Promise:
    """A plan's gain where it was chosen, and on companies on which nothing was chosen.

    Attributes
    ----------
    chosen, chosen_low, chosen_high
        Mean difference to doing nothing and its interval on the companies on which the plan was chosen.
    fresh, fresh_low, fresh_high
        The same on the other companies.
    """

    chosen: float
    chosen_low: float
    chosen_high: float
    fresh: float
    fresh_low: float
    fresh_high: float

    @property
    def lost(self) -> float:
        """The share of the promised difference that is lost on the other companies; 0 if none was promised."""
        return 0.0 if self.chosen == 0.0 else 1.0 - self.fresh / self.chosen


@dataclass(frozen=True, slots=True, eq=False)
class OverSets:
    """What :mod:`analysis.roadmap.ensemble` finds under the sets of an ensemble.

    Attributes
    ----------
    json
        In the shape of ``--json``, with what the ensemble is.
    tables
        By file name.
    """

    json: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class RoadmapFindings:
    """Which levers to start, and when. Intervals are Student's t over companies, of differences within companies.

    Outcomes are means over weeks; ``low`` and ``high`` stand beside the mean they belong to. Money is percent of a
    year's base revenue, due in a quarter, for the new levers alone.

    Attributes
    ----------
    scenario
        Name of what the company does today.
    outcome
        What is improved, one of :data:`analysis.roadmap.GOALS`.
    horizon
        Weeks.
    budget, at_once
        The limits: what may fall due in a quarter, and how many new levers may rise in a week.
    levers
        The candidates by id, in the order of their numbers.
    schedules
        Start quarters by candidate, -1 for never: of the ``plan`` and of all that is in ``baselines``.
    finalists
        Number of plans that met on eight times as many other companies; the plan won.
    method
        ``exact``: all feasible schedules were tried on the choosing companies. ``search``: a small part of them was.
    seed, companies, fresh
        With which it can be made again: chance, and the numbers of companies on which plans were chosen and judged.
    feasible, counted
        Number of feasible schedules, and whether it was counted or estimated.
    valued, histories
        Different schedules valued while choosing, and company histories simulated in all.
    promise
        What of the gain is left on companies on which nothing was chosen.
    plan
        One row per lever that starts, in the order of starts: ``lever``, ``number``, ``quarter``, ``start`` (week),
        ``ramp`` (weeks until it works in full), ``full`` (first week in which it does), ``today`` (intensity so far),
        ``cost`` (all that falls due within the quarters of the horizon), ``dearest`` (most in a quarter), ``running``
        (per quarter, once it works in full), and ``worth`` with ``worth_low`` and ``worth_high``: the outcome
        less that under the same plan without this lever.
    costs
        One row per lever that starts and quarter, beyond the horizon until any lever would work in full: ``lever``,
        ``quarter``, ``due``.
    spending
        One row per quarter, as in ``costs``: ``quarter``, ``due`` for all levers together, ``budget``.
    path
        One row per quarter of the horizon: ``quarter``, ``first_week``, ``last_week``, ``today``, ``plan`` and
        ``greedy`` (mean outcome), ``difference`` (plan less today) with ``low`` and ``high``, ``greedy_difference``
        with ``greedy_low`` and ``greedy_high``, and ``cumulated`` with ``cumulated_low`` and ``cumulated_high``: the
        plan's weekly differences so far, added up, over 52. For returns that is, nearly, in shares of a year's revenue,
        as much as the company then makes; costs are percent of base revenue, which is more: revenue at full price.
    rising
        One row per week of the horizon: ``week``, ``rising`` (number of new levers), ``at_once`` (the limit). Its name
        in files is ``load``.
    baselines
        Index ``plan``, ``nothing``, ``earliest`` (levers in the order of their numbers, each as early as the limits
        allow), ``greedy`` (the lever and start that gain most, again and again), ``runner_up`` (second among the
        finalists), ``everything`` (all at once in the first week). Columns ``feasible``, ``mean``, ``difference`` to
        doing nothing with ``low`` and ``high``, and ``behind`` with ``behind_low`` and ``behind_high``: the plan's
        outcome less this one's.
    version
        Of the program that found it.
    check
        The search against the true optimum of a smaller question, if that was asked for.
    ensemble
        The plan and its rivals under other parameter sets, if that was asked for.
    finals
        The finalists as schedules, in the order of how they did there. Files do not keep them: empty if loaded.
    too_dear
        Candidates that break the limits even alone, whenever they start. Files do not keep them: empty if loaded.
    """

    scenario: str
    outcome: str
    horizon: int
    budget: float
    at_once: int
    levers: tuple[str, ...]
    schedules: Mapping[str, tuple[int, ...]]
    method: str
    finalists: int
    seed: int
    companies: int
    fresh: int
    feasible: float
    counted: bool
    valued: int
    histories: int
    promise: Promise
    plan: pd.DataFrame = field(repr=False)
    costs: pd.DataFrame = field(repr=False)
    spending: pd.DataFrame = field(repr=False)
    path: pd.DataFrame = field(repr=False)
    rising: pd.DataFrame = field(repr=False)
    baselines: pd.DataFrame = field(repr=False)
    version: str = __version__
    check: Gap | None = None
    ensemble: OverSets | None = None
    finals: tuple[tuple[int, ...], ...] = ()
    too_dear: tuple[str, ...] = ()

    @property
    def schedule(self) -> tuple[int, ...]:
        """The plan's start quarters, one per candidate; -1 for one that never starts."""
        return self.schedules["plan"]

    @property
    def better(self) -> int:
        """Whether more of the outcome is better (1) or less (-1)."""
        return GOALS[self.outcome]

    @property
    def scale(self) -> float:
        """What the outcome is multiplied by to be in the unit of its label: escalations are per week, not per year."""
        return weekly_factor(self.outcome)

    @property
    def share(self) -> float:
        """The share of the feasible schedules that was valued."""
        return min(1.0, self.valued / self.feasible)

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints, in JSON's own types; nothing in it depends on language or machine."""
        found = {
            **{name: getattr(self, name) for name in ("scenario", "outcome", "better", *_ASKED)},
            "schedules": {
                name: dict(zip(self.levers, schedule, strict=True)) for name, schedule in self.schedules.items()
            },
            **{name: getattr(self, name) for name in (*_FOUND, "share")},
            "promise": {**asdict(self.promise), "lost": self.promise.lost},
            **{name: getattr(self, attribute).to_dict("records") for name, attribute in _FRAMES.items()},
            "baselines": self.baselines.reset_index().to_dict("records"),
            "version": self.version,
            "check": self.check and self.check.to_json(),
        }
        told: dict[str, Any] = plain(found if self.ensemble is None else found | {"ensemble": self.ensemble.json})
        return told

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return what becomes a CSV file, by name."""
        frames = {name: getattr(self, attribute) for name, attribute in _FRAMES.items()}
        over = {} if self.ensemble is None else self.ensemble.tables
        return {**frames, **over, "baselines": self.baselines.reset_index()}

    def save(self, folder: Path) -> None:
        """Write ``roadmap.json`` and ``tables/`` into a folder."""
        (folder / FILE).write_text(json_text(self.to_json()), encoding="utf-8", newline="\n")
        write_tables(folder, self.tables())

    @classmethod
    def load(cls, folder: Path) -> RoadmapFindings:
        """Return what :meth:`save` has written.

        Raises
        ------
        BadInputError
            For files that are missing or damaged.
        """
        path = folder / FILE
        found = read_json(path, "schedules")
        try:
            return cls._read(found, folder / "tables")
        except KeyError as error:
            raise BadInputError("missing", file=str(path), key=str(error.args[0])) from None
        except BadInputError:
            raise
        except (ValueError, AttributeError, TypeError):  # JSON of another shape
            raise BadInputError("damaged", file=str(path)) from None

    @classmethod
    def _read(cls, found: dict[str, Any], tables: Path) -> RoadmapFindings:
        schedules, check, over = found["schedules"], found["check"], found.get("ensemble")
        frames: dict[str, Any] = {attribute: pd.DataFrame(found[name]) for name, attribute in _FRAMES.items()}
        # A plan without levers has no rows, but it has columns.
        frames["plan"] = frames["plan"].reindex(columns=list(PLAN))
        return cls(
            **{name: found[name] for name in ("scenario", "outcome", *_ASKED, *_FOUND, "version")},
            levers=tuple(schedules["plan"]),
            schedules={name: tuple(starts.values()) for name, starts in schedules.items()},
            promise=Promise(**{one.name: found["promise"][one.name] for one in fields(Promise)}),
            **frames,
            baselines=pd.DataFrame(found["baselines"]).set_index("name"),
            check=check and Gap.from_json(check),
            ensemble=over and OverSets(over, {name: read_table(tables / f"{name}.csv") for name in _ENSEMBLE}),
        )


__all__ = ["FILE", "PLAN", "OverSets", "Promise", "RoadmapFindings"]
