"""Companies that were founded already, with their draws, so that other settings of the same companies find them.

Founding and drawing take about as long as two years of simulation. Blocks with other settings of the same companies
follow each other, and so do engines with other coefficients: the last few companies are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import numpy as np
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
    _kept: OrderedDict[Hashable, tuple[Chance, int]] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable) -> Chance | None:
        """Return companies and draws, or None if they are not here (any more)."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def keep(self, key: Hashable, chance: Chance, size: int) -> None:
        """Keep companies and ``size`` bytes of draws; those that were not asked for the longest make room."""
        companies = chance[0]
        # The people and ties of a company weigh as much as a few weeks of draws.
        size += sum(a.nbytes for a in (companies.people, companies.trust, companies.friction))
        size += sum(a.nbytes for leavers in companies.leavers for a in leavers) + _OVERHEAD * len(companies.numbers)
        with self._lock:
            if key in self._kept:  # another thread was faster
                return
            self._kept[key] = chance, size
            self._bytes += size
            while self._bytes > self.most_bytes and len(self._kept) > 1:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed
