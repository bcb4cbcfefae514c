"""The report on two trajectories: its numbers are those of the comparison, and nothing in it leaves the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from analysis.comparison.ensemble import pairs_report
from analysis.comparison.findings import ComparisonFindings, compare_outcomes, compare_types
from analysis.comparison.page import SIZES, comparison_page
from analysis.comparison.runs import Pairs
from analysis.figures.labels import Labels
from analysis.page import Page, Table, render
from analysis.page.page import css_string
from analysis.page.sections import scenario_hash
from experiments.ensemble import Ensemble
from experiments.trajectory import Trajectory, simulate_trajectory
from sim import BadInputError, Scenario, simulate
from sim.declarations import MAIN, OUTCOMES
from sim.parameters import measurement
from sim.policies import Policy
from tests.texts import both

EVIL = """<script>alert("x")</script> & $a_b$ \\";}</style>"""
TODAY = Scenario(name="today", weeks=26, levers={"talk_first": {"intensity": 0.4, "ramp": 1.0}})
THEN = TODAY.changed(
    name=EVIL,
    levers={"talk_first": 1.0, "joint_planning": {"intensity": 0.8, "start": 4, "ramp": 8}},
    coefficients={"need_hours": 3.0},
)
COMPANIES = 40


def page_of(
    before: Trajectory,
    after: Trajectory,
    language: str = "en",
    *,
    ensemble: Mapping[str, Any] | None = None,
    **options: Any,
) -> Page:
    findings = replace(ComparisonFindings.of_trajectories(before, after), ensemble=ensemble)
    return comparison_page(findings, Labels(language), **options)


@pytest.fixture(scope="module")
def trajectories() -> tuple[Trajectory, Trajectory]:
    return simulate_trajectory(TODAY, COMPANIES), simulate_trajectory(THEN, COMPANIES)


@pytest.fixture(scope="module", params=["en", "de"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def made(trajectories, language) -> Page:
    return page_of(*trajectories, language, command="handshake report a.toml b.toml")


@pytest.fixture(scope="module")
def html(made) -> str:
    return render(made)


class Reader(HTMLParser):
    """What stands in a page: elements with their attributes, and whether each one that was opened is closed."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def test_it_is_one_whole_page_in_its_language(html, language):
    found = Reader(html)
    assert found.open == []
    assert found.elements[0] == ("html", {"lang": language})
    assert html.startswith("<!DOCTYPE html>")
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    words = " ".join(found.words)
    assert ("Die Antwort" in words) == (language == "de")
    assert ("The answer" in words) == (language == "en")


def test_it_asks_the_network_for_nothing(html):
    found = Reader(html)
    assert {tag for tag, _ in found.elements} & {"script", "link", "img", "iframe", "object"} == set()
    targets = [
        value
        for _, attributes in found.elements
        for name, value in attributes.items()
        if name in ("href", "src", "xlink:href", "srcset", "action", "data")
    ]
    assert targets
    assert all(value is not None and value.startswith("#") for value in targets)
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert "http" not in html.replace("http-equiv", "")


def test_no_line_of_a_table_breaks_before_a_percent_sign(html):
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html)
    assert any("%" in cell for cell in cells)
    assert not [cell for cell in cells if re.search(r"\d %", cell)]


def test_links_lead_somewhere(html):
    found = Reader(html)
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}
    links = {str(attributes["href"])[1:] for tag, attributes in found.elements if tag == "a"}
    assert links
    assert links <= ids


def test_names_of_users_do_nothing(html):
    found = Reader(html)
    assert EVIL in "".join(found.words)
    assert "<script" not in html
    assert html.count("</style>") == html.count("<style")


def test_figures_are_described_and_have_a_twin(html, made):
    found = Reader(html)
    pictures = [attributes for tag, attributes in found.elements if tag == "svg"]
    assert len(pictures) == len(made.exhibits) == 5
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}
    for attributes in pictures:
        assert attributes["role"] == "img"
        assert set(str(attributes["aria-labelledby"]).split()) <= ids
    for exhibit in made.exhibits:
        assert exhibit.table.rows
        assert all(len(row) == len(exhibit.table.head) for row in exhibit.table.rows)


def table(page: Page, key: str) -> Table:
    start = both(key)[page.language == "de"].partition("{")[0]
    return next(table for table in page.tables if table.title.startswith(start))


def test_numbers_are_those_of_the_comparison(made, language):
    say = Labels(language)
    frame = simulate([TODAY, THEN], companies=COMPANIES, seed=1).outcomes
    outcomes = compare_outcomes(frame, TODAY.name, THEN.name)
    rows = {row[0]: row[1:] for row in table(made, "outcome.title").rows}
    assert list(rows) == [say.outcome(name) for name in MAIN]
    for name in MAIN:
        expected = outcomes.loc[name]
        a, b, difference, interval, better = rows[say.outcome(name)]
        assert (a, b) == (say.amount(name, expected["a"]), say.amount(name, expected["b"]))
        numbers = (expected[key] for key in ("difference", "low", "high"))
        assert (difference, interval) == say.amounts(name, *numbers, sign=True)
        assert better == say.percent(expected["probability"])
    types = compare_types(frame, TODAY.name, THEN.name)
    shares = [row[1:3] for row in table(made, "outcome.types").rows]
    assert shares == [(say.percent(row["a"], 1), say.percent(row["b"], 1)) for _, row in types.iterrows()]


def test_the_answer_says_size_and_certainty(made, trajectories, language):
    assert len(made.answer) == 3
    before, after = trajectories
    difference = after.outcomes["return_on_sales"] - before.outcomes["return_on_sales"]
    say = Labels(language)
    assert say.number(100.0 * abs(difference.mean()), 2) in made.answer[0]
    ratio = abs(difference.mean()) / before.outcomes["return_on_sales"].std(ddof=1)
    size = next(name for most, name in SIZES if ratio <= most)
    assert both(f"comparison.{size}")[language == "de"] in made.answer[0]
    assert both("page.sure")[language == "de"] == made.answer[2]


def test_what_was_changed_stands_under_what_it_rests_on(made):
    changed = {row[0]: row[1:] for row in made.assumptions[1].rows}
    assert len(changed) == 2
    numbers = made.assumptions[2].rows
    assert len(numbers) == 1
    assert "coefficients.need_hours" in numbers[0][0]
    assert "3" in numbers[0][1:]


def test_an_effect_that_is_none_is_not_given_a_size(trajectories, language):
    before, _ = trajectories
    for other, key in ((before, "alike"), (replace(before, scenario=THEN), "same")):
        said = page_of(before, other, language).answer[0]
        assert said.startswith(both(f"comparison.{key}")[language == "de"].partition("{")[0])
    single = page_of(*(trajectory.first(1) for trajectory in trajectories), language)
    assert "–" not in single.answer[0]
    assert all("nan" not in sentence for sentence in (*single.answer, *single.certainty))


def test_whether_it_cannot_be_told_is_said(trajectories):
    before, _ = trajectories
    values = np.where(np.arange(COMPANIES) % 2, 0.01, -0.01)
    outcomes = {**before.outcomes, "return_on_sales": before.outcomes["return_on_sales"] + values}
    after = replace(before, scenario=THEN, outcomes=outcomes)
    assert "cannot be told" in page_of(before, after, "en").answer[0]


@pytest.fixture
def over() -> dict[str, Any]:
    """A comparison over forty sets, in ten of which the return falls and with it the share of professionals."""
    sets = 40
    values = np.random.default_rng(3).permuted(np.linspace(0.0, 1.0, sets))
    ensemble = Ensemble(("trust_up", "need_hours"), np.column_stack([values, np.ones(sets)]), np.zeros((sets, 3)), {})
    difference = np.tile(0.01, (sets, len(OUTCOMES)))
    difference[:, OUTCOMES.index("return_on_sales")] = np.where(values > 0.25, 0.02, -0.001) * (1.0 + values)
    types_a = np.tile([0.2, 0.0, 0.3, 0.5], (sets, 1))
    types_b = types_a + np.outer(difference[:, OUTCOMES.index("return_on_sales")], [1.0, 0.0, 0.0, -1.0])
    found = pairs_report(ensemble, Pairs(difference, difference, difference, types_a, types_b, companies=10))
    return {**found, "of": 210, "families": sets, "fingerprint": "abc123", "fixed": []}


def test_what_holds_over_an_ensemble_is_told_if_it_is_there(trajectories, language, over):
    say, found = Labels(language), over["outcomes"]["return_on_sales"]
    page = page_of(*trajectories, language, ensemble=over)
    assert say.percent(found["share"]) in page.answer[2]
    low, high = (found["strength"][end] for end in ("p05", "p95"))
    ends = (say.amount("return_on_sales", end, sign=True, half=(high - low) / 2.0) for end in (low, high))
    assert all(end in page.answer[2] for end in ends)
    assert "abc123" in [value for _, value in page.facts]
    outcomes, types, decided = page.tables[3:]
    assert [row[0] for row in outcomes.rows] == [say.outcome(name) for name in MAIN]
    assert say.percent(found["share"]) in outcomes.rows[MAIN.index("return_on_sales")]
    # What hardly any set has companies of has no sign.
    some, every = say.percent(found["share"]), say.percent(1.0)
    assert [row[-1] for row in types.rows] == [some, "–", every, some]
    assert [row[0] for row in decided.rows] == [
        say.outcome("return_on_sales"),
        *(say.type(kind) for kind in ("professional", "self_blocking")),
    ]
    assert not any("trust_up" in line for line in page.certainty)
    fixed = page_of(*trajectories, language, ensemble={**over, "fixed": ["trust_up"]})
    assert any("trust_up" in line for line in fixed.certainty)
    assert page_of(*trajectories, language).tables == page.tables[:3]


def test_professionals_are_counted_over_the_sets(trajectories, over):
    note = page_of(*trajectories, ensemble=over).tables[4].note
    assert note.startswith(both("comparison.professionals_more")[0].partition("{")[0])
    for side in ("a", "b"):
        over["types"]["professional"][side] = dict.fromkeys(("default", "median", "p05", "p95"), 0.0)
    assert both("comparison.professionals_none")[0] in page_of(*trajectories, ensemble=over).tables[4].note


def test_all_outcomes_are_shown_if_asked_for(trajectories, language, over):
    page = page_of(*trajectories, language, ensemble=over, every=True)
    for table in (page.tables[0], page.tables[3]):
        assert [row[0] for row in table.rows] == [Labels(language).outcome(name) for name in OUTCOMES]
        assert not table.brief


def test_it_is_said_that_two_scenarios_are_measured_differently(trajectories):
    before, after = trajectories
    assert not any("measured differently" in line for line in page_of(*trajectories, "en").certainty)
    changed = simulate_trajectory(after.scenario.changed(outcome={"window_weeks": 2}), len(after))
    page = page_of(before, changed, "en")
    assert "window_weeks" in page.certainty[0]
    assert "(A) / 2 (B) weeks" in page.tables[0].title


def test_each_scenario_s_map_has_its_own_cut_offs(trajectories, language):
    before, _ = trajectories
    other = simulate_trajectory(TODAY.changed(name="other", outcome={"quality_cut": 0.5}), COMPANIES)
    for after, key in ((before, "map_says"), (other, "map_each")):
        found = page_of(before, after, language).exhibits[0]
        assert found.says == Labels(language).of(both(f"shown.{key}"))
    default, own = (axes.lines[0].get_ydata()[0] for axes in found.draw().axes)
    assert (default, own) == (measurement().quality_cut, 0.5)


def test_levers_alone_are_asked_about(trajectories):
    before, after = trajectories
    bare = simulate_trajectory(THEN.changed(name="bare", levers={}), 2)
    asked = both("comparison.question_levers")[0].partition("{")[0]
    assert page_of(bare, after.first(2), "en").question.startswith(asked)
    assert not page_of(before, after, "en").question.startswith(asked)


def test_levers_are_called_as_asked(trajectories):
    page = page_of(*trajectories, "en", levers={"talk_first": "Talk!"})
    assert "Talk!" in [row[0] for row in page.assumptions[1].rows]


def test_other_companies_are_refused(trajectories):
    before, after = trajectories
    with pytest.raises(BadInputError, match="same companies"):
        page_of(before, after.first(3))
    with pytest.raises(BadInputError, match="weeks"):
        page_of(before.first(1), simulate_trajectory(TODAY.changed(weeks=4), 1))


@pytest.mark.parametrize("text", ["a", '"', "\\", "</style>", "Müller\nSöhne", "$\0"])
def test_a_string_of_css_ends_where_it_should(text):
    shown = str(css_string(text))
    assert shown[0] == shown[-1] == '"'
    assert not set(shown[1:-1]) & set('"<>\n&')
    decoded = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), shown[1:-1])
    assert decoded == text


def test_an_own_lever_is_named_as_such():
    own = {"id": "visits", "en": "Visits", "de": "Besuche", "effects": {"oral_share": 0.1}}
    scenario = TODAY.changed(policies=[own], levers={"visits": 0.5})
    trajectory = simulate_trajectory(scenario, 2)
    page = page_of(simulate_trajectory(scenario.changed(levers={}), 2), trajectory, "en")
    assert (page.assumptions[1].rows[0][0], page.assumptions[1].rows[0][-1]) == ("Visits", "own lever")
    assert Policy(**own).evidence == ()


PEOPLE = "id,department\nAnna,marketing\nBert,sales\nCem,sales\n"
TIES = "a,b\nAnna,Bert\nAnna,Cem\n"


def test_hashes_tell_scenarios_apart_and_not_where_files_lie(tmp_path):
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "people.csv").write_text(PEOPLE)
        (tmp_path / folder / "ties.csv").write_text(TIES)
    paths = [{key: str(tmp_path / folder / f"{key}.csv") for key in ("people", "ties")} for folder in ("here", "there")]
    contents = {"people": PEOPLE, "ties": TIES}
    hashes = {scenario_hash(Scenario(company=company)) for company in (*paths, contents)}
    assert len(hashes) == 1
    other = {"people": PEOPLE, "ties": "a,b\nAnna,Bert\n"}
    assert scenario_hash(TODAY) != scenario_hash(THEN)
    assert scenario_hash(Scenario(company=other)) not in hashes


def test_who_is_in_an_organisation_stays_out_of_the_report():
    scenario = Scenario(weeks=4, company={"people": PEOPLE, "ties": TIES}, levers={"talk_first": 1.0})
    before = simulate_trajectory(scenario.changed(name="bare", levers={}), 2)
    html = render(page_of(before, simulate_trajectory(scenario, 2)))
    assert "3 people, 2 ties" in html
    assert not any(name in html for name in ("Anna", "Bert", "Cem"))


def test_companies_that_differ_stand_side_by_side(trajectories):
    before, _ = trajectories
    other = TODAY.changed(name="other", company={"industry": "chemicals"}, clash={"week": 3})
    alike, apart = (
        page_of(before.first(2), simulate_trajectory(scenario, 2), "en").assumptions[0]
        for scenario in (TODAY.changed(name="alike"), other)
    )
    assert [len(row) for row in alike.rows] == [2, 2, 2, 2]
    assert all(alike.head)
    assert apart.head[1:] == ("A", "B")
    rows = {row[0]: row[1:] for row in apart.rows}
    assert rows["Industry"][0] != rows["Industry"][1]
    assert rows["Early clash"] == ("none", "in week 3, on 100% of the ties")
