"""A sweep in which is known what makes companies block themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


@dataclass
class Planted:
    """A sweep that was made up: companies with a culture of their own at points with levers and a kind of company."""

    companies: int = 60
    points: int = 80
    seed: int = 0
    noise: float = 0.1
    luck_of_points: bool = False
    folder: Path = Path("made-up")
    stored: int = 3
    chunks: int = 3
    columns: list[str] = field(
        default_factory=lambda: ["scenario", "point", "company", "type", "trust", "meeting_culture"]
    )
    manifest: dict[str, Any] = field(init=False)
    design: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.manifest = {
            "plan": {
                **{"companies": self.companies, "first_company": 1000, "rows": "companies"},
                **{"name": "made up", "scenarios": [{"policies": []}]},
            },
            "runs": self.companies * self.points,
        }
        self.design = pd.DataFrame(
            {
                "point": np.arange(self.points),
                "levers.talk_first": rng.random(self.points),
                "levers.joint_planning": rng.random(self.points),
                "company.division_type": rng.integers(1, 4, self.points),
                "company.structure": rng.choice(["spread", "broker"], self.points),
            }
        )
        culture, luck = rng.random(self.companies), rng.random(self.points)
        point, company = (a.ravel() for a in np.indices((self.points, self.companies)))
        there = (self.design["levers.talk_first"].to_numpy()[point] < 0.6) & (culture[company] > 0.4)
        happens = (luck[point] < 0.4) if self.luck_of_points else there
        happens = happens ^ (rng.random(len(point)) < self.noise)
        self.rows = pd.DataFrame(
            {
                "scenario": pd.Categorical(["only"] * len(point)),
                "point": point,
                "company": company + 1000,
                "type": pd.Categorical(np.where(happens, "self_blocking", "professional")),
                "trust": np.where(happens, 0.2, 0.7),
                "meeting_culture": culture[company],
            }
        )

    @property
    def complete(self) -> bool:
        return self.stored == self.chunks

    def batches(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        names = [
            "scenario",
            "point",
            "company",
            *(name for name in columns if name not in ("scenario", "point", "company")),
        ]
        for part in np.array_split(np.arange(len(self.rows)), 3):
            frame = self.rows.iloc[part][names].reset_index(drop=True)
            factors = self.design.drop(columns="point").iloc[frame["point"].to_numpy()]
            yield pd.concat([frame, factors.set_axis(frame.index)], axis=1)
