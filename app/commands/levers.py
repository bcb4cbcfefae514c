"""``handshake levers``: the levers with their effects, costs and evidence."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from app.terminal.complaints import said
from app.terminal.screen import Screen
from app.terminal.template import digits, effects_text, label, unit_text
from sim import Policy
from sim.errors import unknown_name
from sim.evidence import source, statement
from sim.parameters import parameters
from sim.policies import ALL_POLICIES, POLICY_GROUPS
from sim.texts import Texts


def show_levers(screen: Screen, name: str, *, as_json: bool) -> None:
    """Print all levers, or the one with this id or number.

    Raises
    ------
    BadInputError
        For an unknown id or number.
    """
    if not name:
        if as_json:
            screen.emit([described(policy, screen.texts) for policy in ALL_POLICIES])
        else:
            _list(screen)
        return
    found = {key: policy for policy in ALL_POLICIES for key in (policy.id, str(policy.number))}
    if name not in found:
        key = said("bad.argument", name=screen.texts("metavar.lever"))
        called = {policy.name(language): policy.id for policy in ALL_POLICIES for language in ("en", "de")}
        raise unknown_name(name, [policy.id for policy in ALL_POLICIES], key=key, called=called)
    if as_json:
        screen.emit(described(found[name], screen.texts))
    else:
        _page(screen, found[name])


def described(policy: Policy, texts: Texts) -> dict[str, Any]:
    """Return a lever in the shape of ``--json``."""
    declared, language = parameters()["mechanism"], texts.language
    effects = [
        {
            "parameter": name,
            "label": label(declared[name], texts),
            "change": change,
            "unit": declared[name].unit,
            "default": declared[name].default,
            "low": declared[name].low,
            "high": declared[name].high,
        }
        for name, change in policy.effects.items()
    ]
    statements = [statement(evidence_id) for evidence_id in policy.evidence]
    return {
        "id": policy.id,
        "number": policy.number,
        "group": policy.group,
        "name": policy.name(language),
        "says": policy.says(language),
        "effects": effects,
        "running_cost": policy.running_cost,
        "one_off_cost": policy.one_off_cost,
        "ramp": policy.ramp,
        "evidence": [
            {
                "id": entry.id,
                "statement": entry.text(language),
                "source": source(entry.source).text(language),
                "place": entry.place.text(language),
            }
            for entry in statements
        ],
    }


def _list(screen: Screen) -> None:

    texts, language = screen.texts, screen.texts.language
    columns = [texts(f"levers.column_{name}") for name in ("number", "lever", "running", "once", "ramp", "evidence")]
    for group in POLICY_GROUPS:
        rows: list[tuple[str | Text, ...]] = []
        for policy in (policy for policy in ALL_POLICIES if policy.group == group):
            name = (f"{policy.name(language)} ({policy.id})", "bold")
            says = Text.assemble(name, f"\n{policy.says(language)}\n{effects_text(policy, texts)}")
            costs = (texts.number(policy.running_cost), texts.number(policy.one_off_cost), texts.number(policy.ramp, 0))
            rows.append((str(policy.number), says, *costs, ", ".join(policy.evidence)))
        if rows:
            screen.table(columns, rows, aligned="rLrrrL", title=texts(f"group.{group}"), leading=1)
    screen.say()
    screen.say(texts("levers.note"), style="dim")


def _page(screen: Screen, policy: Policy) -> None:

    texts, lever = screen.texts, described(policy, screen.texts)
    screen.heading(f"{lever['number']} {lever['name']} ({lever['id']})")
    screen.say(texts("levers.in_group", group=texts(f"group.{policy.group}")), style="dim")
    screen.say(lever["says"])
    rows = []
    for effect in lever["effects"]:
        unit = unit_text(effect["unit"], texts)
        numbers = [texts.number(effect[key], digits(effect[key])) for key in ("default", "low", "high")]
        change = f"{texts.number(effect['change'], digits(effect['change']), sign=True)} {unit}".strip()
        rows.append((effect["label"], effect["parameter"], change, numbers[0], texts.interval(*numbers[1:])))
    columns = [texts(f"levers.column_{name}") for name in ("label", "parameter", "change", "default", "bounds")]
    screen.table(columns, rows, aligned="LLrrr", title=texts("levers.effects"))
    costs = {key: texts.number(lever[key], 2) for key in ("running_cost", "one_off_cost")}
    screen.say()
    screen.say(texts("levers.costs", ramp=texts.number(policy.ramp, 0), **costs))
    screen.say()
    screen.heading(texts("levers.evidence"))
    for entry in lever["evidence"]:
        screen.say(f"{entry['id']}: {entry['statement']}", indent=2)
        screen.say(f"{entry['source']}, {entry['place']}", style="dim", indent=6)
    screen.say()
    screen.say(texts("levers.try", id=policy.id))
