"""The page on a real organisation's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.figures.labels import Labels
from analysis.organisation.findings import BUSY, Network, OrganisationFindings
from analysis.page.page import Page, Table
from sim.texts import Texts

_SHOWN: Final = 8
"""Most ids of one list; the others are counted."""
_WHOLE: Final = ("backlog",)
"""Columns that are counted in whole hours."""


def organisation_page(found: OrganisationFindings, say: Labels) -> Page:
    """Return the page on an organisation's files.

    Parameters
    ----------
    found
        The findings.
    say
        The language.
    """
    remarks = [say(f"organisation.remark.{one.remark}", column=one.name) for one in found.columns if one.remark]
    return Page(
        language=say.language,
        kind=say("organisation.kind"),
        title=say("organisation.title"),
        question=say("organisation.question"),
        answer=[
            say("organisation.fine"),
            *_network(found.network, say),
            *telling_lines(found.telling_ids, say),
            *remarks,
        ],
        exhibits=[],
        tables=[_sizes(found.network, say), _columns(found, say)],
        assumptions=[],
        limits=[],
        certainty=[say("organisation.note")],
        command="",
        facts=[],
    )


def ids(names: Sequence[str], say: Texts) -> str:
    """Return a list of ids, cut off where it is long."""
    shown = ", ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return say("organisation.more", ids=shown, count=say.number(more, 0)) if more > 0 else shown


def telling_lines(telling_ids: Mapping[str, Sequence[str]], say: Texts) -> list[str]:
    """Return sentences on ids that look like personal data."""
    lines = [
        say(f"organisation.telling.{sign}", ids=ids(names, say), count=say.counted("ids", len(names)))
        for sign, names in telling_ids.items()
    ]
    return [*lines, say("organisation.telling.codes")] if lines else []


def _network(found: Network, say: Labels) -> list[str]:
    if len(found.components) == 1:
        lines = [say("organisation.whole")]
    else:
        sizes = ids([say.number(size, 0) for size in found.components], say)
        lines = [say("organisation.parts", sizes=sizes)]
    for side, (name, share) in found.busiest.items():
        lines.append(say("organisation.busiest", side=say(f"department.{side}"), id=name, share=say.percent(share)))
    if max(share for _, share in found.busiest.values()) >= BUSY:
        lines.append(say("organisation.bottleneck"))
    for key, names in (("bridges", found.bridges), ("isolated", found.isolated)):
        if names:
            lines.append(say(f"organisation.{key}", ids=ids(names, say)))
    for side, names in found.no_interface.items():
        if names:
            lines.append(say("organisation.no_interface", side=say(f"department.{side}"), ids=ids(names, say)))
    return lines


def _sizes(found: Network, say: Labels) -> Table:
    rows = [
        (
            say(f"department.{side}"),
            say.number(people, 0),
            say.number(found.inner_ties[side], 0),
            say.percent(found.inner_density[side]),
            say.number(len(found.no_interface[side]), 0),
        )
        for side, people in found.people.items()
    ]
    across = say.number(found.interface_ties, 0), say.percent(found.interface_density)
    rows.append((say("organisation.between"), "", *across, ""))
    rows.append((say("organisation.team"), "", say.number(found.team_ties, 0), "", ""))
    columns = ("where", "people", "ties", "density", "without")
    return Table(say("organisation.sizes"), [say(f"organisation.column_{name}") for name in columns], rows)


def _columns(found: OrganisationFindings, say: Labels) -> Table:
    rows = []
    for column in found.columns:
        digits = 0 if column.name in _WHOLE else 2
        low, middle, high = (say.number(value, digits) for value in (column.least, column.median, column.most))
        seen = say("organisation.seen", low=low, middle=middle, high=high) if column.known else ""
        known = say("organisation.known", known=column.known, of=column.of)
        drawn = [_bounds(*bounds, digits, say) for bounds in column.drawn.values()]
        rows.append((column.name, known, seen, drawn[0], drawn[-1]))
    head = [say(f"organisation.column_{name}") for name in ("column", "known", "seen", "marketing", "sales")]
    return Table(say("organisation.columns"), head, rows, note=say("organisation.filled"))


def _bounds(low: float, high: float, digits: int, say: Labels) -> str:
    ends = say.number(low, digits), say.number(high, digits)
    return ends[0] if low == high else say.interval(*ends)


__all__ = ["ids", "organisation_page", "telling_lines"]
