"""Sampling errors of the parts' margins: how much they differ between samples of companies at one parameter set.

Measured once, at a few sets of an ensemble, and stored in ``noise.toml``; again with
``python -m experiments.calibration.noise``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import numpy as np

from experiments.calibration.verdict import SHARED, Sizes, judge, laboratory_of, parts
from experiments.ensemble import Ensemble, shipped

SEEDS: Final = range(100, 110)
"""Samples that are compared; none is used for calibration or validation."""
SETS: Final = 4
"""Sets at which they are: the error at one of them alone says little of the others."""


def sampling_errors(ensemble: Ensemble, sizes: Sizes | None = None) -> dict[str, float]:
    """Return the standard deviation over samples of each part's margin, in units of its scale.

    Parameters
    ----------
    ensemble
        The sets on which it is measured; the root mean square over them is returned.
    sizes
        Of the samples; those of a calibration if None.
    """
    margins = np.empty((len(SEEDS), len(ensemble), len(parts())))
    for i, seed in enumerate(SEEDS):
        for k in range(len(ensemble)):
            laboratory = laboratory_of(ensemble.changes(k)["coefficients"], seed, founded=SHARED)
            found = judge(laboratory, sizes or Sizes()).margins
            margins[i, k] = [found[part] for part in parts()]
    error = np.sqrt(np.square(np.std(margins, axis=0, ddof=1)).mean(axis=0))
    return {part: round(float(value), 3) for part, value in zip(parts(), error, strict=True)}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ensemble", type=Path, help="the ensemble's file; without it, the shipped one")
    parser.add_argument("--write", action="store_true", help="replace noise.toml")
    options = parser.parse_args(arguments)
    whole = shipped() if options.ensemble is None else Ensemble.load(options.ensemble)
    ensemble = whole.first(SETS)
    lines = [f'"{part}" = {error}' for part, error in sampling_errors(ensemble).items()]
    head = (
        f"# Standard deviation of each part's margin over {len(SEEDS)} samples of companies, in units of the part's\n"
        f"# scale: root mean square over the first {SETS} sets of the ensemble {whole.fingerprint}. Measured with:\n"
        "# python -m experiments.calibration.noise --ensemble FILE --write\n\n[sampling_error]\n"
    )
    text = head + "\n".join(lines) + "\n"
    print(text, end="")
    if options.write:
        Path(__file__).with_name("noise.toml").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
