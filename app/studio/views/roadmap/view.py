"""The view of the roadmap: which lever to start next, and when, within a budget and a limit on what changes at once."""

from __future__ import annotations

from typing import Final

import solara

from analysis.figures.labels import Labels
from analysis.roadmap import RoadmapFindings, find_roadmap, open_levers, pose
from analysis.roadmap.words import Words, goal_name
from app.studio.answer import Answer
from app.studio.background import Helm, Press, Progress, use_background
from app.studio.chart_view import ChartView
from app.studio.choice import Choice
from app.studio.simulator import bearable
from app.studio.views.roadmap import chart as charts
from sim.scenario import Scenario
from sim.texts import Texts, kept_together

BUDGETS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Most that may fall due in a quarter, percent of a year's base revenue."""
AT_ONCE: Final = (1, 2, 3, 4)
GOALS: Final = ("return_on_sales", "cooperation_quality", "coordination_efficiency", "escalations", "customer_hours")
"""Ends to choose from; the command line knows more."""
COMPANIES: Final = 24
FRESH: Final = 200
EFFORT: Final = 8000
"""Companies on which plans are chosen and judged, and histories simulated while choosing: some ten seconds. The command
line searches longer."""


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Ask for a roadmap, and show it."""
    today, seed = answer.before.scenario, answer.before.seed
    budget, choose_budget = solara.use_state(str(BUDGETS[3]))
    at_once, choose_at_once = solara.use_state(str(AT_ONCE[1]))
    goal, choose_goal = solara.use_state(GOALS[0])

    def work(helm: Helm) -> RoadmapFindings:
        return _found(today, seed, float(budget), int(at_once), goal, helm)

    asked = (today.model_dump_json(), seed, budget, at_once, goal)
    task = use_background(work, asked, at_once=False)
    done = task.value or task.latest
    solara.v.Html(tag="p", children=[texts("studio_roadmap.intro")])
    with solara.Div(style="display: flex; flex-wrap: wrap; align-items: center; column-gap: 24px"):
        budgets = {
            str(each): kept_together(texts("studio_roadmap.budget_of", percent=texts.number(each, 2)))
            for each in BUDGETS
        }
        Choice(texts("studio_roadmap.budget"), budgets, budget, choose_budget)
        Choice(texts("studio_roadmap.goal"), {name: goal_name(name, texts) for name in GOALS}, goal, choose_goal)
    Choice(texts("studio_roadmap.at_once"), {str(each): str(each) for each in AT_ONCE}, at_once, choose_at_once)
    with solara.Row():
        Press(texts("studio_roadmap.find"), task, "hs-find", disabled=bool(task.pending))
    Progress(task, texts("studio_roadmap.working"), texts)
    if done is None:
        return
    if done.asked != asked:
        solara.v.Html(tag="p", class_="hs-outdated", children=[texts("studio_work.outdated")])
    if done.problem is not None:
        solara.Error(texts("studio_roadmap.impossible", why=done.problem.render(texts.language)))
    if done.value is not None:
        _Shown(done.value, today, texts, dark)


def _found(today: Scenario, seed: int, budget: float, at_once: int, goal: str, helm: Helm) -> RoadmapFindings:
    """Return the roadmap of a company that is as it is; fewer histories of a larger one are as much work."""
    problem = pose(today, budget=budget, at_once=at_once, outcome=goal, levers=open_levers(today))
    companies, fresh, effort = (max(2, bearable(today, count)) for count in (COMPANIES, FRESH, EFFORT))
    with helm.shifts() as told:
        return find_roadmap(
            problem, companies=companies, fresh=fresh, effort=effort, seed=seed, threads=1, progress=told
        )


@solara.component
def _Shown(found: RoadmapFindings, today: Scenario, texts: Texts, dark: bool) -> None:
    names = {policy.id: policy.name(texts.language) for policy in today.all_policies()}
    words = Words(found, Labels(texts.language), names)
    shown = solara.use_memo(
        lambda: [make(words, dark) for make in (charts.plan_chart, charts.gain_chart)],
        [found, texts.language, dark],
    )
    if found.plan.empty:
        solara.v.Html(tag="p", children=[kept_together(" ".join(words.plan()))])
    else:
        for chart in shown:
            ChartView(chart, texts)
    note = words.method() if found.counted else [*words.method(), texts("studio_roadmap.longer")]
    solara.v.Html(tag="p", class_="hs-chart-note", children=[kept_together(" ".join(note))])


__all__ = ["View"]
