"""The view of what each lever is worth to this kind of company, alone and beside the others, and what it costs."""

from __future__ import annotations

import solara

from analysis.ranking.findings import KINDS, OUTCOMES, RankingFindings, rank_levers
from app.studio.answer import Answer
from app.studio.background import Helm, Press, Progress, use_background
from app.studio.chart_view import ChartView
from app.studio.charts.chart import Chart
from app.studio.charts.words import named
from app.studio.choice import Choice
from app.studio.views.ranking import chart as charts
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Rank the levers."""
    before, after, seed = answer.before.scenario, answer.after.scenario, answer.after.seed
    outcome, choose_outcome = solara.use_state(OUTCOMES[0])
    kind, choose_kind = solara.use_state(KINDS[0])

    def work(helm: Helm) -> RankingFindings:
        return rank_levers(before, after, seed=seed, turn=helm.turn, progress=helm.progress)

    asked = (before.model_dump_json(), after.model_dump_json(), seed)
    task = use_background(work, asked, at_once=True)
    done = task.value or task.latest
    solara.v.Html(tag="p", children=[texts("studio_ranking.intro")])
    Choice(texts("studio_ranking.by"), {name: named(texts, name)[0] for name in OUTCOMES}, outcome, choose_outcome)
    Choice(
        texts("studio_ranking.kind"), {name: texts(f"studio_ranking.kind_{name}") for name in KINDS}, kind, choose_kind
    )
    Progress(task, texts("studio_ranking.working"), texts)
    if task.cancelled:
        Press(texts("studio_work.again"), task.retry, "hs-again")
    if done is not None and done.value is not None:
        if done.asked != asked:
            solara.v.Html(tag="p", class_="hs-outdated", children=[texts("studio_work.outdated")])
        _Ranked(done.value, answer, texts, dark, kind, outcome)


@solara.component
def _Ranked(ranking: RankingFindings, answer: Answer, texts: Texts, dark: bool, kind: str, outcome: str) -> None:
    scenario, language = answer.after.scenario, texts.language

    def made() -> list[Chart]:
        found = []
        if not charts.ranked(ranking, kind, outcome).empty:
            found.append(charts.chart(ranking, scenario, texts, dark, kind, outcome))
        if not ranking.pairs.empty:
            found.append(charts.pairs_chart(ranking, scenario, texts, dark, outcome))
        return found

    shown = solara.use_memo(made, [ranking, language, dark, kind, outcome])
    if charts.ranked(ranking, kind, outcome).empty:
        solara.v.Html(tag="p", children=[texts("studio_ranking.nothing_moved")])
    with solara.Div(classes=["hs-charts"]):
        for chart in shown:
            ChartView(chart, texts)


__all__ = ["View"]
