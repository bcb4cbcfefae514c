"""Simulation-based calibration: a check of the inference on truths that are known.

Truths are drawn from the priors of all coefficients, and the model gives each truth's data: margins of cheap parts, on
the compressed scale, plus an error that is uniform within a half width. The procedure of the calibration is then asked
for each truth: emulators fitted to a wave from the priors propose sets by the prior times the emulated chance that they
fit the data, the sets are simulated, and those whose margins all lie within the half width of the data are accepted.
Until there are enough, the emulators learn from them and the next wave follows. The accepted are weighted by the
inverse of the chance, and as many as are wanted drawn by weight. A calibration proposes by a power of that chance,
seeks part of its sets near others, whose chance nobody knows, and asks for a second sample: that is not checked here.

Accepting within a box is exact, not approximate, for an error that is uniform on that box (Wilkinson 2013). If the
procedure is right, truth and draws are therefore exchangeable, and the rank of the truth among the draws is uniform:
for every coefficient, and for every other quantity (Talts and others 2018; Modrák and others 2023), such as the margins
themselves, which the data say most about. Truths with too few accepted sets are left out; that this is decided by the
data alone leaves the ranks of the others uniform.

What is checked is the inference, not the model: truth and draws come from the same model on the same virtual companies.

Wilkinson, R. D. (2013). Approximate Bayesian computation (ABC) gives exact results under the assumption of model error.
Statistical Applications in Genetics and Molecular Biology 12(2).
Talts, S., Betancourt, M., Simpson, D., Vehtari, A., Gelman, A. (2018). Validating Bayesian inference algorithms with
simulation-based calibration. arXiv:1804.06788.
Modrák, M., Moon, A. H., Kim, S., Bürkner, P., Huurre, N., Faltejsková, K., Gelman, A., Vehtari, A. (2023).
Simulation-based calibration checking for Bayesian computation: the choice of test quantities shapes sensitivity.
Bayesian Analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from experiments.calibration.calibrate import in_threads
from experiments.calibration.emulator import compressed
from experiments.calibration.inquiry import Infer, Inferred, Inquiry, Setting, infer
from experiments.calibration.jobs import JudgeJob, JudgeTask
from experiments.calibration.priors import Priors, coefficient_priors
from experiments.calibration.verdict import pattern_of
from experiments.sweep.identity import versions
from experiments.sweep.results import open_sweep
from experiments.sweep.tasks import check_versions

Floats = NDArray[np.float64]
FORMAT: Final = 1
PARTS: Final = (
    "P2.lead_over_next",
    "P5.strengths/doubt",
    "P6.marketing_below_rest",
    "P6.sales_below_rest",
)
"""The data: of the parts that the virtual sample alone gives, those that emulators explain best. With more parts too
few sets fit all of them: of eight, hardly one in a hundred that are proposed."""
TRUTH: Final = "truth"
KINDS: Final = ("procedure", "unweighted", "emulated")
"""Draws for each truth: by the procedure; two errors that the check should notice if they matter: from the
accepted sets as if all weighed the same, and from the proposed sets as if emulators could be believed."""
_CHUNK: Final = 2
"""Truths per chunk: some ten seconds of one core."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverageTask:
    """A chunk of truths; see :class:`CoverageJob`."""

    versions: Mapping[str, str]
    setting: Setting
    infer: Infer
    truths: Floats
    statistics: Floats
    first: int

    def __call__(self) -> pa.Table:
        """Return a row per truth and per draw: see :class:`CoverageJob`."""
        check_versions(self.versions)
        return pa.concat_tables([self._rows(k) for k in range(len(self.truths))])

    def _rows(self, k: int) -> pa.Table:
        setting, number = self.setting, self.first + k
        rng = np.random.default_rng([setting.inquiry.seed, number])
        data = self.statistics[k] + setting.error * rng.uniform(-1.0, 1.0, len(setting.parts))
        found = self.infer(setting, data, int(rng.integers(2**31)))
        effective = float(1.0 / np.square(found.weight).sum()) if len(found.accepted) else 0.0
        kinds, places, statistics = [TRUTH], [self.truths[[k]]], [self.statistics[[k]]]
        if len(found.accepted) >= setting.inquiry.fewest:
            for kind, chosen in zip(KINDS, self._draws(found, rng), strict=True):
                kinds += [kind] * len(chosen)
                places.append(found.places[chosen])
                statistics.append(found.statistics[chosen])
        columns: dict[str, Any] = {
            "truth": np.full(len(kinds), number, dtype=np.int32),
            "kind": pa.array(kinds),
            "proposed": np.full(len(kinds), len(found.places), dtype=np.int32),
            "accepted": np.full(len(kinds), len(found.accepted), dtype=np.int32),
            "effective": np.full(len(kinds), effective),
        }
        for names, block in ((setting.priors.names, places), (setting.parts, statistics)):
            joined = np.concatenate(block)
            columns |= {name: np.ascontiguousarray(joined[:, n]) for n, name in enumerate(names)}
        return pa.table(columns)

    def _draws(self, found: Inferred, rng: np.random.Generator) -> list[NDArray[np.intp]]:
        """Return numbers of the sets drawn, by :data:`KINDS`; without replacement, as two equal draws are one."""
        count = self.setting.inquiry.draws
        return [
            rng.choice(found.accepted, count, replace=False, p=found.weight),
            rng.choice(found.accepted, count, replace=False),
            rng.choice(len(found.places), count, replace=False),
        ]


@dataclass(frozen=True, eq=False)
class CoverageJob:
    """Truths for which the inference is asked.

    Each gives a row of ``kind`` ``"truth"`` and, unless too few sets were accepted, rows of each of :data:`KINDS`.
    Columns: ``truth``, ``kind``; ``proposed`` and ``accepted`` sets and the ``effective`` number that the accepted are
    worth, the same in all rows of a truth; by name, all parameters as places between the bounds, and all parts as
    compressed margins.

    Attributes
    ----------
    setting
        What the truths have in common.
    truths, margins
        Their places and margins, shapes (truths, parameters) and (truths, parts). Only truths that have all margins:
        the others are no data, and whatever is accepted has all margins, too.
    infer
        The inference that is checked.
    """

    setting: Setting
    truths: Floats
    margins: Floats
    infer: Infer = infer

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.runs // _CHUNK)

    @property
    def runs(self) -> int:
        """Number of truths."""
        return len(self.truths)

    def chunk_runs(self, chunk: int) -> int:
        """Return the number of truths in a chunk."""
        return min(_CHUNK, self.runs - chunk * _CHUNK)

    def task(self, chunk: int) -> CoverageTask:
        """Return a chunk's work."""
        rows = slice(chunk * _CHUNK, chunk * _CHUNK + self.chunk_runs(chunk))
        return CoverageTask(
            versions(), self.setting, self.infer, self.truths[rows], compressed(self.margins[rows]), rows.start
        )

    def manifest(self) -> dict[str, Any]:
        """Return how the check is done; the first wave and the truths by their hash."""
        given = (self.setting.known, self.setting.margins, self.truths, self.margins)
        return {
            "format": FORMAT,
            "plan": {
                **asdict(self.setting.inquiry),
                "parts": list(self.setting.parts),
                "infer": f"{self.infer.__module__}.{self.infer.__qualname__}",
                "given": sha256(b"".join(np.ascontiguousarray(block).tobytes() for block in given)).hexdigest(),
            },
            "points": self.runs,
            "runs": self.runs,
            "chunks": self.chunks,
            "versions": versions(),
        }

    def design(self) -> pa.Table:
        """Return a row per truth: its number and its places."""
        columns: dict[str, Any] = {"truth": np.arange(self.runs, dtype=np.int32)}
        columns |= {name: np.ascontiguousarray(self.truths[:, k]) for k, name in enumerate(self.setting.priors.names)}
        return pa.table(columns)


@dataclass(frozen=True, slots=True)
class Model:
    """The model as :data:`Simulate`: margins of parts at places of the coefficients.

    Attributes
    ----------
    priors, parts, inquiry
        Of the coefficients; which parts; seed and sizes.
    """

    priors: Priors
    parts: tuple[str, ...]
    inquiry: Inquiry

    def job(self, places: Floats) -> JudgeJob:
        """Return the sets at places as work for a sweep."""
        patterns = tuple(dict.fromkeys(pattern_of(part) for part in self.parts))
        values = self.priors.values(places)
        return JudgeJob(self.priors.names, values, self.inquiry.seed, self.inquiry.sizes, patterns=patterns)

    def __call__(self, places: Floats) -> Floats:
        """Return margins, shape (sets, parts)."""
        job = self.job(places)
        tasks: list[JudgeTask] = [job.task(chunk) for chunk in range(job.chunks)]
        return np.concatenate([self.margins(task().to_pandas()) for task in tasks])

    def margins(self, frame: pd.DataFrame) -> Floats:
        """Return margins from rows of a job, shape (sets, parts)."""
        found: Floats = frame[list(self.parts)].to_numpy(dtype=np.float64)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A check that is done.

    Attributes
    ----------
    setting
        What the truths had in common.
    without_data
        Truths that gave no data, as when nobody is of a type.
    rows
        As :class:`CoverageJob` says.
    """

    setting: Setting
    without_data: int
    rows: pd.DataFrame


def drawn(priors: Priors, count: int, seed: int) -> Floats:
    """Return independent places from priors, shape (count, parameters).

    A Latin hypercube, as of the first wave, spreads more evenly than chance: ranks of such truths would be too even.
    """
    rng = np.random.default_rng([seed, 1])
    return rng.beta(priors.shape, priors.shape, (count, len(priors.names)))


Sweep = Callable[[Any, Path], object]
"""Runs a job into a folder, or goes on with it there, and raises if it cannot be finished."""


def check(out: Path, inquiry: Inquiry, *, sweep: Sweep = in_threads) -> Checked:
    """Check the inference on the model into a folder, or go on with a check there.

    Parameters
    ----------
    out
        A new folder, or that of the same check.
    inquiry
        Settings of the check.
    sweep
        Runs the two sweeps of the check: the sets from the priors, and the truths.

    Raises
    ------
    BadInputError
        If the folder holds something else.
    StoppedError
        If chunks could not be computed.
    """
    priors = coefficient_priors()
    model = Model(priors, PARTS, inquiry)
    known, truths = priors.draw(inquiry.first, inquiry.seed), drawn(priors, inquiry.truths, inquiry.seed)
    sweep(model.job(np.concatenate([known, truths])), out / "priors")
    margins = model.margins(open_sweep(out / "priors").frame(factors=False).sort_values("set"))
    setting = Setting.of(priors, PARTS, model, inquiry, known, margins[: len(known)])
    theirs = margins[len(known) :]
    there = np.isfinite(theirs).all(axis=1)
    sweep(CoverageJob(setting, truths[there], theirs[there]), out / "truths")
    rows = open_sweep(out / "truths").frame(factors=False).sort_values("truth", kind="stable", ignore_index=True)
    return Checked(setting, int((~there).sum()), rows)


__all__ = ["KINDS", "PARTS", "TRUTH", "Checked", "CoverageJob", "CoverageTask", "Model", "check", "drawn"]
