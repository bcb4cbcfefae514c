"""The same companies once more, with mechanisms held at the path they took in another run.

So one learns through which mechanisms a difference between two runs came about.

A run ``before`` is written down. A run ``after``, with other levers, is repeated; where a mechanism is held, what it
gives is taken from ``before``, tie by tie, person by person and week by week, and everything that reads it reads that.
What the levers would have changed in it then changes nothing. (In the study of mediation these are mediators, and what
remains with all of them held is the controlled direct effect.)

Each mechanism is a cut through the rules (:mod:`sim.rules`). The quantities that are taken over:

``understanding`` (E23-E26, E40)
    how well the two on a tie understand each other (``understanding``). Channel, unread mail, social skill, knowledge
    gap, strangeness and experience of the other side act through it.
``disagreement`` (E20-E22, E26, E33, E34, E41)
    the organisation's content disagreement, how much of it is argued fairly, and on each tie what helps nobody
    (``informative_disagreement``, ``fair_share``, ``uninformative_disagreement``). Voice, contrast of roles,
    face-saving in argument, goals, plans and market focus act through it.
``escalation`` (E20, E22, E30, E31, E37, E38)
    on each tie whether disagreement turned personal this week, and the friction this leaves (``next_friction``): one
    mechanism, as friction comes from nothing else. Clarity, power, face-saving and skill act through it.
``trust`` (E14, E16, E42)
    trust on each tie and each person's regard for the other department (``next_trust``, ``next_regard``). Rotation
    against one's motives acts through it; everything else reaches it through alignment and escalation.
``knowledge`` (E13, E23, E27, E29)
    what people know of market and products (``learned``). Training, linked systems and disclosure act through it.
``time`` (E17, E26, E28, E31-E33)
    on each tie contact as a multiple of the need, contact hours and the waste they cause (``relative_contact``,
    ``waste``); of each person the hours of reading (``reading_hours``); the organisation's hours for reports, planning,
    training, rotation and teams (``fixed_load``): hence all hours, core work included. Mandate, willingness, formality
    and reports act through it. What training teaches, and what reports add to the unread, does not.
``price``
    decision quality as it enters the price (E20); it is read when returns are worked out and nowhere in the week, so
    it is no concern of this module. :mod:`analysis.explanation` holds it.

What remains is direct: levers' costs, divergence of goals as a part of cooperation quality (E16, E34), and in alignment
unclear responsibility (E31), team decisions that evaporate (E32) and perspectives that a power gap drops (E30).

The cut lets every path from a lever enter the week through as few mechanisms as can be. It cannot keep mechanisms apart
that feed each other: better understanding raises trust. Such a path is open only if all mechanisms on it are free.
States that newcomers inherit follow those of the other run, as they are taken over at both ends of a week. Ties that
only teams use have a path in a run without teams, too: what people there would understand if they met, with no hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.company import Organisation
from sim.core.cache import get_following_kernel
from sim.core.engine import Block, Engine, Ints
from sim.core.layout import HOLDABLE, PERSON_PATH, TIE_PATH
from sim.core.record import Follow
from sim.core.threads import work_off
from sim.graph import communication_graph

Reduced = dict[str, NDArray[Any]]

_TOGETHER: Final = 8
"""Companies that are written down in one block; more would only make the work lumpier."""
_NUMBERS: Final = 8_000_000
"""Numbers that are written down of them at most, but of one company at least: 64 MB in each thread."""


def run_held(
    before: Engine,
    after: Engine,
    numbers: Ints,
    held: NDArray[np.bool_],
    reduce_before: Callable[[Block], Mapping[str, NDArray[Any]]],
    reduce_after: Callable[[Block, Block], Mapping[str, NDArray[Any]]],
    progress: Callable[[int], None] | None = None,
) -> tuple[Reduced, Reduced]:
    """Simulate companies under one setting, and under another one with mechanisms held at their path under the first.

    Parameters
    ----------
    before, after
        Engines whose first settings are the two; companies must be of the same kind, and horizon and seed the same.
    numbers
        Company numbers, shape (companies,).
    held
        Which of :data:`sim.core.layout.HOLDABLE` are held, shape (runs, 6); each run is done on each company.
    reduce_before
        Makes arrays with one entry per lane of a block under the first setting.
    reduce_after
        Makes arrays with one entry per lane of a block under the second; given the block under the first setting, with
        the one company that all lanes are, and that block. Both are called in worker threads.
    progress
        Told the number of lanes done, of ``companies * (1 + runs)``.

    Returns
    -------
    tuple of dict
        What was made, by name: shape (companies, ...) and shape (companies, runs, ...).

    Raises
    ------
    ValueError
        If engines differ in what must be the same.
    """
    places = [engine.settings.worlds[engine.settings.world[0]].place for engine in (before, after)]
    if (before.seed, before.weeks, places[0]) != (after.seed, after.weeks, places[1]):
        raise ValueError("a run can follow another one of the same companies, seed and horizon only")
    # Here, before there are threads: two of them would compile it twice.
    for width in {before.block_lanes, after.block_lanes}:
        get_following_kernel(width)
    blocks = before.cut(np.zeros(len(numbers), dtype=np.int64), numbers)
    most = _most_together(before)
    parts = [block[k : k + most] for block in blocks for k in range(0, len(block), most)]
    first: Reduced = {}
    second: Reduced = {}

    def work(part: Ints) -> tuple[Ints, Mapping[str, NDArray[Any]], Mapping[str, NDArray[Any]]]:
        base = before.run_block(part, np.zeros(len(part), dtype=np.int64), numbers[part], Follow.nothing(len(part)))
        assert base.record is not None
        found = []
        for lane, number in enumerate(numbers[part]):
            path, alone = base.record.path(lane), base.only(lane)
            pieces = []
            for start in range(0, len(held), after.block_lanes):
                masks = held[start : start + after.block_lanes]
                runs = np.arange(start, start + len(masks), dtype=np.int64)
                block = after.run_block(runs, np.zeros_like(runs), np.full_like(runs, number), Follow(masks, path))
                pieces.append(reduce_after(alone, block))
            found.append({name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]})
        return part, reduce_before(base), {name: np.stack([company[name] for company in found]) for name in found[0]}

    def finish(done: tuple[Ints, Mapping[str, NDArray[Any]], Mapping[str, NDArray[Any]]]) -> None:
        part, *made = done
        for whole, some in zip((first, second), made, strict=True):
            for name, values in some.items():
                if name not in whole:
                    whole[name] = np.empty((len(numbers), *values.shape[1:]), dtype=values.dtype)
                whole[name][part] = values
        if progress is not None:
            progress(len(part) * (1 + len(held)))

    work_off(parts, work, finish, before.threads)
    return first, second


def _most_together(engine: Engine) -> int:
    """Return how many companies are written down in one block."""
    place = engine.settings.worlds[engine.settings.world[0]].place
    graph = place.graph if isinstance(place, Organisation) else communication_graph(place, engine.seed, 0)
    numbers = engine.weeks * (graph.people * len(PERSON_PATH) + graph.ties * len(TIE_PATH))
    return int(np.clip(_NUMBERS // numbers, 1, min(_TOGETHER, engine.block_lanes)))


__all__ = ["HOLDABLE", "run_held"]
