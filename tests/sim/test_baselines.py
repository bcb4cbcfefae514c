"""A few scenarios give what they gave when somebody last looked: unintended changes of the science show here."""

import json
from pathlib import Path

import pytest

from sim.outcomes import OUTCOMES, TYPES
from tests.baselines import update
from tests.baselines.update import COMMAND, FILE, SCENARIOS, differences, simulated, stored, summary

# Not to the last digit: meeting culture and the weeks in which people leave are drawn through logarithms of the C
# library, and its last digit may differ between machines. All that follows is exact.
TOLERANCE = 1e-9


def test_outcomes_are_those_of_the_baseline() -> None:
    changed = differences(stored(), simulated(), TOLERANCE)
    message = f"\n{summary(changed)}\nIf this is meant: {COMMAND}, and commit {FILE.name} with the reason."
    assert not changed, message


def test_the_baseline_holds_every_outcome_as_an_exact_number() -> None:
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    assert list(raw) == [scenario.name for scenario in SCENARIOS]
    for companies in raw.values():
        assert list(companies) == ["31", "32", "33"]
        for outcomes in companies.values():
            assert list(outcomes) == ["type", *OUTCOMES]
            assert outcomes["type"] in TYPES
            assert all(float.fromhex(outcomes[name]).hex() == outcomes[name] for name in OUTCOMES)


def test_scenarios_of_the_baseline_differ() -> None:
    quality = [outcomes["cooperation_quality"] for companies in stored().values() for outcomes in companies.values()]
    assert len(set(quality)) == len(quality)


# --- the comparison itself --------------------------------------------------------------------------------------------


def results(**outcomes: float | str) -> update.Results:
    return {"plain": {"0": {"type": "professional", "trust": 0.5, "friction": 0.0, **outcomes}}}


def test_differences_are_named_largest_first() -> None:
    assert differences(results(), results()) == []
    found = differences(results(), results(trust=0.4, friction=1e-300, type="contact_shy"), TOLERANCE)
    assert found == [
        "plain, company 0: type was professional, is contact_shy",
        "plain, company 0: friction was 0.0, is 1e-300, 1.0e+00 of it",
        "plain, company 0: trust was 0.5, is 0.4, 2.0e-01 of it",
    ]


def test_last_digits_do_not_count_within_the_tolerance() -> None:
    nearly = results(trust=0.5 + 1e-15)
    assert differences(results(), nearly, TOLERANCE) == []
    assert len(differences(results(), nearly)) == 1


def test_what_is_new_or_gone_is_a_difference() -> None:
    assert len(differences({}, results(), TOLERANCE)) == 3
    assert len(differences(results(), {}, TOLERANCE)) == 3
    assert differences(results(), results(regard=0.1)) == ["plain, company 0: regard was None, is 0.1"]
    assert differences(results(), results(trust=float("nan")), TOLERANCE) != []


def test_a_long_list_is_cut_off() -> None:
    assert summary([str(k) for k in range(20)], most=2) == "0\n1\n... and 18 more"


def test_updating_writes_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(update, "FILE", tmp_path / "outcomes.json")
    monkeypatch.setattr(update, "simulated", lambda: results(trust=1 / 3))
    assert update.main() == 0
    assert "3 outcomes have changed" in capsys.readouterr().out
    assert update.stored() == results(trust=1 / 3)
    assert update.main() == 0
    assert capsys.readouterr().out == "No outcome has changed.\n"
