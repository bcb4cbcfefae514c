"""Companies that were founded already, with their draws, so that other settings of the same companies find them.

Founding and drawing take about as long as two years of simulation. Blocks with other settings of the same companies
follow each other, and so do engines with other coefficients: the last few companies are kept.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import Final

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from sim import company as co
from sim.chance import EscalationDraws

Chance = tuple[co.Companies, NDArray[np.float64], list[EscalationDraws], NDArray[np.float64] | None]
"""Companies, demand by week, sources of draws, and the draws themselves where they fit into memory."""
_BYTES: Final = 64_000_000
"""Most bytes that are kept unless asked for more: those of about a thousand companies of 24 people over two years."""
_OVERHEAD: Final = 1500
"""Bytes that Python needs for a company's generator, arrays and entry (measured)."""


@dataclass(slots=True, eq=False)
class Founded:
    """The last companies, by everything they depend on; may be shared by threads and by engines.

    Attributes
    ----------
    most_bytes
        What is kept at most.
    """

    most_bytes: int = _BYTES
    _kept: LRUCache[Hashable, Chance] = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Make room; what is larger than all of it is kept alone."""
        most = max(1, self.most_bytes)
        self._kept = LRUCache(most, getsizeof=lambda chance: min(_bytes(chance), most))

    def get(self, key: Hashable) -> Chance | None:
        """Return companies and draws, or None if they are not here (any more)."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, chance: Chance) -> None:
        """Keep companies and draws; those that were not asked for the longest make room."""
        with self._lock:
            self._kept[key] = chance


def _bytes(chance: Chance) -> int:
    """Return what companies weigh: draws, and people and ties, as much as a few weeks of draws."""
    companies, demand, _, drawn = chance
    arrays = [demand, companies.people, companies.trust, companies.friction, *chain(*companies.leavers)]
    size = sum(array.nbytes for array in arrays) + _OVERHEAD * len(companies.numbers)
    return size if drawn is None else size + drawn.nbytes
