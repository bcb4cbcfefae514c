"""The page on a lattice: its numbers are those of the findings, and it says so in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.figures.labels import Labels, short_names
from analysis.lattice.findings import lattice_findings
from analysis.lattice.page import lattice_page
from analysis.lattice.runs import LATTICE_OUTCOMES, PROFESSIONAL, WITH_COST
from analysis.lattice.wording import Wording
from analysis.page import render
from sim import Scenario
from sim.policies import ALL_POLICIES
from sim.texts import Texts, catalogue
from tests.analysis.lattice.made import SETS, facts, over_sets, settings_of, used_lever

EN, DE = Labels("en"), Labels("de")
WORTH = np.array([0.02, -0.01, 0.005])


def lattice(levers=3, companies=6, *, together=0.004, spread=0.001, order=3, stay_on=()):
    """Return findings in which the first two levers are worth more together."""
    on = settings_of(levers)
    values = 0.01 + on @ np.resize(WORTH, levers) + together * on[:, :2].all(axis=1)
    values = values + spread * np.random.default_rng(3).standard_normal((companies, len(on)))
    return lattice_findings(
        dict.fromkeys(LATTICE_OUTCOMES, values), facts("abcde"[:levers], companies, stay_on=stay_on), order=order
    )


def table(page, name):
    return next(exhibit.table for exhibit in page.exhibits if exhibit.name == name)


def titled(page, key, **values):
    return next(table for table in page.tables if table.title == EN(key, **values))


def whole(page):
    tables = [*page.tables, *page.assumptions, *(exhibit.table for exhibit in page.exhibits)]
    notes = [content.note for content in tables]
    return "\n".join([page.question, *page.answer, *page.certainty, *notes])


def test_levers_are_ranked_by_what_they_bring():
    findings = lattice()
    page, german = lattice_page(findings, EN), lattice_page(findings, DE)
    values = findings.of("shapley", WITH_COST).set_index("lever")
    assert values["value"].idxmax() == "a"
    best = values.loc["a"]
    points = EN.plus_minus(WITH_COST, best["value"], best["high"] - best["value"])
    assert "“<a>” " in page.answer[0]
    assert points in page.answer[0]
    assert points.replace(".", ",") in german.answer[0]
    rows = table(page, "shapley").rows
    assert [row[0] for row in rows] == ["<a>", "<c>", "<b>", EN("lattice.all_less_none")]
    # Every value has its interval.
    assert all(" ± " in cell for row in rows for cell in row[1:])
    ends = findings.of("ends", WITH_COST).iloc[0]
    assert rows[-1][1] == EN.plus_minus(WITH_COST, ends["difference"], ends["high"] - ends["difference"])


def test_bundles_are_shown_by_their_changes():
    findings = lattice()
    page = lattice_page(findings, EN)
    rows = table(page, "bundles").rows
    assert [row[0] for row in rows] == ["0", "1", "2", "3"]
    assert [row[1] for row in rows] == [EN("lattice.none_of_these"), "+ <a>", "+ <c>", "+ <b>"]
    assert rows[2][2] == EN.amount(WITH_COST, findings.of("bundles", WITH_COST)["mean"][2])
    # Without a second bundle of its size there is nothing to choose.
    assert [row[4] == "–" for row in rows] == [True, False, False, True]
    assert EN("lattice.answer.out", names="<b>") in page.answer[1]


@pytest.mark.parametrize("most", [1, 2])
def test_the_strongest_pairs_come_first(most):
    findings = lattice(5)
    pairs = findings.of("pairs", WITH_COST)
    felt = pairs[pairs["effect"].abs() >= 0.000_1]
    clear = felt[felt["clear"]]
    up, down = (clear["effect"] > 0.0).sum(), (clear["effect"] < 0.0).sum()
    assert up >= 1  # or the rest of this test shows nothing
    page = lattice_page(findings, EN, most=most)
    shown = table(page, "pairs")
    assert shown.brief == min(most, up) + min(most, down)
    assert shown.rows[0][0] == "<a> + <b>"
    assert len(shown.rows) == len(felt)
    assert EN("lattice.pairs.clear", clear=len(pairs[pairs["clear"]]), sets=len(pairs)) in shown.note
    assert f"{pairs['clear'].sum()} of {len(pairs)}" in page.answer[2]
    value = EN.amount(WITH_COST, pairs["effect"].max(), sign=True)
    assert EN("lattice.answer.synergy", levers="<a> + <b>", value=value) in page.answer[2]


def test_no_clear_interaction_is_said_to_be_so():
    page = lattice_page(lattice(together=0.0, spread=0.01, companies=3), EN)
    assert EN("lattice.pairs.unclear", sets=3) in table(page, "pairs").note
    assert EN("lattice.triples.unclear", sets=1) in titled(page, "lattice.triples.table").note


def test_interactions_that_are_next_to_nothing_are_not_listed():
    findings = lattice(together=0.0, spread=0.0)
    # The same in all companies, so the least is clear.
    page = lattice_page(
        replace(findings, pairs=findings.pairs.assign(effect=1e-6, low=1e-6, high=1e-6, clear=True)), EN
    )
    assert table(page, "pairs").rows == [(EN("page.nothing"), "", "")]
    assert EN("lattice.sets.tiny") in table(page, "pairs").note
    assert "0.00" not in page.answer[2]


def test_interactions_of_a_higher_order():
    for order, sets in ((3, None), (4, 5), (5, 1)):
        page = lattice_page(lattice(5, order=order), EN)
        titles = [content.title for content in page.tables]
        for k in (4, 5):
            assert (EN("lattice.higher.table", order=k) in titles) == (k == order)
        if sets:
            assert f" {sets} " in titled(page, "lattice.higher.table", order=order).note


@pytest.mark.parametrize("levers", [1, 2])
@pytest.mark.parametrize("companies", [1, 3])
def test_lattices_too_small_for_pairs_triples_or_intervals(levers, companies):
    page = lattice_page(lattice(levers, companies), EN)
    assert (" ± " in table(page, "shapley").rows[0][1]) == (companies > 1)
    assert (EN("lattice.answer.alone") in page.answer) == (companies == 1)
    assert ("pairs" in [exhibit.name for exhibit in page.exhibits]) == (levers > 1)
    assert "nan" not in render(page).split("</style>")[1].lower()


def test_levers_that_stay_on_are_named():
    other = replace(used_lever("eye_level", 0.4), name=("Eye level", "Augenhöhe"))
    page, german = (lattice_page(lattice(stay_on=[other]), say) for say in (EN, DE))
    assert page.answer[0].endswith(EN("lattice.answer.stay", names="Eye level"))
    shown = [row[0] for content in page.assumptions for row in content.rows]
    assert shown == ["<a>", "<b>", "<c>", "Eye level"]
    assert german.assumptions[1].rows[0] == ("Augenhöhe", "40 %", "0,10 / 0,20")
    assert EN("lattice.answer.stay", names="") not in lattice_page(lattice(), EN).answer[0]


def test_an_interval_that_reaches_farther_one_way_is_shown_by_its_ends():
    row = {"value": 1.0, "low": 0.445, "high": 1.0}
    words = {say: Wording.of(lattice(1), say) for say in (EN, DE)}
    assert words[EN].with_interval(PROFESSIONAL, row, "value") == "+100 (+44 to +100)"
    assert words[DE].with_interval(PROFESSIONAL, row, "value") == "+100 (+44 bis +100)"
    even = {"gain": 0.5, "gain_low": 0.41, "gain_high": 0.59}
    assert words[EN].with_interval(PROFESSIONAL, even, "gain", "gain_high") == "+50.0 ± 9.0"
    unknown = {"gain": 0.5, "gain_low": np.nan, "gain_high": np.nan}
    assert words[EN].with_interval(PROFESSIONAL, unknown, "gain", "gain_high") == "+50.0"


def test_one_of_something_is_not_many():
    for say in (EN, DE):
        question = lattice_page(lattice(1, 1), say).question
        assert say.counted("levers", 1) in question
        assert say.counted("virtual_companies", 1) in question


def test_short_names_fit_the_tables():
    for language in ("en", "de"):
        names = short_names(Scenario(), Texts(language))
        assert [policy.id for policy in ALL_POLICIES] == list(names)
        assert len(set(names.values())) == len(names)
        assert max(len(name) for name in names.values()) <= 23
    short = {key.removeprefix("lattice.short.") for key in catalogue("en") if key.startswith("lattice.short.")}
    assert short <= {policy.id for policy in ALL_POLICIES}


# --- over an ensemble -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def over():
    """Return findings over sets, and the share of sets in which the first lever has the default's sign."""
    made, slope, findings = over_sets()
    found = made.over_sets({"of": 2 * SETS, "families": SETS, "fixed": ["x"]}, runs=1234)
    return replace(findings, ensemble=found), (slope > 0.5).mean()


def test_conclusions_over_sets(over):
    findings, share = over
    page = lattice_page(findings, EN)
    said = page.answer[-1]
    assert EN("lattice.ensemble.signs", same=4, levers=5) in said
    main = findings.ensemble.found["outcomes"][WITH_COST]["main_effects"]
    assert {row[0]: row[-1] for row in table(page, "ensemble").rows}["<a>"] == EN.percent(share)
    assert [row[1] for row in titled(page, "lattice.ensemble.ranks").rows] == ["1", "2", "3", "4", "5"]
    bounds = EN.interval(EN.percent(main["b"]["first"]["low"]), "100%")
    assert EN("lattice.ensemble.first", lever="<b>", share="100%", bounds=bounds) in said
    decided = titled(page, "lattice.ensemble.decides").rows
    assert decided[0][0] == EN("lattice.ensemble.sign_return_on_sales", lever="<a>")
    assert EN("ensemble.some", sets=SETS, of=2 * SETS, families=SETS) in page.certainty
    assert EN("ensemble.fixed", names="x") in page.certainty
    assert "1,234" in whole(page)


def test_few_pairs_over_sets_are_shown_once(over):
    rows = titled(lattice_page(over[0], EN, most=100), "lattice.ensemble.pairs").rows
    assert len({row[0] for row in rows}) == len(rows) == 10
    assert len(titled(lattice_page(over[0], EN, most=1), "lattice.ensemble.pairs").rows) == 2


@pytest.mark.parametrize("say", [EN, DE])
def test_everything_is_said_and_escaped(over, say):
    page = lattice_page(over[0], say, command="handshake <x>", files=[("f", "1")])
    html = render(page)
    assert "{" not in whole(page)
    assert "<a" not in html.split("</style>")[1].replace('<a href="#', "")
    assert "<i>" not in html
    for content in (*page.tables, *page.assumptions, *(exhibit.table for exhibit in page.exhibits)):
        assert content.rows
        assert all(len(row) == len(content.head) for row in content.rows), content.title
