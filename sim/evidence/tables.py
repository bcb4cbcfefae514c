"""The study's figures as typed tables, read from TOML files and checked against each other.

Percentages are kept as the source prints them; only the functions of the package turn them into fractions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.errors import BadInputError, unknown_name
from sim.texts import declared

COMPANIES: Final = 337
TASK_AREAS: Final = ("strategy", "product", "price", "selling", "advertising", "market_research")
STATEMENT_IDS: Final = (*(f"E{n}" for n in range(1, 44)), *(f"L{n}" for n in range(1, 6)))

Language = Literal["en", "de"]
Source = Literal["S1", "S2", "literature"]
Certainty = Literal["certain", "safe", "strong", "by elimination", "inferred", "not given", "assumption"]
Text = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Field(strict=True, ge=0)]
WholePercent = Annotated[int, Field(strict=True, ge=0, le=100)]
# Decimal, because the digits printed (6 or 6.0) decide the tolerance.
PrintedPercent = Annotated[Decimal, Field(ge=0, le=100)]


def _require(key: str, value: object, wanted: object) -> None:
    if value != wanted:
        raise BadInputError("invalid", key=key, value=value, allowed=str(wanted))


def _require_hundred(key: str, percentages: Sequence[int]) -> None:
    # Three percentages, each rounded to a whole number, can sum to 99, 100 or 101.
    if abs(sum(percentages) - 100) > 1:
        raise BadInputError("bounds", key=key, value=sum(percentages), allowed="99 to 101")


def _require_names(key: str, names: Sequence[str], wanted: Iterable[str]) -> None:
    """Refuse names that occur twice, are unknown or are missing; their order is free."""
    expected = list(dict.fromkeys(wanted))
    for name in names:
        if name not in expected:
            raise unknown_name(name, expected, key=key)
        if names.count(name) > 1:
            raise BadInputError("duplicate", key=key, value=name)
    if missing := [name for name in expected if name not in names]:
        raise BadInputError("missing", key=key, allowed=", ".join(missing))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Label(_Frozen):
    """A display text in both languages."""

    en: Text
    de: Text

    def text(self, language: str) -> str:
        """Return the text in one language."""
        return declared((self.en, self.de), language)


class Sources(_Frozen):
    """Names of the sources in both languages."""

    S1: Label
    S2: Label
    literature: Label


class Statement(Label):
    """One piece of evidence in one sentence per language (E1 to E43, L1 to L5)."""

    id: Text
    role: Literal["IN", "OUT", "context"]
    source: Source
    place: Label


class Named(_Frozen):
    """An id and its label; as it is, a task area (E6)."""

    id: Text
    label: Label


class _Row(_Frozen):
    certainty: Certainty


class Group(Named, _Row):
    """A group of companies or respondents and how many there are (E3)."""

    count: Whole


class _SampleShare(Group):
    percent: PrintedPercent

    @model_validator(mode="after")
    def _percent_fits_count(self) -> Self:
        """Allow half a unit of the last printed digit: 5.93% may be printed 5.9 or 6, but not 6.0."""
        exact = Decimal(100 * self.count) / COMPANIES
        if abs(exact - self.percent) > Decimal(5).scaleb(int(self.percent.as_tuple().exponent) - 1):
            allowed = f"{self.count} of {COMPANIES} = {exact:.3f}, rounded"
            raise BadInputError("bounds", key="percent", value=str(self.percent), allowed=allowed)
        return self


class Industry(_SampleShare):
    """An industry of the sample (E1)."""


class RevenueClass(_SampleShare):
    """A revenue class of the sample (E2), bounds in EUR million; the last has no upper bound."""

    from_million_eur: Whole
    to_million_eur: Whole | None = None


class DivisionType(_Row):
    """A type of division of labour and its percentage of all companies (E4)."""

    number: Whole
    label: Label
    percent: WholePercent


class TypeShares(_Row):
    """Percentages of division types 1, 2, 3 in an industry, or the row they are borrowed from (E5)."""

    industry: Text
    percent: tuple[WholePercent, WholePercent, WholePercent] | None = None
    same_as: Literal["all"] | None = None

    @model_validator(mode="after")
    def _adds_up_or_borrows(self) -> Self:
        given = (self.percent is not None, self.same_as is None, self.certainty != "not given")
        if len(set(given)) > 1:
            allowed = "percent, or else same_as with certainty 'not given'"
            raise BadInputError("invalid", key="industry", value=self.industry, allowed=allowed)
        _require_hundred("sum of percent", self.percent or (100,))
        return self


class Responsibility(_Row):
    """Percentages of the responsibility for a task area (E6, E7, E8)."""

    area: Text
    marketing: WholePercent
    sales: WholePercent

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _require("marketing + sales", self.marketing + self.sales, 100)
        return self


class MeanReturn(Named, _Row):
    """Mean return on sales of a group of companies, in percent (E19)."""

    id: Literal["professional"]
    percent: PrintedPercent


RowT = TypeVar("RowT", bound=_Row)
GroupT = TypeVar("GroupT", bound=Group)


class Table(_Frozen, Generic[RowT]):
    """Rows of figures with their evidence id, source, role and certainty."""

    id: Text
    title: Label
    source: Source
    place: Label
    role: Literal["IN", "OUT"]
    certainty: Certainty | None = None
    rows: Annotated[tuple[RowT, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _hand_certainty_down(cls, data: Any) -> Any:
        """Give rows without a certainty of their own the table's."""
        if isinstance(data, dict) and "certainty" in data and isinstance(data.get("rows"), list):
            default = {"certainty": data["certainty"]}
            return data | {"rows": [default | row if isinstance(row, dict) else row for row in data["rows"]]}
        return data


class SampleTable(Table[GroupT], Generic[GroupT]):
    """A split of the whole sample into groups (E1, E2, E3)."""

    @model_validator(mode="after")
    def _makes_up_the_sample(self) -> Self:
        names = [row.id for row in self.rows]
        _require_names("rows.id", names, names)
        _require("sum of rows.count", sum(row.count for row in self.rows), COMPANIES)
        return self


class ResponsibilityTable(Table[Responsibility]):
    """Responsibilities in one type of division of labour (E6, E7, E8)."""

    division_type: Whole


class Responsibilities(_Frozen):
    """The task areas, and who is responsible for them in each type of division of labour."""

    areas: tuple[Named, ...]
    tables: tuple[ResponsibilityTable, ...]

    @model_validator(mode="after")
    def _types_and_areas_in_order(self) -> Self:
        _require("areas.id", tuple(area.id for area in self.areas), TASK_AREAS)
        types = [(table.id, table.division_type) for table in self.tables]
        _require("tables.id and division_type", types, [("E6", 1), ("E7", 2), ("E8", 3)])
        for table in self.tables:
            _require(f"tables[{table.id}].rows.area", tuple(row.area for row in table.rows), TASK_AREAS)
        return self


class Statements(_Frozen):
    """Every piece of evidence in words, and the sources."""

    sources: Sources
    statements: tuple[Statement, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _require_names("statements.id", [entry.id for entry in self.statements], STATEMENT_IDS)
        return self


class Evidence(_Frozen):
    """The whole folder: one field per file, named like it."""

    industries: SampleTable[Industry]
    revenue_classes: SampleTable[RevenueClass]
    respondents: SampleTable[Group]
    division_types: Table[DivisionType]
    type_shares: Table[TypeShares]
    responsibilities: Responsibilities
    return_on_sales: Table[MeanReturn]
    statements: Statements

    @model_validator(mode="after")
    def _files_agree(self) -> Self:  # a key begins with its file's name here, as pydantic's do
        types = self.division_types.rows
        _require("division_types.rows.number", [row.number for row in types], [1, 2, 3])
        _require_hundred("division_types.rows.percent", [row.percent for row in types])
        shares = self.type_shares.rows
        industries = ["all", *(row.id for row in self.industries.rows)]
        _require_names("type_shares.rows.industry", [row.industry for row in shares], industries)
        overall = next(row.percent for row in shares if row.industry == "all")
        _require("type_shares.rows[all].percent", overall, tuple(row.percent for row in types))
        classes = self.revenue_classes.rows
        starts = [*(row.from_million_eur for row in classes), None]
        ends = [0, *(row.to_million_eur for row in classes)]
        _require("revenue_classes.rows.from_million_eur (the last: to_million_eur)", starts, ends)
        said = {entry.id: (entry.role, entry.source) for entry in self.statements.statements}
        ids = {"industries": "E1", "revenue_classes": "E2", "respondents": "E3", "division_types": "E4"}
        tables: list[Table[Any]] = list(self.responsibilities.tables)
        for file, wanted in (ids | {"type_shares": "E5", "return_on_sales": "E19"}).items():
            _require(f"{file}.id", getattr(self, file).id, wanted)
            tables.append(getattr(self, file))
        for table in tables:
            _require(f"statements.statements[{table.id}]", said[table.id], (table.role, table.source))
        return self


def load(root: Traversable) -> Evidence:
    """Read and check the evidence in a folder; BadInputError, a ValueError, names the first violation."""
    raw: dict[str, object] = {}
    for name in Evidence.model_fields:
        content = root.joinpath(f"{name}.toml").read_bytes()
        try:
            raw[name] = tomllib.loads(content.decode(), parse_float=Decimal)
        except ValueError as error:  # not UTF-8 or not TOML: there is no key yet
            raise BadInputError("syntax", value=error, file=f"{name}.toml") from None
    try:
        return Evidence.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    cause, path = first.get("ctx", {}).get("error"), list(map(str, first["loc"]))
    if not isinstance(cause, BadInputError):
        problem = "missing" if first["type"] == "missing" else "invalid"
        cause = BadInputError(problem, value=first["input"], allowed=first["msg"])
    file, _, key = ".".join([*path, str(cause.key)]).strip(".").partition(".")
    cause.file, cause.key = f"{file}.toml", key
    raise cause
