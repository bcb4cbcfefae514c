"""Findings on one scenario: shares of the four coordination types, outcomes with their spread, hours by purpose.

Intervals say how far chance among virtual companies reaches: what more companies of the same kind would show. They say
nothing about whether the model's assumptions are right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.stats.intervals import mean_interval, share_interval
from experiments.as_json import json_text
from experiments.trajectory import Trajectory
from sim.organisation import DEPARTMENTS
from sim.outcomes import OUTCOMES, PURPOSES, TYPES
from sim.parameters import measurement
from sim.scenario import Scenario
from sim.simulation import Results
from sim.version import __version__


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioFindings:
    """What becomes of virtual companies under one scenario.

    Attributes
    ----------
    scenario, companies, weeks, seed
        What was simulated.
    types
        Shares of the coordination types: :func:`type_shares`, index type.
    outcomes
        Outcomes with their spread: :func:`summary`, index outcome.
    hours
        Hours per person and week in the last quarter, means over companies: index purpose, a column per department.
    trajectory
        Weekly trajectories and images, from which figures are drawn; None if they were not kept.
    rows
        What was simulated, company by company, by the name of its file.
    """

    scenario: Scenario
    companies: int
    weeks: int
    seed: int
    types: pd.DataFrame
    outcomes: pd.DataFrame
    hours: pd.DataFrame
    trajectory: Trajectory | None = None
    rows: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @classmethod
    def of_results(cls, results: Results, scenario: Scenario) -> ScenarioFindings:
        """Return the findings from a simulation of one scenario, with hours."""
        return cls(
            scenario=scenario,
            companies=len(results.outcomes),
            weeks=results.weeks,
            seed=results.seed,
            types=type_shares(results.outcomes).droplevel("scenario"),
            outcomes=summary(results.outcomes).droplevel("scenario"),
            hours=mean_hours(results.hours).droplevel("scenario"),
            rows={"outcomes": results.outcomes, "hours": results.hours, "paths": results.paths},
        )

    @classmethod
    def of_trajectory(cls, trajectory: Trajectory) -> ScenarioFindings:
        """Return the findings from a scenario's trajectory."""
        frame = trajectory.frame()
        return cls(
            scenario=trajectory.scenario,
            companies=len(trajectory),
            weeks=trajectory.weeks,
            seed=trajectory.seed,
            types=type_shares(frame).droplevel("scenario"),
            outcomes=summary(frame).droplevel("scenario"),
            hours=trajectory_hours(trajectory),
            trajectory=trajectory,
        )

    @property
    def averaged_weeks(self) -> int:
        """Number of last weeks that outcomes are means of."""
        return averaged_weeks(self.scenario, self.weeks)

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON, as ``--json`` prints them."""
        return {
            "scenario": self.scenario.name,
            "companies": self.companies,
            "weeks": self.weeks,
            "averaged_weeks": self.averaged_weeks,
            "seed": self.seed,
            "version": __version__,
            "types": self.types.to_dict("index"),
            "outcomes": self.outcomes.to_dict("index"),
            "hours": {side: dict(self.hours[side]) for side in DEPARTMENTS},
        }

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return what was simulated, by the name of its file: a row per company and what else there is of each."""
        return {name: frame for name, frame in self.rows.items() if not frame.empty}

    def save(self, folder: Path) -> None:
        """Write ``summary.json`` and the tables as CSV into an existing folder."""
        (folder / "summary.json").write_text(json_text(self.to_json()), encoding="utf-8", newline="\n")
        for name, frame in self.tables().items():
            frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def rows_of(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the rows of a table of numbers by their index."""
    return {str(name): {str(key): value for key, value in row.items()} for name, row in frame.to_dict("index").items()}


def averaged_weeks(scenario: Scenario, weeks: int) -> int:
    """Return the number of last weeks that the outcomes of a run of so many weeks are means of."""
    return min(int(measurement(scenario.outcome).window_weeks), weeks)


def type_shares(outcomes: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Return the share of companies in each coordination type, with Wilson intervals.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    confidence
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, type), all four types for each scenario in the order of :data:`sim.outcomes.TYPES`; columns
        ``share``, ``low``, ``high``, as fractions of one.
    """
    rows = []
    for scenario, group in outcomes.groupby("scenario", sort=False):
        counts = group["type"].value_counts()
        for kind in TYPES:
            count = int(counts.get(kind, 0))
            low, high = share_interval(count, len(group), confidence)
            rows.append((scenario, kind, count / len(group), low, high))
    frame = pd.DataFrame(rows, columns=["scenario", "type", "share", "low", "high"])
    return frame.set_index(["scenario", "type"])


def summary(outcomes: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Return mean and spread of every outcome among the companies of each scenario.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    confidence
        Confidence level of the mean's interval.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, outcome); columns ``mean``, ``low`` and ``high`` (the mean's interval, Student's t; NaN for a
        single company), ``sd``, and the quantiles ``p10``, ``median``, ``p90``.
    """
    frames = []
    for scenario, group in outcomes.groupby("scenario", sort=False):
        values = group[list(OUTCOMES)].to_numpy(dtype=np.float64)
        mean, half = mean_interval(values, confidence)
        sd = values.std(axis=0, ddof=1) if len(values) > 1 else np.full(len(OUTCOMES), np.nan)
        p10, median, p90 = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
        columns = {"mean": mean, "low": mean - half, "high": mean + half, "sd": sd}
        columns |= {"p10": p10, "median": median, "p90": p90}
        index = pd.MultiIndex.from_product([[scenario], OUTCOMES], names=["scenario", "outcome"])
        frames.append(pd.DataFrame(columns, index=index))
    return pd.concat(frames)


def mean_hours(hours: pd.DataFrame) -> pd.DataFrame:
    """Return hours per person and week by purpose, averaged over companies.

    Parameters
    ----------
    hours
        :attr:`sim.Results.hours`.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, purpose) in the order of the input, one column per department.
    """
    index = ["scenario", "purpose"]
    table = hours.pivot_table(index=index, columns="department", values="hours", aggfunc="mean", sort=False)
    return table.reindex(pd.MultiIndex.from_frame(hours[index].drop_duplicates()))


def trajectory_hours(trajectory: Trajectory) -> pd.DataFrame:
    """Return hours per person and week as :func:`mean_hours` does, index purpose."""
    columns = {side: [float(trajectory.hours[side, purpose].mean()) for purpose in PURPOSES] for side in DEPARTMENTS}
    return pd.DataFrame(columns, index=pd.Index(PURPOSES, name="purpose"))


__all__ = [
    "ScenarioFindings",
    "averaged_weeks",
    "mean_hours",
    "rows_of",
    "summary",
    "trajectory_hours",
    "type_shares",
]
