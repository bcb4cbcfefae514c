"""The draft: a user's settings, and the two scenarios that follow from them.

A draft is small and never changes: undo, links and files are plain functions of drafts. The baseline is the company as
it is; the scenario is the same company with the levers moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.policies import ALL_POLICIES, Policy
from sim.presets import preset
from sim.rules import WEEKS_PER_YEAR
from sim.scenario import MAX_WEEKS, Lever, Scenario, Step

OPENING: Final = "machine_builder"
"""The preset that the studio opens on: an industry of the study in which all four types occur."""
COMPANIES: Final = (200, 1000, 2000)
"""How many virtual companies an answer may be on."""
PROFILE: Final = ("industry", "revenue_class", "division_type", "marketing", "sales", "structure")
"""Fields of a company's profile that can be set."""
RUN: Final = ("weeks", "seed", "companies")
"""What else can be set about a run."""
MIN_WEEKS: Final = 26
"""Shortest horizon: outcomes are means over the last quarter, and levers take months to work."""
_BEFORE: Final = "baseline"
_AFTER: Final = "scenario"


@dataclass(frozen=True, slots=True)
class Move:
    """A lever that somebody has moved.

    Attributes
    ----------
    intensity
        Where to, 0 to 1.
    week
        When the move begins.
    on
        Off means an intensity of 0, whatever the slider says; on again, the slider is where it was.
    steps
        A schedule that a file brought along and no slider can be set to; empty for none.
    """

    intensity: float
    week: int = 0
    on: bool = True
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no slider can be set to."""
        if not 0.0 <= self.intensity <= 1.0:
            raise BadInputError("bounds", key="intensity", value=self.intensity, allowed=between(0, 1))
        if not 0 <= self.week <= MAX_WEEKS:
            raise BadInputError("bounds", key="start", value=self.week, allowed=between(0, MAX_WEEKS))

    @property
    def target(self) -> float:
        """Return the intensity that is aimed at."""
        return self.intensity if self.on else 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that is set.

    Attributes
    ----------
    preset
        Id of the preset that it began with.
    own
        The company as it is, where it does not come from the preset but from files.
    company
        Fields of the company's profile that were changed, among :data:`PROFILE`.
    weeks
        Horizon; None for that of the preset.
    seed
        Of the virtual companies and their chance.
    companies
        How many companies the refined answer is on.
    moves
        Levers that were moved, by id.
    """

    preset: str = OPENING
    own: Scenario | None = None
    company: Mapping[str, Any] = field(default_factory=dict)
    weeks: int | None = None
    seed: int = 1
    companies: int = 1000
    moves: Mapping[str, Move] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a draft from which no scenario could be made.

        Raises
        ------
        BadInputError
            With the key and what is allowed.
        """
        if self.companies not in COMPANIES:
            allowed = ", ".join(map(str, COMPANIES))
            raise BadInputError("invalid", key="companies", value=self.companies, allowed=allowed)
        for key, value, low, high in (("seed", self.seed, 0, MAX_SEED), ("weeks", self.weeks, MIN_WEEKS, MAX_WEEKS)):
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and low <= value <= high):
                allowed_range = phrase("a_whole_number", range=between(low, high))
                raise BadInputError("bounds", key=key, value=value, allowed=allowed_range)
        for name in self.company:
            if name not in PROFILE:
                raise unknown_name(name, PROFILE, key="company")
        known = [policy.id for policy in self.policies()]
        for name in self.moves:
            if name not in known:
                raise unknown_name(name, known, key="levers")
        # The company's profile is checked where it is declared.
        baseline(self)

    def origin(self) -> Scenario:
        """Return the scenario that the draft began with."""
        return preset(self.preset).scenario() if self.own is None else self.own

    def policies(self) -> tuple[Policy, ...]:
        """Return the levers that there are: the study's, the intervention, and those that a file brought along."""
        return ALL_POLICIES if self.own is None else self.own.all_policies()

    def moved(self, lever: str, move: Move) -> Draft:
        """Return the draft with a lever moved; one that is put back where it was counts as not moved."""
        moves = {name: kept for name, kept in self.moves.items() if name != lever}
        if move.on and move.intensity == present(self.origin(), lever) and move.week == 0:
            return replace(self, moves=moves)
        return replace(self, moves={**moves, lever: move})

    def reset(self, lever: str | None = None) -> Draft:
        """Return the draft with one lever as it was, or all of them."""
        return replace(self, moves={name: move for name, move in self.moves.items() if lever not in (None, name)})


def opening() -> Draft:
    """Return what the studio opens on: companies of all types, and a first lever moved."""
    return Draft(moves={"constructive_conflict": Move(0.8)})


def of_preset(draft: Draft, name: str) -> Draft:
    """Return the draft of another preset, to which seed, companies and moved levers are carried over.

    Levers of one's own belong to the scenario that declares them, and the lever that the studio opens on was moved by
    nobody: neither goes along.
    """
    known = {policy.id for policy in ALL_POLICIES}
    moves = {} if draft == opening() else {lever: move for lever, move in draft.moves.items() if lever in known}
    return Draft(preset=name, seed=draft.seed, companies=draft.companies, moves=moves)


def baseline(draft: Draft) -> Scenario:
    """Return the company as it is."""
    origin = draft.origin()
    changes: dict[str, Any] = {"name": _BEFORE}
    if draft.weeks is not None:
        changes["weeks"] = draft.weeks
    if draft.company:
        changes["company"] = {**origin.company.model_dump(exclude_unset=True), **draft.company}
    return origin.changed(**changes)


def scenario(draft: Draft) -> Scenario:
    """Return the same company with the levers moved."""
    before = baseline(draft)
    moved = {name: _schedule(before.levers.get(name), move) for name, move in draft.moves.items()}
    return before.changed(name=_AFTER, levers={**before.levers, **moved})


def from_scenario(scenario: Scenario, draft: Draft) -> Draft:
    """Return the draft of a scenario from a file.

    What of its levers was in place before the first week (:class:`sim.scenario.Step`) is part of the baseline; what
    follows is what has been moved.

    Parameters
    ----------
    scenario
        From the file.
    draft
        Whose seed and number of companies stay.
    """
    in_place: dict[str, Lever] = {}
    moves: dict[str, Move] = {}
    for name, lever in scenario.levers.items():
        first, *later = lever.schedule()
        if first.start == 0.0 and first.ramp == 1.0:
            in_place[name] = Lever(intensity=first.intensity, ramp=1.0)
        else:
            later = [first, *later]
        if later:
            moves[name] = _move(tuple(later))
    own = scenario.changed(levers=in_place)
    return Draft(preset=draft.preset, own=own, seed=draft.seed, companies=draft.companies, moves=moves)


def _move(steps: tuple[Step, ...]) -> Move:
    last, begin = steps[-1], steps[0].start
    plain = len(steps) == 1 and last.ramp is None and begin == round(begin)
    return Move(last.intensity, week=round(begin), on=last.intensity > 0.0, steps=() if plain else steps)


def present(origin: Scenario, lever: str) -> float:
    """Return the intensity at which a lever is in place before anybody moves it."""
    found = origin.levers.get(lever)
    return 0.0 if found is None else found.schedule()[-1].intensity


def week_of(month: int) -> int:
    """Return the week in which a month begins; months count from 0."""
    return round(month * WEEKS_PER_YEAR / 12.0)


def month_of(week: float) -> int:
    """Return the month that begins in a week, or next to it."""
    return round(week * 12.0 / WEEKS_PER_YEAR)


def _schedule(before: Lever | None, move: Move) -> Lever:
    """Return a lever's way from where it is to where it was moved."""
    steps = move.steps or (Step(intensity=move.target, start=float(move.week)),)
    in_place = () if before is None else before.schedule()
    # A lever that is at 0 is not there: from the first week on, its introduction costs.
    if all(earlier.intensity == 0.0 for earlier in in_place):
        in_place = ()
    return Lever(steps=(*in_place, *steps)) if in_place or move.steps else Lever(**steps[0].model_dump())


__all__ = [
    "COMPANIES",
    "MIN_WEEKS",
    "OPENING",
    "PROFILE",
    "RUN",
    "Draft",
    "Move",
    "baseline",
    "from_scenario",
    "month_of",
    "of_preset",
    "opening",
    "present",
    "scenario",
    "week_of",
]
