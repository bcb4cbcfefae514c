"""The defaults: set 0 of the shipped ensemble, the one nearest to its centre.

``python -m experiments.calibration.defaults results/mine/ensemble.parquet --write`` ships the ensemble of a
calibration: it becomes ``experiments/ensemble.parquet``, and its set 0 the defaults in ``sim/parameters.toml``. After a
change of rules, ``python -m experiments.calibration.defaults --anchors --write`` solves the cut-offs and the cost level
of all shipped sets again; whether the patterns still hold is another question, which ``handshake study --ensemble
--sets all`` answers. Without ``--write``, the defaults are printed and no file is touched.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from experiments.calibration.acceptance import in_digits
from experiments.calibration.procedure import CONFIRMING, Procedure
from experiments.calibration.verdict import SHARED, Sizes, laboratory_of, study_of
from experiments.ensemble import ANCHORS, Ensemble, shipped
from sim import parameters as pm
from sim.errors import BadInputError
from sim.version import __version__

SHIPPED: Final = Path(__file__).parents[1] / "ensemble.parquet"
PARAMETERS: Final = Path(pm.__file__).with_name("parameters.toml")


def default_values(ensemble: Ensemble) -> dict[str, float]:
    """Return the coefficients and anchors of an ensemble's set 0, by name."""
    changes = ensemble.changes(0)
    return {**changes["coefficients"], **changes["outcome"]}


def with_anchors(
    ensemble: Ensemble, progress: Callable[[int], None] | None = None, threads: int | None = None
) -> Ensemble:
    """Return an ensemble with the anchors of all its sets solved again, as calibration solves them.

    Parameters
    ----------
    ensemble
        The sets. What its facts say of seed and sizes counts; without such facts, what calibration usually takes.
    progress
        Told the number of sets that are done.
    threads
        Worker threads, one per processor if None; they do not affect results.
    """
    stated = ensemble.facts.get("procedure", {})
    seed = (Procedure(seed=stated["seed"]) if "seed" in stated else Procedure()).confirmation_seed
    sizes = Sizes(**stated["full"]) if "full" in stated else CONFIRMING
    threads = threads or os.cpu_count() or 1
    solved = []
    for k in range(len(ensemble)):
        laboratory = laboratory_of(ensemble.changes(k)["coefficients"], seed, threads=threads, founded=SHARED)
        measurement = study_of(laboratory, sizes).laboratory.measurement
        solved.append([float(getattr(measurement, name)) for name in ANCHORS])
        if progress is not None:
            progress(k + 1)
    return replace(ensemble, anchors=in_digits(np.array(solved)), facts={**ensemble.facts, "anchors": __version__})


def write_defaults(values: dict[str, float], path: Path) -> None:
    """Replace defaults in the parameter file, leaving everything else as it is.

    Raises
    ------
    ValueError
        For a name that is not there, or not once; nothing is written then.
    """
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^({name} = \{{.*?\bdefault = )[^,]+", rf"\g<1>{value!r}", text)
        if count != 1:
            raise ValueError(name)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Print the defaults that an ensemble gives, and write them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ensemble", type=Path, nargs="?", help="file of an ensemble that is to be shipped")
    parser.add_argument("--anchors", action="store_true", help="solve the anchors of all shipped sets again")
    parser.add_argument("--write", action="store_true", help=f"replace {SHIPPED.name} and the defaults")
    options = parser.parse_args(arguments)
    if (options.ensemble is None) is not options.anchors:
        parser.error("either a file or --anchors")
    try:
        ensemble = shipped() if options.anchors else Ensemble.load(options.ensemble)
    except BadInputError as error:
        parser.error(error.render())
    if options.anchors:
        ensemble = with_anchors(ensemble, lambda done: print(f"{done} of {len(ensemble)} sets", file=sys.stderr))
    values = default_values(ensemble)
    for name, value in values.items():
        print(f"{name} = {value!r}")
    if options.write:
        if options.anchors:
            ensemble.save(SHIPPED)
        elif options.ensemble.resolve() != SHIPPED.resolve():
            shutil.copyfile(options.ensemble, SHIPPED)
        write_defaults(values, PARAMETERS)
    return 0


__all__ = ["default_values", "main", "with_anchors", "write_defaults"]


if __name__ == "__main__":
    sys.exit(main())
