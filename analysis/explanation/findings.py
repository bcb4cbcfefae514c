"""Findings on why two scenarios differ: shares of levers, shares of mechanisms, and chains of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pandas as pd

from analysis.explanation.chain import Link, links
from analysis.explanation.levers import MOST_SETTINGS, split_levers
from analysis.explanation.measured import ON_THE_WAY, check_outcomes
from analysis.explanation.mechanisms import split_mechanisms
from analysis.explanation.players import OTHER, Players
from analysis.explanation.runs import Runs
from analysis.explanation.split import Split
from analysis.explanation.words import capitalised, mechanism_name, other_name
from sim.lanes import Founded
from sim.scenario import Scenario
from sim.version import __version__

USUAL: Final = ("return_on_sales", "cooperation_quality", "coordination_efficiency", "professional")
"""The default outcomes."""
_MECHANISM_LANES: Final = 64
"""Lanes of the split over mechanisms, in which progress is measured."""


@dataclass(frozen=True, slots=True, eq=False)
class ExplanationFindings:
    """The attribution of differences between two scenarios to levers and to mechanisms.

    Attributes
    ----------
    before, after, companies, seed
        What was simulated.
    outcomes
        The outcomes that are explained, the main one first.
    lever_split, mechanism_split
        Shares in the difference of every company.
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
        """The differences: index outcome, columns ``before``, ``after``, ``difference``, ``low``, ``high``."""
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

        Shares of an outcome add up to its difference; ``direct`` is what is left with all mechanisms fixed.
        """
        return self.mechanism_split.frame(self.outcomes, name="mechanism")

    @property
    def exact(self) -> bool:
        """Whether all combinations of levers were run; if not, ``lever_split.orders`` of their orders were."""
        return self.lever_split.orders == 0

    def chain(self, language: str, outcome: str | None = None) -> list[Link]:
        """Return the chains from levers to an outcome (the first one if None), worded in a language."""
        players = Players.of(self.before, self.after)
        return links(players, self.lever_split, self.mechanism_split, outcome or self.outcomes[0], language)

    def lever_names(self, language: str) -> dict[str, str]:
        """Return the names of the levers, and of everything else that differs, by id."""
        policies = [policy for side in (self.before, self.after) for policy in side.all_policies()]
        return {policy.id: policy.name(language) for policy in policies} | {OTHER: other_name(language)}

    def to_json(self, language: str) -> dict[str, Any]:
        """Return the findings on the first outcome as JSON, as ``--json`` prints them; names are in the language."""
        outcome, names = self.outcomes[0], self.lever_names(language)

        def shares(frame: pd.DataFrame, player: str, named: Callable[[str], str]) -> dict[str, Any]:
            rows = frame[frame["outcome"] == outcome].drop(columns="outcome").set_index(player).to_dict("index")
            return {str(name): {"name": capitalised(named(str(name))), **row} for name, row in rows.items()}

        return {
            "a": self.before.name,
            "b": self.after.name,
            "companies": self.companies,
            "weeks": self.after.weeks,
            "seed": self.seed,
            "version": __version__,
            "outcome": outcome,
            "total": self.total.loc[outcome].to_dict(),
            "orders": self.lever_split.orders,
            "levers": shares(self.levers, "lever", names.__getitem__),
            "mechanisms": shares(self.mechanisms, "mechanism", lambda name: mechanism_name(name, language)),
            "chain": [asdict(link) for link in self.chain(language)],
        }


def explain(
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
) -> ExplanationFindings:
    """Attribute the differences between two scenarios on the same companies to levers and to mechanisms.

    Parameters
    ----------
    before, after
        The scenarios: the same companies over the same weeks, with other levers and whatever else differs.
    companies, seed
        The virtual companies, as for :func:`sim.simulate`.
    founded
        Companies founded already, as for :func:`sim.simulate`.
    progress
        Called with the share of all work that is done, from 0 to 1.
    cancelled
        Called after each block of companies; if it returns True, the work stops.
    outcomes
        The outcomes to explain, of :data:`analysis.explanation.measured.EXPLAINABLE`; the main one first.
    threads
        Number of worker threads; one per processor if None. Does not affect results.
    most_settings
        Most combinations of levers that are simulated; where there are more, orders are sampled.

    Raises
    ------
    BadInputError
        For scenarios that differ in their companies or weeks, and for an unknown outcome.
    CancelledError
        If ``cancelled`` said so.
    """
    explained = check_outcomes(outcomes)
    wanted = tuple(dict.fromkeys((*explained, *ON_THE_WAY)))
    runs = Runs(companies, seed, Founded() if founded is None else founded, threads, progress, cancelled)
    settings = min(2 ** len(Players.of(before, after).names), most_settings)
    border = settings / (settings + _MECHANISM_LANES)
    by_lever = split_levers(before, after, runs.part(0.0, border), wanted, most_settings=most_settings)
    by_mechanism = split_mechanisms(before, after, runs.part(border, 1.0), wanted)
    return ExplanationFindings(before, after, companies, seed, explained, by_lever, by_mechanism)


__all__ = ["USUAL", "ExplanationFindings", "explain"]
