"""The figures draw what they are given, in both languages, and nothing of what users name is taken for markup."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import sim
from analysis import figures as plots
from analysis.figures.style import KINDS, TYPE_COLOURS, TYPE_HATCHES, TYPE_MARKERS
from analysis.scenario.findings import mean_hours
from sim import BadInputError
from sim.outcomes import TYPES
from sim.parameters import measurement
from sim.perceptions import ITEMS

EVIL = "<b>$x$ & \\frac"
SCENARIOS = [sim.Scenario(name="today", weeks=8), sim.Scenario(name=EVIL, weeks=8, levers={"talk_first": 1.0})]
LANGUAGES = ["en", "de"]


@pytest.fixture(scope="module")
def results() -> sim.Results:
    return sim.simulate(SCENARIOS, companies=6, seed=1, hours=True, paths=True)


@pytest.fixture(scope="module")
def model() -> sim.OrganisationModel:
    found = sim.OrganisationModel(SCENARIOS[1], company=0, seed=1, collect=())
    for _ in range(4):
        found.step()
    return found


def made_up(count: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "type": rng.choice(TYPES, count),
            "cooperation_quality": rng.random(count),
            "coordination_efficiency": rng.random(count),
            "return_on_sales": rng.normal(0.05, 0.03, count),
        }
    )


def texts(figure) -> str:
    """Return all words of a figure that have been drawn."""
    figure.canvas.draw()
    found = [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    return "\n".join(found)


def test_the_map_has_a_mark_for_every_company_and_their_shares():
    companies = made_up()
    axes = plots.type_map(companies, "de").axes[0]
    marks = [len(collection.get_offsets()) for collection in axes.collections]
    counts = [int((companies["type"] == kind).sum()) for kind in TYPES]
    assert marks == counts
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[0] == f"professionell abgestimmt ({100 * counts[0] / len(companies):.0f} %)"
    assert "400 virtuellen Unternehmen" in axes.get_title(loc="left")


def test_the_map_shows_some_of_very_many_by_chance():
    companies, points = 100, 60
    quality = np.tile(np.arange(companies) / companies, points)
    outcomes = made_up(companies * points).assign(cooperation_quality=quality)
    first, again = (plots.type_map(outcomes).axes[0].collections for _ in range(2))
    drawn = np.concatenate([marks.get_offsets() for marks in first])
    assert len(drawn) == len(np.unique(drawn, axis=0)) == 1500
    # Every fourth row of a sweep would be of every fourth company alone.
    assert len(np.unique(drawn[:, 1])) == companies
    assert np.array_equal(drawn, np.concatenate([marks.get_offsets() for marks in again]))


def test_each_panel_of_a_map_has_its_own_cut_offs():
    parts = [made_up().assign(scenario=name) for name in ("today", EVIL)]
    cuts = {"today": measurement({"quality_cut": 0.25}), EVIL: measurement()}
    cuts[EVIL] = cuts[EVIL]._replace(quality_cut=np.nan, efficiency_cut=0.75)
    one, two = plots.type_map(pd.concat(parts), cuts=cuts).axes
    assert one.lines[0].get_ydata()[0] == 0.25
    assert len(one.lines) == 2
    assert [line.get_xdata()[0] for line in two.lines] == [0.75]


def test_two_scenarios_have_a_panel_each(results):
    for draw in (plots.type_map, plots.returns_by_type):
        figure = draw(results.outcomes)
        assert len(figure.axes) == 2
        assert figure.axes[1].get_title(loc="left") == EVIL.replace("$", r"\$")


def test_returns_are_those_of_the_types():
    companies = made_up()
    axes = plots.returns_by_type(companies, "en").axes[0]
    medians = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2 and line.get_color() == "black"]
    for kind in TYPES:
        expected = 100.0 * companies.loc[companies["type"] == kind, "return_on_sales"].median()
        assert any(value == pytest.approx(expected) for value in medians), kind
    few = plots.returns_by_type(companies[companies["type"] == "contact_shy"]).axes[0]
    assert [text.get_text() for text in few.get_yticklabels()] == ["contact-shy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_are_those_of_the_week(results, language):
    hours = mean_hours(results.hours)
    figure = plots.hours_by_purpose(hours, language)
    widths = [patch.get_width() for patch in figure.axes[1].patches]
    assert widths == pytest.approx([*hours.loc["today", "sales"][:-1], *hours.loc[EVIL, "sales"][:-1]])
    core = hours.loc[("today", "core"), "marketing"]
    assert f"{core:.1f}".replace(".", "," if language == "de" else ".") in figure.axes[0].get_title(loc="left")


def test_bands_hold_the_middle_of_the_companies(results):
    found = plots.bands_of_results(results.paths, ["trust", "return_on_sales", "escalations"])
    assert list(found.columns) == ["scenario", "measure", "week", "mean", "low", "high"]
    row = found[(found["scenario"] == "today") & (found["measure"] == "return_on_sales") & (found["week"] == 3)].iloc[0]
    paths = results.paths
    week = 100.0 * paths.loc[(paths["scenario"] == "today") & (paths["week"] == 3), "return_on_sales"]
    assert row["mean"] == pytest.approx(week.mean())
    assert (row["low"], row["high"]) == pytest.approx((week.quantile(0.1), week.quantile(0.9)))
    assert (found["low"] <= found["high"]).all()


@pytest.mark.parametrize("measures", [["trust"], ["trust", "friction", "regard"]])
def test_paths_have_a_panel_per_measure_and_a_line_per_scenario(results, measures):
    figure = plots.time_paths(plots.bands_of_results(results.paths, measures), "de")
    drawn = [axes for axes in figure.axes if axes.lines]
    assert len(drawn) == len(measures)
    assert all(len(axes.lines) == 2 for axes in drawn)
    styles = {line.get_linestyle() for line in drawn[0].lines}
    assert len(styles) == 2
    assert "Vertrauen" in texts(figure)


def test_names_of_users_are_no_mathematics(results):
    figure = plots.time_paths(plots.bands_of_results(results.paths, ["trust"]))
    assert EVIL.replace("$", r"\$") in texts(figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_images_are_drawn_item_by_item(language):
    ratings = pd.DataFrame({"item": list(ITEMS)})
    for k, column in enumerate(("marketing_self", "marketing_other", "sales_self", "sales_other")):
        ratings[column] = 10.0 * k + np.arange(len(ITEMS))
    figure = plots.self_and_other_image(ratings, language)
    assert list(figure.axes[1].lines[0].get_xdata()) == list(ratings["sales_self"])
    assert ("Selbstbild" in texts(figure)) == (language == "de")


def test_levers_stand_in_the_order_of_what_they_bring():
    ranking = pd.DataFrame(
        {"lever": ["a", "b", "c"], "value": [0.1, 0.5, -0.2], "low": [0.0, 0.4, np.nan], "high": [0.3, 0.6, np.nan]}
    )
    axes = plots.lever_ranking(ranking, {"b": "Best"}, "de", title="T", unit="U").axes[0]
    axes.figure.canvas.draw()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Best", "a", "c"]
    assert "0,2" in [text.get_text() for text in axes.get_xticklabels()]
    segments = axes.containers[0].lines[2][0].get_segments()
    assert segments[1][:, 0] == pytest.approx([0.0, 0.3])


def test_pairs_stand_once_each_with_their_numbers():
    pairs = pd.DataFrame({"levers": ["a+b", "a+c", "b+c"], "effect": [0.25, -0.5, 0.0], "clear": [True, False, False]})
    axes = plots.interaction_matrix(pairs, ["a", "b", "c"], {"a": "A", "b": "B", "c": "C"}, "de").axes[0]
    cells = {text.get_position(): text for text in axes.texts}
    assert {place: text.get_text() for place, text in cells.items()} == {
        (0, 0): "+0,25",
        (0, 1): "−0,50",
        (1, 1): "0,00",
    }
    assert [text.get_weight() for text in cells.values()] == ["bold", "normal", "normal"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["B", "C"]
    assert axes.yaxis_inverted()
    # A field's colour is that of its effect: what is worse than its parts is not what is better.
    colours = axes.collections[0].get_array()
    assert colours[0, 0] == 0.25
    assert colours[1, 0] == -0.5


def test_a_tornado_points_where_the_effect_goes():
    effects = pd.DataFrame(
        {
            "factor": ["weak", "down", "both"],
            "mu": [0.1, -0.5, 0.01],
            "mu_star": [0.1, 0.5, 0.3],
            "low": [0.05, 0.4, 0.2],
            "high": [0.15, 0.6, 0.4],
        }
    )
    axes = plots.tornado(effects, {"down": "Downwards"}, "en", scale=100.0, bars=2).axes[0]
    bars = [end for patch in axes.patches for end in (patch.get_x(), patch.get_width())]
    assert bars == pytest.approx([0.0, -50.0, -30.0, 60.0])
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Downwards", "both"]


@pytest.mark.parametrize("by", ["friction", "trust"])
def test_the_network_has_every_person_and_every_tie(model, by):
    figure = plots.network(model, "de", by=by)
    lines = [c for c in figure.axes[0].collections if hasattr(c, "get_segments")]
    assert sum(len(c.get_segments()) for c in lines) == len(model.ties)
    people = [c for c in figure.axes[0].collections if not hasattr(c, "get_segments")]
    assert [len(c.get_offsets()) for c in people] == [len(model.marketing), len(model.sales)]
    assert sorted(np.concatenate([c.get_array() for c in lines])) == pytest.approx(sorted(model.tie_frame()[by]))
    assert "Woche 4" in texts(figure)


def test_ties_end_where_their_people_stand(model):
    axes = plots.network(model).axes[0]
    lines = [c for c in axes.collections if hasattr(c, "get_segments")]
    ends = {tuple(np.round(point, 9)) for c in lines for segment in c.get_segments() for point in segment}
    people = [c for c in axes.collections if not hasattr(c, "get_segments")]
    places = {tuple(np.round(point, 9)) for c in people for point in c.get_offsets()}
    assert len(places) == len(model.people)
    assert ends <= places


def test_ties_are_coloured_by_what_there_is(model):
    with pytest.raises(BadInputError, match=r"'frictoin'.*friction, trust.*'friction'"):
        plots.network(model, by="frictoin")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figure_is_saved_as_the_same_bytes(tmp_path, kind):
    figure = plots.returns_by_type(made_up(40))
    for name in ("one", "two"):
        assert plots.save(figure, tmp_path, name, [kind]) == [tmp_path / f"{name}.{kind}"]
    one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert len(one) > 1000
    assert one == two


def test_types_differ_in_grey():
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    assert len(set(TYPE_MARKERS.values())) == len(TYPES)
    for one, other in combinations(TYPES, 2):
        apart = abs(grey(TYPE_COLOURS[one]) - grey(TYPE_COLOURS[other]))
        assert apart > 20.0 or TYPE_HATCHES[one] != TYPE_HATCHES[other], (one, other)
