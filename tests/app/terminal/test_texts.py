"""Both catalogues say the same things, and everything the code asks for is in them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import app
from analysis.scenario.findings import MAIN
from app.cli import program
from sim.evidence import TASK_AREAS
from sim.fields import field_holds
from sim.outcomes import OUTCOMES, PURPOSES, TYPES
from sim.parameters import PROVENANCES, parameters
from sim.policies import POLICY_GROUPS
from sim.presets import PRESET_GROUPS
from sim.scenario import CHANGES, Clash, CompanyProfile, Context, OwnPolicy
from sim.texts import Texts, catalogue, languages

EN, DE = catalogue("en"), catalogue("de")
SOURCES = "\n".join(path.read_text() for path in Path(app.__file__).parent.rglob("*.py"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.isidentifier()}


def test_both_languages_have_the_same_keys():
    assert languages() == ("en", "de")
    assert sorted(EN) == sorted(DE)


@pytest.mark.parametrize("key", EN)
def test_both_languages_have_the_same_placeholders(key):
    assert placeholders(EN[key]) == placeholders(DE[key])


@pytest.mark.parametrize("key", EN)
def test_texts_are_clean(key):
    for text in (EN[key], DE[key]):
        assert isinstance(text, str)
        assert "  " not in text.replace("\n  ", "\n").strip() or key == "template.section.levers"
        assert not re.search(r"\b(TODO|XXX)\b", text)


def test_umlauts_are_written_as_such():
    ascii_spellings = re.findall(
        r"\w*(?:fuer|ueber|koenn|moeg|waer|groess|haeng|aender|zurueck)\w*", " ".join(DE.values())
    )
    assert ascii_spellings == []


def test_every_key_in_the_code_is_in_the_catalogue():
    asked = set(re.findall(r"""(?:texts|said|texts\.get)\(\s*"([a-z_.]+)\"""", SOURCES))
    assert len(asked) > 50
    assert asked - set(EN) == set()


def test_every_option_and_argument_is_explained(cli):
    for command in program().commands.values():
        for parameter in command.params:
            assert parameter.help in EN, (command.name, parameter.name)
        for part in ("short", "says", "example"):
            assert f"help.{command.name}.{part}" in EN


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("outcome", OUTCOMES),
        ("type", TYPES),
        ("type_short", TYPES),
        ("purpose", PURPOSES),
        ("group", POLICY_GROUPS),
        ("preset_group", PRESET_GROUPS),
        ("provenance", PROVENANCES),
        ("unit", {parameter.unit for group in parameters().values() for parameter in group.values()}),
        ("template.section", CHANGES),
        ("field.company", CompanyProfile.model_fields),
        ("field.context", Context.model_fields),
        ("field.clash", Clash.model_fields),
        ("field.policies", OwnPolicy.model_fields),
    ],
)
def test_every_name_of_the_model_has_a_text(prefix, names):
    assert [name for name in names if f"{prefix}.{name}" not in EN] == []


def test_what_there_is_to_choose_from_is_explained():
    for choice in field_holds(CompanyProfile, "structure").choices:
        assert all(f"{choice}:" in texts["field.company.structure"] for texts in (EN, DE))


def test_the_main_outcomes_are_outcomes():
    assert set(MAIN) <= set(OUTCOMES)
    assert len(TASK_AREAS) == 6


@pytest.mark.parametrize(
    ("value", "digits", "sign", "english", "german"),
    [
        (1234.5, 1, False, "1,234.5", "1.234,5"),
        (0.125, 2, True, "+0.12", "+0,12"),
        (-0.5, 1, True, "−0.5", "−0,5"),
        (-0.0001, 2, True, "0.00", "0,00"),
        (100_000, 0, False, "100,000", "100.000"),
        (float("nan"), 2, True, "–", "–"),
        (float("inf"), 2, False, "–", "–"),
    ],
)
def test_numbers(value, digits, sign, english, german):
    assert Texts("en").number(value, digits, sign=sign) == english
    assert Texts("de").number(value, digits, sign=sign) == german


def test_percentages_and_intervals():
    assert Texts("en").percent(0.123) == "12.3%"
    assert Texts("de").percent(0.123) == "12,3 %"
    assert Texts("de").percent(float("nan")) == "–"
    assert Texts("de").interval("1", "2") == "1 bis 2"
    assert Texts("de").interval("–", "–") == "–"
