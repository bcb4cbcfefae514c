"""``handshake validate`` as somebody uses it, on as little as it takes."""

from __future__ import annotations

import pytest

from analysis.validation import runs as validation
from app.commands import calibrate as calibrate_work
from app.commands.calibrate import read_procedure
from experiments.calibration import jobs, waves
from experiments.calibration import procedure as calibration
from experiments.calibration.procedure import fewest_first
from experiments.calibration.verdict import Sizes, Verdict, parts, pattern_of
from experiments.ensemble import shipped
from experiments.scorecard import catalogue
from sim.parameters import parameters

QUICK = ("--sets", "1", "--nulls", "0", "--companies", "337", "--no-structure", "--no-coverage")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--out"),
        (("--out", "x", "--sets", "0"), "--sets"),
        (("--out", "x", "--sets", "9999"), "--sets"),
        (("--out", "x", "--companies", "336"), "337"),
        (("--out", "x", "--nulls", "many"), "--nulls"),
        (("--out", "x", "--proposals", "8"), "--calibration"),
        (("--out", "x", "--leave-out", "P2"), "--calibration"),
        (("--out", "x", "--leave-out", "P20"), "P20"),
        (("--out", "x", "--seed", str(shipped().facts["procedure"]["seed"])), "--seed"),
        (("--out", "x", "--seed", str(shipped().facts["procedure"]["seed"] + 1)), "--seed"),
        (("--out", "x", "--calibration", "nowhere"), "calibration.json"),
        (("--out", "x", "--executor", "thread"), "threads"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(cli, tmp_path, arguments, says, language):
    done = cli("validate", *arguments, language=language)
    assert done.code == 2
    assert says in done.err
    assert not list(tmp_path.iterdir())


def test_the_report_names_the_ensemble_and_the_same_command_finds_its_runs(cli, tmp_path):
    first = cli("validate", "--out", "found", *QUICK, "--json")
    assert first.code == 0
    found = first.json()
    assert found["fingerprint"] == shipped().fingerprint
    assert [row["pattern"] for row in found["patterns"]] == list(catalogue())
    page = (tmp_path / "found" / "report" / "VALIDATION.md").read_text(encoding="utf-8")
    assert found["fingerprint"] in page
    again = cli("validate", "--out", "found", *QUICK, language="de")
    assert again.code == 0
    assert "Parametersätze" in again.out
    assert cli("validate", "--out", "found", *QUICK, "--seed", "5").code == 2


@pytest.fixture
def quick(monkeypatch):
    """Judge at once: P2 holds where a coefficient is high, all else everywhere; without a mechanism P17 fails."""
    bounds = parameters()["coefficient"]["need_hours"]

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        place = (laboratory.coefficients.need_hours - bounds.low) / (bounds.high - bounds.low)
        weak = {"P2": 8.0 * (place - 0.5), "P17": -5.0 if laboratory.coefficients.trust_up == 0.0 else 5.0}
        margins = {}
        for pattern in patterns:
            margins |= {part: weak.get(pattern, 5.0 + place) for part in parts() if pattern_of(part) == pattern}
            if weak.get(pattern, 5.0 + place) < floor:
                return Verdict(margins, (0.5, 0.1, 0.7), pattern)
        return Verdict(margins, (0.5, 0.1, 0.7), "")

    def read(*given, **named):
        found = read_procedure(*given, **named)
        for name, value in (("sizes", Sizes(64, 64, 8)), ("full", Sizes(64, 64, 8)), ("waves", 2)):
            object.__setattr__(found, name, value)
        return found

    monkeypatch.setattr(jobs, "judge", judge)
    monkeypatch.setattr(calibrate_work, "read_procedure", read)
    monkeypatch.setattr(calibration, "SCHEDULE", ((0.5, -9.0), (0.0, -9.0)))
    for module in (waves, validation):
        monkeypatch.setattr(module, "STEPS", 4)


def test_a_calibration_is_validated_with_patterns_left_out_and_mechanisms_off(cli, quick, tmp_path):
    made = cli(
        "calibrate", "--out", "made", "--first", fewest_first(), "--later", 16, "--sets", 6, "--executor", "serial"
    )
    assert made.code == 0, made.err
    options = ("--nulls", 2, "--proposals", 32, "--no-structure", "--no-coverage", "--executor", "serial")
    done = cli("validate", "--out", "found", "--calibration", "made", *options, "--json")
    assert done.code == 0, done.err
    found = done.json()
    left_out = {row["pattern"]: row for row in found["predictions"]}
    assert list(left_out) == list(catalogue())
    # Everywhere but for P2: what holds under the priors and where all others do says nothing about coefficients.
    assert left_out["P1"]["verdict"] == "any"
    assert (left_out["P2"]["proposed"], left_out["P2"]["accepted"]) == (32, 32)
    assert left_out["P2"]["verdict"] == "fit"
    assert 0.0 < left_out["P2"]["share"] < 0.8
    # Of some alone, and what was simulated is not simulated again.
    some = cli("validate", "--out", "found", "--calibration", "made", *options, "--leave-out", "P2", "--json")
    assert some.code == 0, some.err
    assert some.json()["predictions"] == [left_out["P2"]]
    assert "Nothing is said here of: P1, P3, " in (tmp_path / "found" / "report" / "VALIDATION.md").read_text("utf-8")
    assert found["mechanisms"]["all"] == dict.fromkeys(catalogue(), 1.0)
    fails = [name for name, row in found["mechanisms"].items() if row["P17"] == 0.0]
    assert fails == ["trust"]
    assert "trust" not in found["idle_mechanisms"]
    page = (tmp_path / "found" / "report" / "VALIDATION.md").read_text(encoding="utf-8")
    assert "whether they emerge when they are not asked for" in page
    assert "- P2: fitted." in page
