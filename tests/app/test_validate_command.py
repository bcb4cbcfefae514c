"""``handshake validate`` as somebody uses it, on as little as it takes."""

from __future__ import annotations

import pytest

from experiments.ensemble import shipped
from experiments.scorecard import catalogue

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
    assert found["fingerprint"] == shipped().first(1).fingerprint
    assert [row["pattern"] for row in found["patterns"]] == list(catalogue())
    page = (tmp_path / "found" / "report" / "VALIDATION.md").read_text(encoding="utf-8")
    assert found["fingerprint"] in page
    again = cli("validate", "--out", "found", *QUICK, language="de")
    assert again.code == 0
    assert "Parametersätze" in again.out
    assert cli("validate", "--out", "found", *QUICK, "--seed", "5").code == 2
