"""Exact results of a few scenarios, to notice changes of the science that nobody meant.

``outcomes.json`` beside this file holds every outcome as a hexadecimal float. After a change that is meant (a rule, a
calibrated coefficient, a draw), run

    python -m tests.baselines.update

look at what it prints, and commit the file on purpose, with the reason in the message.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim import Scenario, simulate
from sim.outcomes import OUTCOMES
from sim.policies import ALL_POLICIES, SUCCESS_FACTORS

FOLDER: Final = Path(__file__).parent
FILE: Final = FOLDER / "outcomes.json"
COMMAND: Final = "python -m tests.baselines.update"
COMPANIES: Final = 3
FIRST_COMPANY: Final = 31
"""The next one has another communication graph."""
SEED: Final = 7
WEEKS: Final = 26

SCENARIOS: Final = (
    Scenario(name="default"),
    Scenario(name="half of all 15 levers", levers=dict.fromkeys((policy.id for policy in SUCCESS_FACTORS), 0.5)),
    Scenario(
        name="all 16 levers, from week 4, withdrawn from week 16",
        levers={
            policy.id: {"steps": [{"intensity": 1.0, "start": 4, "ramp": 6}, {"intensity": 0.2, "start": 16}]}
            for policy in ALL_POLICIES
        },
    ),
    Scenario(name="clash", clash={"week": 3, "share": 0.6}, context={"founding_friction": 0.1, "meeting_culture": 0.9}),
    Scenario(
        name="broker",
        company={"marketing": 6, "sales": 9, "structure": "broker", "division_type": 2},
        parameters={"team_intensity": 0.5, "voice": 0.6},
        founding={"turnover": 0.4},
    ),
    Scenario(
        name="a real organisation",
        company={"people": str(FOLDER / "people.csv"), "ties": str(FOLDER / "ties.csv"), "division_type": 3},
        levers={"talk_first": 0.8, "job_rotation": 0.6},
    ),
)

Outcomes = dict[str, str | float]
Results = dict[str, dict[str, Outcomes]]
"""By scenario, company and outcome; the coordination type is a word."""


def simulated() -> Results:
    """Return the results of today's code."""
    frame = simulate(SCENARIOS, companies=COMPANIES, first_company=FIRST_COMPANY, seed=SEED, weeks=WEEKS).outcomes
    found: Results = {scenario.name: {} for scenario in SCENARIOS}
    for row in frame.to_dict("records"):
        values: Outcomes = {name: float(row[name]) for name in OUTCOMES}
        found[row["scenario"]][str(row["company"])] = {"type": str(row["type"]), **values}
    return found


def stored() -> Results:
    """Return the results in the file."""
    raw: dict[str, dict[str, dict[str, str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        scenario: {
            company: {name: text if name == "type" else float.fromhex(text) for name, text in outcomes.items()}
            for company, outcomes in companies.items()
        }
        for scenario, companies in raw.items()
    }


def store(results: Results) -> None:
    """Write results to the file."""
    raw = {
        scenario: {
            company: {name: value if isinstance(value, str) else value.hex() for name, value in outcomes.items()}
            for company, outcomes in companies.items()
        }
        for scenario, companies in results.items()
    }
    FILE.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def differences(before: Results, after: Results, tolerance: float = 0.0) -> list[str]:
    """Return one line for each outcome that is not the same, within a relative tolerance; the largest ones first."""
    found: list[tuple[float, str]] = []
    for scenario, company in sorted({*_places(before), *_places(after)}):
        old, new = (results.get(scenario, {}).get(company, {}) for results in (before, after))
        for name in dict.fromkeys((*old, *new)):
            was, now = old.get(name), new.get(name)
            size = _distance(was, now)
            if size > tolerance:
                by = f", {size:.1e} of it" if size < math.inf else ""
                found.append((-size, f"{scenario}, company {company}: {name} was {was}, is {now}{by}"))
    return [line for _, line in sorted(found)]


def _places(results: Results) -> Iterator[tuple[str, str]]:
    return ((scenario, company) for scenario, companies in results.items() for company in companies)


def _distance(was: str | float | None, now: str | float | None) -> float:
    """Return how far two values are apart, relative to the larger one; infinity for what cannot be compared."""
    if was == now:
        return 0.0
    if not isinstance(was, float) or not isinstance(now, float) or math.isnan(was + now):
        return math.inf
    return abs(was - now) / max(abs(was), abs(now))


def summary(lines: list[str], most: int = 12) -> str:
    """Return the first of the differences, one a line, and how many more there are."""
    more = [f"... and {len(lines) - most} more"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])


def main() -> int:
    """Put today's results into the file, and print what has changed."""
    before = stored() if FILE.exists() else {}
    results = simulated()
    lines = differences(before, results)
    store(results)
    print(summary(lines) or "No outcome has changed.")
    if lines:
        print(f"\n{FILE} is new: {len(lines)} outcomes have changed. Commit it on purpose.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
