"""Effects of each lever under every parameter set, for the levers' pages in the documentation.

``python -m docs.tools.lever_effects --write`` works them out, in a minute or two, into
``docs/data/levers_ensemble.csv``; without ``--write`` it says whether that file still belongs to the model. It has to
be written again after another ensemble was shipped, or rules or levers were changed; a test notices.

A lever's effect is the difference between all settings in which it is in full strength and all in which it is off, two
years on, on the same virtual companies. The settings are a fraction of all combinations of the 16 levers in which no
lever is mixed up with another or with a pair of others (resolution IV), so an effect is a mean over companies that do
much else and little else.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.lattice.runs import fraction_plan, lattice_plan, levers_on
from analysis.stats.robustness import above, spread
from experiments.ensemble import Ensemble, shipped
from experiments.plan.designs import Fractional
from experiments.plan.plan import Plan
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim.policies import ALL_POLICIES
from sim.scenario import Scenario

Floats = NDArray[np.float64]

FILE: Final = Path(__file__).parents[1] / "data" / "levers_ensemble.csv"
COMMAND: Final = "python -m docs.tools.lever_effects --write"
OUTCOMES: Final = (
    "cooperation_quality",
    "coordination_efficiency",
    "return_on_sales",
    "return_before_levers",
    "coordination_hours",
    "customer_hours",
    "friction",
    "escalations",
)
"""What is looked at: the three that sum a company up, and what a lever may do besides."""
COMPANIES: Final = 32
SEED: Final = 1
_RESOLUTION: Final = 4
_DIGITS: Final = 6


def effects_plan(ensemble: Ensemble, companies: int = COMPANIES) -> Plan:
    """Return the plan of the levers' settings under every set, with the means over companies that are looked at."""
    lattice = lattice_plan(Scenario(), [policy.id for policy in ALL_POLICIES], companies=companies, seed=SEED)
    return fraction_plan(lattice, ensemble).changed(design=Fractional(resolution=_RESOLUTION), outcomes=OUTCOMES)


def effects_by_set(ensemble: Ensemble, companies: int = COMPANIES) -> dict[str, Floats]:
    """Simulate, and return the levers' effects by outcome, shape (sets, levers), in the outcomes' units.

    Parameters
    ----------
    ensemble
        The sets.
    companies
        Virtual companies, the same in every setting and set.
    """
    plan = effects_plan(ensemble, companies)
    with TemporaryDirectory() as folder:
        run(plan, folder)
        frame = open_sweep(folder).frame([f"{name}_mean" for name in OUTCOMES])
    # Rows are wanted set by set, settings in the order of the design.
    frame["scenario"] = frame["scenario"].cat.set_categories([scenario.name for scenario in plan.scenarios])
    frame = frame.sort_values(["scenario", "point"])
    on = levers_on(plan)
    sign = 2.0 * on - 1.0
    values = {name: frame[f"{name}_mean"].to_numpy().reshape(len(ensemble), len(on)) for name in OUTCOMES}
    return {name: 2.0 * (means @ sign) / len(on) for name, means in values.items()}


def effects_frame(ensemble: Ensemble, companies: int = COMPANIES) -> pd.DataFrame:
    """Simulate, and return a row per lever and outcome.

    Columns: ``ensemble`` (its fingerprint), ``sets``, ``companies``, ``seed``, ``lever``, ``outcome``, the effect under
    the ``default``, its ``median`` and range (``low``, ``high``: :data:`analysis.stats.robustness.RANGE`) over the
    sets, and the share of sets in which it is ``positive``.
    """
    found = effects_by_set(ensemble, companies)
    rows = []
    for v, policy in enumerate(ALL_POLICIES):
        for name in OUTCOMES:
            effect = found[name][:, v]
            over = spread(effect)
            rows.append(
                {
                    "ensemble": ensemble.fingerprint, "sets": len(ensemble), "companies": companies, "seed": SEED,
                    "lever": policy.id, "outcome": name, "default": over.default, "median": over.median,
                    "low": over.low, "high": over.high, "positive": above(effect).share,
                }
            )  # fmt: skip
    return pd.DataFrame(rows).round(_DIGITS)


def stored_effects(path: Path = FILE) -> pd.DataFrame:
    """Return the stored figures, in the columns of :func:`effects_frame`."""
    return pd.read_csv(path)


def outdated(stored: pd.DataFrame, ensemble: Ensemble) -> str:
    """Return why figures do not belong to the model any more; nothing if they do.

    The effects under the default are simulated again: they tell whether rules or levers have changed since.
    """
    if list(stored["ensemble"].unique()) != [ensemble.fingerprint]:
        return f"they belong to ensemble {stored['ensemble'].iloc[0]}, and ensemble {ensemble.fingerprint} is shipped"
    fresh = effects_frame(ensemble.first(1), int(stored["companies"].iloc[0]))
    key = ["lever", "outcome"]
    if not fresh[key].equals(stored[key]):
        return "levers or outcomes have been added or left out"
    # On another kind of processor, a last bit may differ.
    if not np.allclose(fresh["default"], stored["default"], rtol=1e-3, atol=2 * 10.0**-_DIGITS):
        return "the model has changed since: under the defaults, levers have other effects"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Check the stored figures, or work them out again; 1 if they are out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="work the figures out again")
    parser.add_argument("--file", type=Path, default=FILE, help="the file (docs/data/levers_ensemble.csv)")
    options = parser.parse_args(arguments)
    if options.write:
        options.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = options.file.with_suffix(".new")
        effects_frame(shipped()).to_csv(fresh, index=False, lineterminator="\n")
        os.replace(fresh, options.file)
        return 0
    if reason := outdated(stored_effects(options.file), shipped()):
        print(
            f"The figures in {options.file.name} are out of date: {reason}. To renew them: {COMMAND}", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
