"""Sampling errors of the parts' margins: how much they differ between samples of companies at one parameter set.

Measured once, at the defaults, and stored in ``noise.toml``; again with ``python -m experiments.inference.noise``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import numpy as np

from experiments.inference.verdict import Sizes, judge, laboratory_of, parts
from sim import parameters as pm
from sim.core.founded import Founded

SEEDS: Final = range(100, 110)
"""Samples that are compared; none is used for calibration or validation."""


def sampling_errors(sizes: Sizes | None = None) -> dict[str, float]:
    """Return the standard deviation over samples of each part's margin, in units of its scale, at the defaults."""
    defaults = pm.group_values("coefficient")
    margins = []
    for seed in SEEDS:
        laboratory = laboratory_of(defaults, seed, founded=Founded())
        found = judge(laboratory, sizes or Sizes()).margins
        margins.append([found[part] for part in parts()])
    deviation = np.std(np.array(margins), axis=0, ddof=1)
    return {part: round(float(value), 3) for part, value in zip(parts(), deviation, strict=True)}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace noise.toml")
    options = parser.parse_args(arguments)
    lines = [f'"{part}" = {error}' for part, error in sampling_errors().items()]
    head = (
        f"# Standard deviation of each part's margin over {len(SEEDS)} samples of companies, in units of the part's\n"
        "# scale, at the defaults that calibration was to replace. Measured with:\n"
        "# python -m experiments.inference.noise --write\n\n[sampling_error]\n"
    )
    text = head + "\n".join(lines) + "\n"
    print(text, end="")
    if options.write:
        Path(__file__).with_name("noise.toml").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
