"""Scenario files with comments: what each key is, its unit, its bounds.

Names, units, bounds and defaults come from the declarations of the scenario, the levers and the parameters, so the
comments cannot drift from what the program accepts.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from sim import evidence
from sim.errors import Phrase
from sim.fields import Holds, field_holds
from sim.organisation import source_text
from sim.parameters import Parameter, parameters
from sim.policies import ALL_POLICIES, POLICY_GROUPS, Policy
from sim.policies.policy import POLICY_BOUNDS
from sim.scenario import CHANGES, Clash, CompanyProfile, Context, Lever, OwnPolicy, Scenario, default_staff
from sim.texts import Texts

_WIDTH: Final = 100
_CONTEXT: Final = {"meeting_culture": 0.5, "founding_trust": 0.45, "founding_friction": 0.25, "turbulence": 1.0}
"""What stands as an example where a scenario leaves its context open: the middle of what companies draw."""


def scenario_files(
    scenario: Scenario, name: str, texts: Texts, *, head: str, everything: bool = False
) -> dict[str, str]:
    """Return the files of a scenario by name: the scenario itself, and the people and ties of a real organisation.

    Parameters
    ----------
    scenario
        What to write.
    name
        Of the scenario's own file.
    texts
        Language of the comments.
    head
        Comment at the top.
    everything
        Whether to list also the coefficients of the rules and the numbers of founding and measurement.
    """
    files = {}
    if scenario.company.people is not None and scenario.company.ties is not None:
        company = scenario.company.model_dump(exclude_unset=True)
        for key in ("people", "ties"):
            files[f"{key}.csv"] = source_text(company[key])
            company[key] = f"{key}.csv"
        scenario = scenario.changed(company=company)
    return {name: commented(scenario, texts, head=head, everything=everything), **files}


def commented(scenario: Scenario, texts: Texts, *, head: str, everything: bool = False) -> str:
    """Return a scenario as TOML with comments; what is not set stands in it as a comment with its default."""
    page = _Page(texts)
    page.comment(head)
    page.gap()
    page.comment(texts("template.how"))
    page.gap()
    for name in ("name", "weeks"):
        page.key(name, getattr(scenario, name), _about(texts, name, field_holds(Scenario, name)))
    _company(page, scenario.company)
    page.section("context")
    for name in Context.model_fields:
        about = _about(texts, f"context.{name}", field_holds(Context, name), end=texts("template.drawn"))
        value = getattr(scenario.context, name)
        page.key(name, _CONTEXT[name] if value is None else value, about, active=value is not None)
    _levers(page, scenario)
    for table, group in CHANGES.items():
        changes = getattr(scenario, table)
        if table == "parameters" or everything or changes:
            _numbers(page, table, parameters()[group], changes, everything=everything or table == "parameters")
    if not everything:
        page.gap()
        page.comment(texts("template.more"))
    _clash(page, scenario.clash)
    _policies(page, scenario.policies)
    return "\n".join(page.lines).rstrip() + "\n"


@dataclass(slots=True)
class _Page:
    """Lines of TOML under construction."""

    texts: Texts
    lines: list[str] = field(default_factory=list)

    def gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def comment(self, text: str, indent: str = "") -> None:
        # Control characters, which a lever's name may hold, end a comment or are refused in one.
        lines = ["".join(c if c.isprintable() else " " for c in line) for line in text.splitlines()]
        for paragraph in lines:
            inner = paragraph[: len(paragraph) - len(paragraph.lstrip())]
            self.lines += textwrap.wrap(
                paragraph,
                _WIDTH,
                initial_indent=f"# {indent}",
                subsequent_indent=f"# {indent}{inner}",
                break_long_words=False,
                break_on_hyphens=False,
            )

    def section(self, name: str, *, active: bool = True, header: str = "") -> None:
        self.gap()
        self.comment("-" * (_WIDTH - 2))
        self.comment(self.texts(f"template.section.{name}"))
        self.lines.append(f"{'' if active else '# '}{header or f'[{name}]'}")

    def key(self, name: str, value: object, about: str, *, active: bool = True, gap: bool = True) -> None:
        if gap:
            self.gap()
        self.comment(about)
        self.lines.append(f"{'' if active else '# '}{name} = {toml(value)}")


def toml(value: object) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, str):
        # JSON's escapes are TOML's; only the delete character is plain text in JSON alone.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (bool, int, float)):
        return repr(value).lower()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name} = {toml(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Iterable):
        return f"[{', '.join(toml(item) for item in value)}]"
    raise TypeError(type(value).__name__)


def _words(holds: Holds, texts: Texts) -> str:
    """Return bounds in words, where there are any; what there is to choose from is explained, not only listed."""
    found = holds.range()
    if not isinstance(found, Phrase):
        return ""
    words = found.text(texts.language)
    return texts("template.whole", range=words) if holds.kind == "whole_number" else words


def _about(texts: Texts, key: str, holds: Holds, end: str = "") -> str:
    parts = [texts(f"field.{key}"), _words(holds, texts), end]
    return "; ".join(part for part in parts if part)


def _company(page: _Page, company: CompanyProfile) -> None:
    texts, language = page.texts, page.texts.language
    page.section("company")
    staff = default_staff(company.revenue_class)
    named = {
        "industry": [(row.id, row.label.text(language)) for row in evidence.industries()],
        "revenue_class": [(row.id, row.label.text(language)) for row in evidence.revenue_classes()],
        "division_type": [(str(row.number), row.label.text(language)) for row in evidence.division_types()],
    }
    examples = {"marketing": staff[0], "sales": staff[1], "people": "people.csv", "ties": "ties.csv"}
    for name in CompanyProfile.model_fields:
        value = getattr(company, name)
        if name in named:
            about = texts(f"field.company.{name}") + "".join(f"\n  {row_id}: {label}" for row_id, label in named[name])
        else:
            about = _about(texts, f"company.{name}", field_holds(CompanyProfile, name))
        # What a real organisation brings itself is left out of the way.
        active = value is not None and (name in company.model_fields_set or name in named)
        page.key(name, examples[name] if value is None else value, about, active=active)


def _levers(page: _Page, scenario: Scenario) -> None:
    texts, language = page.texts, page.texts.language
    page.section("levers")
    own = [policy for policy in scenario.all_policies() if policy.group == "own"]
    for group in POLICY_GROUPS:
        members = own if group == "own" else [policy for policy in ALL_POLICIES if policy.group == group]
        if members:
            page.gap()
            page.comment(f"--- {texts(f'group.{group}')}")
        for policy in members:
            page.gap()
            number = f"{policy.number} " if policy.number else ""
            page.comment(f"{number}{policy.name(language)}: {policy.says(language)}".rstrip(": "))
            page.comment(effects_text(policy, texts), "  ")
            page.comment(costs_text(policy, texts), "  ")
            lever = scenario.levers.get(policy.id)
            value = 0.5 if lever is None else _lever(lever)
            page.lines.append(f"{'# ' if lever is None else ''}{policy.id} = {toml(value)}")


def _lever(lever: Lever) -> object:
    """Return a lever's schedule as short as it can be written."""
    content = _set_fields(lever)
    return content["intensity"] if list(content) == ["intensity"] else content


def _set_fields(part: BaseModel) -> dict[str, Any]:
    """Return what differs from a part's defaults."""
    return part.model_dump(exclude_defaults=True)


def effects_text(policy: Policy, texts: Texts) -> str:
    """Return what a lever moves at full strength: labels, changes and units."""
    declared = parameters()["mechanism"]
    shown = []
    for name, change in policy.effects.items():
        parameter = declared[name]
        unit = unit_text(parameter.unit, texts)
        amount = texts.number(change, digits(change), sign=True)
        shown.append(f"{label(parameter, texts)} {amount}{f' {unit}' if unit else ''}")
    return texts("lever.effects", effects="; ".join(shown))


def costs_text(policy: Policy, texts: Texts) -> str:
    """Return what a lever costs, how long it takes and where it comes from."""
    return texts(
        "lever.costs" if policy.evidence else "lever.costs_own",
        running=texts.number(policy.running_cost, 2),
        once=texts.number(policy.one_off_cost, 2),
        ramp=texts.number(policy.ramp, 0),
        evidence=", ".join(policy.evidence),
    )


def label(parameter: Parameter, texts: Texts) -> str:
    """Return a parameter's label."""
    return parameter.label(texts.language)


def unit_text(unit: str, texts: Texts) -> str:
    """Return a unit as the language writes it; empty for shares and indices."""
    return texts(f"unit.{unit}")


def digits(value: float) -> int:
    """Return how many decimals a declared number needs, at most four."""
    return next((count for count in range(4) if round(value, count) == value), 4)


def _numbers(
    page: _Page, table: str, declared: Mapping[str, Parameter], changes: Mapping[str, float], *, everything: bool
) -> None:
    texts = page.texts
    page.section(table)
    for name, parameter in declared.items():
        if everything or name in changes:
            unit = unit_text(parameter.unit, texts)
            # Bounds as they have to be typed: with a decimal point in every language.
            about = texts(
                "template.number",
                label=label(parameter, texts),
                range=_words(Holds("number", parameter.low, parameter.high), texts),
                unit=f" {unit}" if unit else "",
                default=f"{parameter.default:g}",
                provenance=texts(f"provenance.{parameter.provenance}"),
                source=parameter.source,
            )
            page.key(name, changes.get(name, parameter.default), about, active=name in changes)


def _clash(page: _Page, clash: Clash | None) -> None:
    page.section("clash", active=clash is not None)
    shown = clash or Clash(week=13)
    for name in Clash.model_fields:
        about = _about(page.texts, f"clash.{name}", field_holds(Clash, name))
        page.key(name, getattr(shown, name), about, active=clash is not None)


def _policies(page: _Page, policies: tuple[OwnPolicy, ...]) -> None:
    texts = page.texts
    example = OwnPolicy(
        id="joint_visits", en="Joint visits", de="Gemeinsame Kundenbesuche", effects={"oral_share": 0.1}
    )
    for policy in policies or (example,):
        page.section("policies", active=bool(policies), header="[[policies]]")
        for name, value in policy.model_dump().items():
            low, high = POLICY_BOUNDS.get(name, (None, None))
            holds = Holds("number", low, high) if low is not None else field_holds(OwnPolicy, name)
            page.key(name, value, _about(texts, f"policies.{name}", holds), active=bool(policies), gap=False)


__all__ = ["commented", "costs_text", "digits", "effects_text", "label", "scenario_files", "toml", "unit_text"]
