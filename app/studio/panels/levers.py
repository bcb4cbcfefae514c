"""The levers: switch, intensity, start, and what each is, costs and rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from app.studio import state
from app.studio.draft import Draft, Move, baseline, month_of, present, week_of
from app.studio.panels.words import words
from app.terminal.template import costs_text, effects_text
from sim.evidence import source, statement
from sim.policies import POLICY_GROUPS, Policy
from sim.rules import WEEKS_PER_YEAR
from sim.texts import Texts, kept_together


@solara.component_vue("levers.vue")
def _Levers(
    words: dict[str, str],
    groups: list[dict[str, Any]],
    settings: dict[str, dict[str, Any]],
    months: int,
    event_move: Callable[[dict[str, Any]], None],
    event_reset: Callable[[str], None],
    event_reset_all: Callable[[object], None],
) -> None:
    """Draw the panel."""


@solara.component
def LeverPanel(texts: Texts) -> None:
    """Show the levers and let them be moved."""
    draft = state.history.value.present
    own = draft.own
    groups = solara.use_memo(lambda: described(draft.policies(), texts), [own, texts.language])

    def move(message: dict[str, Any]) -> None:
        now = state.history.value.present
        week = week_of(int(message["month"]))
        state.change(
            now.moved(str(message["id"]), Move(float(message["intensity"]) / 100.0, week, bool(message["on"])))
        )

    _Levers(
        words=words(texts, "studio.levers"),
        groups=groups,
        settings=settings(draft),
        months=month_of(baseline(draft).weeks) - 1,
        event_move=move,
        event_reset=lambda lever: state.change(state.history.value.present.reset(str(lever))),
        event_reset_all=lambda _: state.change(state.history.value.present.reset()),
    )


def settings(draft: Draft) -> dict[str, dict[str, Any]]:
    """Return by lever where it is and where it was, intensities in percent."""
    found = {}
    origin = draft.origin()
    for policy in draft.policies():
        was = present(origin, policy.id)
        move = draft.moves.get(policy.id)
        found[policy.id] = {
            "was": round(100.0 * was),
            "intensity": round(100.0 * (was if move is None else move.intensity)),
            "month": 0 if move is None else month_of(move.week),
            "on": was > 0.0 if move is None else move.on,
            "moved": move is not None,
        }
    return found


def described(policies: tuple[Policy, ...], texts: Texts) -> list[dict[str, Any]]:
    """Return the groups of levers with all that is said about each."""
    found = []
    for group in POLICY_GROUPS:
        members = [policy for policy in policies if policy.group == group]
        if members:
            levers = [_described(policy, texts) for policy in members]
            found.append({"id": group, "name": texts(f"group.{group}"), "levers": levers})
    return found


def _described(policy: Policy, texts: Texts) -> dict[str, Any]:
    language = texts.language
    statements = [statement(evidence_id) for evidence_id in policy.evidence]
    return {
        "id": policy.id,
        "number": policy.number,
        "name": policy.name(language),
        "says": policy.says(language),
        "cost": kept_together(
            texts(
                "studio.lever.cost",
                running=texts.number(policy.running_cost),
                once=texts.number(policy.one_off_cost),
                months=texts.number(policy.ramp * 12.0 / WEEKS_PER_YEAR, 0),
            )
        ),
        "effects": kept_together(effects_text(policy, texts)),
        "costs": costs_text(policy, texts),
        "evidence": [
            {
                "id": entry.id,
                "statement": kept_together(entry.text(language)),
                "source": f"{source(entry.source).text(language)}, {entry.place.text(language)}",
            }
            for entry in statements
        ],
    }


__all__ = ["LeverPanel", "described", "settings"]
