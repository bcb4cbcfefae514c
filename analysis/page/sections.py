"""Parts that several reports share: the scenario, its levers and changed numbers, limits, and how to make it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from analysis.figures.labels import Labels
from analysis.page.page import Table
from experiments.sweep.identity import versions
from sim import evidence
from sim.company import Organisation
from sim.graph import Shape
from sim.organisation import source_text
from sim.parameters import PROVENANCES as KINDS
from sim.parameters import parameters
from sim.policies import Policy
from sim.presets import presets
from sim.scenario import CHANGES, Lever, Scenario


def company_table(scenarios: Mapping[str, Scenario], say: Labels) -> Table:
    """Return what kinds of companies some scenarios are about, by the heads of their columns; one if all are alike."""
    columns = {head: _company(scenario, say) for head, scenario in scenarios.items()}
    first, *others = columns.values()
    if all(other == first for other in others):
        columns = {say("scenario.value"): first}
    names = dict.fromkeys(name for column in columns.values() for name in column)
    rows = [(name, *(column.get(name, say("page.nothing")) for column in columns.values())) for name in names]
    return Table(say("scenario.title_company"), (say("scenario.column"), *columns), rows, words=True)


def _company(scenario: Scenario, say: Labels) -> dict[str, str]:
    company, context = scenario.company, scenario.context
    industries = {row.id: say.of((row.label.en, row.label.de)) for row in evidence.industries()}
    divisions = {row.number: say.of((row.label.en, row.label.de)) for row in evidence.division_types()}
    fixed = [
        say(f"scenario.{name}", value=say.short(value)) for name, value in context.model_dump(exclude_none=True).items()
    ]
    found = {
        say("scenario.industry"): industries[company.industry],
        say("scenario.division"): f"{company.division_type}: {divisions[company.division_type]}",
        say("scenario.people"): _staff(scenario.place(), say),
        say("scenario.context"): ", ".join(fixed) or say("scenario.drawn"),
    }
    if (clash := scenario.clash) is not None:
        shown = say("scenario.clash_shown", week=clash.week, share=say.percent(clash.share))
        found[say("scenario.clash")] = shown
    return found


def _staff(place: Shape | Organisation, say: Labels) -> str:
    if isinstance(place, Shape):
        return say("scenario.people_shown", marketing=place.marketing, sales=place.sales)
    graph = place.graph
    return say("scenario.real", people=graph.marketing + graph.sales, ties=len(graph.tie_marketing))


def lever_table(
    scenarios: Mapping[str, Scenario], say: Labels, names: Mapping[str, str], *, differing: bool = False
) -> Table:
    """Return the levers that any of some scenarios uses.

    Parameters
    ----------
    scenarios
        By the head of their column.
    say
        The language.
    names
        What levers are called, by id; others are called as they are declared.
    differing
        Whether to leave out levers with the same schedule in all of them.
    """
    policies = {policy.id: policy for scenario in scenarios.values() for policy in scenario.all_policies()}
    rows = []
    for name, policy in policies.items():
        shown = [schedule(scenario.levers.get(name), policy, say) for scenario in scenarios.values()]
        if all(text == say("scenario.off") for text in shown) or (differing and len(set(shown)) == 1):
            continue
        cost = f"{say.number(policy.running_cost, 2)} / {say.number(policy.one_off_cost, 2)}"
        grounds = ", ".join(policy.evidence) or say("scenario.own")
        rows.append((names.get(name, policy.name(say.language)), *shown, cost, grounds))
    head = [say("scenario.lever"), *scenarios, say("scenario.cost"), say("scenario.evidence")]
    rows = rows or [(say("page.nothing"), *("" for _ in head[1:]))]
    title = say("scenario.levers_changed" if differing else "scenario.levers")
    return Table(title, head, rows, note=say("scenario.levers_note"), words=True)


def schedule(lever: Lever | None, policy: Policy, say: Labels) -> str:
    """Return a lever's schedule in words."""
    steps = () if lever is None else lever.schedule()
    if all(step.intensity == 0.0 for step in steps):
        return say("scenario.off")
    words = []
    for step in steps:
        ramp = policy.ramp if step.ramp is None else step.ramp
        # A step at week 0 with a ramp of one week was there before (sim.scenario.Step).
        key = "scenario.before" if step.start == 0.0 and ramp == 1.0 else "scenario.step"
        values = {"start": say.short(step.start), "ramp": say.short(ramp)} if key == "scenario.step" else {}
        words.append(say(key, intensity=say.percent(step.intensity), **values))
    return "; ".join(words)


def numbers_table(scenarios: Mapping[str, Scenario], say: Labels) -> Table:
    """Return the numbers of the model that any of some scenarios changes, with the provenance of their defaults."""
    rows = []
    for field, group in CHANGES.items():
        for name, declared in parameters()[group].items():
            changes = [getattr(scenario, field).get(name) for scenario in scenarios.values()]
            if all(change is None for change in changes):
                continue
            here = [say.short(declared.default if change is None else change) for change in changes]
            label = declared.label(say.language)
            tag = say(f"provenance.{declared.provenance}")
            rows.append((f"{label} ({field}.{name})", say.short(declared.default), *here, tag, declared.source))
    columns = list(scenarios) if len(scenarios) > 1 else [say("scenario.here")]
    head = [
        say("scenario.number"),
        say("scenario.default"),
        *columns,
        say("scenario.provenance"),
        say("scenario.source"),
    ]
    if not rows:
        return Table(say("scenario.numbers"), (say("scenario.number"),), [(say("scenario.unchanged"),)], words=True)
    return Table(say("scenario.numbers"), head, rows, words=True)


def preset_name(name: str, say: Labels) -> str:
    """Return what a scenario is called that a folder knows by its name or, if it is a preset, by its id."""
    return presets()[name].name(say.language) if name in presets() else name


def limits(say: Labels) -> list[str]:
    """Return what the model is not."""
    every = [parameter for group in parameters().values() for parameter in group.values()]
    counts = {kind: sum(parameter.provenance == kind for parameter in every) for kind in KINDS}
    return [say("not.forecast"), say("not.sizes", n=len(every), **counts), say("not.people")]


def version_facts(say: Labels) -> list[tuple[str, str]]:
    """Return the versions that results depend on."""
    found = dict(versions())
    handshake, sources = found.pop("handshake"), found.pop("sources")
    libraries = ", ".join(f"{name} {number}" for name, number in found.items())
    return [
        (say("again.version"), f"handshake {handshake}"),
        (say("again.libraries"), libraries),
        (say("again.sources"), sources),
    ]


def scenario_hash(scenario: Scenario) -> str:
    """Return a hash of what a scenario says, and of the files of a real organisation; not of where they lie."""
    content = scenario.model_dump(mode="json")
    for key in ("people", "ties"):
        if (source := content["company"][key]) is not None:
            content["company"][key] = hashlib.sha256(source_text(source).encode()).hexdigest()
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def run_facts(
    scenarios: Sequence[Scenario], say: Labels, *, seed: int, companies: int, weeks: int
) -> list[tuple[str, str]]:
    """Return what it takes to simulate the same scenarios again."""
    return [
        (say("again.seed"), str(seed)),
        (say("again.companies"), say.number(companies, 0)),
        (say("again.weeks"), say.number(weeks, 0)),
        *((say("again.scenario", name=scenario.name), scenario_hash(scenario)) for scenario in scenarios),
        *version_facts(say),
    ]


__all__ = [
    "company_table",
    "lever_table",
    "limits",
    "numbers_table",
    "preset_name",
    "run_facts",
    "scenario_hash",
    "schedule",
    "version_facts",
]
