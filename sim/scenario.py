"""The scenario: a company, its levers, its context, changed numbers; as Python object and as TOML file."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from sim import company as co
from sim import evidence
from sim.errors import BadInputError, phrase, unknown_name
from sim.fields import complaint
from sim.graph import Shape
from sim.organisation import beside, load_organisation
from sim.parameters import Model, group_values, parameters
from sim.policies import ALL_POLICIES, Policy, by_id
from sim.textfile import read_toml

MAX_WEEKS: Final = 1040
"""Longest horizon: twenty years."""
MAX_PEOPLE: Final = 5000
"""Most people per department."""


def _number(value: object) -> object:
    # Pydantic would take "0.5", True and inf for numbers.
    if isinstance(value, np.number):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("float_type", "a number")
    # Python's whole numbers have no upper end; a float has.
    if (isinstance(value, int) and value.bit_length() > 1000) or not math.isfinite(value):
        raise PydanticCustomError("less_than_equal", "a finite number")
    return value


A_NUMBER: Final = BeforeValidator(_number)
"""Stands behind bounds: before them, pydantic would keep the bounds out of the JSON schema (:mod:`sim.fields`)."""
Number = Annotated[float, A_NUMBER]
Share = Annotated[float, Field(ge=0.0, le=1.0), A_NUMBER]
MAX_NAME: Final = 200


def _printable(name: str) -> str:
    if any(unicodedata.category(c) == "Cc" for c in name):
        raise PydanticCustomError("printable", "text without control characters")
    return name


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_printable)]


CHANGES: Final = {
    "parameters": "mechanism",
    "coefficients": "coefficient",
    "founding": "founding",
    "outcome": "outcome",
}
"""Tables of a scenario that change numbers, and the groups of :mod:`sim.parameters` that they change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanyProfile(_Part):
    """A company's kind.

    Attributes
    ----------
    industry, revenue_class
        Ids of E1 and E2; the revenue class gives the number of people where none is named.
    division_type
        Division of labour, 1 to 3 (E4).
    marketing, sales
        Number of people.
    structure
        ``spread`` or ``broker``: evenly dealt interface ties, or all through one marketing person.
    interface_degree, internal_degree, team_degree
        Mean number of ties per person: between departments, inside them, and dormant until teams are used.
    people, ties
        A real organisation: two CSV files, or what would stand in them as text; they replace numbers of people,
        structure and degrees.
    """

    industry: str = "other"
    revenue_class: str = "500m_to_1bn"
    division_type: Literal[1, 2, 3] = 1
    marketing: Annotated[int, Field(strict=True, ge=1, le=MAX_PEOPLE)] | None = None
    sales: Annotated[int, Field(strict=True, ge=1, le=MAX_PEOPLE)] | None = None
    structure: Literal["spread", "broker"] = "spread"
    interface_degree: Annotated[float, Field(gt=0.0, le=50.0), A_NUMBER] = 4.0
    internal_degree: Annotated[float, Field(ge=2.0, le=50.0), A_NUMBER] = 4.0
    team_degree: Annotated[float, Field(ge=0.0, le=50.0), A_NUMBER] = 1.0
    people: str | None = None
    ties: str | None = None

    @model_validator(mode="after")
    def _names_exist(self) -> CompanyProfile:
        for key, name, rows in (
            ("company.industry", self.industry, evidence.industries()),
            ("company.revenue_class", self.revenue_class, evidence.revenue_classes()),
        ):
            known = [row.id for row in rows]
            if name not in known:
                raise unknown_name(name, known, key=key)
        if (self.people is None) != (self.ties is None):
            key = "company.ties" if self.ties is None else "company.people"
            raise BadInputError("missing", key=key, allowed=phrase("both_files"))
        return self


class Context(_Part):
    """Context that is fixed instead of drawn per company; it is no lever (ODD, section 2)."""

    meeting_culture: Share | None = None
    founding_trust: Share | None = None
    founding_friction: Share | None = None
    turbulence: Annotated[float, Field(ge=0.1, le=3.0), A_NUMBER] | None = None


class Step(_Part):
    """One step of a lever: from ``start`` (week) on, the intensity moves to ``intensity`` within ``ramp`` weeks.

    A first step at week 0 with a ramp of 1 means that the lever was in place before; no one-off cost falls due.
    """

    intensity: Share
    start: Annotated[float, Field(ge=0.0, le=MAX_WEEKS), A_NUMBER] = 0.0
    ramp: Annotated[float, Field(ge=1.0, le=MAX_WEEKS), A_NUMBER] | None = None


class Lever(_Part):
    """A lever's schedule: one step, or a list of steps in the order of time."""

    intensity: Share | None = None
    start: Annotated[float, Field(ge=0.0, le=MAX_WEEKS), A_NUMBER] = 0.0
    ramp: Annotated[float, Field(ge=1.0, le=MAX_WEEKS), A_NUMBER] | None = None
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Lever:
        if (self.intensity is None) == (not self.steps):
            raise PydanticCustomError("intensity_or_steps", "either an intensity or a list of steps")
        starts = [step.start for step in self.steps]
        if starts != sorted(starts):
            raise PydanticCustomError("steps_in_order", "steps in the order of their start")
        return self

    def schedule(self) -> tuple[Step, ...]:
        """Return the steps."""
        if self.intensity is None:
            return self.steps
        return (Step(intensity=self.intensity, start=self.start, ramp=self.ramp),)


class Clash(_Part):
    """An early clash: in this week a share of the interface ties escalates whatever happens (P16)."""

    week: Annotated[int, Field(strict=True, ge=0, le=MAX_WEEKS)]
    share: Share = 1.0


class OwnPolicy(_Part):
    """A user's own lever; see :class:`sim.policies.Policy`."""

    id: Name
    en: Name
    de: Name
    effects: dict[str, Number]
    says_en: str = ""
    says_de: str = ""
    running_cost: Number = 0.1
    one_off_cost: Number = 0.1
    ramp: Number = 20.0

    def policy(self) -> Policy:
        """Return the lever, checked."""
        try:
            return Policy(**self.model_dump())
        except BadInputError as error:
            raise error.at(str(error.key).replace("policy.", "policies.", 1)) from None


class Scenario(_Part):
    """A scenario.

    Attributes
    ----------
    name
        How the scenario is called in results.
    weeks
        Horizon.
    company, context
        The company's kind, and what of its context is fixed.
    levers
        Schedules by lever id: ``{"joint_planning": 0.8}`` or ``{"joint_planning": {"intensity": 0.8, "start": 26}}``.
    parameters, coefficients, founding, outcome
        Changed numbers by name (``parameters.toml``): the organisation without levers, rules, founding, measurement.
    clash
        An early clash.
    policies
        Levers of one's own.

    Raises
    ------
    BadInputError
        For unknown names, values out of bounds, wrong types, missing files.
    """

    name: Name = "scenario"
    weeks: Annotated[int, Field(strict=True, ge=1, le=MAX_WEEKS)] = 104
    company: CompanyProfile = CompanyProfile()
    context: Context = Context()
    levers: dict[str, Lever] = Field(default_factory=dict)
    parameters: dict[str, Number] = Field(default_factory=dict)
    coefficients: dict[str, Number] = Field(default_factory=dict)
    founding: dict[str, Number] = Field(default_factory=dict)
    outcome: dict[str, Number] = Field(default_factory=dict)
    clash: Clash | None = None
    policies: tuple[OwnPolicy, ...] = ()

    def __init__(self, **data: Any) -> None:
        """Validate, and say in one sentence what is wrong."""
        given = data.copy()
        if isinstance(levers := data.get("levers"), Mapping):
            data["levers"] = {
                key: value if isinstance(value, (Mapping, Lever)) else {"intensity": value}
                for key, value in levers.items()
            }
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise _as_bad_input(error, given) from None
        known = [policy.id for policy in self.all_policies()]
        for name in self.levers:
            if name not in known:
                raise unknown_name(name, known, key=f"levers.{name}")
        for table, group in CHANGES.items():
            group_values(group, getattr(self, table), key=table)

    # What asks for many values, such as Mesa's batch_run, takes a scenario for one; pydantic would yield its fields.
    __iter__ = None  # type: ignore[assignment]

    def __hash__(self) -> int:
        """Return a hash of what it says; scenarios that are equal have the same."""
        return hash(json.dumps(self.model_dump(mode="json"), sort_keys=True))

    def all_policies(self) -> tuple[Policy, ...]:
        """Return the 16 levers and the scenario's own."""
        return tuple(by_id((*ALL_POLICIES, *(own.policy() for own in self.policies))).values())

    def model(self) -> Model:
        """Return the model's numbers with those that the scenario changes."""
        return Model.changed(coefficients=self.coefficients, founding=self.founding, outcome=self.outcome)

    def place(self) -> Shape | co.Organisation:
        """Return the shape of the communication graph, or the real organisation."""
        if self.company.people is not None and self.company.ties is not None:
            return load_organisation(self.company.people, self.company.ties)
        staff = default_staff(self.company.revenue_class)
        return Shape(
            marketing=self.company.marketing or staff[0],
            sales=self.company.sales or staff[1],
            structure=self.company.structure,
            interface_degree=self.company.interface_degree,
            internal_degree=self.company.internal_degree,
            team_degree=self.company.team_degree,
        )

    def changed(self, **changes: Any) -> Scenario:
        """Return a copy with other fields; dictionaries replace the old ones."""
        return Scenario(**{**self.model_dump(exclude_unset=True), **changes})

    @classmethod
    def load(cls, path: str | Path) -> Scenario:
        """Return the scenario in a TOML file; files it names are sought beside it.

        Raises
        ------
        BadInputError
            With the file's name, for a file that cannot be read or does not hold a valid scenario.
        """
        raw = read_toml(path)
        company = raw.get("company")
        if isinstance(company, dict):
            for key in ("people", "ties"):
                if isinstance(company.get(key), str):
                    company[key] = beside(path, company[key])
        raw.setdefault("name", name_of(path))
        try:
            scenario = cls(**raw)
            scenario.place()
        except BadInputError as error:
            raise error.in_file(str(path)) from None
        return scenario


def name_of(path: str | Path) -> str:
    """Return the name of a scenario that has none of its own: its file's, as far as it can be shown."""
    stem = "".join(c if c.isprintable() else "_" for c in Path(path).stem)
    return stem[:MAX_NAME].strip() or "scenario"


def default_staff(revenue_class: str) -> tuple[int, int]:
    """Return the number of marketing and sales people of a revenue class (E2; the sizes are an assumption)."""
    population = group_values("population")
    total = round(population[f"staff_{revenue_class}"])
    marketing = min(total - 1, max(1, round(total * population["staff_marketing"])))
    return marketing, total - marketing


def _as_bad_input(error: ValidationError, given: Mapping[str, Any]) -> BadInputError:
    """Return the first complaint of pydantic as one sentence with key, value, what is allowed, and the nearest name."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, BadInputError):
        return cause
    where = list(first["loc"])
    if len(where) > 1 and where[0] in CHANGES:
        return _as_bad_number(str(where[0]), str(where[1]), first.get("input"))
    key = ".".join(str(part) for part in _as_written(where, given))
    return complaint(Scenario, first, key=key)


def _as_bad_number(table: str, name: str, value: object) -> BadInputError:
    """Return what is wrong with a changed number: its parameter knows more about it than pydantic."""
    try:
        group_values(CHANGES[table], {name: value}, key=table)
    except BadInputError as error:
        return error
    raise AssertionError("pydantic refused a number that its parameter accepts")


def _as_written(where: list[int | str], given: Mapping[str, Any]) -> list[int | str]:
    """Return a place as the author of the scenario wrote it: ``levers.x = 2`` has no ``intensity``."""
    levers = given.get("levers")
    if where[0] == "levers" and len(where) == 3 and isinstance(levers, Mapping):
        return where if isinstance(levers[where[1]], (Mapping, Lever)) else where[:-1]
    return where


__all__ = [
    "Clash",
    "CompanyProfile",
    "Context",
    "Lever",
    "OwnPolicy",
    "Scenario",
    "Step",
    "default_staff",
    "name_of",
    "parameters",
    "read_toml",
]
