"""The network view: one company, its people and ties, week by week, and the story of a person."""

from __future__ import annotations

from typing import Any, Final

import solara

from app.studio.answer import Answer
from app.studio.background import Helm, Press, Progress, use_background
from app.studio.simulator import FIRST
from app.studio.views.network.names import person_name
from app.studio.views.network.picture import MOST_SHOWN, picture
from app.studio.views.network.story import story
from app.studio.views.network.widget import NetworkCanvas
from experiments.company_trajectory import CompanyTrajectory, company_trajectory, typical_company
from sim.company import Organisation
from sim.texts import Texts

MOST_PEOPLE: Final = 500
"""Larger organisations are not followed person by person: it would keep a processor busy for many seconds."""
_CANVAS: Final = "studio_network.canvas."


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show one of the answer's companies, person by person."""
    place = answer.after.scenario.place()
    real = isinstance(place, Organisation)
    people = place.graph.people if isinstance(place, Organisation) else place.people
    with solara.Column(gap="12px"):
        if people > MOST_PEOPLE:
            most, count = texts.number(MOST_PEOPLE, 0), texts.number(people, 0)
            solara.Info(texts("studio_network.too_large", most=most, people=count))
        else:
            solara.Text(texts("studio_network.own" if real else "studio_network.intro"))
            _Companies(answer, texts, dark)
            solara.Text(texts("studio_network.assumption"), style={"font-style": "italic"})


@solara.component
def _Companies(answer: Answer, texts: Texts, dark: bool) -> None:
    """Let a company be chosen, and show it."""
    chosen: solara.Reactive[int | None] = solara.use_reactive(None)
    # Of the companies of the first answer, so that the refined one does not put another in its place.
    first = min(FIRST, len(answer))
    typical = solara.use_memo(lambda: typical_company(answer.before.first(first), answer.after.first(first)), [answer])
    number = typical if chosen.value is None or chosen.value >= len(answer) else chosen.value
    _Choice(number, last=len(answer) - 1, typical=typical, choose=chosen.set, texts=texts)
    _Company(answer, number, texts, dark)


@solara.component
def _Choice(number: int, last: int, typical: int, choose: Any, texts: Texts) -> None:
    """Let another company be chosen by its number."""
    wrong, set_wrong = solara.use_state(False)

    def ask(value: int | None) -> None:
        known = value is not None and 0 <= value <= last
        set_wrong(not known)
        if known:
            choose(value)

    def back() -> None:
        set_wrong(False)
        choose(None)

    with solara.Row(gap="16px", style={"align-items": "center", "flex-wrap": "wrap"}):
        label = texts("studio_network.company", last=texts.number(last, 0))
        solara.InputInt(label, value=number, on_value=ask, style={"max-width": "260px"})
        Press(texts("studio_network.typical"), back, "hs-typical", disabled=number == typical)
    if wrong:
        solara.Error(texts("studio_network.wrong", last=texts.number(last, 0)))


@solara.component
def _Company(answer: Answer, number: int, texts: Texts, dark: bool) -> None:
    """Follow one company through the weeks, in the background, and show it."""
    before, after = answer.before.scenario, answer.after.scenario

    def work(helm: Helm) -> tuple[CompanyTrajectory, CompanyTrajectory]:
        total = before.weeks + after.weeks
        with helm.shifts() as told:
            return (
                company_trajectory(before, number, seed=answer.before.seed, progress=lambda week: told(week, total)),
                company_trajectory(
                    after, number, seed=answer.after.seed, progress=lambda week: told(before.weeks + week, total)
                ),
            )

    asked = (before.model_dump_json(), after.model_dump_json(), answer.after.seed, number)
    task = use_background(work, asked, at_once=True)
    done = task.value or task.latest
    if task.cancelled:
        Press(texts("studio_work.again"), task.retry, "hs-again")
    if done is not None and done.value is not None:
        # While levers move, the company as it was stays on the screen.
        _Animated(done.value, texts, dark)
    else:
        Progress(task, texts("studio_network.computing"), texts)


@solara.component
def _Animated(settings: tuple[CompanyTrajectory, CompanyTrajectory], texts: Texts, dark: bool) -> None:
    """Show a company that has been followed, and tell of the person who is chosen."""
    person, set_person = solara.use_state(-1)
    setting, set_setting = solara.use_state(1)

    def packed() -> dict[str, Any]:
        names = [[person_name(one, k, texts) for k in range(one.graph.people)] for one in settings]
        return picture(settings, names)

    shown = solara.use_memo(packed, [settings, texts.language])
    people = settings[setting].graph.people
    if people > MOST_SHOWN:
        solara.Text(texts("studio_network.shown", shown=MOST_SHOWN, people=texts.number(people, 0)))
    words = solara.use_memo(lambda: canvas_words(texts), [texts.language])
    NetworkCanvas.element(
        picture=shown, words=words, dark=dark,
        person=person, on_person=set_person, setting=setting, on_setting=set_setting,
    )  # fmt: skip
    with solara.Column(gap="4px", classes=["hs-story"]):
        if not 0 <= person < people:
            solara.Text(texts("studio_network.choose"))
            return
        name, called = person_name(settings[setting], person, texts), words["settings"][setting]
        solara.v.Html(tag="h3", children=[texts("studio_network.story_of", name=name, setting=called)])
        for paragraph in story(settings[setting], person, texts):
            solara.v.Html(tag="p", children=[paragraph])


def canvas_words(texts: Texts) -> dict[str, Any]:
    """Return what the canvas says, as its script asks for it: nested by the keys of the catalogue."""
    found: dict[str, Any] = {"language": texts.language}
    for key, text in texts.table(_CANVAS).items():
        *tables, name = key.split(".")
        table = found
        for part in tables:
            table = table.setdefault(part, {})
        table[name] = text
    found["columns"] = list(found["columns"].values())
    found["settings"] = [texts("studio_network.before"), texts("studio_network.after")]
    found |= {side: texts(f"department.{side}") for side in ("marketing", "sales")}
    return found


__all__ = ["View", "canvas_words"]
