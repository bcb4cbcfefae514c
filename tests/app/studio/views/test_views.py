"""Views without a browser: what the page is given for each, and what choices inside them do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import solara
from ipywidgets import Widget

from app.studio import views
from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.charts.chart import Chart
from app.studio.views.hours import view as hours
from app.studio.views.images import view as images
from app.studio.views.paths import view as paths
from app.studio.views.returns import view as returns
from app.studio.views.type_map import view as type_map
from experiments.trajectory import PATHS
from sim.texts import Texts

VIEWS = {"type_map": type_map, "returns": returns, "paths": paths, "hours": hours, "images": images}
CHART = Chart("Title", "It is 4,5 % of 40 h a week.", {"series": []}, ["a", "b"], [("x", "1 %")], note="2 % more.")


def widgets(root: Widget) -> Iterator[Widget]:
    yield root
    for child in getattr(root, "children", ()):
        if isinstance(child, Widget):
            yield from widgets(child)


def figures(root: Widget) -> list[Widget]:
    return [widget for widget in widgets(root) if widget.has_trait("option")]


def choice(root: Widget) -> Widget:
    return next(widget for widget in widgets(root) if widget.has_trait("chosen"))


@pytest.fixture
def show():
    opened = []

    def shown(element):
        root, context = solara.render(element, handle_error=False)
        opened.append(context)
        return root, context

    yield shown
    for context in opened:
        context.close()


def test_every_view_has_a_component():
    assert all(callable(entry.component()) for entry in views.VIEWS)


def test_a_chart_is_shown_with_its_words_and_its_table(show):
    root, _ = show(ChartView(CHART, Texts("de")))
    (figure,) = figures(root)
    assert (figure.title, figure.option, figure.height) == (CHART.title, CHART.option, CHART.height)
    assert (figure.columns, figure.rows) == (["a", "b"], [["x", "1 %"]])
    assert (figure.as_table, figure.language) == (Texts("de")("studio.charts.as_table"), "de")


def test_lines_do_not_break_between_a_number_and_its_unit(show):
    root, _ = show(ChartView(CHART, Texts("de")))
    (figure,) = figures(root)
    assert figure.says == "It is 4,5\u00a0% of 40\u00a0h a week."
    assert figure.note == "2\u00a0% more."


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_draws_the_answer_in_both_languages(show, answer, name):
    english, german = (figures(show(VIEWS[name].View(answer, Texts(lang), False))[0]) for lang in ("en", "de"))
    assert len(english) == len(german) == (2 if name == "images" else 1)
    for one, other in zip(english, german, strict=True):
        assert one.says != other.says
        assert len(one.rows) == len(other.rows) > 0


@pytest.mark.parametrize("name", VIEWS)
def test_a_new_answer_changes_the_figure_that_is_there(show, answer, reverse, name):
    root, context = show(VIEWS[name].View(answer, Texts("en"), False))
    before = figures(root)
    said = [figure.says for figure in before]
    context.render(VIEWS[name].View(reverse, Texts("en"), False), root)
    after = figures(root)
    assert after == before
    assert [figure.says for figure in after] != said


def test_the_measure_is_the_readers_choice_and_stays_with_the_next_answer(show, answer, reverse):
    root, context = show(paths.View(answer, Texts("en"), False))
    assert choice(root).values == list(PATHS)
    choice(root)._event_callbacks["choose"]("friction")
    (figure,) = figures(root)
    assert figure.title.startswith("Friction")
    context.render(paths.View(reverse, Texts("en"), False), root)
    assert figures(root)[0].title.startswith("Friction")


def test_the_reading_is_the_readers_choice(show, answer):
    root, _ = show(images.View(answer, Texts("en"), False))
    marketing, sales = ([figure.rows for figure in figures(root)][k] for k in (0, 1))
    choice(root)._event_callbacks["choose"]("doubt")
    after = [figure.rows for figure in figures(root)]
    assert after[0] != marketing
    assert after[1] == sales


@pytest.mark.parametrize("value", ["no such thing", "", None])
def test_what_is_no_choice_is_passed_over(show, answer, value):
    root, _ = show(images.View(answer, Texts("en"), False))
    choice(root)._event_callbacks["choose"](value)
    assert choice(root).chosen == "overrating"


def test_a_single_company_is_shown_too(show, answer):
    one = Answer(answer.before.first(1), answer.after.first(1), refined=False)
    for view in VIEWS.values():
        assert figures(show(view.View(one, Texts("en"), True))[0])
