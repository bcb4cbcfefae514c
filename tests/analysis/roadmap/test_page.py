"""The roadmap's page: its sentences and cells are those of the findings, in every language."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.figures.labels import Labels
from analysis.page import render
from analysis.reports import folder_page
from analysis.roadmap import GOALS, Gap
from analysis.roadmap.page import roadmap_page
from analysis.roadmap.words import Words, as_typed, goal_name, roughly
from sim.presets import preset
from sim.texts import languages

EN, DE = Labels("en"), Labels("de")
NAMES = {"talk_first": "<b>talk</b>", "joint_planning": "planning", "job_rotation": "rotation"}


def tables(page):
    """Return all tables of a page by title."""
    return {table.title: table for table in (*page.tables, *(exhibit.table for exhibit in page.exhibits))}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ["plain", "whole", "empty", "searched"])
def test_a_page_can_be_made_of_every_roadmap(name, language, request):
    page = roadmap_page(request.getfixturevalue(name), Labels(language), levers=NAMES)
    html = render(page)
    assert "<b>talk" not in html
    assert "nan" not in html.split()
    assert all(len(row) == len(table.head) for table in tables(page).values() for row in table.rows)
    assert all(page.answer)
    assert all(page.certainty)


def test_the_answer_is_the_order_and_the_gain(plain):
    page = roadmap_page(plain, EN, levers=NAMES, aside=3)
    order, gain, sure, aside = page.answer
    assert sure == Words(plain, EN).method()[0]
    for lever, quarter in zip(plain.levers, plain.schedule, strict=True):
        assert (EN.quoted(NAMES[lever]) in order) == (lever not in plain.too_dear)
        assert quarter <= 0 or EN("roadmap.after", weeks=13 * quarter) in order
    row = plain.baselines.loc["plan"]
    assert row["low"] > 0.0
    difference, interval = EN.amounts("return_on_sales", row["difference"], row["low"], row["high"], sign=True)
    assert f"{difference} percentage points" in gain
    assert interval in gain
    assert aside == EN("roadmap.aside", count="3")
    assert page.title == EN("roadmap.title", name=preset("ivory_tower").name("en"))


def test_cells_are_the_numbers_that_were_found(plain):
    page = roadmap_page(plain, DE, levers=NAMES)
    found = tables(page)
    for row, cells in zip(plain.plan.to_dict("records"), found[DE("roadmap.plan")].rows, strict=True):
        costs = [DE.number(cost, 3) for cost in (4.0 * row["running"], row["cost"])]
        assert cells[:5] == (NAMES[row["lever"]], DE.number(row["start"], 0), DE.number(row["full"] + 1, 0), *costs)
        assert cells[5] == DE.plus_minus("return_on_sales", row["worth"], row["worth_high"] - row["worth"])
    mean, last, total = found[DE("roadmap.gain", fresh="6")].rows
    assert mean[1:3] == tuple(DE.number(100.0 * plain.baselines.loc[name, "mean"], 1) for name in ("nothing", "plan"))
    plan = plain.baselines.loc["plan"]
    assert mean[3:] == DE.amounts("return_on_sales", plan["difference"], plan["low"], plan["high"], sign=True)
    end = plain.path.iloc[-1]
    assert last[2] == DE.number(100.0 * end["plan"], 1)
    ends = (end[f"cumulated{name}"] for name in ("", "_low", "_high"))
    assert total[3:] == DE.amounts("return_on_sales", *ends, sign=True)
    quarters, path = (exhibit.table.rows for exhibit in page.exhibits)
    assert [row[2] for row in quarters] == [DE.number(due, 3) for due in plain.spending["due"]]
    assert [row[3] for row in path] == [DE.number(100.0 * value, 1) for value in plain.path["plan"]]
    # The last quarter of 30 weeks has four of them.
    assert path[-1][1] == DE("roadmap.weeks", first=27, last=30)
    rising = plain.rising["rising"].iloc[::13].tolist()
    assert [row[4] for row in quarters][: len(rising)] == [str(number) for number in rising]


def test_other_ways_stand_beside_the_plan(plain, searched):
    for found in (plain, searched):
        rows = roadmap_page(found, EN).tables[2].rows
        assert [row[0] for row in rows] == [EN(f"roadmap.way.{name}") for name in found.baselines.index]
        for row, (name, way) in zip(rows, found.baselines.iterrows(), strict=True):
            assert row[1] == EN("roadmap.kept" if way["feasible"] else "roadmap.broken")
            assert row[2] == EN.amount(found.outcome, found.scale * way["mean"])
            same = name != "plan" and found.schedules[name] == found.schedule
            assert (row[4] == EN("roadmap.same")) == same
            assert (row[4] == "") == (name == "plan")


@pytest.mark.parametrize(
    ("low", "high", "key"), [(0.01, 0.03, "worse"), (-0.01, 0.03, "open"), (-0.02, -0.01, "better")]
)
def test_the_second_best_is_worse_only_if_that_is_clear(plain, searched, low, high, key):
    for found in (plain, searched):
        ends = sorted((found.better * low, found.better * high))
        baselines = found.baselines.copy()
        baselines.loc["runner_up", ["behind_low", "behind_high"]] = ends
        note = roadmap_page(replace(found, baselines=baselines), EN).tables[2].note
        assert note.startswith(EN(f"roadmap.second_{key}").partition("{")[0])


def test_an_empty_plan_says_so(empty):
    page = roadmap_page(empty, EN)
    assert page.answer == [EN("roadmap.nothing", weeks="26"), Words(empty, EN).method()[0]]
    assert (len(page.tables), page.exhibits) == (1, ())


def test_less_may_be_better_and_escalations_are_per_year(searched):
    row = searched.baselines.loc["plan"]
    gain = Words(searched, EN).gain()
    assert row["difference"] < 0.0
    assert ("may be chance" in gain) == (row["high"] >= 0.0)
    assert EN.amount("escalations", 52.0 * row["mean"]) in gain
    assert Words(searched, EN).payback() == ""
    assert not any("%" in cell for row in roadmap_page(searched, EN).tables[1].rows for cell in row[1:])


@pytest.mark.parametrize(
    ("cumulated", "key", "values"),
    [
        ([0.1, 0.2, 0.3], "never_behind", {}),
        ([-0.1, -0.2, 0.3], "earned_back", {"quarter": "3"}),
        ([-0.1, 0.2, -0.3], "not_earned_back", {"weeks": "30"}),
    ],
)
def test_it_says_when_the_costs_are_earned_back(plain, cumulated, key, values):
    words = Words(replace(plain, path=plain.path.assign(cumulated=cumulated)), EN)
    assert words.payback() == EN(f"roadmap.{key}", **values)


def test_how_sure_it_is(plain, whole, searched):
    feasible = EN.number(plain.feasible, 0)
    exact = EN("roadmap.exact", feasible=feasible, companies="4", valued=EN.number(plain.valued, 0))
    assert Words(plain, EN).method()[0] == exact
    assert Words(plain, EN).checked() == []
    assert Words(searched, EN).checked() == [EN("roadmap.search_more")]
    assert Words(whole, EN).checked()[-1] == EN("roadmap.check_exact")
    missed = Gap((), 26, 16, 100, 10, 160, today=0.0, greedy=0.05, found=0.09, best=0.1, schedule=(0,), optimum=(1,))
    (told,) = Words(replace(searched, check=missed), EN).checked()
    assert EN("roadmap.check_missed", missed="10.0%") in told
    chance = searched.baselines.copy()
    chance.loc["plan", ["low", "high"]] = -0.1, 0.1
    assert "may be chance" in Words(replace(searched, baselines=chance), EN).gain()


def test_left_out_is_not_too_dear(searched):
    none = replace(searched, schedules={**searched.schedules, "plan": (-1,) * len(searched.levers)})
    dear = replace(none, too_dear=none.levers[:1])
    names = {lever: lever.upper() for lever in none.levers}
    told = Words(dear, EN, names).plan()
    assert told[1:] == [
        EN("roadmap.left_out", levers=EN.listed([names[lever] for lever in none.levers[1:]])),
        EN("roadmap.too_dear", levers=EN.listed([names[none.levers[0]]])),
    ]


def test_the_ensemble_says_in_which_share_of_the_sets(whole):
    page = roadmap_page(whole, EN, levers=NAMES)
    over = whole.ensemble.json
    share = EN.percent(over["gain"]["share"])
    bounds = EN.interval(*(EN.percent(over["gain"][end]) for end in ("low", "high")))
    gain = EN("roadmap.over_sets.gain", sets=EN.number(over["sets"], 0), share=share, bounds=bounds)
    assert gain in page.answer[2]
    leads, first = page.tables[3:5]
    for row in leads.rows:
        (name,) = (name for name in over["ways"] if row[0] in (EN.get(f"roadmap.way.{name}"), finalist(name)))
        strength = over["ways"][name]["plan_beats"]["strength"]
        default, median, low, high = (strength[key] for key in ("default", "median", "p05", "p95"))
        assert row[1] == EN.amount("return_on_sales", default, sign=True, half=(high - low) / 2.0)
        assert row[2:4] == EN.amounts("return_on_sales", median, low, high, sign=True)
        assert not over["ways"][name]["same_as_plan"]
    marked = [row[0].removesuffix(" *") for row in first.rows if row[0].endswith(" *")]
    begins = {NAMES[lever] for lever in over["begins_with"] if any(over["first"][lever].values())}
    assert set(marked) == begins


def finalist(name):
    return EN("roadmap.over_sets.finalist", number=name.removeprefix("finalist "))


def test_to_go_on_as_today_gains_nothing_over_today(whole):
    over = whole.ensemble
    ways = {name: {**way, "same_as_plan": name == "nothing"} for name, way in over.json["ways"].items()}
    page = roadmap_page(replace(whole, ensemble=replace(over, json={**over.json, "ways": ways})), EN)
    gain = EN("roadmap.over_sets.gain").partition("{share}")[0].format(sets=over.json["sets"])
    assert not any(gain in sentence for sentence in page.answer)
    assert EN("roadmap.over_sets.same", ways=EN("roadmap.way.nothing")) in page.tables[3].note


def test_a_folder_knows_the_companys_own_levers(plain, tmp_path):
    found = replace(plain, levers=("talk_first", "stand_up", "job_rotation"))
    found = replace(found, plan=plain.plan.assign(lever="stand_up"))
    found.save(tmp_path)
    own = '[[policies]]\nid = "stand_up"\nen = "Stand-up"\nde = "Steh-Runde"\neffects = { voice = 0.2 }\n'
    (tmp_path / "plan.toml").write_text(own)
    page = folder_page(tmp_path, "de")
    assert {row[0] for row in page.tables[0].rows} == {"Steh-Runde"}
    assert EN.quoted("Stand-up") in folder_page(tmp_path, "en").answer[0]
    assert {name for name, _ in page.facts} > {DE("again.file", name=name) for name in ("plan.toml", "roadmap.json")}


def test_a_goal_says_which_direction_is_better():
    assert goal_name("regard", EN) == "regard"
    assert goal_name("backlog", DE) == "Ungelesenes (weniger ist besser)"
    assert len({goal_name(name, EN) for name in GOALS}) == len(GOALS)


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (7, "7", "7"),
        (99, "99", "99"),
        (5151, "5,200", "5.200"),
        (987_654, "990,000", "990.000"),
        (1_200_000, "1.2 million", "1,2 Millionen"),
        (2_055_190_749, "2.1 billion", "2,1 Milliarden"),
        (43e9, "43 billion", "43 Milliarden"),
        (3e15, "10^15", "10^15"),
    ],
)
def test_large_numbers_in_words(count, english, german):
    assert (roughly(count, EN), roughly(count, DE)) == (english, german)


def test_a_budget_has_the_digits_it_was_typed_with():
    assert [as_typed(value, DE) for value in (0.2, 0.123, 1.0, 12.5)] == ["0,2", "0,123", "1", "12,5"]


def test_many_quarters_are_cut_on_a_terminal(plain):
    path = pd.concat([plain.path] * 20, ignore_index=True)
    page = roadmap_page(replace(plain, path=path), EN)
    assert 0 < page.exhibits[1].table.brief < len(page.exhibits[1].table.rows)
