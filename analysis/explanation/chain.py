"""Chains of steps from a lever to an outcome, as far as the runs show them.

A chain begins with a lever and a parameter it moves, goes through measures to the gate of a mechanism
(:data:`analysis.explanation.rules_told.GATES`) and from there to the outcome. Up to the gate, the change of a measure
is the lever's share in it; beyond, it is the mechanism's share. A step is there only if the rules know it, both its
ends changed clearly (the interval over companies excludes 0), and in directions that fit the rule. What the rules allow
but the runs do not show has no chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from analysis.explanation.measured import ON_THE_WAY
from analysis.explanation.players import OTHER, Players
from analysis.explanation.rules_told import GATES, MODEL, RULES, Rule
from analysis.explanation.split import Floats, Split
from analysis.explanation.words import measure_change, parameter_change
from sim.parameters import MECHANISMS
from sim.practice import Practice

MOST_STEPS: Final = 5
"""Most steps from a parameter to a gate, and from a gate to the outcome."""
MOST_LEVERS: Final = 3
"""Most levers with a chain through one mechanism: those that move its gate the most."""
LEAST_SHARE: Final = 0.05
"""Share of a gate's movement below which a lever gets no chain, however clear it is."""
FAR_WEAKER: Final = 0.25
"""Ways to a gate are dropped whose weakest step is weaker by this factor than that of another one."""
_NO_MOVE: Final = 1e-9
_ROUNDING: Final = 1e-12

Change = tuple[float, float, float]
"""A mean over companies and its interval."""


@dataclass(frozen=True, slots=True)
class Link:
    """A step of a chain.

    Attributes
    ----------
    chain
        Number of the chain it belongs to; links of a chain follow each other.
    mechanism, lever
        The mechanism that the chain runs through, and the lever at which it begins.
    share_of
        Whose share the change is: ``"lever"`` up to the gate of the mechanism, ``"mechanism"`` beyond.
    cause, effect
        A lever, a mechanism parameter or a measure, and a parameter or a measure.
    change, low, high
        Change of the effect in its own unit, with its interval over companies; a parameter moves without chance.
    evidence
        Ids in :mod:`sim.evidence`; ``MODEL`` for what only the model says, nothing for a lever of one's own.
    support
        ``"evidence"`` if a source gives the direction, else ``"assumption"``. Sizes are assumptions always.
    cause_text, effect_text
        Names of both, with their change.
    """

    chain: int
    mechanism: str
    lever: str
    share_of: str
    cause: str
    effect: str
    change: float
    low: float
    high: float
    evidence: tuple[str, ...]
    support: str
    cause_text: str
    effect_text: str

    @property
    def text(self) -> str:
        """The step in words."""
        return f"{self.cause_text} → {self.effect_text}"


@dataclass(frozen=True, slots=True)
class _Step:
    """A step without words; if it has no evidence of its own, the lever's holds."""

    cause: str
    effect: str
    change: Change
    evidence: tuple[str, ...] | None


def links(players: Players, levers: Split, mechanisms: Split, outcome: str, language: str) -> list[Link]:
    """Return the chains to an outcome, those through the mechanism with the largest share first.

    Parameters
    ----------
    players
        The scenarios, and what differs.
    levers, mechanisms
        The splits, of the outcome and of all measures on the way (:data:`analysis.explanation.measured.ON_THE_WAY`).
    outcome
        The outcome at which chains end.
    language
        Language of the texts.
    """
    policies = {policy.id: policy for side in (players.before, players.after) for policy in side.all_policies()}
    by_mechanism = _changes(mechanisms)
    found: list[Link] = []
    count = 0
    for mechanism in sorted(mechanisms.players, key=lambda name: -abs(by_mechanism[name](outcome)[0])):
        for lever, head, tail in _chains(players, levers, by_mechanism[mechanism], mechanism, outcome):
            policy = policies[lever]
            before = policy.name(language)
            for share_of, steps in (("lever", head), ("mechanism", tail)):
                for step in steps:
                    after = _said(step, language)
                    evidence = policy.evidence if step.evidence is None else step.evidence
                    support = "evidence" if evidence and MODEL not in evidence else "assumption"
                    ends = (step.cause, step.effect, *step.change)
                    found.append(Link(count, mechanism, lever, share_of, *ends, evidence, support, before, after))
                    before = after
            count += 1
    return found


def _said(step: _Step, language: str) -> str:
    put = parameter_change if step.effect in MECHANISMS else measure_change
    return put(step.effect, step.change[0], language)


def _changes(split: Split) -> dict[str, Callable[[str], Change]]:
    """Return, by player, a function from a measure to the player's share in it."""
    known: dict[str, tuple[np.ndarray, ...]] = {}

    def change(measure: str, player: int) -> Change:
        if measure not in known:
            known[measure] = split.limits(measure)
        mean, low, high = (float(part[player]) for part in known[measure])
        return mean, low, high

    return {
        name: (lambda measure, player=player: change(measure, player))  # type: ignore[misc]
        for player, name in enumerate(split.players)
    }


def _clear(change: Change) -> bool:
    """Return whether a change is clear; that of a single company, which has no interval, is if it is not zero."""
    mean, low, high = change
    if np.isnan(low):
        return abs(mean) > _ROUNDING
    return max(low, -high) > _ROUNDING


def _chains(
    players: Players, levers: Split, through: Callable[[str], Change], mechanism: str, outcome: str
) -> Iterator[tuple[str, list[_Step], list[_Step]]]:
    """Yield levers that change the outcome through a mechanism, with the steps to one of its gates and from there."""
    if not _clear(through(outcome)):
        return
    by_lever, weakest = _changes(levers), _Weakest(levers.before)
    found: dict[str, tuple[float, float, list[_Step], list[_Step]]] = {}
    for gate in GATES[mechanism]:
        total = float((levers.after[gate] - levers.before[gate]).mean())
        moved = [name for name in levers.players if name != OTHER and _clear(by_lever[name](gate))]
        for lever in moved:
            share = by_lever[lever](gate)[0]
            if abs(share) < LEAST_SHARE * abs(total):
                continue
            heads = list(_heads(players, lever, gate, by_lever[lever]))
            tails = list(_ways(gate, share, outcome, through)) if gate != outcome else [[]]
            tails = [way for way in tails if share * total > 0.0 or _takes_part(way, by_lever[lever])]
            if heads and tails:
                head, tail = _told(heads, weakest), min(tails, key=lambda way: (-weakest(way), len(way)))
                # Of several gates, keep the one with the strongest whole way.
                strength = min(weakest(head), weakest(tail)) if tail else weakest(head)
                if lever not in found or strength > found[lever][0]:
                    found[lever] = strength, abs(share / total) if total else inf, head, tail
    for lever in sorted(found, key=lambda name: -found[name][1])[:MOST_LEVERS]:
        yield lever, found[lever][2], found[lever][3]


def _told(heads: Sequence[list[_Step]], weakest: _Weakest) -> list[_Step]:
    """Return the way to a gate that explains most: by one measure if there is one, else straight, else by more.

    Of ways by other measures those are left out on which a measure changes far less than on the strongest one.
    """
    straight = [way for way in heads if len(way) == 2]
    by_way = {k: weakest(way[:-1]) for k, way in enumerate(heads) if len(way) > 2}
    least = FAR_WEAKER * max(by_way.values(), default=0.0)
    strong = sorted((len(heads[k]), -strength, k) for k, strength in by_way.items() if strength >= least)
    if strong and (strong[0][0] == 3 or not straight):
        return heads[strong[0][2]]
    return (straight or list(heads))[0]


def _takes_part(tail: Sequence[_Step], change: Callable[[str], Change]) -> bool:
    """Return whether a lever that moves a gate against the other levers contributes to what follows from there.

    It does where either direction can have the same effect, as with disagreement, and the lever alone has it.
    """
    if not tail or any(rule.sign for rule in _FROM[tail[0].cause] if rule.effect == tail[0].effect):
        return False
    own = change(tail[0].effect)
    return _clear(own) and own[0] * tail[0].change[0] > 0.0


class _Weakest:
    """Strength of the weakest step of a way: its change in standard deviations of the measure among companies."""

    def __init__(self, measures: Mapping[str, Floats]) -> None:
        self._measures = measures

    def __call__(self, way: Sequence[_Step]) -> float:
        """Return the strength; steps that only move a parameter do not count."""
        return min((self._strength(step) for step in way if step.effect not in MECHANISMS), default=0.0)

    def _strength(self, step: _Step) -> float:
        spread = float(self._measures[step.effect].std())
        return abs(step.change[0]) / spread if spread > _ROUNDING else inf


def _heads(players: Players, lever: str, gate: str, change: Callable[[str], Change]) -> Iterator[list[_Step]]:
    """Yield the ways from a lever to a gate."""
    if gate == "lever_cost":
        yield [_Step(lever, gate, change(gate), (MODEL,))]
        return
    for parameter, move in _moved(players, lever).items():
        begin = _Step(lever, parameter, (move, move, move), None)
        for way in _ways(parameter, move, gate, change):
            yield [begin, *way]


def _moved(players: Players, lever: str) -> dict[str, float]:
    """Return the changes of mechanism parameters in the last week if a lever is exchanged."""
    week = players.after.weeks - 1
    one, other = (Practice.of(scenario).at(week)[0] for scenario in (players.without(lever), players.after))
    return {name: other[name] - one[name] for name in other if abs(other[name] - one[name]) > _NO_MOVE}


def _ways(
    start: str, move: float, end: str, change: Callable[[str], Change], been: tuple[str, ...] = ()
) -> Iterator[list[_Step]]:
    """Yield the ways along rules on which every measure changes clearly, in the direction of the rule."""
    if len(been) == MOST_STEPS:
        return
    for rule in _FROM.get(start, ()):
        if rule.effect in (*been, start) or (rule.effect != end and rule.effect not in ON_THE_WAY):
            continue
        there = change(rule.effect)
        if not _clear(there) or there[0] * move * rule.sign < 0.0:
            continue
        step = _Step(start, rule.effect, there, rule.evidence)
        if rule.effect == end:
            yield [step]
        else:
            for rest in _ways(rule.effect, there[0], end, change, (*been, start)):
                yield [step, *rest]


_FROM: Final[Mapping[str, tuple[Rule, ...]]] = {
    cause: tuple(rule for rule in RULES if rule.cause == cause) for cause in dict.fromkeys(rule.cause for rule in RULES)
}

__all__ = ["Link", "links"]
