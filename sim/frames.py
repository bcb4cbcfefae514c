"""Tidy frames from what is kept of lanes: outcomes, weekly paths, hours by purpose, perceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import outcomes as oc
from sim import perceptions as pc

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Scenarios, each on the same virtual companies; the first companies of the first scenario come first.

    Attributes
    ----------
    scenarios
        Names.
    companies
        Numbers, shape (companies,).
    """

    scenarios: Sequence[str]
    companies: NDArray[np.int64]

    def columns(self, rows: int = 1) -> dict[str, NDArray[np.generic]]:
        """Return the columns that say which run a row is of, with so many rows for each."""
        names = np.array(self.scenarios, dtype=object)
        return {
            "scenario": np.repeat(names, len(self.companies) * rows),
            "company": np.tile(np.repeat(self.companies, rows), len(names)),
        }

    def __len__(self) -> int:
        """Return how many runs there are."""
        return len(self.scenarios) * len(self.companies)


def outcomes(runs: Runs, kept: Mapping[str, NDArray[np.generic]]) -> pd.DataFrame:
    """Return one row per (scenario, company), from outcomes and ``type`` codes, shape (scenarios, companies)."""
    columns = {name: values.reshape(-1) for name, values in kept.items()}
    frame = pd.DataFrame({**runs.columns(), **{name: columns[name] for name in ("type", *oc.OUTCOMES)}})
    frame["type"] = pd.Categorical.from_codes(frame["type"], categories=pd.Index(oc.TYPES))
    return frame


def paths(runs: Runs, kept: Mapping[str, Floats]) -> pd.DataFrame:
    """Return one row per (scenario, company, week), from values by name, shape (scenarios, companies, weeks)."""
    weeks = next(iter(kept.values())).shape[-1]
    columns = {**runs.columns(weeks), "week": np.tile(np.arange(weeks), len(runs))}
    return pd.DataFrame({**columns, **{name: values.reshape(-1) for name, values in kept.items()}})


def hours(runs: Runs, kept: Mapping[tuple[str, str], Floats]) -> pd.DataFrame:
    """Return one row per (scenario, company, department, purpose), from shape (scenarios, companies) by the two."""
    departments, purposes = (np.array(names, dtype=object) for names in zip(*kept, strict=True))
    return pd.DataFrame(
        {
            **runs.columns(len(kept)),
            "department": np.tile(departments, len(runs)),
            "purpose": np.tile(purposes, len(runs)),
            "hours": np.stack(list(kept.values()), axis=-1).reshape(-1),
        }
    )


def perceptions(runs: Runs, kept: Mapping[tuple[str, str], Floats]) -> pd.DataFrame:
    """Return one row per (scenario, company, reading, department, item), images from 0 to 100 (E14).

    ``kept`` holds images from 0 to 1 by reading and department, shape (scenarios, companies, items, 2).
    """
    rows = [(reading, side, item) for (reading, side), item in product(kept, pc.ITEMS)]
    readings, sides, items = (np.array(names, dtype=object) for names in zip(*rows, strict=True))
    own, other = np.moveaxis(100.0 * np.stack(list(kept.values()), axis=2), -1, 0)
    return pd.DataFrame(
        {
            **runs.columns(len(rows)),
            "reading": np.tile(readings, len(runs)),
            "department": np.tile(sides, len(runs)),
            "item": np.tile(items, len(runs)),
            "self_image": own.reshape(-1),
            "other_image": other.reshape(-1),
        }
    )


__all__ = ["Runs", "hours", "outcomes", "paths", "perceptions"]
