"""Bad input: one message on the standard error that names everything, exit code 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

PEOPLE = "id,department\nAnna,marketing\nBert,sales\nCem,sales\n"
TIES = "a,b\nAnna,Bert\nAnna,Cem\n"

SCENARIOS = {
    # what stands in the file, and what the message names: key, value, what is allowed, the nearest name
    "unknown lever": (
        "[levers]\njoint_planing = 0.5",
        ["levers.joint_planing", "'joint_planing'", "'joint_planning'?"],
    ),
    "unknown table": ("[compny]\nsales = 3", ["compny", "weeks", "'company'?"]),
    "unknown key": ("[company]\nsale = 3", ["company.sale", "'sales'?"]),
    "unknown industry": ("[company]\nindustry = 'automotiv'", ["company.industry", "'automotive'?", "chemicals"]),
    "unknown structure": ("[company]\nstructure = 'brocker'", ["company.structure", "spread, broker", "'broker'?"]),
    "unknown parameter": ("[parameters]\nvoyce = 0.5", ["parameters.voyce", "25 names", "'voice'?"]),
    "unknown effect": (
        "[[policies]]\nid = 'x'\nen = 'x'\nde = 'x'\neffects = { voyce = 0.1 }",
        ["policies.x.effects", "'voyce'", "'voice'?"],
    ),
    "intensity above one": ("[levers]\njoint_planning = 1.5", ["levers.joint_planning", "1.5", "0 to 1"]),
    "start before the beginning": (
        "[levers]\njoint_planning = { intensity = 0.5, start = -3 }",
        ["levers.joint_planning.start", "-3", "0 to 1040"],
    ),
    "parameter out of bounds": ("[parameters]\nreport_hours = 20", ["parameters.report_hours", "20", "0 to 8", "h/wk"]),
    "coefficient out of bounds": ("[coefficients]\navoidance = 9.0", ["coefficients.avoidance", "9.0", "0.1 to 1.2"]),
    "no ties at all": ("[company]\ninterface_degree = 0", ["company.interface_degree", "more than 0, at most 50"]),
    "text for a number": ("[levers]\njoint_planning = 'much'", ["levers.joint_planning", "'much'", "a number, 0 to 1"]),
    "fraction of a week": ("weeks = 10.5", ["weeks", "10.5", "a whole number, 1 to 1040"]),
    "truth for a number": ("weeks = true", ["weeks", "true", "a whole number"]),
    "number for a name": ("name = 3", ["name", "3", "1 to 200 characters"]),
    "list for a lever": ("[levers]\njoint_planning = [1]", ["levers.joint_planning", "(a list)", "a number"]),
    "number for a table": ("levers = 3", ["levers", "3", "a table"]),
    "NaN": ("[levers]\njoint_planning = nan", ["levers.joint_planning", "nan", "0 to 1"]),
    "NaN parameter": ("[parameters]\nvoice = nan", ["parameters.voice", "nan", "0 to 1"]),
    "infinite": ("[company]\nteam_degree = inf", ["company.team_degree", "inf", "0 to 50"]),
    "no sales people": ("[company]\nsales = 0", ["company.sales", "0", "a whole number, 1 to 5000"]),
    "absurd company": ("[company]\nsales = 1000000000", ["company.sales", "1000000000", "1 to 5000"]),
    "absurd horizon": ("weeks = 1000000", ["weeks", "1000000", "1 to 1040"]),
    "absurd number": (f"[parameters]\nvoice = 1{400 * '0'}", ["parameters.voice", "1000", "0 to 1"]),
    "too many digits": (f"weeks = {5000 * '9'}", ["at most 1000 digits"]),
    "lists without end": (f"name = {5000 * '['}", ["cannot be parsed"]),
    "no TOML": ("weeks == 3", ["line 1, column 8"]),
    "twice": ("weeks = 3\nweeks = 4", ["line 2"]),
    "neither intensity nor steps": (
        "[levers]\njoint_planning = { start = 3 }",
        ["levers.joint_planning", "either intensity or steps"],
    ),
    "steps out of order": (
        "[levers]\njoint_planning = { steps = [{ intensity = 1, start = 9 }, { intensity = 0, start = 3 }] }",
        ["levers.joint_planning", "in the order of their start"],
    ),
    "missing value": ("[clash]\nshare = 0.5", ["clash.week", "missing"]),
    "one file of two": ("[company]\npeople = 'people.csv'", ["company.ties", "both people and ties"]),
    "missing people": ("[company]\npeople = 'peeple.csv'\nties = 'ties.csv'", ["peeple.csv", "'people.csv'?"]),
}

ORGANISATIONS = {
    "duplicate person": (PEOPLE + "Anna,sales\n", TIES, ["people.csv", "row 5, column id", "'Anna'", "twice"]),
    "unknown department": (
        PEOPLE + "Dora,sale\n",
        TIES,
        ["people.csv", "row 5, column department", "'sale'", "marketing, sales", "'sales'?"],
    ),
    "nobody in sales": ("id,department\nAnna,marketing\n", TIES, ["people.csv", "at least one person", "sales"]),
    "no name": (PEOPLE + ",sales\n", TIES, ["people.csv", "row 5, column id", "missing"]),
    "tie to nobody": (PEOPLE, TIES + "Anna,Berd\n", ["ties.csv", "row 4, column b", "'Berd'", "'Bert'?"]),
    "tie to oneself": (PEOPLE, TIES + "Anna,Anna\n", ["ties.csv", "row 4", "'Anna'", "two different people"]),
    "duplicate tie": (PEOPLE, TIES + "Bert,Anna\n", ["ties.csv", "row 4", "'Bert - Anna'", "twice"]),
    "no tie between": (PEOPLE, "a,b\nBert,Cem\n", ["ties.csv", "at least one regular tie"]),
    "unknown column": (PEOPLE.replace("id,", "idd,", 1), TIES, ["people.csv", "row 1", "'idd'", "'id'?"]),
    "missing column": ("department\nsales\n", TIES, ["people.csv", "row 1, column id", "missing"]),
    "too few cells": (PEOPLE + "Dora\n", TIES, ["people.csv", "row 5", "1 cells", "2 cells"]),
    "value out of bounds": (
        "id,department,regard\nAnna,marketing,1.5\nBert,sales,\nCem,sales,\n",
        TIES,
        ["people.csv", "row 2, column regard", "'1.5'", "0 to 1, or empty"],
    ),
    "NaN": (
        "id,department,regard\nAnna,marketing,nan\nBert,sales,\nCem,sales,\n",
        TIES,
        ["people.csv", "row 2, column regard", "'nan'", "0 to 1"],
    ),
    "no number": (PEOPLE, "a,b,trust\nAnna,Bert,high\n", ["ties.csv", "row 2, column trust", "'high'", "0 to 1"]),
    "unknown kind": (PEOPLE, "a,b,kind\nAnna,Bert,teem\n", ["ties.csv", "row 2, column kind", "'team'?"]),
    "empty": ("", TIES, ["people.csv", "empty"]),
    "only a header": (PEOPLE, "a,b\n", ["ties.csv", "empty"]),
    "no CSV": (PEOPLE, 'a,b\n"Anna,Bert\n', ["ties.csv", "cannot be parsed"]),
}

COMMAND_LINES = {
    "unknown command": (["rnu"], ["command", "'rnu'", "levers", "'run'?"]),
    "unknown option": (["run", "hoarders", "--companis", "3"], ["'--companis'", "--seed", "'--companies'?"]),
    "unknown short option": (["run", "hoarders", "-x"], ["'-x'", "--seed"]),
    "unknown program option": (["--versoin"], ["'--versoin'", "'--version'?"]),
    "no scenario": (["run"], ["argument SCENARIO", "missing", "handshake run [OPTIONS] SCENARIO"]),
    "a word too many": (["levers", "joint_planning", "more"], ["'more'", "handshake levers"]),
    "option without value": (["run", "hoarders", "--seed"], ["option --seed", "missing", "--seed N"]),
    "value for a switch": (["run", "hoarders", "--json=3"], ["option --json"]),
    "text for a number": (["run", "hoarders", "--companies", "many"], ["option --companies", "'many'", "1 to 100000"]),
    "other digits": (["run", "hoarders", "--companies", "٣"], ["option --companies", "'٣'", "a whole number"]),
    "fraction": (["run", "hoarders", "--seed", "1.5"], ["option --seed", "'1.5'", "a whole number"]),
    "negative": (["run", "hoarders", "--seed", "-1"], ["option --seed", "'-1'", "0 to 9223372036854775807"]),
    "absurd number": (["run", "hoarders", "--companies", "9" * 5000], ["option --companies", "1 to 100000"]),
    "too many companies": (["compare", "hoarders", "--companies", "999999"], ["option --companies", "'999999'"]),
    "too many weeks": (["run", "hoarders", "--weeks", "2000"], ["option --weeks", "'2000'", "1 to 1040"]),
    "unknown language": (["levers", "--lang", "fr"], ["option --lang", "'fr'", "de, en"]),
    "unknown preset": (["new", "--preset", "hoarder"], ["option --preset", "'hoarder'", "'hoarders'?"]),
    "unknown lever": (["levers", "joint_planing"], ["argument LEVER", "'joint_planing'", "'joint_planning'?"]),
    "unknown number": (["levers", "17"], ["argument LEVER", "'17'"]),
    "neither file nor preset": (["run", "hoarder"], ["argument SCENARIO", "'hoarder'", "a preset", "'hoarders'?"]),
    "second scenario unknown": (["compare", "hoarders", "hoarder"], ["argument B", "'hoarder'", "'hoarders'?"]),
    "missing file": (["run", "there.tml"], ["file there.tml", "does not exist", "'there.toml'?"]),
    "folder for a file": (["run", "."], ["file .", "cannot be read"]),
    "file without end": (["run", "/dev/zero"], ["file /dev/zero", "cannot be read"]),
    "endless name": (["run", "a" * 5000], ["argument SCENARIO", "'aaa"]),
    "null character": (["run", "a\0b"], ["SCENARIO"]),
    "no levers to take away": (["compare", "reference"], ["argument B", "missing", "a second scenario"]),
    "two horizons": (["compare", "short.toml", "hoarders"], ["option --weeks", "7", "104"]),
    "existing file": (["new", "there.toml"], ["there.toml", "already exists"]),
    "no folder": (["new", "nowhere/new.toml"], ["nowhere/new.toml", "the folder does not exist"]),
    "existing output": (["run", "hoarders", "--out", "full"], ["file full", "already exists"]),
    "file for a folder": (["run", "hoarders", "--out", "there.toml"], ["file there.toml", "already exists"]),
    "paths without output": (["run", "hoarders", "--paths"], ["option --out", "missing", "weekly paths"]),
    "too many paths": (
        ["run", "hoarders", "--paths", "--out", "new", "--companies", "100000"],
        ["option --paths", "10400000", "2000000"],
    ),
}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(cli, folder, *arguments):
    """Return the one message, in English, and check everything about it that holds for all."""
    before = snapshot(folder)
    messages = {}
    for language in ("en", "de"):
        found = cli(*arguments, language=language)
        assert found.code == 2, found
        assert found.out == ""
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
        assert "Traceback" not in found.err
        messages[language] = found.err
    assert snapshot(folder) == before
    return messages


GERMAN_FOR = {
    "out of bounds": "außerhalb der Grenzen",
    "wrong type": "falschen Typ",
    "unknown name": "unbekannter Name",
    "missing": "fehlt",
    "allowed:": "erlaubt:",
    "did you mean": "gemeint ist vielleicht",
    "a whole number": "eine ganze Zahl",
    "key ": "Schlüssel ",
    "column ": "Spalte ",
    "does not exist": ("fehlt", "gibt es nicht"),
    "already exists": "existiert bereits",
}


def check_german(messages):
    for english, german in GERMAN_FOR.items():
        if english in messages["en"]:
            assert any(word in messages["de"] for word in ([german] if isinstance(german, str) else german)), messages


@pytest.mark.parametrize("case", SCENARIOS)
def test_scenario_files(cli, tmp_path, case):
    text, named = SCENARIOS[case]
    (tmp_path / "firm.toml").write_text(text + "\n")
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "ties.csv").write_text(TIES)
    for command in (["run", "firm.toml", "--out", "results"], ["compare", "hoarders", "firm.toml"]):
        messages = refused(cli, tmp_path, *command)
        assert "firm.toml" in messages["en"] or "peeple.csv" in messages["en"]
        assert [part for part in named if part not in messages["en"]] == []
        check_german(messages)


@pytest.mark.parametrize("case", ORGANISATIONS)
def test_organisation_files(cli, tmp_path, case):
    people, ties, named = ORGANISATIONS[case]
    (tmp_path / "firm.toml").write_text("[company]\npeople = 'people.csv'\nties = 'ties.csv'\n")
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "ties.csv").write_text(ties)
    messages = refused(cli, tmp_path, "run", "firm.toml", "--out", "results")
    assert [part for part in named if part not in messages["en"]] == []
    check_german(messages)


@pytest.mark.parametrize("case", COMMAND_LINES)
def test_command_lines(cli, tmp_path, case):
    arguments, named = COMMAND_LINES[case]
    (tmp_path / "there.toml").write_text("weeks = 7\n")
    (tmp_path / "short.toml").write_text("weeks = 7\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("precious")
    messages = refused(cli, tmp_path, *arguments)
    assert [part for part in named if part not in messages["en"]] == []
    check_german(messages)


@pytest.mark.parametrize(
    ("content", "english", "german"),
    [
        (b"", "is empty", "ist leer"),
        (b" \n\t\n", "is empty", "ist leer"),
        (b"\xef\xbb\xbf", "is empty", "ist leer"),
        (b"name = 'M\x81ller'\n", "UTF-8", "UTF-8"),
        ("weeks = 7\n".encode("utf-16")[:-1], "UTF-8", "UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["firm.toml", "people.csv", "ties.csv"])
def test_files_that_are_no_text(cli, tmp_path, name, content, english, german):
    (tmp_path / "firm.toml").write_text("[company]\npeople = 'people.csv'\nties = 'ties.csv'\n")
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "ties.csv").write_text(TIES)
    (tmp_path / name).write_bytes(content)
    messages = refused(cli, tmp_path, "run", "firm.toml")
    assert name in messages["en"]
    assert english in messages["en"]
    assert german in messages["de"]


def test_a_file_that_is_too_large(cli, tmp_path, monkeypatch):
    (tmp_path / "firm.toml").write_text("weeks = 7\n" + 50 * "# comment\n")
    monkeypatch.setattr("sim.textfile.read_text.__kwdefaults__", {"most": 100, "sheet": False})
    messages = refused(cli, tmp_path, "run", "firm.toml")
    assert "at most 100 bytes" in messages["en"]
    assert "höchstens 100 Bytes" in messages["de"]


def test_a_folder_that_may_not_be_written(cli, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("experiments.files.tempfile.mkdtemp", refuse)
    messages = refused(cli, tmp_path, "run", "hoarders", "--out", "results")
    assert "no permission" in messages["en"]
    assert "keine Berechtigung" in messages["de"]


def test_new_refuses_if_any_of_its_files_is_there(cli, tmp_path):
    (tmp_path / "ties.csv").write_text("mine")
    messages = refused(cli, tmp_path, "new", "firm.toml", "--preset", "own_organisation")
    assert "file ties.csv" in messages["en"]
