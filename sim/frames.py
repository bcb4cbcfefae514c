"""Tidy frames from simulated blocks: weekly paths, hours by purpose, perceptions.

Each has a column ``row``, the position of the scenario and company in the call, by which blocks are put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import outcomes as oc
from sim import perceptions as pc
from sim.core.engine import Block
from sim.parameters import Coefficients, Measurement

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lanes:
    """A block with what its frames need.

    Attributes
    ----------
    block
        What was simulated.
    rows
        Position of each lane in the call, shape (lanes,).
    names
        Names of the scenarios by setting.
    coefficients, measurement
        Parameters.
    """

    block: Block
    rows: Ints
    names: Sequence[str]
    coefficients: Coefficients
    measurement: Measurement

    def scenarios(self) -> NDArray[np.object_]:
        """Return each lane's scenario, shape (lanes,)."""
        return np.array(self.names, dtype=object)[self.block.setting]


def paths(lanes: Lanes) -> pd.DataFrame:
    """Return one row per (scenario, company, week): measures, and what :func:`sim.outcomes.weekly` makes of them."""
    block, measures = lanes.block, lanes.block.by_name()
    weekly = oc.weekly(
        measures, block.graph.marketing, block.graph.sales, block.need, lanes.coefficients, lanes.measurement
    )
    weeks, count = block.measures.shape[0], len(lanes.rows)
    frame = {
        "row": np.repeat(lanes.rows, weeks),
        "scenario": np.repeat(lanes.scenarios(), weeks),
        "company": np.repeat(block.number, weeks),
        "week": np.tile(np.arange(weeks), count),
    }
    frame.update({name: values.T.reshape(-1) for name, values in {**measures, **weekly}.items()})
    return pd.DataFrame(frame)


def hours(lanes: Lanes) -> pd.DataFrame:
    """Return one row per (scenario, company, department, purpose): hours per person and week in the last quarter."""
    block, window = lanes.block, int(lanes.measurement.window_weeks)
    measures = {name: oc.mean_over_weeks(values[-window:]) for name, values in block.by_name().items()}
    found = oc.hours_by_purpose(measures, block.graph.marketing, block.graph.sales)
    frames = [
        pd.DataFrame(
            {
                "row": lanes.rows,
                "scenario": lanes.scenarios(),
                "company": block.number,
                "department": department,
                "purpose": purpose,
                "hours": values,
            }
        )
        for (department, purpose), values in found.items()
    ]
    return pd.concat(frames)


def perceptions(lanes: Lanes) -> pd.DataFrame:
    """Return one row per (scenario, company, reading, department, item): self-image and other-image, 0 to 100 (E14)."""
    block = lanes.block
    last = {name: values[-1] for name, values in block.by_name().items()}
    count, items = len(lanes.rows), len(pc.ITEMS)
    frames = []
    for reading in pc.READINGS:
        seen = {side: pc.images(last, side, reading, lanes.measurement) for side in pc.OPPOSITE}
        for side, opposite in pc.OPPOSITE.items():
            frames.append(
                pd.DataFrame(
                    {
                        "row": np.repeat(lanes.rows, items),
                        "scenario": np.repeat(lanes.scenarios(), items),
                        "company": np.repeat(block.number, items),
                        "reading": reading,
                        "department": side,
                        "item": np.tile(pc.ITEMS, count),
                        "self_image": 100.0 * seen[side][0].reshape(-1),
                        "other_image": 100.0 * seen[opposite][1].reshape(-1),
                    }
                )
            )
    return pd.concat(frames)


MAKERS: Final[dict[str, Callable[[Lanes], pd.DataFrame]]] = {"paths": paths, "hours": hours, "perceptions": perceptions}
"""The frames that can be asked for."""


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts of all blocks as one frame, in an order that does not depend on the blocks."""
    if not parts:
        return pd.DataFrame()
    frame = pd.concat(parts)
    return frame.sort_values("row", kind="stable").drop(columns="row").reset_index(drop=True)
