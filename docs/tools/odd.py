"""The tables of docs/ODD.md, made from the model: ``python -m docs.tools.odd`` checks them, ``--write`` renews them.

The page describes the model for somebody who wants to build it again. Its text is written by hand; whatever stands in
the code as a declaration (states, numbers, levers, patterns, evidence) stands there once and is copied from it, between
two comments that name the table.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from analysis.page.markdown import markdown
from experiments.scorecard import catalogue
from sim import evidence
from sim.company import ATTRIBUTES, CONTEXT
from sim.core.layout import TIE_ROWS
from sim.draws import Purpose
from sim.errors import plain
from sim.graph import Shape
from sim.measures import COPIED_MEASURES, PERSON_MEASURES, TIE_MEASURES
from sim.need import area_need, coordination_need, raw_need
from sim.outcomes import OUTCOMES
from sim.parameters import GROUPS, founding, parameters
from sim.perceptions import ITEMS
from sim.policies import ALL_POLICIES
from sim.scenario import default_staff

PAGE: Final = Path(__file__).parents[1] / "ODD.md"
COMMAND: Final = "python -m docs.tools.odd --write"
_BLOCK: Final = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

PEOPLE: Final[Mapping[str, tuple[str, str, str]]] = {
    "market_knowledge": ("what the person knows of customers and competitors", "0 to 1", "every week; newcomer"),
    "product_knowledge": ("what the person knows of the products", "0 to 1", "every week; newcomer"),
    "social_skill": ("communication, negotiation, empathy, teamwork, conflict ability", "0 to 1", "newcomer only"),
    "autonomy": ("motive: autonomy", "-1 to 1", "newcomer only"),
    "recognition": ("motive: social recognition", "-1 to 1", "newcomer only"),
    "status": ("motive: status", "-1 to 1", "newcomer only"),
    "contacts": ("motive: social contacts", "-1 to 1", "newcomer only"),
    "experience": ("experience of the other department's work", "0 to 1", "every week; newcomer"),
    "regard": ("what the person thinks of the other department", "0 to 1", "every week; newcomer"),
    "backlog": ("unread written information, hours", "0 to `backlog_limit`", "every week; newcomer"),
}
"""Meaning, bounds and change of an employee's state variables; the names are those of the model."""
CONTEXTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "meeting_culture": ("coordination that is mandated whatever anybody wants", "0 to 1", "fixed"),
    "founding_trust": ("mean trust of the interface ties at the start", "0 to 1", "fixed"),
    "founding_friction": ("mean friction of the interface ties at the start", "0 to 1", "fixed"),
    "turbulence": ("how fast market knowledge ages and demand swings, 1 = average", "0.1 to 3", "fixed"),
}
TIES: Final[Mapping[str, tuple[str, str, str]]] = {
    "trust": ("trust between the two people", "0 to 1", "every week; newcomer at either end"),
    "friction": ("relationship conflict between the two people", "0 to 1", "every week; newcomer at either end"),
    "distance": ("distance of the two people's motives (`motive_distance`)", "0 to 1", "newcomer at either end"),
    "status": ("status motive of both together (`shared_motive`)", "0 to 1", "newcomer at either end"),
    "recognition": ("recognition motive of both together (`shared_motive`)", "0 to 1", "newcomer at either end"),
    "team": ("whether the tie is in use only as far as cross-functional teams are", "0 or 1", "fixed"),
}
STREAMS: Final[Mapping[str, str]] = {
    "GRAPH": "the communication graph of 32 companies",
    "CONTEXT": "context of a company",
    "PEOPLE": "people and ties at the start",
    "MARKET": "demand by week",
    "ESCALATION": "escalations by week and tie",
    "LEAVERS": "tenures by seat",
    "NEWCOMERS": "what newcomers bring",
    "ADOPTION": "levers and practice of a company of the virtual sample",
    "SURVEY": "who answers the virtual survey, and its noise",
    "SAMPLE": "composition of the virtual sample",
}


def number(value: float) -> str:
    """Return a number with all its digits, and none that it does not need."""
    short = plain(value)
    return short if float(short) == value else repr(value)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def states() -> str:
    """Return the state variables of companies, people and ties."""
    wanted = (
        ("company", CONTEXT, CONTEXTS),
        ("employee", ATTRIBUTES, PEOPLE),
        ("interface tie", (*(name for name in TIE_ROWS if name != "drawn"), "team"), TIES),
    )
    return markdown(
        ("entity", "variable", "meaning", "bounds", "changes"),
        ((entity, f"`{name}`", *about[name]) for entity, names, about in wanted for name in names),
    )


def shape() -> str:
    """Return what determines the graph of a company that names no numbers."""
    return markdown(("attribute", "default"), ((f"`{field.name}`", field.default) for field in fields(Shape)))


def group(name: str) -> str:
    """Return a group of parameters."""
    return markdown(
        ("name", "meaning", "unit", "low", "high", "default", "provenance", "source"),
        (
            (f"`{p.name}`", p.en, p.unit, number(p.low), number(p.high), number(p.default), p.provenance, p.source)
            for p in parameters()[name].values()
        ),
    )


def levers() -> str:
    """Return the levers: effects at full intensity, costs in percent of base revenue, ramp in weeks."""
    return markdown(
        (
            "no.", "lever", "group", "effects at full intensity", "running cost, %/yr", "one-off cost, %", "ramp, wk",
            "evidence",
        ),
        (
            (
                policy.number,
                f"`{policy.id}`: {policy.en}",
                policy.group,
                ", ".join(f"`{name}` {change:+g}" for name, change in policy.effects.items()),
                number(policy.running_cost),
                number(policy.one_off_cost),
                number(policy.ramp),
                ", ".join(policy.evidence),
            )
            for policy in ALL_POLICIES
        ),
    )  # fmt: skip


def patterns() -> str:
    """Return the patterns with their kind of support, and the parts that have one of their own."""
    rows = []
    for name, about in catalogue().items():
        apart = [
            f"{part.replace('_', ' ')}: {says['support']}" for part, says in about["parts"].items() if "support" in says
        ]
        support = "; ".join([about["support"], *apart])
        rows.append((name, about["en"], support, ", ".join(about["evidence"])))
    return markdown(("id", "pattern", "support", "evidence"), rows)


def parts() -> str:
    """Return what each pattern compares, and where the bound comes from."""
    return markdown(
        ("pattern", "part", "what is compared", "bound from"),
        (
            (name, f"`{part}`", says["en"], says["bound"])
            for name, about in catalogue().items()
            for part, says in about["parts"].items()
        ),
    )


def divisions() -> str:
    """Return marketing's responsibility by task area and division of labour, and the need that follows."""
    kinds, weight = [kind.number for kind in evidence.division_types()], founding().coupling_weight
    rows: list[list[object]] = [
        [area.label.en, *(number(evidence.marketing_share(kind)[k]) for kind in kinds)]
        for k, area in enumerate(evidence.task_areas())
    ]
    rows.append(
        ["mean overlap inside areas", *(f"{sum(need := [*area_need(k).values()]) / len(need):.4f}" for k in kinds)]
    )
    rows.append(["need, absolute", *(f"{raw_need(kind, weight):.4f}" for kind in kinds)])
    rows.append(
        ["need, relative to the average company", *(f"{coordination_need(kind, weight):.4f}" for kind in kinds)]
    )
    return markdown(("marketing's share of responsibility", *(f"type {kind}" for kind in kinds)), rows)


def industries() -> str:
    """Return industries with their number of companies and shares of the divisions of labour."""
    return markdown(
        ("industry", "companies", "type 1", "type 2", "type 3", "certainty of the shares"),
        (
            (
                row.label.en,
                row.count,
                *(f"{share:.2f}" for share in evidence.type_shares(row.id)),
                evidence.type_share_row(row.id).certainty,
            )
            for row in evidence.industries()
        ),
    )


def revenue_classes() -> str:
    """Return revenue classes with their number of companies and the people that a company of theirs has."""
    return markdown(
        ("revenue", "companies", "marketing people", "sales people"),
        ((row.label.en, row.count, *default_staff(row.id)) for row in evidence.revenue_classes()),
    )


def streams() -> str:
    """Return the streams of random numbers."""
    return markdown(("purpose", "code", "what is drawn"), ((p.name, int(p), STREAMS[p.name]) for p in Purpose))


def measures() -> str:
    """Return what is recorded each week, what becomes of it, and what respondents rate."""
    return markdown(
        ("kind", "names"),
        (
            ("means over the interface ties in use", _code(TIE_MEASURES)),
            ("means over the people of a department, once per department", _code(PERSON_MEASURES)),
            ("of the organisation", _code(COPIED_MEASURES)),
            ("outcomes", _code(OUTCOMES)),
            ("items of the survey", _code(ITEMS)),
        ),
    )


def sources() -> str:
    """Return the evidence in a sentence each."""
    return markdown(
        ("id", "role", "source", "what it says"), ((s.id, s.role, s.source, s.en) for s in evidence.statements())
    )


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "states": states,
    "shape": shape,
    **{name: lambda name=name: group(name) for name in GROUPS},  # type: ignore[misc]
    "levers": levers,
    "patterns": patterns,
    "parts": parts,
    "divisions": divisions,
    "industries": industries,
    "revenue_classes": revenue_classes,
    "streams": streams,
    "measures": measures,
    "evidence": sources,
}
"""The tables by the name that stands in the page's comments."""


def renewed(text: str) -> str:
    """Return the page with all tables made anew.

    Raises
    ------
    KeyError
        For a comment that names no table.
    """
    return _BLOCK.sub(lambda block: f"{block[1]}\n{TABLES[block[2]]()}\n{block[3]}", text)


def named(text: str) -> list[str]:
    """Return the names of the tables in a page, in its order."""
    return [block[2] for block in _BLOCK.finditer(text)]


def main(arguments: list[str] | None = None) -> int:
    """Check the tables of the page, or renew them; 1 if they are out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="renew the tables in the page")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (docs/ODD.md)")
    options = parser.parse_args(arguments)
    text = options.page.read_text(encoding="utf-8")
    fresh = renewed(text)
    if options.write:
        options.page.write_text(fresh, encoding="utf-8", newline="\n")
        return 0
    if fresh != text:
        print(f"The tables in {options.page.name} are out of date: {COMMAND}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
