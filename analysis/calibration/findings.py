"""Findings of a calibration: its waves, the sets that were accepted and confirmed, and how hard each pattern is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.calibration.acceptance import Calibration
from experiments.calibration.procedure import Procedure, command
from experiments.calibration.verdict import LEAST_CLEARANCE, SAMPLING_ERRORS
from sim.version import __version__


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationFindings:
    """Findings of a calibration.

    Attributes
    ----------
    procedure
        Its settings.
    waves
        A row per wave: ``number``, ``tolerance``, number of ``sets``, of those ``within`` the tolerance and
        ``accepted``, the share of variance that emulators ``explained``, and by pattern the share ``missed``.
    accepted, judged_again, confirmed, effective
        As for :class:`experiments.calibration.acceptance.Calibration`.
    sets, families
        Number of sets in the ensemble, and of their clusters; 0 if no set was confirmed.
    file
        File of the ensemble; None if no set was confirmed.
    patterns
        By pattern, the hardest first: for ``first_wave`` and ``last_wave``, the number of sets ``judged`` by it and the
        share of them that ``missed`` it.
    """

    procedure: Procedure
    waves: Sequence[Mapping[str, Any]]
    accepted: int
    judged_again: int
    confirmed: int
    effective: float
    sets: int
    families: int
    file: str | None
    patterns: Mapping[str, Mapping[str, Mapping[str, Any]]]

    @property
    def simulated(self) -> int:
        """Number of sets simulated in all waves."""
        return sum(wave["sets"] for wave in self.waves)

    def to_json(self) -> dict[str, Any]:
        """Return everything in JSON's types."""
        procedure = self.procedure
        return {
            "command": command(procedure),
            "seed": procedure.seed,
            "sampling_errors": SAMPLING_ERRORS,
            "least_clearance": LEAST_CLEARANCE,
            "companies": procedure.sizes.companies,
            "companies_second_sample": procedure.full.companies,
            "without": list(procedure.without),
            "waves": list(self.waves),
            "simulated": self.simulated,
            "accepted": self.accepted,
            "judged_again": self.judged_again,
            "confirmed": self.confirmed,
            "effective": self.effective,
            "sets": self.sets,
            "families": self.families,
            "ensemble": self.file,
            "patterns": self.patterns,
            "version": __version__,
        }


def calibration_findings(found: Calibration, procedure: Procedure, file: Path) -> CalibrationFindings:
    """Return the findings of a calibration.

    Parameters
    ----------
    found
        Its result.
    procedure
        Its settings.
    file
        The ensemble's, if there is one.
    """
    hardness = [(wave.missing(), wave.judged) for wave in (found.waves[0], found.waves[-1])]
    # A pattern that no set reached any more counts by what was found before.
    hardest = sorted(procedure.patterns, key=lambda name: [-shares.get(name, 0.0) for shares, _ in hardness[::-1]])
    return CalibrationFindings(
        procedure=procedure,
        waves=[
            {
                "number": wave.number,
                "tolerance": wave.tolerance,
                "sets": len(wave.places),
                "within": wave.within,
                "accepted": len(wave.accepted),
                "explained": wave.explained,
                "missed": wave.failing,
            }
            for wave in found.waves
        ],
        accepted=found.accepted,
        judged_again=found.judged_again,
        confirmed=found.confirmed,
        effective=found.effective,
        sets=0 if found.ensemble is None else len(found.ensemble),
        families=0 if found.ensemble is None else found.ensemble.relatives,
        file=None if found.ensemble is None else str(file),
        patterns={
            name: {
                which: {"missed": shares.get(name), "judged": judged.get(name, 0)}
                for which, (shares, judged) in zip(("first_wave", "last_wave"), hardness, strict=True)
            }
            for name in hardest
        },
    )


__all__ = ["CalibrationFindings", "calibration_findings"]
