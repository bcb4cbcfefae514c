"""``handshake lattice`` from the outside: what it prints and writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from pathlib import Path

import pytest

from analysis.lattice.runs import LATTICE_OUTCOMES
from app.commands.lattice import largest_order
from app.terminal.lattice_view import short_names, with_interval
from experiments.sweep.status import Forecast
from sim import Scenario
from sim.policies import ALL_POLICIES
from sim.texts import Texts, catalogue

LEVERS = "joint_planning,constructive_conflict,job_rotation"
SMALL = ("--levers", LEVERS, "--companies", 6, "--weeks", 12)
IN_ORDER = ["constructive_conflict", "job_rotation", "joint_planning"]


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Return a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def widest(text):
    return max(len(line.rstrip()) for line in text.splitlines())


# --- what it shows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Reference company",
                "All 8 on/off combinations of 3 levers on 6 virtual companies: 48 runs, 12",
                "Constructive conflict",
                "All − none",
                "Triples",
                "Best with costs: ",
                "Held",
                "not a forecast",
                "assumptions",
                "only chance among virtual companies",
            ),
        ),
        (
            "de",
            (
                "Referenzunternehmen",
                "Alle 8 An-/Aus-Kombinationen von 3 Hebeln in 6 virtuellen Unternehmen: 48",
                "Konstruktiver Konflikt",
                "Alle − keiner",
                "Tripel",
                "Mit Kosten am besten: ",
                "Gegen-",
                "keine Prognose",
                "sind Annahmen",
                "nur den Zufall unter virtuellen",
            ),
        ),
    ],
)
def test_it_shows_what_the_levers_do_and_what_that_is_not(cli, language, words, temporary):
    found = cli("lattice", "reference", *SMALL, "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert [word for word in words if word not in found.out] == []
    assert widest(found.out) <= 80
    assert snapshot(temporary) == {}
    assert list(temporary.iterdir()) == []


def test_the_shapley_table_is_sorted_and_adds_up(cli):
    out = cli("lattice", "reference", *SMALL).out
    found = cli("lattice", "reference", *SMALL, "--json").json()["outcomes"]["return_on_sales"]
    names = {policy.id: policy.name("en") for policy in ALL_POLICIES}
    ranked = sorted(found["shapley"], key=lambda lever: -found["shapley"][lever]["value"])
    places = [out.index(f"\n{names[lever]} ") for lever in ranked]
    assert places == sorted(places)
    total = sum(row["value"] for row in found["shapley"].values())
    assert total == pytest.approx(found["ends"]["difference"])
    line = next(line for line in out.splitlines() if line.startswith("All − none"))
    assert Texts("en").number(100 * total, 2, sign=True) in line


def test_json(cli, temporary):
    found = cli("lattice", "reference", *SMALL, "--seed", 3, "--json")
    assert (found.code, found.err) == (0, "")
    data = found.json()
    assert list(data) == [
        "scenario",
        "companies",
        "settings",
        "runs",
        "weeks",
        "seed",
        "version",
        "levers",
        "stay_on",
        "outcomes",
    ]
    numbers = {key: data[key] for key in ("scenario", "companies", "settings", "runs", "weeks", "seed")}
    assert list(numbers.values()) == ["reference", 6, 8, 48, 12, 3]
    assert [lever["id"] for lever in data["levers"]] == IN_ORDER
    assert data["levers"][2]["name"]["de"] == "Gemeinsame Planung"
    assert list(data["outcomes"]) == list(LATTICE_OUTCOMES)
    for one in data["outcomes"].values():
        assert list(one["main_effects"]) == list(one["shapley"]) == list(one["total_indices"]) == IN_ORDER
        assert (len(one["pairs"]), len(one["triples"]), len(one["bundles"])) == (3, 1, 4)
        assert one["higher"] == []
    ends, shapley = (data["outcomes"]["professional"][table] for table in ("ends", "shapley"))
    # Six companies, all alike, do not show that no company is professional.
    assert (ends["none"], ends["all"], ends["difference"]) == (0.0, 0.0, 0.0)
    assert ends["none_low"] == 0.0 < ends["none_high"] == pytest.approx(ends["high"])
    assert all(row["low"] == pytest.approx(-row["high"]) == pytest.approx(ends["low"]) for row in shapley.values())
    assert cli("lattice", "reference", *SMALL, "--seed", 3, "--json", "--lang", "de").out == found.out
    assert cli("lattice", "reference", *SMALL, "--seed", 4, "--json").out != found.out
    assert list(temporary.iterdir()) == []


def test_costs_make_the_difference_between_the_two_returns(cli):
    found = cli("lattice", "reference", *SMALL, "--json").json()
    outcomes = found["outcomes"]
    with_cost, before = (outcomes[name]["ends"]["all"] for name in ("return_on_sales", "return_before_levers"))
    assert with_cost < before
    none = [outcomes[name]["ends"]["none"] for name in ("return_on_sales", "return_before_levers")]
    assert none[0] == pytest.approx(none[1])


def test_a_lever_is_on_as_the_scenario_has_it(cli):
    Path("firm.toml").write_text("weeks = 9\n[levers]\njoint_planning = 0.4\ntalk_first = 0.7\n")
    found = cli("lattice", "firm.toml", "--levers", "job_rotation, joint_planning", "--companies", 3, "--json").json()
    assert [(lever["id"], lever["on"]) for lever in found["levers"]] == [("job_rotation", 1.0), ("joint_planning", 0.4)]
    assert [(lever["id"], lever["on"]) for lever in found["stay_on"]] == [("talk_first", 0.7)]
    assert (found["scenario"], found["weeks"]) == ("firm", 9)


@pytest.mark.parametrize(
    ("language", "others", "none"),
    [("en", "throughout: Talk before writing.", "none of these"), ("de", "das Szenario sie hat: ", "keiner davon")],
)
def test_levers_outside_of_the_lattice_are_named_where_they_stay_on(cli, language, others, none):
    Path("firm.toml").write_text("[levers]\njoint_planning = 0.4\ntalk_first = 0.7\neye_level = 0.0\n")
    arguments = ("--companies", 2, "--weeks", 2, "--lang", language)
    some = cli("lattice", "firm.toml", "--levers", "joint_planning", *arguments).out
    assert others in " ".join(some.split())
    assert none in some
    every = cli("lattice", "firm.toml", "--levers", "joint_planning,talk_first", *arguments).out
    assert others not in " ".join(every.split())


def test_levers_of_ones_own_have_their_names(cli):
    Path("firm.toml").write_text(
        "weeks = 4\n[[policies]]\nid = 'coffee'\nen = 'Coffee together'\nde = 'Kaffee'\neffects = { voice = 0.2 }\n"
    )
    found = cli("lattice", "firm.toml", "--levers", "coffee,eye_level", "--companies", 2, "--lang", "de")
    assert found.code == 0
    assert "Kaffee" in found.out


@pytest.mark.parametrize("levers", ["joint_planning", "joint_planning,job_rotation"])
@pytest.mark.parametrize("companies", [1, 3])
def test_lattices_too_small_for_pairs_triples_or_intervals(cli, levers, companies):
    found = cli("lattice", "hoarders", "--levers", levers, "--companies", companies, "--weeks", 3, "--out", "runs")
    assert (found.code, found.err) == (0, "")
    assert ("±" in found.out.replace("±:", "")) == (companies > 1)
    assert ("A single company has no intervals" in found.out) == (companies == 1 and "," in levers)
    assert "nan" not in found.out
    data = json.loads(Path("runs/report/report.json").read_text())
    low = data["outcomes"]["return_on_sales"]["shapley"]["joint_planning"]["low"]
    assert (low is None) == (companies == 1)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_column_of_what_levers_bring_has_intervals(cli, language):
    found = cli("lattice", "reference", *SMALL, "--lang", language)
    lines = found.out.splitlines()
    ends = [i for i, line in enumerate(lines) if line.startswith({"en": "All − none", "de": "Alle − keiner"}[language])]
    assert len(ends) == 2
    for end in ends:
        # Three levers, and the sum.
        assert [line.count(" ± ") for line in lines[end - 3 : end + 1]] == [2] * 4
    assert widest(found.out) <= 80


def test_an_interval_that_reaches_farther_one_way_is_shown_by_its_ends():
    row = {"value": 1.0, "low": 0.445, "high": 1.0}
    assert with_interval("professional", row, "value", "high", Texts("en")) == "+100.00 (+44.50 to +100.00)"
    assert with_interval("professional", row, "value", "high", Texts("de")) == "+100,00 (+44,50 bis +100,00)"
    even = {"gain": 0.5, "gain_low": 0.25, "gain_high": 0.75}
    assert with_interval("professional", even, "gain", "gain_high", Texts("en")) == "+50.00 ± 25.00"


def test_interactions_of_a_higher_order(cli, tmp_path):
    levers = "talk_first,joint_planning,clear_processes,shared_goals,constructive_conflict"
    arguments = ("lattice", "reference", "--levers", levers, "--companies", 8, "--weeks", 60, "--out", "runs")
    tables = tmp_path / "runs" / "report" / "tables"
    plain = cli(*arguments)
    assert plain.code == 0
    assert "Sets of" not in plain.out
    assert not (tables / "higher.csv").exists()
    for language, words in (
        ("en", ("Sets of 4 that", "5 sets of 4;", "No set of 4 out of 5 ")),
        ("de", ("Gruppen von 4, die", "5 Gruppen von 4;", "Keine von 5 Gruppen von 4 ")),
    ):
        found = cli(*arguments, "--order", 4, "--lang", language)
        assert found.code == 0
        title, clear, unclear = words
        says = " ".join(found.out.split())
        assert title in says
        assert (clear in says) != (unclear in says)
        assert widest(found.out) <= 80
    with (tables / "higher.csv").open() as stream:
        assert [row["order"] for row in csv.DictReader(stream)] == ["4"] * 5 * len(LATTICE_OUTCOMES)
    found = cli(*arguments, "--order", 5)
    assert " out of 1 is clear" in found.out or "Clear: 1 of 1 sets of 5" in found.out
    report = json.loads((tmp_path / "runs" / "report" / "report.json").read_text())
    assert [row["order"] for row in report["outcomes"]["return_on_sales"]["higher"]] == [4] * 5 + [5]


def test_interactions_are_reported_up_to_the_order_that_has_room():
    assert [largest_order(n) for n in (1, 3, 4, 15, 16)] == [3, 3, 4, 15, 16]
    assert [largest_order(n) for n in (17, 20)] == [8, 6]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "All 2 on/off combinations of 1 lever on 1 virtual company: 2 runs, 1 week, seed 1"),
        ("de", "Alle 2 An-/Aus-Kombinationen von 1 Hebel in 1 virtuellen Unternehmen: 2 Läufe, 1 Woche, Startwert 1"),
    ],
)
def test_one_of_something_is_not_many(cli, language, line):
    found = cli("lattice", "reference", "--levers", "eye_level", "--companies", 1, "--weeks", 1, "--lang", language)
    assert line in " ".join(part.strip() for part in found.out.splitlines())


def test_only_the_strongest_are_shown(cli):
    levers = "talk_first,joint_planning,clear_processes,shared_goals,constructive_conflict"
    arguments = ("lattice", "reference", "--levers", levers, "--companies", 8, "--weeks", 60)
    pairs = cli(*arguments, "--json").json()["outcomes"]["return_on_sales"]["pairs"]
    clear = [row["synergy"] > 0.0 for row in pairs if row["clear"]]
    assert len(clear) > 2  # or the rest of this test shows nothing
    for most in (1, 5):
        out = cli(*arguments, "--most", most).out
        shown = out[out.index("Pairs that") : out.index("Triples that")].splitlines()
        assert sum(line.startswith("more ") for line in shown) == min(most, sum(clear))
        assert sum(line.startswith("less ") for line in shown) == min(most, len(clear) - sum(clear))


def test_no_clear_pair_is_said_to_be_so(cli):
    arguments = ("lattice", "reference", "--levers", LEVERS, "--companies", 2, "--weeks", 60, "--seed", 3)
    english, german = (cli(*arguments, "--lang", language).out for language in ("en", "de"))
    assert "No triple out of 1 is clear: intervals" in english
    assert "Kein Tripel von 1 ist gesichert: Intervalle" in german


def test_clear_pairs_that_are_next_to_nothing_are_not_listed(cli):
    found = cli("lattice", "reference", "--levers", LEVERS, "--companies", 2, "--weeks", 3)
    assert "Clear: 2 of 3 pairs" in found.out
    assert "Those below 0.01 points are not listed." in found.out
    assert "0.00 ±" not in found.out[found.out.index("Pairs that") : found.out.index("The best bundle")]


def test_short_names_fit_the_tables():
    for language in ("en", "de"):
        names = short_names(Scenario(), Texts(language))
        assert [policy.id for policy in ALL_POLICIES] == list(names)
        assert len(set(names.values())) == len(names)
        assert max(len(name) for name in names.values()) <= 23
    known = {policy.id for policy in ALL_POLICIES}
    short = {key.removeprefix("lattice.short.") for key in catalogue("en") if key.startswith("lattice.short.")}
    assert short <= known
    assert {f"lattice.outcome.{name}" for name in LATTICE_OUTCOMES} <= set(catalogue("en"))


# --- what it writes -------------------------------------------------------------------------------------------------


def test_a_rerun_continues_and_writes_the_same_bytes(cli, tmp_path, monkeypatch):
    first = cli("lattice", "reference", *SMALL, "--out", "deep/runs", "--json")
    assert (first.code, first.err) == (0, "")
    folder = tmp_path / "deep" / "runs"
    before = snapshot(folder)
    names = {name.partition("report/")[2] for name in before if name.startswith("report/")}
    tables = {"ends", "main_effects", "shapley", "pairs", "triples", "spectrum", "total_indices", "bundles"}
    figures = {f"figures/{name}.{kind}" for name in ("shapley", "pairs", "bundles") for kind in ("svg", "png")}
    assert names == {"report.json", "SHA256SUMS", *figures} | {f"tables/{name}.csv" for name in tables}
    assert before["report/report.json"].decode() == first.out
    with (folder / "report" / "tables" / "bundles.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 4 * len(LATTICE_OUTCOMES)
    for line in before["report/SHA256SUMS"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(before[f"report/{name}"]).hexdigest() == digest

    def refuse(*_: object) -> None:
        raise AssertionError("nothing is left to compute")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", refuse)
    again = cli("lattice", "reference", *SMALL, "--out", "deep/runs", "--json")
    assert (again.code, again.out) == (0, first.out)
    assert "48 runs are stored already" in again.err
    assert snapshot(folder) == before


def test_a_sweep_that_stopped_half_way_ends_in_the_same_bytes(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    next((tmp_path / "runs" / "parts").iterdir()).unlink()
    (tmp_path / "runs" / "SHA256SUMS").unlink()
    assert cli("lattice", "reference", *SMALL, "--out", "runs", "--workers", 1).code == 0
    assert snapshot(tmp_path / "runs") == before


def test_another_language_changes_the_figures_alone(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    assert cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", "de").code == 0
    after = snapshot(tmp_path / "runs")
    assert set(before) == set(after)
    different = {name for name in before if before[name] != after[name]}
    assert {Path(name).parent.name for name in different} == {"figures", "report"}
    assert "report/report.json" not in different


@pytest.mark.parametrize("how", ["a file of one's own", "a changed file", "a link", "no folder"])
def test_somebodys_work_in_the_report_is_never_lost(cli, tmp_path, how):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    folder = tmp_path / "runs" / "report"
    if how == "a file of one's own":
        (folder / "tables" / "notes.txt").write_text("mine")
    elif how == "a changed file":
        (folder / "report.json").write_text("mine")
    elif how == "a link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.rename(tmp_path / "elsewhere")
        folder.write_text("mine")
    before = snapshot(tmp_path)
    for language, words in (
        ("en", ("runs/report", "already exists", "an earlier report and nothing else")),
        ("de", ("runs/report", "existiert bereits", "ein früherer Bericht und sonst nichts")),
    ):
        found = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", language)
        assert (found.code, found.out) == (2, "")
        assert [word for word in words if word not in found.err] == []
        assert found.err.count("\n") == 1
    assert snapshot(tmp_path) == before


def test_what_is_missing_in_a_report_is_written_again(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    (tmp_path / "runs" / "report" / "figures" / "pairs.png").unlink()
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    assert snapshot(tmp_path / "runs") == before


def test_a_report_that_fails_leaves_the_earlier_one(cli, tmp_path, monkeypatch):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.commands.lattice.write_figures", fail)
    found = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", "de")
    assert (found.code, found.out) == (1, "")
    assert snapshot(tmp_path / "runs") == before
    assert not list((tmp_path / "runs").glob(".report*"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_ctrl_c_while_it_works_out_the_report(cli, tmp_path, monkeypatch, temporary, language):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.lattice.lattice_report", interrupt)
    kept = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", language)
    assert (kept.code, kept.out) == (130, "")
    assert {"en": "the runs are stored in runs", "de": "die Läufe sind in runs gespeichert"}[language] in kept.err
    assert (tmp_path / "runs" / "SHA256SUMS").is_file()
    assert not (tmp_path / "runs" / "report").exists()
    lost = cli("lattice", "reference", *SMALL, "--lang", language)
    assert lost.code == 130
    assert {"en": "nothing was left behind", "de": "nichts zurückgeblieben"}[language] in lost.err
    assert list(temporary.iterdir()) == []


def test_a_chunk_that_fails_says_why_and_leaves_nothing(cli, monkeypatch, temporary, tmp_path):
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", fail)
    found = cli("lattice", "reference", *SMALL)
    assert (found.code, found.out) == (1, "")
    assert "could not be computed: MemoryError: no room" in found.err.splitlines()[-1]
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


# --- what it says beforehand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "said"), [(3.0, False), (330.0, True)])
def test_it_says_beforehand_how_long_it_takes(cli, monkeypatch, seconds, said):
    forecast = Forecast(points=8, runs=48, chunks=1, seconds=seconds, size=1000, workers=2)
    monkeypatch.setattr("app.terminal.sweeps._FEW", 8)
    monkeypatch.setattr("app.terminal.sweeps.forecast", lambda *_: forecast)
    english = cli("lattice", "reference", *SMALL)
    german = cli("lattice", "reference", *SMALL, "--lang", "de")
    assert ("48 runs to do; about 5.5 min on 2 processors." in english.err) is said
    assert ("48 Läufe sind zu rechnen; das dauert mit 2 Prozessoren etwa 5,5 min." in german.err) is said


# --- what it refuses ------------------------------------------------------------------------------------------------

REFUSED = {
    "no scenario": (["lattice"], ["argument SCENARIO", "missing"]),
    "unknown scenario": (["lattice", "hoarder"], ["argument SCENARIO", "'hoarders'?"]),
    "unknown lever": (
        ["lattice", "hoarders", "--levers", "eye_level,joint_planing"],
        ["option --levers", "'joint_planing'", "'joint_planning'?"],
    ),
    "no lever": (["lattice", "hoarders", "--levers", ","], ["option --levers", "''"]),
    "a lever twice": (["lattice", "hoarders", "--levers", "eye_level,eye_level"], ["option --levers", "twice"]),
    "a lever in steps": (["lattice", "firm.toml"], ["levers.eye_level", "a single step", "firm"]),
    "no companies": (["lattice", "hoarders", "--companies", "0"], ["option --companies", "0"]),
    "text for companies": (["lattice", "hoarders", "--companies", "many"], ["option --companies", "'many'"]),
    "too many companies": (["lattice", "hoarders", "--companies", "1025"], ["option --companies", "1025", "1 to 1024"]),
    "too many weeks": (["lattice", "hoarders", "--weeks", "2000"], ["option --weeks", "'2000'"]),
    "nothing to show": (["lattice", "hoarders", "--most", "0"], ["option --most", "'0'", "1 to 100"]),
    "no order": (["lattice", "hoarders", "--order", "2"], ["option --order", "'2'", "3 to 15"]),
    "more than there are": (["lattice", "hoarders", *SMALL, "--order", "4"], ["option --order", "'4'", "3"]),
    "no workers": (["lattice", "hoarders", "--workers", "0"], ["option --workers", "'0'"]),
    "something else in the folder": (["lattice", "hoarders", *SMALL, "--out", "full"], ["full", "already exists"]),
    "a file for a folder": (["lattice", "hoarders", *SMALL, "--out", "firm.toml"], ["firm.toml"]),
    "another sweep": (["lattice", "hoarders", *SMALL, "--out", "runs"], ["runs", "another sweep", "a new folder"]),
    "a null character": (["lattice", "hoarders", *SMALL, "--out", "a\0b"], ["option --out"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input(cli, tmp_path, temporary, case):
    arguments, named = REFUSED[case]
    steps = "{ steps = [{ intensity = 1, start = 0 }, { intensity = 0, start = 3 }] }"
    (tmp_path / "firm.toml").write_text(f"weeks = 7\n[levers]\njob_rotation = 0\neye_level = {steps}\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("precious")
    if case == "another sweep":
        assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path)
    messages = {}
    for language in ("en", "de"):
        found = cli(*arguments, language=language)
        assert (found.code, found.out) == (2, ""), found
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
        messages[language] = found.err
    assert [part for part in named if part not in messages["en"]] == []
    assert messages["en"] != messages["de"]
    assert snapshot(tmp_path) == before
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("language", "usage"), [("en", "Usage:"), ("de", "Aufruf:")])
def test_help(cli, language, usage):
    found = cli("lattice", "--help", "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(f"{usage} handshake lattice")
    assert widest(found.out) <= 80
    assert "best_size" in found.out
