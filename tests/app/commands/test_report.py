"""``handshake report``: what it writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.report import COMPANIES
from sim.texts import Texts, kept_together

FIRM = """
name = "Müller & <b>Söhne</b>"
weeks = 12

[levers]
talk_first = 0.8
joint_planning = { intensity = 0.5, start = 4, ramp = 4 }
"""
BARE = "weeks = 12\n"
FEW = ("--companies", 12)


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    path = tmp_path / "firm.toml"
    path.write_text(FIRM, encoding="utf-8")
    (tmp_path / "bare.toml").write_text(BARE, encoding="utf-8")
    return path


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"firm.toml", "bare.toml"}


def test_a_scenario_is_compared_with_itself_without_its_levers(cli, firm, tmp_path):
    done = cli("report", "firm.toml", "--out", "report.html", *FEW)
    assert done.code == 0, done.err
    html = Path("report.html").read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in html
    assert "Müller &amp; &lt;b&gt;Söhne&lt;/b&gt;, without levers" in html
    assert "<b>Söhne" not in html
    assert "handshake report firm.toml --companies 12 --seed 1 --out report.html --lang en" in html
    assert "report.html" in done.out
    assert "higher" in done.out or "lower" in done.out or "cannot be told" in done.out
    assert left(tmp_path) == {"report.html"}


def test_its_numbers_are_those_of_compare(cli, firm):
    assert cli("report", "firm.toml", "bare.toml", "--out", "report.html", "--lang", "de", *FEW).code == 0
    found = cli("compare", "firm.toml", "bare.toml", "--json", *FEW).json()
    texts, html = Texts("de"), Path("report.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in html
    for name in ("cooperation_quality", "trust", "customer_hours", "return_on_sales"):
        row = found["outcomes"][name]
        cells = [texts.amount(name, row[key]) for key in ("a", "b")]
        cells += texts.amounts(name, row["difference"], row["low"], row["high"], sign=True)
        assert "".join(f"<td>{cell}</td>" for cell in cells) in html, name
    for row in found["types"].values():
        a, b = (kept_together(texts.percent(row[key], 1)) for key in ("a", "b"))
        assert f"<td>{a}</td><td>{b}</td>" in html


def test_instalments_make_no_difference(cli, firm, monkeypatch):
    assert cli("report", "firm.toml", "--out", "one.html", *FEW).code == 0
    monkeypatch.setattr("app.commands.report._INSTALMENT", 5)
    assert cli("report", "firm.toml", "--out", "two.html", *FEW).code == 0
    one, two = (Path(f"{name}.html").read_text(encoding="utf-8") for name in ("one", "two"))
    mark = one.rindex("<!--")
    assert one[:mark] == two.replace("two.html", "one.html")[:mark]


def test_a_scenario_without_levers_is_told_as_it_is(cli, firm):
    done = cli("report", "bare.toml", "--out", "report.html", *FEW)
    assert done.code == 0, done.err
    assert "most frequent type" in done.out


def test_the_same_names_are_told_apart(cli, firm):
    assert cli("report", "firm.toml", "firm.toml", "--out", "report.html", *FEW).code == 0
    assert "the same but for their names" in Path("report.html").read_text(encoding="utf-8")


def test_under_the_ensemble(cli, firm):
    done = cli("report", "firm.toml", "--out", "report.html", "--companies", 4, "--ensemble", "--sets", 2)
    assert done.code == 0, done.err
    assert "Under 2 parameter sets" in done.out
    assert "--ensemble --sets 2" in Path("report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_figures_alone(cli, firm, tmp_path, kind):
    assert cli("report", "bare.toml", "--figures", "new/figures", "--format", kind, *FEW).code == 0
    assert left(tmp_path) == {"new"}
    names = {path.name for path in Path("new/figures").iterdir()}
    assert f"type_map.{kind}" in names
    assert len(names) == 5
    assert all(name.endswith(f".{kind}") for name in names)


def test_an_earlier_report_is_replaced_and_a_changed_one_stays(cli, firm):
    assert cli("report", "bare.toml", "--out", "report.html", *FEW).code == 0
    assert cli("report", "firm.toml", "--out", "report.html", *FEW).code == 0
    html = Path("report.html").read_text(encoding="utf-8")
    assert "Söhne" in html
    Path("report.html").write_text(html.replace("Söhne", "Toechter"), encoding="utf-8")
    done = cli("report", "bare.toml", "--out", "report.html", *FEW)
    assert done.code == 2
    assert "already exists" in done.err
    assert "Toechter" in Path("report.html").read_text(encoding="utf-8")


def test_a_folder_of_another_command(cli, tmp_path):
    plan = 'scenarios = ["reference"]\ncompanies = 4\nweeks = 4\n[factors]\n"levers.talk_first" = {}\n'
    Path("plan.toml").write_text(plan + '[design]\nkind = "factorial"\nlevels = 3\n')
    assert cli("sweep", "plan.toml", "--out", "sweep", "--workers", 1).code == 0
    done = cli("report", "sweep", "--out", "report.html", "--lang", "de")
    assert done.code == 0, done.err
    assert "Reden vor Schreiben" in Path("report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["firm.toml"], ["--out", "--figures"]),
        (["nowhere", "--out", "x.html"], ["SOURCE", "'nowhere'", "preset", "or a folder of study"]),
        (["firm.tml", "--out", "x.html"], ["firm.tml"]),
        (["ivory_towr", "--out", "x.html"], ["'ivory_tower'?"]),
        (["firm.toml", "nowhere", "--out", "x.html"], ["argument B", "'nowhere'"]),
        (["firm.toml", "--out", "x.html", "--format", "jpg"], ["--format", "'jpg'", "pdf, png, svg"]),
        (["firm.toml", "--out", "x.html", "--companies", "0"], ["--companies", "1 to 10000"]),
        (["firm.toml", "--out", "x.html", "--companies", "many"], ["--companies", "'many'"]),
        (["firm.toml", "--out", "x.html", "--seed", "-1"], ["--seed"]),
        (["firm.toml", "--out", "x.html", "--weeks", "0"], ["--weeks"]),
        (["firm.toml", "ivory_tower", "--out", "x.html"], ["--weeks", "12 and 104"]),
        (["firm.toml", "--out", "x.html", "--sets", "2"], ["--sets", "--ensemble"]),
        (["bare.toml", "--out", "x.html", "--ensemble", "--sets", "1"], ["argument B", "no levers"]),
        (["firm.toml", "--out", "firm.toml"], ["firm.toml", "already exists"]),
        (["firm.toml", "--out", "a/b.html"], ["a/b.html", "does not exist"]),
        (["firm.toml", "--figures", "."], ["already exists"]),
        (["empty", "--out", "x.html"], ["study, sweep, sensitivity, discover, lattice, roadmap or validate"]),
        (["empty", "firm.toml", "--out", "x.html"], ["argument B", "a single folder"]),
        (["empty", "--out", "x.html", "--companies", "5"], ["--companies", "only with scenarios"]),
        (["empty", "--out", "x.html", "--ensemble", "--sets", "1"], ["--ensemble", "only with scenarios"]),
    ],
)
def test_bad_input(cli, firm, tmp_path, arguments, says):
    (tmp_path / "empty").mkdir()
    done = cli("report", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    for words in says:
        assert words in done.err
    assert left(tmp_path) == {"empty"}
    assert firm.read_text(encoding="utf-8") == FIRM


def test_help_names_the_usual_number_of_companies(cli):
    assert COMPANIES in cli("report", "--help").out
