"""The view for teaching: predict first, then reveal; and up to four teams side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event, current_thread
from typing import Any, cast

import solara

from app.studio import state
from app.studio.answer import Answer
from app.studio.background import Helm, use_background
from app.studio.draft import Draft, Move, baseline, present, scenario
from app.studio.panels.words import words
from app.studio.simulator import SIMULATOR, Question
from app.studio.views.classroom.prediction import MEASURES, PROFESSIONAL, Measure, compared, guesses_of, verdict
from app.studio.views.classroom.teams import FIGURES, MOST, Team, column, levers_of, read_teams, same_companies
from sim.declarations import declared
from sim.outcomes import TYPES
from sim.texts import Texts


@solara.component_vue("predict.vue")
def _Predict(
    words: dict[str, str],
    language: str,
    lever: str,
    about: str,
    levers: list[dict[str, str]],
    rows: list[dict[str, Any]],
    phase: str,
    summary: str,
    event_lever: Callable[[str], None],
    event_reveal: Callable[[object], None],
    event_again: Callable[[object], None],
    event_take: Callable[[object], None],
) -> None:
    """Declare what the template is given."""


@solara.component_vue("teams.vue")
def _Teams(
    words: dict[str, str],
    names: list[str],
    busy: bool,
    notices: list[str],
    columns: list[str],
    rows: list[list[str]],
    event_compare: Callable[[object], None],
) -> None:
    """Declare what the template is given."""


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show both; nothing here depends on the colours of the page."""
    draft = state.history.value.present.reset()
    names = {policy.id: policy.name(texts.language) for policy in draft.policies()}
    levers = {name: label for name, label in names.items() if present(draft.origin(), name) < 1.0}
    with solara.Div():
        if levers:
            Prediction(answer, draft, levers, texts)
        Teams(texts)


@solara.component
def Prediction(answer: Answer, draft: Draft, levers: Mapping[str, str], texts: Texts) -> None:
    """Ask what a lever will do, and tell what it does in the model.

    Parameters
    ----------
    answer
        Whose baseline is the company as it is.
    draft
        With no lever moved.
    levers
        Names of the levers that can be put into full effect, by id.
    texts
        The language.
    """
    wanted, choose = solara.use_state("")
    guesses, set_guesses = solara.use_state(cast("Mapping[str, float] | None", None))
    lever = wanted if wanted in levers else next(iter(levers))
    asked = draft.moved(lever, Move(1.0))
    # What was guessed of another company or another lever is no guess of this one.
    solara.use_effect(lambda: set_guesses(None), [draft, lever])

    def work(helm: Helm) -> Answer | None:
        return None if guesses is None else _answered(asked, helm)

    task = use_background(work, (asked, guesses), at_once=True)
    done = task.value if task.finished else None
    told = done.value if guesses is not None and done is not None and done.asked == (asked, guesses) else None

    def reveal(sent: object) -> None:
        if (found := guesses_of(sent)) is not None:
            set_guesses(found)

    rows, summary = _rows(answer, guesses, told, texts)
    _Predict(
        words=words(texts, "studio.classroom.predict"),
        language=texts.language,
        lever=lever,
        about=" ".join([lever, *(row["before"] for row in rows)]),
        levers=[{"id": name, "name": label} for name, label in levers.items()],
        rows=rows,
        phase="ask" if guesses is None else "busy" if told is None else "told",
        summary=texts("studio.classroom.predict.busy") if guesses is not None and told is None else summary,
        event_lever=lambda name: choose(name) if name in levers else None,
        event_reveal=reveal,
        event_again=lambda _: set_guesses(None),
        event_take=lambda _: state.change(asked),
    )


def _rows(
    answer: Answer, guesses: Mapping[str, float] | None, told: Answer | None, texts: Texts
) -> tuple[list[dict[str, Any]], str]:
    """Return a row for each measure, and how many directions were right once the answer is known."""
    rows, right = [], 0
    found = None if told is None else compared(told)
    for measure in MEASURES:
        before = baseline_value(answer, measure)
        row: dict[str, Any] = {
            "id": measure.id,
            "name": measure_name(measure, texts),
            "before": measure.text(before, texts),
            "start": min(measure.high, max(measure.low, round(measure.scale * before / measure.step) * measure.step)),
            "low": measure.low,
            "high": measure.high,
            "step": measure.step,
            "digits": declared()[measure.id].digits,
            "unit": measure.unit(texts),
        }
        if found is not None and guesses is not None:
            judged = verdict(measure, guesses[measure.id], found)
            right += judged.right
            row["right"] = judged.right
            difference, interval = texts.amounts(measure.id, judged.difference, judged.low, judged.high, sign=True)
            row["verdict"] = texts(
                f"studio.classroom.predict.{'right' if judged.right else 'wrong'}",
                happened=texts(f"studio.classroom.predict.{judged.happened}"),
                after=measure.text(judged.after, texts),
                difference=difference,
                interval=interval,
                guess=measure.text(judged.guess, texts),
            )
        rows.append(row)
    summary = texts("studio.classroom.predict.sum", right=right, all=len(MEASURES)) if found is not None else ""
    return rows, summary


@solara.component
def Teams(texts: Texts) -> None:
    """Let teams paste their links, and show what comes of them."""
    teams, set_teams = solara.use_state(cast("list[Team]", []))
    known = [(team.number, team.draft) for team in teams if team.draft is not None]

    def work(helm: Helm) -> list[Answer]:
        return [_answered(draft, helm) for _, draft in known]

    task = use_background(work, known, at_once=True)
    done = task.value if task.finished else None
    answers = done.value if done is not None and done.asked == known else None

    def compare(sent: object) -> None:
        if isinstance(sent, list) and all(isinstance(text, str) for text in sent):
            set_teams(read_teams(sent))

    notices = [team.notice.text(texts.language) for team in teams if team.notice is not None]
    if not same_companies(teams):
        notices.append(texts("studio.classroom.teams.others"))
    found = [] if answers is None else list(zip(known, answers, strict=True))
    columns = [texts("studio.classroom.teams.team", team=number) for (number, _), _ in found]
    figures = [[levers_of(draft, texts), *column(answer, texts)] for (_, draft), answer in found]
    heads = [texts("studio.classroom.teams.levers"), *(measure_name(measure, texts) for measure in FIGURES)]
    _Teams(
        words=words(texts, "studio.classroom.teams"),
        names=[texts("studio.classroom.teams.team", team=number) for number in range(1, MOST + 1)],
        busy=bool(known) and answers is None,
        notices=notices,
        columns=columns,
        rows=[[head, *cells] for head, *cells in zip(heads, *figures, strict=True)] if figures else [],
        event_compare=compare,
    )


def baseline_value(answer: Answer, measure: Measure) -> float:
    """Return where a measure lies in the baseline."""
    if measure.id == PROFESSIONAL:
        return float((answer.before.types == TYPES.index(PROFESSIONAL)).mean())
    return float(answer.before.outcomes[measure.id].mean())


def measure_name(measure: Measure, texts: Texts) -> str:
    """Return what a measure is called."""
    if measure.id == PROFESSIONAL:
        return texts("studio.classroom.professional")
    return texts(f"studio.headline.{measure.id}")


def _answered(draft: Draft, helm: Helm) -> Answer:
    """Return the refined answer about a draft."""
    mine, gone = current_thread(), Event()

    def cancelled() -> bool:
        # The engine asks from threads of its own, of which the helm knows nothing: between instalments it is asked.
        if current_thread() is mine and helm.cancelled():
            gone.set()
        return gone.is_set()

    question = Question(baseline(draft), scenario(draft), draft.seed, draft.companies)
    *_, refined = SIMULATOR.answers(question, cancelled)
    return refined


__all__ = ["Prediction", "Teams", "View", "baseline_value", "measure_name"]
