"""The calibration procedure: its settings, the rule for accepting a parameter set, and the record of both in a folder.

The rule, stated in advance. A set is accepted if every part of every pattern P1 to P19 holds clearly, that is, by a
stated multiple of its sampling error or more, on the virtual companies of the calibration, and again on a second,
larger sample of other companies, on which its anchors are solved. Nothing else is asked of it.

History matching in waves (:mod:`experiments.calibration.waves`) finds such sets; a second sample confirms them and an
ensemble is drawn from them (:mod:`experiments.calibration.acceptance`); :mod:`experiments.calibration.calibrate` runs
it all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from experiments.calibration.verdict import CHEAP_FIRST, FULL, REJECTING_FIRST, Sizes, parts, pattern_of
from experiments.files import reason, write_new
from sim import parameters as pm
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.version import __version__

SCHEDULE: Final = ((2.0, -3.5), (0.0, -2.0), (0.0, -1.5), (0.0, -1.0), (0.0, -0.75))
"""Tolerance and floor of the first waves and, the last pair, of all later ones, in scales of a part.

The tolerance is by how much a set may fall short of holding clearly. The floor is the margin below which a set is given
up: emulators learn from near misses, so sets are judged on for a while after they have missed.
"""
TOLERANT: Final = sum(tolerance > 0.0 for tolerance, _ in SCHEDULE)
"""Number of waves with a tolerance, from which no set is accepted."""
CONFIRMING: Final = replace(FULL, others=Sizes().others)
"""Numbers of companies on which accepted sets are confirmed."""
ENOUGH: Final = 1.25
"""Accepted sets per set of the ensemble with which waves end: of those found anywhere, four in five are confirmed."""
_MOST_SETS: Final = 100_000
"""Most sets of one wave: emulators are fitted to all sets so far, whose terms then fill some GB."""
BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "first": (1, _MOST_SETS),
    "later": (1, _MOST_SETS),
    "wanted": (1, _MOST_SETS),
    "near": (0, 100),
    "sharpness": (1, 50),
    # With so many times fewer companies, the virtual sample of a coarse first wave is as large as the study's (E1).
    "coarse": (1, 5),
}
"""Least and largest values of a :class:`Procedure`."""
_CONFIRM: Final = 1
"""Added to the seed for the companies on which accepted sets are confirmed and their anchors solved."""
CALIBRATION: Final = "calibration.json"
"""File in a calibration's folder that records the procedure."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The settings of a calibration.

    Attributes
    ----------
    seed
        Of companies, draws and walks.
    first, later
        Sets in the first wave, and in each later one.
    waves
        Most waves.
    wanted
        Sets in the ensemble; waves end when :data:`ENOUGH` times as many were accepted.
    sizes, full
        Numbers of companies on which sets are judged, and on which accepted sets are confirmed.
    without
        Patterns that are left out, to see whether they emerge all the same.
    begun
        Fingerprint of the ensemble to begin with, or an empty string.
    near
        Percentage of each wave that is sought near what was accepted or narrowly missed, once there is any.
    apart
        Whether the ensemble takes only one set of each cluster (:mod:`experiments.calibration.families`), and waves end
        when there are enough clusters. Otherwise sets found near one another all count.
    sharpness
        Power of the emulated chance with which sets are proposed anywhere; their weights undo it. With 1, one set of
        thousands would be accepted, as the emulators' errors multiply over all parts. The higher it is, the more sets
        are accepted, and the farther they stay from where acceptance is in doubt: of sets proposed with 20 without one
        of the patterns, one in 13 was accepted, and each was a cluster of its own.
    coarse
        Factor by which the first wave is judged on fewer companies. Its tolerance and floor are several scales of a
        part, so that hardly any sampling error matters; the patterns that reject most then come first, too.

    Raises
    ------
    BadInputError
        For unknown patterns, if none is left, and for numbers out of :data:`BOUNDS`.
    """

    seed: int = 20_337
    first: int = 600
    later: int = 200
    waves: int = 10
    wanted: int = 240
    sizes: Sizes = field(default_factory=Sizes)
    full: Sizes = CONFIRMING
    without: tuple[str, ...] = ()
    begun: str = ""
    near: int = 50
    apart: bool = False
    sharpness: int = 3
    coarse: int = 1

    def __post_init__(self) -> None:
        for pattern in self.without:
            if pattern not in CHEAP_FIRST:
                raise unknown_name(pattern, CHEAP_FIRST, key="without")
        if not self.patterns:
            allowed = phrase("at_most", high=len(CHEAP_FIRST) - 1)
            raise BadInputError("bounds", key="without", value=len(CHEAP_FIRST), allowed=allowed)
        for key, (low, high) in BOUNDS.items():
            if not low <= (value := getattr(self, key)) <= high:
                raise BadInputError("bounds", key=key, value=value, allowed=between(low, high))

    @property
    def confirmation_seed(self) -> int:
        """Seed of the companies on which accepted sets are confirmed and their anchors solved."""
        return self.seed + _CONFIRM

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns that are asked for, cheap ones first."""
        return tuple(pattern for pattern in CHEAP_FIRST if pattern not in self.without)

    @property
    def parts(self) -> tuple[str, ...]:
        """Their parts."""
        return tuple(part for part in parts() if pattern_of(part) not in self.without)

    def tolerance(self, wave: int) -> float:
        """Return the tolerance of a wave, counted from 0."""
        return SCHEDULE[min(wave, len(SCHEDULE) - 1)][0]

    def floor(self, wave: int) -> float:
        """Return the floor of a wave, counted from 0."""
        return SCHEDULE[min(wave, len(SCHEDULE) - 1)][1]

    def judged_by(self, wave: int) -> tuple[Sizes, tuple[str, ...]]:
        """Return the numbers of companies that a wave is judged on, and the patterns in the order of judging.

        Waves are counted from 0; -1 is the ensemble to begin with.
        """
        if wave or self.coarse == 1:
            return self.sizes, self.patterns
        order = tuple(pattern for pattern in REJECTING_FIRST if pattern not in self.without)
        return self.sizes.coarser(self.coarse), order


def fewest_first() -> int:
    """Return the least size of a first wave: twice the number of coefficients, or regressions on them tell nothing."""
    return 2 * len(pm.parameters()["coefficient"])


def command(procedure: Procedure) -> str:
    """Return the command that repeats a calibration; in Python if the command line cannot give its sizes."""
    if (procedure.sizes, procedure.full) != (Sizes(), CONFIRMING):
        return f"calibrate(Path('DIR'), {procedure!r})"
    options = f"--seed {procedure.seed} --first {procedure.first} --later {procedure.later} --waves {procedure.waves}"
    options += f" --sets {procedure.wanted}"
    options += "".join(f" --without {pattern}" for pattern in procedure.without)
    options += " --begin FILE" if procedure.begun else ""
    options += f" --near {procedure.near}" if procedure.near != Procedure().near else ""
    options += " --apart" if procedure.apart else ""
    options += f" --sharpness {procedure.sharpness}" if procedure.sharpness != Procedure().sharpness else ""
    options += f" --coarse {procedure.coarse}" if procedure.coarse != Procedure().coarse else ""
    return f"handshake calibrate --out DIR {options}"


def begin(out: Path, procedure: Procedure) -> None:
    """Write the procedure into a new folder, or check that the folder was begun with the same one.

    Raises
    ------
    BadInputError
        If it is another one, the folder holds something else or cannot be written, or the first wave is too small.
    """
    if procedure.first < fewest_first():
        allowed = phrase("at_least", low=fewest_first())
        raise BadInputError("bounds", key="first", value=procedure.first, allowed=allowed)
    path = out / CALIBRATION
    text = json.dumps({"version": __version__, **asdict(procedure)}, indent=2, sort_keys=True) + "\n"
    try:
        if path.exists():
            _same(path, json.loads(text))
            return
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInputError("exists", file=str(out), allowed=phrase("new_folder"))
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError("unwritable", file=str(out), value=reason(error)) from None
    write_new({path: text})


def stored_procedure(out: Path) -> Procedure:
    """Return the procedure of the calibration in a folder.

    Raises
    ------
    BadInputError
        If the folder holds no calibration.
    """
    path = out / CALIBRATION
    try:
        raw = _fields(path)
        raw.pop("version")
        raw |= {name: Sizes(**raw[name]) for name in ("sizes", "full")} | {"without": tuple(raw["without"])}
        return Procedure(**raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError("invalid", file=str(path), value=str(error), allowed=phrase("a_calibration")) from error


def _fields(path: Path) -> dict[str, Any]:
    """Return the fields of a procedure in a file; fields added since it was written have their usual values.

    Raises
    ------
    ValueError
        If it holds anything else.
    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict) or "version" not in raw:
        raise ValueError(str(raw)[:40])
    usual = json.loads(json.dumps(asdict(Procedure())))
    return {**usual, **raw}


def _same(path: Path, asked: dict[str, Any]) -> None:
    """Refuse to go on in a folder with another procedure, and name the first field that differs."""
    try:
        stored = _fields(path)
    except ValueError as error:
        raise BadInputError("invalid", file=str(path), value=str(error), allowed=phrase("a_calibration")) from None
    for name in sorted(stored.keys() | asked.keys(), key=lambda name: (name == "version", name)):
        if stored.get(name) != asked.get(name):
            value = f"{asked.get(name)} ≠ {stored.get(name)}"
            allowed = phrase("its_calibration_or_new_folder")
            raise BadInputError("invalid", file=str(path), key=name, value=value, allowed=allowed)


__all__ = [
    "BOUNDS",
    "CALIBRATION",
    "CONFIRMING",
    "ENOUGH",
    "SCHEDULE",
    "TOLERANT",
    "Procedure",
    "begin",
    "command",
    "fewest_first",
    "stored_procedure",
]
