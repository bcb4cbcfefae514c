"""``handshake org survey``, from the outside: the form, and what filled forms become."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from analysis.survey.form import form_text
from experiments.pseudonyms import telling_ids
from experiments.questionnaire.items import ALL_ITEMS, FACTORS, form_sections
from experiments.questionnaire.state import FEWEST
from sim.organisation import load_organisation
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario
from sim.texts import Texts, languages
from tests.experiments.questionnaire.answering import answers, as_form, as_table

EXAMPLE = Path(__file__).parents[3] / "examples" / "organisation"
FORMS = sorted((EXAMPLE / "forms").glob("*.csv"))


def rows(text: str) -> list[list[str]]:
    text = text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";" if text.startswith("item;") else ","))


# --- the form -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_form_asks_everything_in_words(cli, language):
    found = cli("org", "survey", "--out", "form.csv", language=language)
    assert (found.code, found.err) == (0, "")
    assert "form.csv" in found.out
    text = Path("form.csv").read_text(encoding="utf-8")
    assert text == form_text(Texts(language))
    header, *body = rows(text)
    assert header == ["item", "question", "scale", "answer"]
    assert [row[0] for row in body if row[0]] == [item.id for part in form_sections().values() for item in part]
    for name, words, scale, answer in body:
        assert words
        assert bool(scale) == bool(name)
        assert answer == ""
        if name and ALL_ITEMS[name].scale is not None:
            assert f"{ALL_ITEMS[name].scale.low:g}" in scale
            assert f"{ALL_ITEMS[name].scale.high:g}" in scale
    assert len({row[1] for row in body}) == len(body)
    assert text.startswith("\ufeff")  # spreadsheets take it for the codepage of the country without


def test_the_form_is_not_written_over_anything(cli):
    Path("form.csv").write_text("mine")
    found = cli("org", "survey", "--out", "form.csv")
    assert (found.code, found.out) == (2, "")
    assert Path("form.csv").read_text() == "mine"


def test_the_form_needs_a_file(cli):
    found = cli("org", "survey")
    assert found.code == 2
    assert "--out" in found.err


def test_an_empty_form_is_refused_at_its_first_lines(cli):
    cli("org", "survey", "--out", "form.csv")
    found = cli("org", "survey", "form.csv")
    assert found.code == 2
    assert [line.split(": ")[2] for line in found.err.splitlines()[:2]] == [
        "row 3, column answer",
        "row 4, column answer",
    ]


# --- the example ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_example_becomes_an_organisation_that_runs(cli, language):
    found = cli("org", "survey", *FORMS, "--out", "firm", language=language)
    assert (found.code, found.err) == (0, "")
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80
    assert "…" not in found.out
    assert {path.name for path in Path("firm").iterdir()} == {"people.csv", "ties.csv", "scenario.toml", "summary.json"}
    scenario = Scenario.load("firm/scenario.toml")
    assert set(scenario.levers) == {policy.id for policy in SUCCESS_FACTORS}
    organisation = load_organisation("firm/people.csv", "firm/ties.csv")
    assert scenario.place() is organisation
    assert (organisation.graph.marketing, organisation.graph.sales) == (6, 7)
    check = cli("org", "check", "firm/people.csv", "firm/ties.csv", language=language)
    assert (check.code, check.err) == (0, "")
    assert cli("run", "firm/scenario.toml", "--companies", 2, "--weeks", 2, language=language).code == 0


def test_the_example_is_as_messy_as_its_readme_says(cli):
    found = cli("org", "survey", *FORMS, "--json").json()
    assert found["respondents"] == {"marketing": 5, "sales": 6}
    assert found["without_form"] == ["M06", "S07"]
    assert found["telling_ids"] == {}
    coverage = {row["about"]: row for row in found["coverage"]}
    assert all(coverage[about]["answered"] < coverage[about]["asked"] for about in ("ratings", "factors", "ties"))
    assert [name for name, row in found["factors"].items() if not row["known"]] == ["lean_reporting"]
    languages = [path.read_text(encoding="utf-8").removeprefix("\ufeff")[:5] for path in FORMS]
    assert languages.count("item;") == 3
    assert telling_ids(path.stem for path in FORMS) == {}


def test_the_example_shows_what_the_study_found(cli):
    """Self-image above other-image, and more so for marketing (E14)."""
    images = cli("org", "survey", *FORMS, "--json").json()["images"]
    gaps = {
        side: sum(row["self"]["mean"] - row["other"]["mean"] for row in items.values())
        for side, items in images.items()
    }
    assert gaps["marketing"] > gaps["sales"] > 0.0


@pytest.mark.parametrize("name", ["people.csv", "ties.csv"])
def test_the_examples_two_files_are_what_its_forms_become(cli, name):
    cli("org", "survey", *FORMS, "--out", "firm")
    assert Path("firm", name).read_text(encoding="utf-8") == (EXAMPLE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_example_answers_the_questions_of_today(path):
    asked = [row[0] for row in rows(form_text(Texts("en")))]
    assert [row[0] for row in rows(path.read_text(encoding="utf-8"))] == asked


# --- what is shown, and what is not ---------------------------------------------------------------------------------


def hand_in(*forms: dict[str, object]) -> list[str]:
    for form in forms:
        Path(f"{form['respondent']}.csv").write_text(as_form(form), encoding="utf-8")
    return [f"{form['respondent']}.csv" for form in forms]


def staff(**of_the_first: object) -> list[dict[str, object]]:
    """Return the forms of too few marketers and enough sales people; the first marketer may answer otherwise."""
    few = [answers(f"M{k}", "marketing", "S0") for k in range(FEWEST - 1)]
    few[0] |= of_the_first
    return [*few, *(answers(f"S{k}", "sales", "M0") for k in range(FEWEST))]


def test_nobody_can_be_seen_through_the_numbers_of_a_small_department(cli):
    extreme = {item.id: 5 for item in FACTORS} | {"own_customers": 100, "other_customers": 0, "status": 5, "regard": 1}
    plain = staff(status=3, regard=3)
    shown = [cli("org", "survey", *hand_in(*forms)).out for forms in (plain, staff(**extreme))]
    assert shown[0] == shown[1]
    told = [cli("org", "survey", *hand_in(*forms), "--json").json() for forms in (plain, staff(**extreme))]
    assert told[0] == told[1]
    assert told[0]["images"]["marketing"]["customers"]["self"] == {"mean": None, "answers": FEWEST - 1}
    assert told[0]["images"]["marketing"]["customers"]["other"] == {"mean": 0.5, "answers": FEWEST}


def test_the_scenario_says_what_it_rests_on(cli):
    cli("org", "survey", *FORMS, "--out", "firm")
    text = " ".join(line.lstrip("# ") for line in Path("firm/scenario.toml").read_text(encoding="utf-8").splitlines())
    for words in ("marketing 5, sales 6", "is an assumption", "confidential", "Nothing leaves this machine"):
        assert words in text
    summary = json.loads(Path("firm/summary.json").read_text(encoding="utf-8"))
    assert summary == cli("org", "survey", *FORMS, "--json").json()


def test_without_a_folder_nothing_is_written(cli, tmp_path):
    found = cli("org", "survey", *FORMS)
    assert found.code == 0
    assert "Nothing was written" in found.out
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(cli):
    Path("firm").mkdir()
    Path("firm/mine.txt").write_text("mine")
    found = cli("org", "survey", *FORMS, "--out", "firm")
    assert (found.code, found.out) == (2, "")
    assert [path.name for path in Path("firm").iterdir()] == ["mine.txt"]


def test_everything_wrong_in_all_forms_is_told_at_once(cli):
    forms = [{**form, "own_products": "very"} for form in staff()[:2]]
    found = cli("org", "survey", *hand_in(*forms), "nowhere.csv", "--out", "firm")
    assert (found.code, found.out) == (2, "")
    lines = found.err.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == [
        "file M0.csv",
        "file M1.csv",
        "file nowhere.csv",
        "3 problems in all; nothing was written.",
    ]
    assert "value 'very' has the wrong type" in lines[0].replace("row 7, column answer: ", "")
    assert "0 to 100" in lines[0]
    assert not Path("firm").exists()


def test_a_table_of_respondents_says_the_same_as_their_forms(cli):
    Path("table.csv").write_text(as_table(staff()), encoding="utf-8")
    assert (
        cli("org", "survey", "table.csv", "--json").json() == cli("org", "survey", *hand_in(*staff()), "--json").json()
    )


def test_names_in_forms_are_noticed(cli):
    found = cli("org", "survey", *hand_in(*staff(partner_2="Sue Miller")))
    assert found.code == 0
    assert "look like names (1 id): Sue Miller." in found.out
