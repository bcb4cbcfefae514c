"""``handshake roadmap`` from the outside: what it says, what it writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.roadmap import GOALS, find_roadmap
from app.terminal.roadmap_view import about, amount
from sim import Scenario, simulate
from sim.declarations import declared
from sim.presets import preset
from sim.texts import Texts, catalogue

LEVERS = "talk_first,joint_planning,stand_up"
SMALL = ("--budget", "0.1", "--horizon", 39, "--companies", 6, "--fresh", 12, "--levers", LEVERS, "--workers", 1)
FIRM = """
name = "Müller & Söhne"
weeks = 52
[company]
marketing = 3
sales = 4
[levers]
talk_first = { intensity = 0.4, ramp = 1 }
eye_level = 0.6
[[policies]]
id = "stand_up"
en = "Stand-up"
de = "Steh-Runde"
effects = { voice = 0.2 }
ramp = 1.0
running_cost = 0.05
one_off_cost = 0.05
"""


@pytest.fixture(autouse=True)
def firm(tmp_path):
    """Write a scenario with a lever of its own that needs no time, one in place in part, and one that rises."""
    path = tmp_path / "firm.toml"
    path.write_text(FIRM, encoding="utf-8")
    return path


def widest(text):
    return max(len(line.rstrip()) for line in text.splitlines())


def paragraph(text):
    """Return a text without the line breaks that a narrow terminal made."""
    return " ".join(text.split())


# --- what it says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Müller & Söhne: which lever next, and when?",
                "Levers to choose from: 3. New ones: at most 0.1% of a year's base revenue per quarter, at most 2",
                "In this order: at once Talk before writing",
                "On average over the 39 weeks this raises the return on sales by",
                "Cost per Dearest",
                "Against today, on 12 companies on which no plan was chosen",
                "Added up, % of a year's revenue",
                "Quarter by quarter",
                "of 0.1 in quarter",
                "Everything at once",
                "that keep the limits were tried, each on 6 virtual companies.",
                "The 16 best met on 48 other companies",
                "a model, not a forecast",
                "assumptions",
                "only chance among virtual companies",
                "the model's start-up",
                "undervalued",
            ),
        ),
        (
            "de",
            (
                "Müller & Söhne: welcher Hebel als nächster, und wann?",
                "Hebel zur Wahl: 3. Neue: je Quartal höchstens 0,1 % des Grundumsatzes eines Jahres, höchstens 2",
                "In dieser Reihenfolge: sofort Reden vor Schreiben",
                "Im Mittel über die 39 Wochen hebt das die Umsatzrendite um",
                "Kosten Teuerst.",
                "Gegenüber heute, an 12 Unternehmen, an denen kein Plan gewählt wurde",
                "Aufsummiert, % eines Jahresumsatzes",
                "Quartal für Quartal",
                "von 0,1 in Quartal",
                "Alles auf einmal",
                "innerhalb der Grenzen wurden durchprobiert, jeder an 6 virtuellen Unternehmen.",
                "Die 16 besten trafen an 48 anderen Unternehmen",
                "ein Modell, keine Prognose",
                "sind Annahmen",
                "nur den Zufall unter virtuellen Unternehmen",
                "schwingt sich das Modell erst ein",
                "unterbewertet",
            ),
        ),
    ],
)
def test_it_answers_in_words_and_says_what_that_is_not(cli, language, words):
    found = cli("roadmap", "firm.toml", *SMALL, "--lang", language)
    assert (found.code, found.err) == (0, "")
    said = paragraph(found.out)
    assert [word for word in words if word not in said] == []
    assert widest(found.out) <= 80


def test_the_answer_is_that_of_the_analysis(cli):
    data = cli("roadmap", "firm.toml", *SMALL, "--json").json()
    out = cli("roadmap", "firm.toml", *SMALL).out
    texts, ways = Texts("en"), {row["name"]: row for row in data["baselines"]}
    mean = {name: texts.number(100 * ways[name]["mean"]) for name in ("plan", "nothing")}
    gain = texts.number(100 * ways["plan"]["difference"])
    assert f"by {gain} points, from {mean['nothing']}% to {mean['plan']}%." in paragraph(out)
    names = {"talk_first": "Talk before writing", "joint_planning": "Joint planning", "stand_up": "Stand-up"}
    table = out[out.index("The plan") : out.index("Weeks are counted")].splitlines()
    for row in data["plan"]:
        (line,) = [line for line in table if line.startswith(names[row["lever"]])]
        cells = line.removeprefix(names[row["lever"]]).split()
        worth = texts.number(100 * row["worth"], sign=True)
        cost = [texts.number(number, 3) for number in (4 * row["running"], row["dearest"])]
        assert cells[:5] == [str(row["start"]), str(row["full"] + 1), *cost, worth]
    due = [f" {texts.number(row['due'], 3)} " for row in data["spending"]]
    table = out[out.index("Quarter by quarter") : out.index("Dearest:")]
    assert [amount for amount in due if amount not in table] == []


def test_json_is_the_same_in_both_languages(cli):
    found = {
        language: cli("roadmap", "ivory_tower", *SMALL[:-4], "--lang", language, "--json") for language in ("en", "de")
    }
    assert [(one.code, one.err) for one in found.values()] == [(0, ""), (0, "")]
    assert found["en"].out == found["de"].out
    data = found["en"].json()
    assert (data["scenario"], data["outcome"], data["better"], data["horizon"]) == (
        "ivory_tower",
        "return_on_sales",
        1,
        39,
    )
    assert (data["budget"], data["at_once"], data["companies"], data["fresh"], data["seed"]) == (0.1, 2, 6, 12, 1)
    assert list(data["schedules"]) == ["plan", "nothing", "earliest", "greedy", "runner_up", "everything"]
    assert list(data["schedules"]["plan"]) == [
        "market_orientation",
        "job_rotation",
        "joint_planning",
        "team_personality",
    ]
    assert (data["method"], data["counted"], data["share"], data["check"]) == ("exact", True, 1.0, None)
    assert len(data["path"]) == 3
    assert {row["due"] <= 0.1 for row in data["spending"]} == {True}
    said = catalogue("en")["help.roadmap.json"]
    assert [key for key in data if key not in said] == []
    assert [key for table in ("plan", "path", "baselines") for key in data[table][0] if key not in said] == []


def test_nobody_is_named_who_is_in_place_unless_asked(cli):
    arguments = ("--budget", "0.2", "--horizon", 13, "--companies", 2, "--fresh", 2, "--effort", 2, "--workers", 1)
    found = cli("roadmap", "ivory_tower", *arguments)
    assert "Levers to choose from: 4." in paragraph(found.out)
    assert "left as they are: 12 more; --levers all" in paragraph(found.out)
    every = cli("roadmap", "ivory_tower", *arguments, "--levers", "all")
    assert "Levers to choose from: 16." in paragraph(every.out)
    assert "--levers all" not in every.out
    # Neither without levers nor with all does it offer the one that is rising anyway.
    every = cli("roadmap", "firm.toml", *arguments, "--levers", "all", "--json").json()
    assert "eye_level" not in every["schedules"]["plan"]
    assert {"talk_first", "stand_up"} < set(every["schedules"]["plan"])


def test_a_search_says_that_it_may_have_missed_something(cli):
    arguments = ("--budget", "0.2", "--horizon", 26, "--companies", 2, "--fresh", 64, "--effort", 40, "--workers", 1)
    found = cli("roadmap", "ivory_tower", *arguments, "--at-once", 3, "--levers", "all", "--outcome", "escalations")
    assert found.code == 0
    said = paragraph(found.out)
    assert "A search tried" in said
    assert "It may have missed a better one: --check holds it against a true optimum" in said
    assert "lowers escalations per person and year by" in said
    assert "Added up" not in said
    assert "points" not in said
    assert "broken" in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("found the best one.", "The plan above does not depend on the search.")),
        ("de", ("fand den besten.", "Der Plan oben hängt nicht von der Suche ab.")),
    ],
)
def test_check_holds_the_search_against_the_optimum(cli, language, words):
    found = cli("roadmap", "firm.toml", *SMALL, "--check", "--lang", language)
    assert found.code == 0
    assert [word for word in words if word not in paragraph(found.out)] == []
    assert len(found.err.splitlines()) == 1
    assert widest(found.out) <= 80


def test_check_in_json(cli):
    data = cli("roadmap", "firm.toml", *SMALL, "--check", "--json").json()
    check = data["check"]
    assert check["horizon"] == 39
    assert set(check["levers"]) == set(LEVERS.split(","))
    assert check["feasible"] == data["feasible"]
    assert check["valued"] < check["feasible"]
    assert check["share"] == (check["best"] - check["found"]) / (check["best"] - check["today"])
    assert check["today"] < check["found"] <= check["best"]


def test_a_search_that_missed_the_optimum_says_by_how_much(cli, monkeypatch):
    from analysis.roadmap import Gap  # noqa: PLC0415

    missed = Gap(100, 10, 160, today=0.0, greedy=0.05, found=0.09, best=0.1, schedule=(0,), optimum=(1,))
    monkeypatch.setattr("app.commands.roadmap.gap", lambda *_, **__: missed)
    said = paragraph(cli("roadmap", "firm.toml", *SMALL, "--check").out)
    assert "the search looked at 10 of them and missed 10.0% of what the best one brings." in said


@pytest.mark.parametrize(
    ("language", "word", "table"),
    [("en", "Nothing: no plan", "Quarter by quarter"), ("de", "Keiner: Über 26 Wochen", "Quartal für Quartal")],
)
def test_where_nothing_helps_it_says_so(cli, language, word, table):
    found = cli(
        "roadmap", "hoarders", "--budget", "0.1", "--levers", "job_rotation", "--horizon", 26, "--companies", 8,
        "--fresh", 8, "--workers", 1, "--lang", language, "--out", "empty",
    )  # fmt: skip
    assert (found.code, found.err) == (0, "")
    assert word in found.out
    assert table not in found.out
    assert {path.name for path in Path("empty/figures").iterdir()} == {"path.png", "path.svg"}
    assert Path("empty/tables/plan.csv").read_text().count("\n") == 1


def test_of_many_quarters_without_change_some_are_shown(cli):
    arguments = ("--budget", "0.1", "--horizon", 273, "--companies", 2, "--fresh", 2, "--effort", 2, "--workers", 1)
    out = cli("roadmap", "firm.toml", *arguments, "--levers", "talk_first").out
    table = out[out.index("Quarter by quarter") : out.index("Dearest:")].splitlines()
    quarters = [int(line.split()[0]) for line in table if line[:3].strip().isdigit()]
    assert quarters[0] == 1
    assert quarters[-1] == 23
    assert 21 in quarters
    assert 19 not in quarters
    assert "one a year is shown" in paragraph(out)


# --- what it writes -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a folder with everything, in German."""
    folder = tmp_path_factory.mktemp("roadmap")
    (folder / "firm.toml").write_text(FIRM, encoding="utf-8")
    arguments = [str(word) for word in ("roadmap", folder / "firm.toml", *SMALL, "--out", folder / "out", "--json")]
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments, "--lang", "de"],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return folder / "out", done.stdout


def test_the_folder_holds_report_plan_tables_and_figures(written):
    folder, out = written
    assert {path.name for path in folder.iterdir()} == {"roadmap.json", "plan.toml", "tables", "figures"}
    assert (folder / "roadmap.json").read_text(encoding="utf-8") == out
    names = ("plan", "costs", "spending", "path", "load", "baselines")
    assert {path.name for path in (folder / "tables").iterdir()} == {f"{name}.csv" for name in names}
    data = json.loads(out)
    for name in names:
        rows = list(csv.DictReader((folder / "tables" / f"{name}.csv").read_text().splitlines()))
        assert len(rows) == len(data[name])
        assert list(rows[0]) == list(data[name][0])
    for name in ("plan", "path"):
        assert (folder / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "Woche" in (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    assert "Reden vor Schreiben" in (folder / "figures" / "plan.svg").read_text(encoding="utf-8")


def test_the_plan_is_a_scenario_that_brings_what_the_roadmap_says(written, cli):
    folder, out = written
    data = json.loads(out)
    promised = {row["name"]: row["mean"] for row in data["baselines"]}
    plan = Scenario.load(folder / "plan.toml")
    assert (plan.name, plan.weeks) == ("Müller & Söhne, Fahrplan", 39)
    found = simulate(plan, companies=data["fresh"], seed=data["seed"], threads=1).outcomes["mean_return_on_sales"]
    assert found.mean() == pytest.approx(promised["plan"], rel=1e-12)
    run = cli("run", folder / "plan.toml", "--companies", data["fresh"], "--seed", data["seed"], "--json").json()
    assert run["outcomes"]["mean_return_on_sales"]["mean"] == pytest.approx(promised["plan"], rel=1e-12)
    both = cli(
        "compare", "firm.toml", folder / "plan.toml", "--weeks", 39, "--companies", data["fresh"], "--json"
    ).json()
    row = both["outcomes"]["mean_return_on_sales"]
    assert row["difference"] == pytest.approx(promised["plan"] - promised["nothing"], rel=1e-9)


def test_it_says_where_and_what_next(cli):
    arguments = ("--budget", "0.1", "--horizon", 26, "--companies", 2, "--fresh", 2, "--effort", 2, "--workers", 1)
    found = cli("roadmap", "own_organisation", *arguments, "--out", "a folder", "--levers", "talk_first")
    assert found.code == 0
    assert "Written to a folder: roadmap.json, plan.toml" in found.out
    assert found.out.splitlines()[-1].endswith("handshake compare own_organisation 'a folder/plan.toml' --weeks 26")
    # A real organisation's people come along.
    assert {"people.csv", "ties.csv"} < {path.name for path in Path("a folder").iterdir()}
    people = Scenario.load("a folder/plan.toml").company.people
    assert Path(people).read_bytes() == Path(preset("own_organisation").scenario().company.people).read_bytes()
    own = cli("roadmap", "firm.toml", *arguments, "--horizon", 52, "--levers", "talk_first", "--out", "b")
    assert own.out.splitlines()[-1].endswith("handshake compare firm.toml b/plan.toml")


def test_a_name_that_is_too_long_already_is_no_trouble(cli, firm):
    firm.write_text(FIRM.replace("Müller & Söhne", 200 * "ü"), encoding="utf-8")
    arguments = ("--budget", "0.1", "--horizon", 13, "--companies", 2, "--fresh", 2, "--levers", "talk_first")
    assert cli("roadmap", "firm.toml", *arguments, "--workers", 1, "--out", "out").code == 0
    assert Scenario.load("out/plan.toml").name == 200 * "ü"


# --- what it refuses ------------------------------------------------------------------------------------------------

REFUSED = {
    "no budget": ([], ["option --budget", "missing", "--budget N"]),
    "comma": (["--budget", "0,2"], ["option --budget", "'0,2'", "with a decimal point", "did you mean '0.2'?"]),
    "power": (["--budget", "1e3"], ["option --budget", "'1e3'", "such as 0.2"]),
    "words": (["--budget", "much"], ["option --budget", "'much'", "wrong type"]),
    "not a number": (["--budget", "nan"], ["option --budget", "'nan'", "wrong type"]),
    "thousands": (["--budget", "1,000.5"], ["option --budget", "'1,000.5'", "wrong type"]),
    "other digits": (["--budget", "٣"], ["option --budget", "'٣'", "wrong type"]),
    "no money": (["--budget", "0.0"], ["option --budget", "'0.0'", "above 0"]),
    "negative": (["--budget", "-0.2"], ["option --budget", "'-0.2'", "out of bounds", "above 0"]),
    "too much": (["--budget", "1000.1"], ["option --budget", "'1000.1'", "at most 1000"]),
    "too little": (
        ["--budget", "0.001"],
        ["option --budget", "0.001", "at least 0.0", "cheapest lever, social_recruiting"],
    ),
    "unknown lever": (["--levers", "joint_planing"], ["option --levers", "'joint_planing'", "'joint_planning'?"]),
    "empty lever": (["--levers", "talk_first,"], ["option --levers", "''"]),
    "twice": (["--levers", "talk_first,talk_first"], ["option --levers", "'talk_first'", "twice"]),
    "rising": (["--levers", "eye_level"], ["option --levers", "eye_level", "ramp = 1"]),
    "unknown goal": (["--outcome", "return_on_sale"], ["option --outcome", "'return_on_sale'", "'return_on_sales'?"]),
    "neither good nor bad": (["--outcome", "disagreement"], ["option --outcome", "'disagreement'", "regard"]),
    "too short": (["--horizon", "12"], ["option --horizon", "'12'", "13 to 1040"]),
    "no change": (["--at-once", "0"], ["option --at-once", "'0'", "1 to 1000"]),
    "one company": (["--companies", "1"], ["option --companies", "'1'", "2 to 100000"]),
    "none fresh": (["--fresh", "0"], ["option --fresh", "'0'", "2 to 100000"]),
    "no effort": (["--effort", "0"], ["option --effort", "'0'", "1 to 100000000"]),
    "a fraction": (["--effort", "1.5"], ["option --effort", "'1.5'", "a whole number"]),
    "seed": (["--seed", "-1"], ["option --seed", "'-1'"]),
    "no workers": (["--workers", "0"], ["option --workers", "'0'"]),
    "there already": (["--out", "full"], ["file full", "already exists"]),
    "a file": (["--out", "firm.toml"], ["file firm.toml", "already exists"]),
}
GERMAN = {
    "option ": "Option ",
    "out of bounds": "außerhalb der Grenzen",
    "wrong type": "falschen Typ",
    "decimal point": "Dezimalpunkt",
    "a whole number": "eine ganze Zahl",
    "cheapest lever": "billigste Hebel",
    "did you mean": "gemeint ist vielleicht",
    "already exists": "existiert bereits",
    "twice": "doppelt",
    "at most 1000": "höchstens 1000",
}


def refused(cli, folder, *arguments):
    """Return the one message in both languages; nothing else may have happened."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    messages = {}
    for language in ("en", "de"):
        found = cli("roadmap", *arguments, language=language)
        assert (found.code, found.out) == (2, ""), found
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
        messages[language] = found.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return messages


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_named_and_nothing_is_written(cli, tmp_path, case):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("precious")
    given, named = REFUSED[case]
    out = [] if "--out" in given else ["--out", "results"]
    budget = [] if "--budget" in given or case == "no budget" else ["--budget", "0.2"]
    messages = refused(cli, tmp_path, "firm.toml", *budget, *given, *out)
    assert [part for part in named if part not in messages["en"]] == []
    for english, german in GERMAN.items():
        assert (english in messages["en"]) <= (german in messages["de"]), (english, messages)


def test_the_budget_that_the_message_names_is_enough(cli, tmp_path):
    message = refused(cli, tmp_path, "firm.toml", "--budget", "0.001", "--levers", "talk_first")["en"]
    need = message.partition("at least ")[2].partition(";")[0]
    arguments = ("--horizon", 13, "--companies", 2, "--fresh", 2, "--levers", "talk_first", "--workers", 1)
    assert cli("roadmap", "firm.toml", "--budget", need, *arguments).code == 0


def test_where_all_levers_are_in_use_it_says_what_to_do(cli, tmp_path, firm):
    levers = "\n".join(
        f"{policy} = {{ intensity = 0.4, ramp = 1 }}" for policy in preset("half_levers").scenario().levers
    )
    firm.write_text(f"[levers]\n{levers}\nteam_personality = {{ intensity = 0.4, ramp = 1 }}\n")
    messages = refused(cli, tmp_path, "firm.toml", "--budget", "0.2")
    assert "option --levers: a required value is missing; allowed: levers by id, or all" in messages["en"]
    firm.write_text(firm.read_text().replace("0.4", "1.0"))
    messages = refused(cli, tmp_path, "firm.toml", "--budget", "0.2", "--levers", "all")
    assert "or all" not in messages["en"]


# --- what happens meanwhile -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "exact", "searched"),
    [
        ("en", "plans that keep the limits are tried: ", "plans or so keep the limits; a search tries some: "),
        (
            "de",
            "Pläne innerhalb der Grenzen werden durchprobiert: ",
            "Pläne halten die Grenzen ein; eine Suche probiert",
        ),
    ],
)
def test_what_takes_long_is_announced(cli, monkeypatch, language, exact, searched):
    monkeypatch.setattr("app.commands.roadmap._FEW", 0)
    monkeypatch.setattr("app.commands.roadmap.pace", lambda *_, **__: 1.0)
    found = cli("roadmap", "firm.toml", *SMALL, "--lang", language)
    assert exact in found.err
    assert " min " in found.err
    assert len(found.err.splitlines()) == 1
    found = cli("roadmap", "firm.toml", *SMALL, "--effort", 20, "--lang", language)
    assert searched in found.err
    monkeypatch.setattr("app.commands.roadmap.pace", lambda *_, **__: 1e9)
    assert cli("roadmap", "firm.toml", *SMALL, "--lang", language).err == ""


def test_progress_counts_up_to_the_end(cli, monkeypatch):
    told = []

    def recorded(*arguments, progress, **more):
        def tell(done, total):
            told.append((done, total))
            progress(done, total)

        return find_roadmap(*arguments, progress=tell, **more)

    monkeypatch.setattr("app.commands.roadmap.find_roadmap", recorded)
    monkeypatch.setattr("app.terminal.running._PLAIN_PAUSE", 0.0)
    found = cli("roadmap", "firm.toml", *SMALL)
    assert "Simulating: " in found.err
    assert told[-1][0] == told[-1][1]


def test_a_failure_leaves_nothing_behind(cli, monkeypatch, tmp_path):
    def fail(*_, **__):
        raise MemoryError("no room")

    monkeypatch.setattr("app.commands.roadmap.write_figures", fail)
    found = cli("roadmap", "firm.toml", *SMALL, "--out", "deep/results", "--lang", "de")
    assert (found.code, found.out) == (1, "")
    assert found.err == "handshake: Der Lauf ist fehlgeschlagen: MemoryError: no room\n"
    assert [path.name for path in tmp_path.iterdir()] == ["firm.toml"]


def test_interrupting_says_so_and_leaves_nothing(tmp_path):
    goal = tmp_path / "results"
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "roadmap", "hoarders", "--budget", "0.2", "--out", str(goal), "--levers", "all"],
        cwd=Path(__file__).parents[3], env={**os.environ, "LANG": "C", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while len(list(tmp_path.iterdir())) == 1:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "handshake: interrupted; nothing was left behind."
    assert [path.name for path in tmp_path.iterdir()] == ["firm.toml"]


# --- words and numbers ----------------------------------------------------------------------------------------------


def test_every_goal_has_its_words():
    for language in ("en", "de"):
        for section in ("goal", "label", "acting"):
            assert [name for name in GOALS if f"roadmap.{section}.{name}" not in catalogue(language)] == []
    assert set(GOALS) <= set(declared())


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (7, "7", "7"),
        (99, "99", "99"),
        (5151, "5,200", "5.200"),
        (987_654, "990,000", "990.000"),
        (996_000, "1.0 million", "1,0 Millionen"),
        (2_055_190_749, "2.1 billion", "2,1 Milliarden"),
        (43e9, "43 billion", "43 Milliarden"),
        (999e9, "1.0 trillion", "1,0 Billionen"),
        (3e15, "10^15", "10^15"),
    ],
)
def test_large_numbers_in_words(count, english, german):
    assert about(count, Texts("en")) == english
    assert about(count, Texts("de")) == german


def test_outcomes_have_their_units():
    texts = Texts("en")
    assert amount("return_on_sales", 0.01234, texts, sign=True) == "+1.23"
    assert amount("escalations", 0.1, texts) == "5.20"
    assert amount("cooperation_quality", 0.12345, texts) == "0.123"
    assert amount("customer_hours", 20.123, texts) == "20.12"


def test_help_says_how_money_is_counted(cli):
    for language, words in (
        ("en", "percent of a year's base revenue"),
        ("de", "Prozent des Grundumsatzes eines Jahres"),
    ):
        found = cli("roadmap", "--help", "--lang", language)
        assert found.code == 0
        assert words in paragraph(found.out)
        assert widest(found.out) <= 80
