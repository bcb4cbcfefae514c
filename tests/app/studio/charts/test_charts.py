"""What all charts of the studio have in common: they are small, say what is to be seen, and have a table."""

from __future__ import annotations

import json

import pytest

from app.studio.charts.look import look
from app.studio.views.hours import chart as hours
from app.studio.views.images import chart as images
from app.studio.views.paths import chart as paths
from app.studio.views.returns import chart as returns
from app.studio.views.type_map import chart as type_map
from experiments.trajectory import PATHS
from sim.perceptions import OPPOSITE, READINGS
from sim.texts import Texts, languages

CHARTS = {
    "type_map": type_map.chart,
    "returns": returns.chart,
    "hours": hours.chart,
    **{
        f"paths {name}": lambda *shown, name=name: paths.chart(*shown, name)
        for name in PATHS
    },
    **{
        f"images {reading} {side}": lambda *shown, reading=reading, side=side: images.chart(*shown, reading, side)
        for reading in READINGS
        for side in OPPOSITE
    },
}  # fmt: skip


@pytest.fixture(params=CHARTS)
def draw(request):
    return CHARTS[request.param]


def parts(option):
    """Return an option's dictionaries, however deep."""
    if isinstance(option, dict):
        yield option
        option = list(option.values())
    if isinstance(option, list | tuple):
        for value in option:
            yield from parts(value)


def series(chart):
    return chart.option.get("baseOption", chart.option)["series"]


def luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("language", languages())
def test_a_chart_has_a_title_a_sentence_and_a_table_of_its_width(draw, answer, language):
    chart = draw(answer, Texts(language), False)
    assert chart.title
    assert chart.says.endswith(".")
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.columns)}
    assert all(isinstance(cell, str) and cell for row in chart.rows for cell in row)


def test_the_languages_tell_the_same_numbers_in_other_words(draw, answer):
    one, other = (draw(answer, Texts(language), False) for language in languages())
    assert len(one.rows) == len(other.rows)
    assert one.says != other.says
    assert one.columns != other.columns


def test_an_option_is_small_plain_and_finite(draw, answer):
    chart = draw(answer, Texts("en"), False)
    assert len(json.dumps(chart.option, allow_nan=False)) < 16_000


def test_only_colours_depend_on_the_page(draw, answer):
    light, dark = (draw(answer, Texts("en"), is_dark) for is_dark in (False, True))
    assert light.says == dark.says
    assert light.rows == dark.rows
    assert light.option != dark.option
    lines = [[part["data"] for part in series(chart) if part["type"] == "line"] for chart in (light, dark)]
    assert lines[0] == lines[1]


def test_a_chart_does_not_change_what_it_draws(draw, answer):
    first, second = (draw(answer, Texts("de"), False) for _ in range(2))
    assert first.option == second.option
    assert first.says == second.says


def test_series_keep_their_name_so_that_the_browser_moves_them(draw, answer, reverse):
    def ids(shown):
        return [part["id"] for part in series(draw(shown, Texts("en"), False))]

    assert len(ids(answer)) == len(set(ids(answer)))
    assert ids(answer) == ids(reverse)


def test_tooltips_are_drawn_and_never_html(draw, answer):
    tips = [part["tooltip"] for part in parts(draw(answer, Texts("en"), False).option) if "tooltip" in part]
    assert tips
    assert all(tip["renderMode"] == "richText" for tip in tips)


def test_every_chart_draws_a_single_company(draw, answer):
    one = type(answer)(answer.before.first(1), answer.after.first(1), refined=False)
    chart = draw(one, Texts("en"), False)
    json.dumps(chart.option, allow_nan=False)
    assert "higher" not in chart.says
    assert "lower" not in chart.says


@pytest.mark.parametrize("dark", [False, True])
def test_letters_and_lines_stand_out_from_the_page(dark):
    colours = look(dark)
    assert all(contrast(ink, colours.page) >= 4.5 for ink in (colours.text, colours.muted, colours.accent))
    assert contrast(colours.ghost, colours.page) >= 3.0


def test_all_colours_are_seen_on_a_dark_page():
    colours = look(True)
    assert all(contrast(ink, colours.page) >= 3.0 for ink in (*colours.types.values(), *colours.sides.values()))
