"""Positioned random numbers: what is drawn depends on who and when, never on who else is simulated.

Each (seed, purpose, number) has a Philox stream of its own, where the number is that of a company or of a graph. Within
a stream weeks come first, so a longer horizon only continues a shorter one. The numbers for a company, week and tie are
therefore the same whatever the block size, the executor or the other companies.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np

from sim.errors import BadInputError, between

_PURPOSE_BITS: Final = 8
_REDRAW_STEP: Final = 16
MAX_REDRAW: Final = 15
_ANY_SEED: Final = np.random.SeedSequence(0)
MAX_NUMBER: Final = 2**48
MAX_SEED: Final = 2**63 - 1


class Purpose(IntEnum):
    """Purpose of a stream of random numbers."""

    GRAPH = 1
    CONTEXT = 2
    PEOPLE = 3
    MARKET = 4
    ESCALATION = 5
    LEAVERS = 6
    NEWCOMERS = 7
    ADOPTION = 8
    SURVEY = 9
    SAMPLE = 10


class Streams:
    """The streams of one seed, handed out one after the other.

    Parameters
    ----------
    seed
        0 to 2^63 - 1.
    """

    def __init__(self, seed: int) -> None:
        if not 0 <= seed <= MAX_SEED:
            raise BadInputError("bounds", key="seed", value=seed, allowed=between(0, MAX_SEED))
        self._bits = np.random.Philox(_ANY_SEED)
        self._generator = np.random.Generator(self._bits)
        self._key = np.array([seed, 0], dtype=np.uint64)
        # Setting the state takes a fortieth of the time of Philox(key=...), which first gathers the system's entropy.
        self._state: Any = {
            "bit_generator": "Philox",
            "state": {"counter": np.zeros(4, dtype=np.uint64), "key": self._key},
            "buffer": np.zeros(4, dtype=np.uint64),
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }

    def at(self, purpose: Purpose, number: int, redraw: int = 0) -> np.random.Generator:
        """Return the generator at the start of a stream; it is valid until the next call.

        ``redraw`` (0 to 15) gives the same company another chance: other weeks, same people.

        Raises
        ------
        BadInputError
            If the company's or graph's number, or the redraw, is negative or too large.
        """
        if not 0 <= redraw <= MAX_REDRAW:
            raise BadInputError("bounds", key="redraw", value=redraw, allowed=between(0, MAX_REDRAW))
        if not 0 <= number < MAX_NUMBER:
            raise BadInputError("bounds", key="company", value=number, allowed=between(0, MAX_NUMBER - 1))
        self._key[1] = (number << _PURPOSE_BITS) | (int(purpose) + _REDRAW_STEP * redraw)
        self._bits.state = self._state
        return self._generator


def stream(seed: int, purpose: Purpose, number: int, redraw: int = 0) -> np.random.Generator:
    """Return a generator of one's own for a purpose and a company's (or graph's) number."""
    return Streams(seed).at(purpose, number, redraw)
