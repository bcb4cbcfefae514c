"""The check of the inference: right inference passes, deliberate errors are found, on a toy model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from analysis.validation import coverage as ac
from analysis.validation.document_coverage import coverage_section, nothing_ranked
from analysis.validation.figures import write_figures
from experiments.calibration.inquiry import Inferred, Inquiry, Setting, infer
from experiments.calibration.known_truths import KINDS, Checked, CoverageJob, drawn
from experiments.calibration.priors import Priors
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run

PRIORS = Priors(("a", "b", "c", "idle"), np.zeros(4), np.ones(4), np.array([1.0, 4.0, 1.0, 1.0]))
PARTS = ("one", "two")
INQUIRY = Inquiry(seed=5, truths=40, first=300, later=100, waves=3, steps=40, strongest=2, draws=19, width=0.6)


def toy(places: np.ndarray) -> np.ndarray:
    """Return two margins that quadratic emulators miss by a good deal."""
    a, b, c, _ = places.T
    return np.stack([np.sin(6.0 * a) + b, 2.0 * c + np.cos(7.0 * c * a)], axis=1)


def setting(inquiry: Inquiry = INQUIRY) -> Setting:
    known = PRIORS.draw(inquiry.first, inquiry.seed)
    return Setting.of(PRIORS, PARTS, toy, inquiry, known, toy(known))


def too_sure(given: Setting, data: np.ndarray, seed: int) -> Inferred:
    """Infer with priors that are too narrow."""
    return infer(replace(given, priors=replace(PRIORS, shape=8.0 * PRIORS.shape)), data, seed)


def blind(given: Setting, data: np.ndarray, seed: int) -> Inferred:
    """Infer by emulators alone, whose errors are taken for a third of what they are."""
    sure = replace(given.emulator, error=given.emulator.error / 3.0)
    found = infer(replace(given, emulator=sure, inquiry=replace(given.inquiry, waves=1)), data, seed)
    return replace(found, accepted=np.arange(len(found.places)))


def checked(out: Path, how=infer, inquiry: Inquiry = INQUIRY) -> Checked:
    truths = drawn(PRIORS, inquiry.truths, inquiry.seed)
    job = CoverageJob(setting(inquiry), truths, toy(truths), how)
    assert run(job, out).complete
    rows = open_sweep(out).frame(factors=False).sort_values("truth", kind="stable", ignore_index=True)
    return Checked(job.setting, 0, rows)


@pytest.fixture(scope="module")
def right(tmp_path_factory) -> ac.CoverageFindings:
    return ac.coverage_findings(checked(tmp_path_factory.mktemp("right") / "sweep"))


def p_of(found: ac.CoverageFindings, group: str, kind: str = KINDS[0]) -> float:
    tests = found.tests
    return float(tests.loc[(tests["group"] == group) & (tests["kind"] == kind), "p"].iloc[0])


def test_right_inference_covers_the_truth(right):
    assert right.ranked >= 35
    assert right.failing == []
    informed = right.quantities.set_index("quantity")["spread"]
    assert informed[["a", "c"]].max() < ac.INFORMED < informed["idle"]
    row = right.tests[(right.tests["group"] == "coefficients") & (right.tests["kind"] == KINDS[0])].iloc[0]
    for level in ("50", "80", "90"):
        assert abs(row[f"covered_{level}"] - float(level) / 100.0) < 4.0 * row[f"error_{level}"]


def test_priors_that_are_too_narrow_are_found_out(tmp_path):
    found = ac.coverage_findings(checked(tmp_path / "sweep", too_sure))
    assert found.failing
    assert p_of(found, "coefficients") < 0.01


def test_emulators_that_are_too_sure_are_found_out(tmp_path):
    # Against an error this small it shows that emulators miss by more than they own up to.
    found = ac.coverage_findings(checked(tmp_path / "sweep", blind, replace(INQUIRY, width=0.15, truths=80)))
    assert p_of(found, "margins") < 0.01
    assert "**The ranks are not uniform**" in coverage_section(found)


def test_inference_agrees_with_accepting_sets_from_the_priors():
    given = setting(replace(INQUIRY, later=1200, waves=1, steps=150))
    found = infer(given, np.array([0.9, 1.0]), 1)
    places = PRIORS.draw(20_000, 9)
    inside = (np.abs(np.arcsinh(toy(places)) - [0.9, 1.0]) <= given.error).all(axis=1)
    assert found.weight @ found.places[found.accepted] == pytest.approx(places[inside].mean(axis=0), abs=0.05)


def test_a_job_is_the_same_in_pieces_and_says_so(tmp_path):
    truths = drawn(PRIORS, 4, 1)
    job = CoverageJob(setting(), truths, toy(truths))
    assert (job.chunks, job.runs, job.chunk_runs(1)) == (2, 4, 2)
    assert job.task(1)().equals(CoverageJob(setting(), truths, toy(truths)).task(1)())
    other = CoverageJob(setting(replace(INQUIRY, seed=6)), truths, toy(truths))
    assert job.manifest() != other.manifest()
    assert job.design().num_rows == 4


def test_truths_with_too_few_accepted_sets_are_counted_and_not_ranked(tmp_path):
    truths = drawn(PRIORS, 2, 1)
    none = replace(setting(), error=np.full(2, 1e-9))
    rows = CoverageJob(none, truths, toy(truths)).task(0)().to_pandas()
    assert list(rows["kind"]) == ["truth", "truth"]
    assert (rows["accepted"] < INQUIRY.fewest).all()
    with pytest.raises(ac.NothingRankedError):
        ac.coverage_findings(Checked(none, 0, rows))
    assert f"at least {INQUIRY.fewest} sets" in nothing_ranked(INQUIRY)


def test_of_one_truth_there_is_no_standard_error(right):
    told = replace(right, tests=right.tests.assign(error_50=np.nan))
    assert "nan" not in coverage_section(told)
    assert "±" in coverage_section(told)


def test_ranks_and_their_ties():
    rng = np.random.default_rng(1)
    members = np.array([[[2.0], [1.0], [3.0]], [[5.0], [5.0], [5.0]]])
    ranks = ac.ranks_of(members, rng)
    assert ranks[0, :, 0].tolist() == [1, 0, 2]
    assert sorted(ranks[1, :, 0]) == [0, 1, 2]


def test_the_band_takes_dependence_within_a_truth_into_account():
    rng = np.random.default_rng(2)
    one = ac.ranks_of(rng.random((100, 20, 1)), rng)
    alone, _ = ac.exchanged(one, rng)
    together, _ = ac.exchanged(np.repeat(one, 30, axis=2), rng)
    # Thirty copies of a coefficient are one coefficient.
    assert (together["high"] - together["low"]).mean() == pytest.approx((alone["high"] - alone["low"]).mean(), rel=0.1)


def test_p_of_exchanges_is_uniform_if_right_and_small_if_not():
    rng = np.random.default_rng(3)
    p = [ac.exchanged(ac.ranks_of(rng.random((40, 10, 3)), rng), rng)[1] for _ in range(60)]
    assert stats.kstest(p, "uniform").pvalue > 0.01
    wrong = rng.random((40, 10, 3))
    wrong[:, 0] = 3.0 * (wrong[:, 0] - 0.5) + 0.5
    assert ac.exchanged(ac.ranks_of(wrong, rng), rng)[1] < 0.01


def test_central_intervals_have_their_content():
    every = np.arange(20)[:, None]
    for level, each in ac.coverage(every, 19).items():
        assert each.mean() == pytest.approx(float(level) / 100.0)


def test_spread_left_is_one_if_nothing_is_learnt():
    left = ac.spread_left(PRIORS.draw(4000, 1).reshape(200, 20, 4), PRIORS)
    assert left == pytest.approx(np.ones(4), abs=0.03)


def test_section_and_figure(right, tmp_path):
    text = coverage_section(right, level=3)
    assert text.startswith("### ")
    assert "No deviation from uniform ranks was found." in text
    assert "| all coefficients | 4 | the procedure |" in text
    for language in ("en", "de"):
        (tmp_path / language).mkdir()
        paths = write_figures(right, tmp_path / language, language)
        assert [path.name for path in paths] == ["coverage.svg", "coverage.png"]
        assert all(path.stat().st_size for path in paths)
