"""Plans that cannot be: one message that names file, key, value, what is allowed and the nearest name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments.plan.factors import Range
from experiments.plan.plan import ListDesign, Plan
from sim import BadInputError
from sim.parameters import parameters

LATTICE = '[design]\nkind = "lattice"\n'
A_FACTOR = '[factors]\n"levers.joint_planning" = {}\n'


@pytest.fixture
def load(tmp_path: Path):
    def read(text: str) -> Plan:
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        return Plan.load(tmp_path / "plan.toml")

    return read


def points(rows: str) -> str:
    return f'[design]\nkind = "list"\npoints = {rows}\n'


def factors(lines: str, design: str = LATTICE) -> str:
    return f"{design}[factors]\n{lines}\n"


MORE = "\n".join(f'"coefficients.{name}" = {{}}' for name in list(parameters()["coefficient"])[:21])
BAD: dict[str, tuple[str, list[str], list[str]]] = {
    # what stands in the file, and what the message names in English and, beside key and value, in German
    "empty": ("", ["the file is empty"], ["die Datei ist leer"]),
    "nothing but a comment": (
        "# later\n",
        ["key design.kind: ", "missing", "lattice, list"],
        ["ein Pflichtwert fehlt"],
    ),
    "no design": (A_FACTOR, ["key design.kind: ", "missing", "factorial, fractional"], ["ein Pflichtwert fehlt"]),
    "no kind": (A_FACTOR + "[design]\npoints = 5", ["key design.kind: ", "missing"], ["Pflichtwert"]),
    "kind misspelt": (
        A_FACTOR + '[design]\nkind = "latice"',
        ["key design.kind: ", "'latice'", "'lattice'?"],
        ["„lattice“"],
    ),
    "kind is a number": (A_FACTOR + "[design]\nkind = 5", ["key design.kind: ", "'5'", "morris"], ["unbekannter Name"]),
    "design is text": ('design = "lattice"\n' + A_FACTOR, ["key design: ", "'lattice'", "a table"], ["eine Tabelle"]),
    "points are text": (
        A_FACTOR + '[design]\nkind = "latin_hypercube"\npoints = "100"',
        ["key design.points: ", "'100'", "a whole number, 1 to 16777216"],
        ["eine ganze Zahl"],
    ),
    "points are missing": (A_FACTOR + '[design]\nkind = "sobol"', ["key design.points: ", "missing"], ["Pflichtwert"]),
    "no power of two": (
        A_FACTOR + '[design]\nkind = "sobol"\npoints = 9',
        ["design.points", "8 or 16"],
        ["Zweierpotenz"],
    ),
    "unknown key of a design": (A_FACTOR + LATTICE + "level = 2", ["key design.level: ", "kind"], ["unbekannter Name"]),
    "no factors": (LATTICE, ["key factors: ", "missing", "at least one factor"], ["mindestens ein Faktor"]),
    "factors are a list": ("factors = [1]\n" + LATTICE, ["key factors: ", "a table"], ["eine Tabelle"]),
    "a range is a list": (
        factors('"parameters.voice" = [0, 1]'),
        ["key factors.parameters.voice: ", "a table"],
        ["Tabelle"],
    ),
    "too many for a lattice": (factors(MORE), ["key factors: ", "value 21", "1 to 20"], ["Wert 21", "1 bis 20"]),
    "three values in a lattice": (
        factors('"company.division_type" = {}'),
        ["key factors.company.division_type.values: ", "exactly 2 values"],
        ["genau 2 Werte"],
    ),
    "no table": (
        factors('"voice" = {}'),
        ["key factors.voice: ", "'voice'", "'parameters.voice'?"],
        ["„parameters.voice“"],
    ),
    "unknown table": (
        factors('"lever.talk_first" = {}'),
        ["factors.lever.talk_first: ", "'levers'?"],
        ["unbekannter Name"],
    ),
    "unknown name": (
        factors('"levers.joint_planing" = {}'),
        ["factors.levers.joint_planing: ", "'joint_planning'?"],
        ["„"],
    ),
    "unknown field": (
        factors('"levers.joint_planning.begin" = {}'),
        ["key factors.levers.joint_planning.begin: ", "'begin'", "intensity, ramp, start"],
        ["„begin“"],
    ),
    "misspelt bound": (
        factors('"parameters.voice" = { hihg = 1 }'),
        ["factors.parameters.voice.hihg", "'high'?"],
        ["„high“"],
    ),
    "low above high": (
        factors('"parameters.voice" = { low = 0.6, high = 0.5 }'),
        ["key factors.parameters.voice.high: ", "0.5", "0.6 to 1"],
        ["0.6 bis 1"],
    ),
    "bound outside": (
        factors('"parameters.voice" = { low = -1 }'),
        ["parameters.voice.low: value -1 ", "0 to 1"],
        ["0 bis 1"],
    ),
    "value outside": (
        factors('"parameters.voice" = { values = [0, 2] }'),
        ["voice.values: value 2 ", "0 to 1"],
        ["Wert 2 "],
    ),
    "half a person": (
        factors('"company.sales" = { low = 2.5 }'),
        ["company.sales.low: value 2.5", "whole number"],
        ["ganze Zahl"],
    ),
    "text for a number": (
        factors('"parameters.voice" = { values = ["a"] }'),
        ["voice.values: value 'a'", "a number"],
        ["„a“"],
    ),
    "text for a bound": (
        factors('"parameters.voice" = { low = "a" }'),
        ["voice.low: value 'a'", "a number"],
        ["eine Zahl"],
    ),
    "truth for a number": (
        factors('"parameters.voice" = { values = [true] }'),
        ["key factors.parameters.voice.values[1]: value true", "a number, or text in quotes"],
        ["eine Zahl oder Text"],
    ),
    "not a number": (
        factors('"parameters.voice" = { values = [nan] }'),
        ["voice.values[1]: value nan", "finite"],
        ["endliche"],
    ),
    "no values": (
        factors('"parameters.voice" = { values = [] }'),
        ["voice.values: ", "missing", "at least one"],
        ["mindestens"],
    ),
    "bounds and values": (
        factors('"parameters.voice" = { low = 0, values = [0, 1] }'),
        ["key factors.parameters.voice: ", "low, values", "either low and high, or values"],
        ["entweder low und high"],
    ),
    "lever twice": (
        factors('"levers.talk_first" = {}\n"levers.talk_first.intensity" = {}'),
        ["key factors: ", "'levers.talk_first'", "twice"],
        ["doppelt"],
    ),
    "lever twice, once in tables": (
        factors('"levers.talk_first" = {}\nlevers.talk_first = {}'),
        ["key factors: ", "'levers.talk_first'", "twice"],
        ["doppelt"],
    ),
    "bounds of a star": (
        factors('"coefficients.*" = { low = 0 }'),
        ["factors.coefficients.*: ", "own bounds"],
        ["eigene Grenzen"],
    ),
    "unknown star": (factors('"company.*" = {}'), ["key factors.company.*: ", "division_type"], ["unbekannter Name"]),
    "start of a lever that is not used": (
        factors('"levers.joint_planning.start" = { high = 9 }'),
        ["key levers.joint_planning.intensity: ", "missing", "a value in scenario reference"],
        ["eine Angabe im Szenario reference"],
    ),
    "start of a lever that is not used, one at a time": (
        factors(
            '"levers.joint_planning" = {}\n"levers.joint_planning.start" = {}', '[design]\nkind = "one_at_a_time"\n'
        ),
        ["key factors.levers.joint_planning.start: ", "scenario reference gives an intensity above 0"],
        ["dem das Szenario reference eine Intensität über 0 gibt"],
    ),
    "one at a time, away from the scenario": (
        factors('"levers.talk_first" = { low = 0.3, high = 0.6 }', '[design]\nkind = "one_at_a_time"\n'),
        ["key factors.levers.talk_first: value 0.3 to 0.6", "include 0,", "scenario reference"],
        ["Wert 0.3 bis 0.6", "die 0 einschließen"],
    ),
    "one at a time, in scenarios that differ": (
        'scenarios = ["reference", "half_levers"]\n'
        + factors('"levers.talk_first" = {}', '[design]\nkind = "one_at_a_time"\n'),
        ["key factors.levers.talk_first: value 0 (reference), 0.5 (half_levers)", "the same value in all scenarios"],
        ["derselbe Wert in allen Szenarien"],
    ),
    "start after the end": (
        "weeks = 52\n" + factors('"levers.talk_first" = {}\n"levers.talk_first.start" = { high = 60 }'),
        ["key factors.levers.talk_first.start.high: value 60", "a number, 0 to 52"],
        ["eine Zahl, 0 bis 52"],
    ),
    "clash after the end": (
        "weeks = 52\n" + factors('"clash.week" = { values = [3, 52] }'),
        ["key factors.clash.week.values: value 52", "a whole number, 0 to 51"],
        ["eine ganze Zahl, 0 bis 51"],
    ),
    "ramp of a lever that is not used, listed": (
        points('[{ "levers.joint_planning.ramp" = 3 }]'),
        ["key levers.joint_planning.intensity: ", "scenario reference"],
        ["Szenario reference"],
    ),
    "share of no clash": (
        factors('"clash.share" = {}'),
        ["key clash.week: ", "scenario reference"],
        ["Szenario reference"],
    ),
    "kind of an own organisation": (
        'scenarios = ["own_organisation"]\n' + factors('"company.marketing" = { values = [3, 4] }'),
        ["key factors.company.marketing: ", "company.division_type"],
        ["„company.marketing“"],
    ),
    "steps": (
        "scenarios = [{ levers = { talk_first = { steps = [{ intensity = 1 }, { intensity = 0, start = 5 }] } } }]\n"
        + factors('"levers.talk_first" = {}'),
        ["key factors.levers.talk_first: ", "single step"],
        ["nur einem Schritt"],
    ),
    "unknown outcome": (
        'outcomes = ["trust", "return_on_sale"]\n' + A_FACTOR + LATTICE,
        ["key outcomes[2]: ", "'return_on_sales'?"],
        ["25 Namen"],
    ),
    "outcomes are text": (
        'outcomes = "trust"\n' + A_FACTOR + LATTICE,
        ["key outcomes: ", "'trust'", "a list"],
        ["eine Liste"],
    ),
    "no outcomes": (
        "outcomes = []\n" + A_FACTOR + LATTICE,
        ["key outcomes: ", "missing", "at least one"],
        ["mindestens eines"],
    ),
    "outcome twice": (
        'outcomes = ["trust", "trust"]\n' + A_FACTOR + LATTICE,
        ["key outcomes: 'trust'", "twice"],
        ["doppelt"],
    ),
    "too many runs": (
        "companies = 10000000\n" + A_FACTOR + '[design]\nkind = "factorial"\nlevels = 101',
        ["key design: value 101", "at most 1000000000 runs"],
        ["höchstens 1000000000 Läufe"],
    ),
    "too many points": (
        "companies = 1\n" + factors('"levers.*" = {}', '[design]\nkind = "factorial"\nlevels = 3\n'),
        ["key design: value 43046721", "at most 16777216"],
        ["höchstens 16777216"],
    ),
    "no points": (points("[]"), ["key design.points: ", "missing", "at least one"], ["mindestens eines"]),
    "points are no rows": (points("[3]"), ["key design.points[1]: value 3", "a table"], ["eine Tabelle"]),
    "a point lacks a factor": (
        points('[{ "parameters.voice" = 0.1 }, { "parameters.power_gap" = 0.1 }]'),
        ["key design.points[1].parameters.power_gap: ", "missing"],
        ["Pflichtwert fehlt"],
    ),
    "a point lacks a declared factor": (
        factors('"parameters.voice" = {}', points("[{}]")),
        ["key design.points[1].parameters.voice: ", "missing"],
        ["Pflichtwert fehlt"],
    ),
    "a point with an unknown factor": (
        points('[{ "parameters.voyce" = 0.1 }]'),
        ["key design.points[1].parameters.voyce: ", "'voyce'", "'voice'?"],
        ["„voice“"],
    ),
    "a point outside": (
        points('[{ "parameters.voice" = 7 }]'),
        ["points[1].parameters.voice: value 7", "0 to 1"],
        ["Wert 7"],
    ),
    "a point with text": (
        points('[{ "parameters.voice" = "a" }]'),
        ["points[1].parameters.voice: value 'a'", "0 to 1"],
        ["„a“"],
    ),
    "a point with a list": (
        points('[{ "parameters.voice" = [1] }]'),
        ["points[1].parameters.voice: value (a list)"],
        ["Liste"],
    ),
    "a point with truth": (
        points('[{ "parameters.voice" = true }]'),
        ["points[1].parameters.voice: value true"],
        ["Zahl oder"],
    ),
    "a point with half a person": (
        points('[{ "company.sales" = 2.5 }]'),
        ["points[1].company.sales: value 2.5"],
        ["erlaubt"],
    ),
    "other horizons": (
        'scenarios = ["reference", { name = "short", weeks = 5 }]\n' + A_FACTOR + LATTICE,
        ["key weeks: value [5, 104]", "the same number of weeks for all"],
        ["dieselbe Anzahl Wochen"],
    ),
    "no scenarios": (
        "scenarios = []\n" + A_FACTOR + LATTICE,
        ["key scenarios: ", "missing", "at least one"],
        ["mindestens"],
    ),
    "one scenario without a list": (
        'scenarios = "reference"\n' + A_FACTOR + LATTICE,
        ["key scenarios: ", "a list"],
        ["eine Liste"],
    ),
    "unknown preset": (
        'scenarios = ["referenc"]\n' + A_FACTOR + LATTICE,
        ["key scenarios[1]: ", "'reference'?"],
        ["eine Vorlage"],
    ),
    "a number for a scenario": (
        "scenarios = [3]\n" + A_FACTOR + LATTICE,
        ["key scenarios[1]: value 3", "a preset"],
        ["Vorlage"],
    ),
    "scenario twice": (
        'scenarios = ["reference", "reference"]\n' + A_FACTOR + LATTICE,
        ["'reference' occurs twice"],
        ["doppelt"],
    ),
    "bad scenario": (
        'scenarios = ["reference", { levers = { joint_planing = 1 } }]\n' + A_FACTOR + LATTICE,
        ["key scenarios[2].levers.joint_planing: ", "'joint_planning'?"],
        ["„joint_planning“"],
    ),
    "bad number in a scenario": (
        "scenarios = [{ weeks = 2.5 }]\n" + A_FACTOR + LATTICE,
        ["key scenarios[1].weeks: value 2.5", "a whole number, 1 to 1040"],
        ["eine ganze Zahl"],
    ),
    "unknown key": ("company = 5\n" + A_FACTOR + LATTICE, ["key company: ", "'companies'?"], ["„companies“"]),
    "half a company": (
        "companies = 2.5\n" + A_FACTOR + LATTICE,
        ["key companies: value 2.5", "a whole number"],
        ["ganze Zahl"],
    ),
    "no company": (
        "companies = 0\n" + A_FACTOR + LATTICE,
        ["key companies: value 0", "1 to 10000000"],
        ["1 bis 10000000"],
    ),
    "no week": ("weeks = 0\n" + A_FACTOR + LATTICE, ["key weeks: value 0", "1 to 1040"], ["1 bis 1040"]),
    "seed below zero": (
        "seed = -1\n" + A_FACTOR + LATTICE,
        ["key seed: value -1", "0 to 9223372036854775807"],
        ["ganze Zahl"],
    ),
    "rows misspelt": ('rows = "point"\n' + A_FACTOR + LATTICE, ["key rows: value 'point'", "'points'?"], ["„points“"]),
    "text for truth": (
        'context = "yes"\n' + A_FACTOR + LATTICE,
        ["key context: value 'yes'", "true, false"],
        ["true, false"],
    ),
    "a number for truth": (
        "context = 1\n" + A_FACTOR + LATTICE,
        ["key context: value 1 has the wrong type", "true, false"],
        ["true, false"],
    ),
    "text for a design's truth": (
        A_FACTOR + '[design]\nkind = "saltelli"\nsamples = 8\nsecond_order = "no"',
        ["key design.second_order: value 'no' has the wrong type", "true, false"],
        ["true, false"],
    ),
    "no name": ('name = ""\n' + A_FACTOR + LATTICE, ["key name: ", "1 to 200 characters"], ["1 bis 200 Zeichen"]),
}
JARGON = (
    "function-",
    "Input should",
    "validation error",
    "literal_error",
    "[type=",
    "union_tag",
    "NoneType",
    "Traceback",
)


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_once_and_clearly(case: str, load, tmp_path: Path) -> None:
    text, english, german = BAD[case]
    with pytest.raises(BadInputError) as caught:
        load(text)
    said, gesagt = caught.value.render("en"), caught.value.render("de")
    assert said.startswith(f"file {tmp_path / 'plan.toml'}: ")
    assert gesagt.startswith(f"Datei {tmp_path / 'plan.toml'}: ")
    for message, parts in ((said, english), (gesagt, german)):
        for part in parts:
            assert part in message
        for word in JARGON:
            assert word not in message
        assert "\n" not in message
    # The place in the file is the same in every language.
    if "key " in said:
        assert said.split("key ")[1].split(": ")[0] == gesagt.split("Schlüssel ")[1].split(": ")[0]
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_bad_scenario_file_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "firm.toml").write_text("[levers]\njoint_planing = 1\n")
    (tmp_path / "plan.toml").write_text('scenarios = ["firm.toml"]\n' + A_FACTOR + LATTICE)
    with pytest.raises(BadInputError) as caught:
        Plan.load(tmp_path / "plan.toml")
    assert str(caught.value).startswith(f"file {tmp_path / 'firm.toml'}: key levers.joint_planing: ")
    (tmp_path / "plan.toml").write_text('scenarios = ["frim.toml"]\n' + A_FACTOR + LATTICE)
    with pytest.raises(BadInputError, match=r"frim.toml: the file does not exist .* did you mean 'firm.toml'"):
        Plan.load(tmp_path / "plan.toml")
    (tmp_path / "plan.toml").write_text(
        'scenarios = [{ company = { people = "firm.toml", ties = "t.csv" } }]\n' + A_FACTOR + LATTICE
    )
    with pytest.raises(BadInputError, match=r"file .*t.csv: the file does not exist"):
        Plan.load(tmp_path / "plan.toml")


def test_no_file_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nowhere.toml: the file does not exist"):
        Plan.load(tmp_path / "nowhere.toml")


def test_python_is_told_the_same_without_a_file() -> None:
    def said(**given: Any) -> str:
        with pytest.raises(BadInputError) as caught:
            Plan(**{"factors": {"levers.talk_first": {}}, "design": {"kind": "lattice"}, **given})
        return str(caught.value)

    assert said(design={"kind": "latice"}).endswith("did you mean 'lattice'?")
    assert said(factors={"levers.talk_first": Range(high=0.5), "levers": {"talk_first": {}}}).endswith("occurs twice")
    assert said(scenarios=[Path("x.toml")]).startswith("key scenarios[1]: ")
    assert said(factors={3: {}}).startswith("key factors")
    with pytest.raises(BadInputError, match=r"key design.points: .* at least one"):
        ListDesign(points=[])
    with pytest.raises(BadInputError, match=r"key design.kind: .* missing"):
        Plan(factors={"levers.talk_first": {}})
