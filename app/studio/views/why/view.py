"""The view of why the scenario differs: which levers did it, through which mechanisms, and step by step."""

from __future__ import annotations

from typing import Final, get_args

import solara

from analysis.explanation import USUAL, ExplanationFindings, explain
from app.studio.answer import Answer
from app.studio.background import Helm, Press, Progress, use_background
from app.studio.chart_view import ChartView
from app.studio.choice import Choice
from app.studio.simulator import bearable
from app.studio.views.why import chart as charts
from sim.texts import Texts

COMPANIES: Final = 64
MOST_SETTINGS: Final = 128
"""Most combinations of levers that are run: with more than seven moves, orders of moves are sampled."""
_CHAINS: Final = 4
"""Chains that are shown at once; the others can be opened."""
_PARTS: Final = 1000
"""Steps of the progress bar."""


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Explain the difference."""
    before, after, seed = answer.before.scenario, answer.after.scenario, answer.after.seed
    outcome, choose = solara.use_state(USUAL[0])

    def work(helm: Helm) -> ExplanationFindings:
        companies = max(2, bearable(after, COMPANIES))
        with helm.shifts() as told:
            return explain(
                before, after, companies, seed,
                progress=lambda share: told(round(_PARTS * share), _PARTS), cancelled=helm.cancelled,
                threads=1, most_settings=MOST_SETTINGS,
            )  # fmt: skip

    asked = (before.model_dump_json(), after.model_dump_json(), seed)
    task = use_background(work, asked, at_once=True)
    done = task.value or task.latest
    solara.v.Html(tag="p", children=[texts("studio_why.intro")])
    Choice(texts("studio_why.of"), {name: texts.mention(name) for name in USUAL}, outcome, choose)
    Progress(task, texts("studio_why.working"), texts)
    if task.cancelled:
        Press(texts("studio_work.again"), task.retry, "hs-again")
    if done is None:
        return
    if done.asked != asked:
        solara.v.Html(tag="p", class_="hs-outdated", children=[texts("studio_work.outdated")])
    if done.problem is not None:
        solara.Error(done.problem.render(texts.language))
    if done.value is not None:
        _Explained(done.value, texts, dark, outcome)


@solara.component
def _Explained(report: ExplanationFindings, texts: Texts, dark: bool, outcome: str) -> None:
    shown = solara.use_memo(
        lambda: [charts.chart(report, texts, dark, by, outcome) for by in get_args(charts.By)],
        [report, texts.language, dark, outcome],
    )
    chains = solara.use_memo(lambda: charts.chains(report, texts, outcome), [report, texts.language, outcome])
    solara.v.Html(tag="p", class_="hs-why-total", children=[charts.total(report, texts, outcome)])
    for chart in shown:
        ChartView(chart, texts)
    solara.v.Html(tag="h3", children=[texts("studio_why.steps")])
    if not chains:
        solara.v.Html(tag="p", children=[texts("studio_why.no_chain")])
    _Chains(chains[:_CHAINS])
    if len(chains) > _CHAINS:
        with solara.v.Html(tag="details"):
            solara.v.Html(tag="summary", children=[texts("studio_why.more_steps")])
            _Chains(chains[_CHAINS:])
    solara.v.Html(tag="p", class_="hs-chart-note", children=[texts("studio_why.note_steps")])


@solara.component
def _Chains(chains: list[charts.Chain]) -> None:
    """Tell chains, each in a line of its own."""
    with solara.v.Html(tag="ol", class_="hs-chains", style_="padding-left: 24px"):
        for chain in chains:
            with solara.v.Html(tag="li", style_="margin: 6px 0"):
                solara.v.Html(tag="strong", children=[chain.begin])
                for effect, rests in chain.steps:
                    solara.v.Html(tag="span", children=[f" → {effect} "])
                    solara.v.Html(tag="small", children=[rests])


__all__ = ["View"]
