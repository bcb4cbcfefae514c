"""The evidence: the study's figures and statements, with source, place and certainty (E1 to E43, L1 to L5).

Shares come as fractions of one. The rows behind them, with percentages as printed, are in :func:`tables`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from sim.errors import BadInputError, unknown_name
from sim.evidence.tables import (
    COMPANIES,
    TASK_AREAS,
    Certainty,
    DivisionType,
    Evidence,
    Group,
    Industry,
    Label,
    Language,
    Named,
    Responsibility,
    RevenueClass,
    Statement,
    Table,
    TypeShares,
    load,
)

__all__ = [
    "COMPANIES",
    "TASK_AREAS",
    "Certainty",
    "DivisionType",
    "Evidence",
    "Group",
    "Industry",
    "Label",
    "Language",
    "Named",
    "Responsibility",
    "RevenueClass",
    "Statement",
    "Table",
    "TypeShares",
    "division_types",
    "evidence",
    "industries",
    "load",
    "marketing_share",
    "professional_return_on_sales",
    "respondents",
    "responsibilities",
    "revenue_classes",
    "source",
    "statement",
    "statements",
    "tables",
    "task_areas",
    "type_share_row",
    "type_shares",
]


@cache
def evidence() -> Evidence:
    """Return all of the evidence, read and checked at the first call."""
    return load(files(__name__))


def industries() -> tuple[Industry, ...]:
    """Return the eight industries with their number of companies (E1)."""
    return evidence().industries.rows


def revenue_classes() -> tuple[RevenueClass, ...]:
    """Return the four revenue classes, lowest first (E2)."""
    return evidence().revenue_classes.rows


def respondents() -> tuple[Group, ...]:
    """Return how many managers of each function answered (E3)."""
    return evidence().respondents.rows


def division_types() -> tuple[DivisionType, ...]:
    """Return division-of-labour types 1, 2, 3 (E4)."""
    return evidence().division_types.rows


def task_areas() -> tuple[Named, ...]:
    """Return the task areas with their labels, in the order of ``TASK_AREAS`` (E6)."""
    return evidence().responsibilities.areas


def type_share_row(industry: str) -> TypeShares:
    """Return an industry's own row of E5, with its certainty; it may borrow its figures from ``"all"``."""
    rows = {row.industry: row for row in evidence().type_shares.rows}
    if industry not in rows:
        raise unknown_name(industry, rows, key="industry")
    return rows[industry]


def type_shares(industry: str) -> tuple[float, float, float]:
    """Return the shares of division types 1, 2, 3 in an industry (E5).

    Parameters
    ----------
    industry
        An id of :func:`industries`, or ``"all"``.

    Returns
    -------
    tuple of float
        Fractions that sum to one, also where rounding makes the printed percentages sum to 99 or 101.

    Raises
    ------
    BadInputError
        A ValueError that names the nearest valid industry.
    """
    row = type_share_row(industry)
    percent = row.percent or type_share_row("all").percent
    assert percent is not None, "load() lets no evidence without these figures pass"
    first, second, third = percent
    total = first + second + third
    return first / total, second / total, third / total


def responsibilities(division_type: int) -> tuple[Responsibility, ...]:
    """Return who is responsible for the task areas in a division type, with certainty (E6, E7, E8)."""
    by_type = {table.division_type: table.rows for table in evidence().responsibilities.tables}
    if division_type not in by_type:
        raise BadInputError("invalid", key="division_type", value=division_type, allowed="1, 2, 3")
    return by_type[division_type]


def marketing_share(division_type: int) -> tuple[float, ...]:
    """Return marketing's share of responsibility in each of ``TASK_AREAS`` (E6, E7; E8 is an assumption).

    Parameters
    ----------
    division_type
        1, 2 or 3.

    Returns
    -------
    tuple of float
        Six fractions of one; the rest belongs to sales.

    Raises
    ------
    BadInputError
        A ValueError, for any other type.
    """
    return tuple(row.marketing / 100 for row in responsibilities(division_type))


def professional_return_on_sales() -> float:
    """Return the mean return on sales of professionals, as a fraction of revenue (E19)."""
    return float(evidence().return_on_sales.rows[0].percent) / 100


def tables() -> dict[str, Table[Any]]:
    """Return every table of figures by evidence id, to show titles, sources and certainty."""
    found = evidence()
    ordered: list[Table[Any]] = [found.industries, found.revenue_classes, found.respondents]
    ordered += [
        found.division_types,
        found.type_shares,
        *found.responsibilities.tables,
        found.return_on_sales,
    ]
    return {table.id: table for table in ordered}


def statements() -> tuple[Statement, ...]:
    """Return all statements, E1 to E43 and L1 to L5, in this order."""
    return evidence().statements.statements


def statement(evidence_id: str) -> Statement:
    """Return one statement, such as ``statement("E20").text("de")``; an unknown id is a BadInputError."""
    by_id = {entry.id: entry for entry in statements()}
    if evidence_id not in by_id:
        raise unknown_name(evidence_id, by_id, key="evidence id")
    return by_id[evidence_id]


def source(source_id: str) -> Label:
    """Return how to name ``S1``, ``S2`` or ``literature``; an unknown id is a BadInputError."""
    sources: dict[str, Label] = dict(evidence().statements.sources)
    if source_id not in sources:
        raise unknown_name(source_id, sources, key="source")
    return sources[source_id]
