"""Why two scenarios differ: split over levers, split over mechanisms, and told as chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from analysis.explanation.chain import Link, links
from analysis.explanation.levers import MOST_SETTINGS, split_levers
from analysis.explanation.measured import ON_THE_WAY, check_outcomes
from analysis.explanation.mechanisms import split_mechanisms
from analysis.explanation.players import Players
from analysis.explanation.running import Runs
from analysis.explanation.split import Split
from sim.lanes import Founded
from sim.scenario import Scenario

USUAL: Final = ("return_on_sales", "cooperation_quality", "coordination_efficiency", "professional")
"""The outcomes that are explained unless others are asked for."""
_LEVERS_SHARE: Final = 64
"""Lanes of the split over mechanisms; how far one is, is measured in lanes."""


@dataclass(frozen=True, slots=True, eq=False)
class TraceReport:
    """Why two scenarios differ.

    Attributes
    ----------
    before, after, companies, seed
        What was run.
    outcomes
        What is explained, the main thing first.
    lever_split, mechanism_split
        Shares of every company.
    """

    before: Scenario
    after: Scenario
    companies: int
    seed: int
    outcomes: tuple[str, ...]
    lever_split: Split = field(repr=False)
    mechanism_split: Split = field(repr=False)

    @property
    def total(self) -> pd.DataFrame:
        """What is explained: index outcome, columns ``before``, ``after``, ``difference``, ``low``, ``high``."""
        return self.lever_split.total(self.outcomes)

    @property
    def levers(self) -> pd.DataFrame:
        """Columns ``outcome``, ``lever``, ``share``, ``low``, ``high``, ``clear``, ``sampling``.

        Shares of an outcome add up to its difference; ``other`` stands for all that differs besides levers.
        """
        return self.lever_split.frame(self.outcomes, name="lever")

    @property
    def mechanisms(self) -> pd.DataFrame:
        """Columns ``outcome``, ``mechanism``, ``share``, ``low``, ``high``, ``clear``, ``sampling``.

        Shares of an outcome add up to its difference; ``direct`` is what is left with all mechanisms held.
        """
        return self.mechanism_split.frame(self.outcomes, name="mechanism")

    @property
    def exact(self) -> bool:
        """Whether all combinations of levers were run; if not, ``lever_split.orders`` of their orders were."""
        return self.lever_split.orders == 0

    def chain(self, language: str, outcome: str | None = None) -> list[Link]:
        """Return the chains from levers to an outcome (the first one if None), in ``"en"`` or ``"de"``."""
        players = Players.of(self.before, self.after)
        return links(players, self.lever_split, self.mechanism_split, outcome or self.outcomes[0], language)


def trace_report(
    before: Scenario,
    after: Scenario,
    companies: int = 100,
    seed: int = 1,
    founded: Founded | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    outcomes: Sequence[str] = USUAL,
    threads: int | None = None,
    most_settings: int = MOST_SETTINGS,
) -> TraceReport:
    """Return why two scenarios differ, on the same companies.

    Parameters
    ----------
    before, after
        The scenarios: the same companies over the same weeks, with other levers and whatever else differs.
    companies
        Number of virtual companies.
    seed
        Which.
    founded
        Companies founded already, as for :func:`sim.simulate`.
    progress
        Told which share of all is done, from 0 to 1.
    cancelled
        Asked after each block of companies whether anybody still waits.
    outcomes
        What to explain, names of :data:`analysis.explanation.measured.EXPLAINABLE`; the main thing first.
    threads
        Worker threads; as many as there are processors if None. Without influence on the results.
    most_settings
        Combinations of levers that are run at most; beyond that, orders are sampled.

    Raises
    ------
    BadInputError
        For scenarios that differ in their companies or weeks, and for an unknown outcome.
    CancelledError
        If nobody waits any more.
    """
    explained = check_outcomes(outcomes)
    wanted = tuple(dict.fromkeys((*explained, *ON_THE_WAY)))
    runs = Runs(companies, seed, Founded() if founded is None else founded, threads, progress, cancelled)
    settings = min(2 ** len(Players.of(before, after).names), most_settings)
    border = settings / (settings + _LEVERS_SHARE)
    by_lever = split_levers(before, after, runs.part(0.0, border), wanted, most_settings=most_settings)
    by_mechanism = split_mechanisms(before, after, runs.part(border, 1.0), wanted)
    return TraceReport(before, after, companies, seed, explained, by_lever, by_mechanism)


__all__ = ["USUAL", "TraceReport", "trace_report"]
