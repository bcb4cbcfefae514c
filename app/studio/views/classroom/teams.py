"""Teams side by side: what their links say, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import parse_qsl

import pandas as pd

from app.studio.answer import Answer
from app.studio.draft import Draft, baseline
from app.studio.link import decode
from app.studio.views.classroom.prediction import PROFESSIONAL, Measure, compared
from app.terminal.complaints import said
from sim.errors import Phrase
from sim.texts import Texts

MOST: Final = 4
"""Teams side by side."""
_LONGEST: Final = 4000
"""Longest text that is read as a link."""
FIGURES: Final = (
    Measure(PROFESSIONAL, low=0.0, high=100.0, step=1.0),
    Measure("cooperation_quality", low=0.0, high=1.0, step=0.01),
    Measure("coordination_efficiency", low=0.0, high=1.0, step=0.01),
    Measure("return_on_sales", low=-20.0, high=20.0, step=0.5),
    Measure("lever_cost", low=0.0, high=5.0, step=0.01),
)
"""What is compared."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team's place at the table.

    Attributes
    ----------
    number
        From 1.
    draft
        What its link sets; None if it cannot be read.
    notice
        What there is to say about the link.
    """

    number: int
    draft: Draft | None
    notice: Phrase | None = None


def read_teams(links: list[str]) -> list[Team]:
    """Return the teams whose links are given, whole addresses or what follows the question mark; blanks are skipped."""
    return [_team(number, text.strip()) for number, text in enumerate(links[:MOST], start=1) if text.strip()]


def _team(number: int, text: str) -> Team:
    query = text.rpartition("?")[2].partition("#")[0]
    if len(text) <= _LONGEST and "v" in dict(parse_qsl(query, keep_blank_values=True)):
        arrival = decode(query)
        if not arrival.serious:
            return Team(number, arrival.draft, arrival.notice)
    return Team(number, None, said("studio.classroom.teams.nonsense", team=number))


def same_companies(teams: list[Team]) -> bool:
    """Return whether all teams began with the same virtual companies, so that their figures can be compared."""
    begun = [(baseline(team.draft), team.draft.seed, team.draft.companies) for team in teams if team.draft is not None]
    return all(one == begun[0] for one in begun)


def levers_of(draft: Draft, texts: Texts) -> str:
    """Return which levers a team moved, and how far."""
    names = {policy.id: policy.name(texts.language) for policy in draft.policies()}
    moved = [f"{names[name]} {texts.percent(move.target, 0)}" for name, move in draft.moves.items()]
    return ", ".join(moved) if moved else texts("studio.classroom.teams.no_levers")


def column(answer: Answer, texts: Texts) -> list[str]:
    """Return a team's figures as they are read: the scenario's, and the difference to the baseline, with interval."""
    found = compared(answer)
    return [_cell(measure, found, texts) for measure in FIGURES]


def _cell(measure: Measure, found: pd.DataFrame, texts: Texts) -> str:
    row = cast("pd.Series[float]", found.loc[measure.id])
    difference, interval = texts.amounts(measure.id, row["difference"], row["low"], row["high"], sign=True)
    return texts(
        "studio.classroom.teams.cell",
        after=measure.text(float(row["b"]), texts), difference=difference, interval=interval,
    )  # fmt: skip


__all__ = ["FIGURES", "MOST", "Team", "column", "levers_of", "read_teams", "same_companies"]
