"""``handshake explain``: what it prints in both languages, what it refuses, and that its numbers add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.explanation import MECHANISMS, OTHER
from sim.outcomes import TYPES
from tests.texts import both

SMALL = ("--companies", 12, "--weeks", 30)
PAIR = ("explain", "plain.toml", "talk.toml", *SMALL)

REFUSED = {
    "no scenario": (("explain", "ivory_towr"), ["argument A", "'ivory_towr'", "'ivory_tower'?"]),
    "no second scenario": (("explain", "hoarders", "hoardrs"), ["argument B", "'hoardrs'", "'hoarders'?"]),
    "nothing to leave out": (("explain", "plain.toml"), ["argument B", "no levers to leave out"]),
    "no outcome": (
        ("explain", "hoarders", "--outcome", "return_on_sale"),
        ["option --outcome", "'return_on_sale'", "'return_on_sales'?"],
    ),
    "no companies": (("explain", "hoarders", "--companies", 0), ["option --companies", "'0'"]),
    "half a seed": (("explain", "hoarders", "--seed", "1.5"), ["option --seed", "'1.5'", "a whole number"]),
    "no weeks": (("explain", "hoarders", "--weeks", -1), ["option --weeks", "'-1'"]),
    "two horizons": (("explain", "plain.toml", "short.toml"), ["option --weeks", "104", "30"]),
    "other companies": (("explain", "plain.toml", "larger.toml"), ["company", "scenarios on the same companies"]),
    "too much": (("explain", "hoarders", "hoarders", "hoarders"), ["command line", "'hoarders'"]),
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Scenarios to explain."""
    (tmp_path / "plain.toml").write_text("name = 'plain'\n")
    (tmp_path / "short.toml").write_text("weeks = 30\n")
    (tmp_path / "larger.toml").write_text("[company]\nmarketing = 40\nsales = 60\n")
    (tmp_path / "talk.toml").write_text(
        "[levers]\ntalk_first = 1.0\nconstructive_conflict = { intensity = 0.7, start = 4 }\njoint_planning = 0.6\n"
    )


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_message_in_both_languages(cli, case):
    arguments, named = REFUSED[case]
    english, german = (cli(*arguments, language=language) for language in ("en", "de"))
    for found in (english, german):
        assert found.code == 2
        assert found.out == ""
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
    assert [part for part in named if part not in english.err] == []
    assert english.err != german.err


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_shows_the_page_within_eighty_columns(cli, language):
    found = cli(*PAIR, "--lang", language)
    assert (found.code, found.err) == (0, "")
    flat = " ".join(found.out.split())
    for key in ("by_lever", "by_mechanism", "column_steps", "sum", "steps"):
        assert " ".join(both(f"explanation.{key}")[language == "de"].split()) in flat
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80


def test_json_adds_up(cli):
    found = cli(*PAIR, "--json", "--outcome", "cooperation_quality").json()
    assert found["outcome"] == "cooperation_quality"
    assert list(found["mechanisms"]) == [*MECHANISMS, "direct"]
    assert {"talk_first", "constructive_conflict", "joint_planning"} <= found["levers"].keys()
    for part in ("levers", "mechanisms"):
        total = sum(row["share"] for row in found[part].values())
        assert total == pytest.approx(found["total"]["difference"], abs=1e-12)
    assert found["orders"] == 0
    assert {link["support"] for link in found["chain"]} <= {"evidence", "assumption"}
    again = cli("compare", "plain.toml", "talk.toml", *SMALL, "--json").json()["outcomes"]["cooperation_quality"]
    assert found["total"]["before"] == pytest.approx(again["a"])
    assert found["total"]["after"] == pytest.approx(again["b"])


def test_a_scenario_alone_is_explained_against_itself_without_levers(cli):
    alone = cli("explain", "talk.toml", *SMALL, "--json").json()
    assert alone["a"].endswith("without levers")
    assert OTHER not in alone["levers"]


@pytest.mark.parametrize("kind", TYPES)
def test_the_difference_of_a_share_has_the_interval_of_a_comparison(cli, kind):
    total = cli(*PAIR, "--outcome", kind, "--json").json()["total"]
    again = cli("compare", "plain.toml", "talk.toml", *SMALL, "--json").json()["types"][kind]
    assert total == pytest.approx({"before": again.pop("a"), "after": again.pop("b"), **again})
    assert cli(*PAIR, "--outcome", kind).code == 0


def test_scenarios_that_do_not_differ_say_so(cli):
    found = cli("explain", "plain.toml", "plain.toml", *SMALL)
    assert found.code == 0
    assert both("explanation.no_levers")[0] in " ".join(found.out.split())


def test_many_levers_are_explained_by_sampled_orders(cli, tmp_path):
    levers = cli("levers", "--json").json()
    text = "[levers]\n" + "".join(f"{row['id']} = 0.5\n" for row in levers[:11])
    (tmp_path / "many.toml").write_text(f"name = 'many'\n{text}")
    found = cli("explain", "many.toml", "--companies", 2, "--weeks", 3, "--json").json()
    assert found["orders"] > 0
    assert sum(row["share"] for row in found["levers"].values()) == pytest.approx(
        found["total"]["difference"], abs=1e-12
    )
    said = cli("explain", "many.toml", "--companies", 2, "--weeks", 3)
    assert "Sampling ±" in said.out


def test_a_single_company_has_no_intervals(cli):
    found = cli(*PAIR, "--companies", 1, "--json").json()
    assert found["total"]["low"] is None
    assert cli(*PAIR, "--companies", 1).code == 0
