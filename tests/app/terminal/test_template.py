"""Scenario files as they are written: they say what the program accepts, and read back as they were meant."""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.terminal.template import commented, toml
from sim.fields import field_holds
from sim.parameters import parameters
from sim.policies import ALL_POLICIES
from sim.presets import presets
from sim.scenario import CHANGES, Clash, CompanyProfile, Context, OwnPolicy, Scenario
from sim.texts import Texts, languages
from tests.sim.strategies import scenarios


def written(scenario: Scenario, language: str = "en", *, everything: bool = False) -> str:
    return commented(scenario, Texts(language), head="Head", everything=everything)


def read(text: str) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.toml"
        path.write_text(text, encoding="utf-8", newline="\n")
        return Scenario.load(path)


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=50)
"""Names that may be given; others are refused (tests/sim/test_tables.py)."""


@settings(max_examples=60)
@given(scenarios(), st.sampled_from(languages()), st.booleans(), NAMES)
@example(Scenario(), "en", False, 'quote " backslash \\ separator \u2028 emoji \U0001f600')
def test_what_is_written_reads_back_equal(scenario, language, everything, name):
    meant = scenario.changed(name=name)
    assert read(written(meant, language, everything=everything)) == meant


@given(NAMES, st.text(max_size=40))
@example("separator \u2028", "delete \x7f, null \0, separator \u2028")
def test_names_of_own_levers_cannot_break_the_file(name, says):
    policy = OwnPolicy(id="own", en=name, de=name, says_en=says, says_de=says, effects={"voice": 0.1})
    meant = Scenario(name="x", policies=(policy,), levers={"own": 0.3})
    for language in languages():
        assert read(written(meant, language)) == meant


@pytest.mark.parametrize("language", languages())
def test_the_default_scenario_lists_every_key_with_its_default(language):
    text = written(Scenario(), language, everything=True)
    for table, group in CHANGES.items():
        section = text[text.index(f"[{table}]") :]
        for name, parameter in parameters()[group].items():
            assert f"\n# {name} = {parameter.default!r}\n" in section
    for model in (CompanyProfile, Context, Clash, OwnPolicy):
        for name in model.model_fields:
            assert re.search(rf"^(# )?{name} = ", text, re.MULTILINE), name
    for policy in ALL_POLICIES:
        assert f"\n# {policy.id} = 0.5\n" in text
        assert policy.name(language) in text


def test_the_short_form_leaves_the_researchers_numbers_out():
    text = written(Scenario(coefficients={"avoidance": 0.7}))
    assert "\navoidance = 0.7\n" in text
    assert "need_hours" not in text
    assert "[founding]" not in text


@pytest.mark.parametrize("language", languages())
def test_taking_the_comment_signs_away_gives_a_valid_file(language):
    """Every commented key is one that the program knows, with a value it accepts."""
    text = written(Scenario(name="x"), language, everything=True)
    lines = [re.sub(r"^# (?=(\w+ = |\[))", "", line) for line in text.splitlines()]
    bare = "\n".join(line for line in lines if not line.startswith(("people", "ties")))
    found = read(bare)
    assert found.parameters == {name: p.default for name, p in parameters()["mechanism"].items()}
    assert found.clash is not None
    assert [own.id for own in found.policies] == ["joint_visits"]


@pytest.mark.parametrize("language", languages())
def test_bounds_stand_in_the_comments(language):
    text = written(Scenario(), language)
    to = {"en": "to", "de": "bis"}[language]
    for name in ("internal_degree", "team_degree"):
        holds = field_holds(CompanyProfile, name)
        comment = text[: text.index(f"# {name} = ")].splitlines()[-1]
        assert f"{holds.low:g} {to} {holds.high:g}" in comment
    for name, parameter in parameters()["mechanism"].items():
        before = text[: text.index(f"# {name} = ", text.index("[parameters]"))]
        comment = " ".join(line.removeprefix("# ") for line in before.split("\n\n")[-1].splitlines())
        assert f"{parameter.low:g} {to} {parameter.high:g}" in comment
        assert parameter.source in comment


@pytest.mark.parametrize("value", ['a " b \\ c \n d \x7f e \0 ü', True, False, 3, 0.1, 1e-300, -2.5e300, [], {}])
def test_values_read_back_equal(value):
    assert tomllib.loads(f"x = {toml(value)}")["x"] == value


def test_what_toml_cannot_say_is_refused():
    with pytest.raises(TypeError):
        toml(object())


def test_presets_are_written_in_both_languages():
    for preset in presets().values():
        if preset.id != "own_organisation":
            for language in languages():
                scenario = preset.scenario(language)
                assert read(written(scenario, language)) == scenario
