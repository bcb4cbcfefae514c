"""A person's story in sentences: who they are, and what happened to them, all of it read off a company's weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.studio.views.network.names import person_name
from experiments.company_trajectory import CompanyTrajectory
from sim.perceptions import OPPOSITE
from sim.texts import Texts

Series = NDArray[np.float32]

_TRAITS: Final = ("autonomy", "recognition", "status", "contacts", "social_skill", "experience", "market_knowledge")
_UNLIKE: Final = 0.9
"""From so many standard deviations of the department on, a trait is worth telling."""
_TRAITS_TOLD: Final = 3
_PARTNERS_TOLD: Final = 3
_WEEKS_TOLD: Final = 6
_NAMES_TOLD: Final = 8
_MOVED: Final = 0.03
"""Changes of regard below this are told as none."""
_LOST: Final = 0.1
"""Losses and gains of trust below this are not told."""
_PILED_UP: Final = 2.0
"""Hours of backlog below this are not told as a pile."""


def story(trajectory: CompanyTrajectory, person: int, texts: Texts) -> list[str]:
    """Return a person's story.

    Parameters
    ----------
    trajectory
        The company's weeks.
    person
        Number of the person; when somebody leaves, the story goes on with who takes over the seat.
    texts
        The language.

    Returns
    -------
    list of str
        Paragraphs. Weeks are counted from 1; week 0 is the start.
    """
    teller = _Teller(trajectory, person, texts)
    paragraphs = [
        [*teller.place(), *teller.traits(0)],
        teller.clashes(),
        teller.trust(),
        teller.regard(),
        teller.backlog(),
        *(
            [*teller.departure(week), *teller.traits(week)]
            for week in np.flatnonzero(trajectory.arrived[:, person]).tolist()
        ),
    ]
    return [" ".join(paragraph) for paragraph in paragraphs if paragraph]


class _Teller:
    """Tells of one person; each method returns the sentences of one theme."""

    def __init__(self, trajectory: CompanyTrajectory, person: int, texts: Texts) -> None:
        self._trajectory, self._person, self._texts = trajectory, person, texts
        self._name = person_name(trajectory, person, texts)
        department = trajectory.department(person)
        other = OPPOSITE[department]
        self._sides = {
            "department": texts(f"studio_network.department.{department}"),
            "other": texts(f"studio_network.department.{other}"),
            "towards": texts(f"studio_network.towards.{other}"),
        }
        ties, in_use = trajectory.ties_of(person), trajectory.in_use()
        self._ties = [int(tie) for tie in ties if in_use[:, tie].any()]
        self._in_use = in_use

    def _say(self, key: str, **values: object) -> str:
        return self._texts(f"studio_network.story.{key}", **{"name": self._name, **self._sides, **values})

    def _number(self, value: float, digits: int = 2) -> str:
        return self._texts.number(float(value), digits)

    def _partner(self, tie: int) -> str:
        return person_name(self._trajectory, self._trajectory.partner(tie, self._person), self._texts)

    def _people(self, ties: Sequence[int]) -> str:
        told = [self._partner(tie) for tie in ties[:_NAMES_TOLD]]
        return _listed(told, self._texts) if len(ties) <= _NAMES_TOLD else ", ".join([*told, "..."])

    # --- who they are -----------------------------------------------------------------------------------------------

    def place(self) -> list[str]:
        """Tell where the person sits."""
        team = self._trajectory.graph.team
        regular = [tie for tie in self._ties if not team[tie]]
        key = "place_none" if not regular else "place_one" if len(regular) == 1 else "place"
        sentences = [self._say(key, count=len(regular), partners=self._people(regular))]
        if others := [tie for tie in self._ties if team[tie]]:
            sentences.append(self._say("teams", partners=self._people(others)))
        return sentences

    def traits(self, week: int) -> list[str]:
        """Tell what sets the person apart from the department in a week."""
        away: dict[str, float] = {}
        for trait in _TRAITS:
            everybody = self._trajectory.people[trait][week, self._trajectory.colleagues(self._person)]
            if (spread := float(everybody.std())) > 0.0:
                own = self._trajectory.people[trait][week, self._person]
                away[trait] = float(own - everybody.mean()) / spread
        told = sorted((trait for trait in away if abs(away[trait]) >= _UNLIKE), key=lambda trait: -abs(away[trait]))
        name = self._texts("studio_network.story.newcomer") if week else self._name
        if not told:
            return [self._say("alike", name=name)]
        said = [
            self._texts(f"studio_network.trait.{trait}.{'high' if away[trait] > 0.0 else 'low'}")
            for trait in told[:_TRAITS_TOLD]
        ]
        return [self._say("unlike", name=name, traits=_listed(said, self._texts))]

    # --- what happened ----------------------------------------------------------------------------------------------

    def clashes(self) -> list[str]:
        """Tell with whom disagreement turned personal, and when."""
        if not self._ties:
            return []
        weeks = {tie: np.flatnonzero(self._trajectory.ties["escalated"][:, tie]).tolist() for tie in self._ties}
        by_count = sorted((tie for tie in self._ties if weeks[tie]), key=lambda tie: -len(weeks[tie]))
        count = sum(map(len, weeks.values()))
        if not count:
            return [self._say("peace")]
        told = [
            self._say("clash_with", partner=self._partner(tie), weeks=_weeks(weeks[tie], self._texts))
            for tie in by_count[:_PARTNERS_TOLD]
        ]
        if rest := sum(len(weeks[tie]) for tie in by_count[_PARTNERS_TOLD:]):
            told.append(self._say("clash_others", count=rest))
        return [self._say("clash_one" if count == 1 else "clash", count=count, clashes="; ".join(told))]

    def trust(self) -> list[str]:
        """Tell of the greatest loss of trust, whether it was made good, and of the greatest gain."""
        trust, sentences = self._trajectory.ties["trust"], []
        if not self._ties:
            return []
        falls = {tie: _fall(trust[:, tie]) for tie in self._ties}
        worst = max(falls, key=lambda tie: trust[falls[tie][0], tie] - trust[falls[tie][1], tie])
        begin, low = falls[worst]
        path = trust[:, worst]
        if (lost := float(path[begin] - path[low])) >= _LOST:
            sentences.append(
                self._say(
                    "trust_lost", partner=self._partner(worst),
                    start=self._number(path[begin]), begin=begin, low=self._number(path[low]), end=low,
                )
            )  # fmt: skip
            best = low + int(path[low:].argmax())
            if path[best] - path[low] >= lost / 2.0:
                sentences.append(self._say("trust_back", week=best, high=self._number(path[best])))
            else:
                sentences.append(self._say("trust_gone", end=self._number(path[-1])))
        gains = trust[-1, self._ties] - trust[0, self._ties]
        if float(gains.max()) >= _LOST:
            best_tie = self._ties[int(gains.argmax())]
            start, end = (self._number(trust[week, best_tie]) for week in (0, -1))
            sentences.append(self._say("trust_won", partner=self._partner(best_tie), start=start, end=end))
        return sentences

    def regard(self) -> list[str]:
        """Tell how regard for the other department moved."""
        path = self._trajectory.people["regard"][:, self._person]
        change, low = float(path[-1] - path[0]), int(path.argmin())
        key = "regard_same" if abs(change) < _MOVED else "regard_up" if change > 0.0 else "regard_down"
        start, end = self._number(path[0]), self._number(path[-1])
        sentences = [self._say(key, start=start, end=end, weeks=self._trajectory.weeks)]
        if min(path[0], path[-1]) - path[low] >= _MOVED:
            sentences.append(self._say("regard_low", week=low, low=self._number(path[low])))
        return sentences

    def backlog(self) -> list[str]:
        """Tell when unread mail and reports piled up."""
        path = self._trajectory.people["backlog"][:, self._person]
        begin, high = _fall(-path)
        if path[high] - path[begin] < _PILED_UP:
            return [self._say("backlog_low", high=self._number(path.max(), 1))]
        sentences = [
            self._say(
                "backlog_rose",
                start=self._number(path[begin], 1), begin=begin, high=self._number(path[high], 1), end=high,
            )
        ]  # fmt: skip
        if high < self._trajectory.weeks:
            sentences.append(self._say("backlog_fell", end=self._number(path[-1], 1)))
        return sentences

    def departure(self, week: int) -> list[str]:
        """Tell that somebody left in a week, and what the newcomer took over."""
        used = [tie for tie in self._ties if self._in_use[week, tie]]
        if not used:
            return [self._say("left_untied", week=week)]
        trust = self._trajectory.ties["trust"][:, used].mean(axis=1)
        after = min(week + 1, self._trajectory.weeks)
        return [
            self._say("left", week=week, before=self._number(trust[week - 1]), after=self._number(trust[after])),
        ]


def _fall(path: Series) -> tuple[int, int]:
    """Return where the greatest fall of a path begins and ends; the same place twice if it never falls."""
    highest = np.maximum.accumulate(path)
    end = int((highest - path).argmax())
    begin = int(path[: end + 1].argmax())
    # From the last week at that height on, not from a long rest there.
    return int(np.flatnonzero(path[: end + 1] == path[begin])[-1]) if end else end, end


def _listed(words: Sequence[str], texts: Texts) -> str:
    if len(words) == 1:
        return words[0]
    return texts("studio_network.list.two", first=", ".join(words[:-1]), last=words[-1])


def _weeks(weeks: Sequence[int], texts: Texts) -> str:
    """Return weeks in words, the first few of many."""
    told = [str(week) for week in weeks[:_WEEKS_TOLD]]
    rest = len(weeks) - len(told)
    said = texts("studio_network.list.more_weeks", weeks=", ".join(told), count=rest) if rest else _listed(told, texts)
    return texts(f"studio_network.list.{'week' if len(weeks) == 1 else 'weeks'}", weeks=said)


__all__ = ["story"]
