"""What to simulate: a company, its levers, its context, changed numbers; as Python object and as TOML file."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from sim import company as co
from sim import evidence
from sim.errors import BadInputError, nearest_name, unknown_name
from sim.organisation import load_organisation
from sim.parameters import group_values, parameters
from sim.policies import ALL_POLICIES, Policy, by_id

MAX_WEEKS: Final = 1040
"""Longest horizon: twenty years."""
MAX_PEOPLE: Final = 5000
"""Most people per department."""


def _number(value: object) -> object:
    # Pydantic would take "0.5", True and inf for numbers.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("a number")
    if not math.isfinite(value):
        raise ValueError("a finite number")
    return value


Number = Annotated[float, BeforeValidator(_number)]
Share = Annotated[Number, Field(ge=0.0, le=1.0)]


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
        Files of a real organisation (CSV); they replace numbers of people, structure and degrees.
    """

    industry: str = "other"
    revenue_class: str = "500m_to_1bn"
    division_type: Literal[1, 2, 3] = 1
    marketing: Annotated[int, Field(strict=True, ge=1, le=MAX_PEOPLE)] | None = None
    sales: Annotated[int, Field(strict=True, ge=1, le=MAX_PEOPLE)] | None = None
    structure: Literal["spread", "broker"] = "spread"
    interface_degree: Annotated[Number, Field(gt=0.0, le=50.0)] = 4.0
    internal_degree: Annotated[Number, Field(ge=0.0, le=50.0)] = 4.0
    team_degree: Annotated[Number, Field(ge=0.0, le=50.0)] = 1.0
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
            raise BadInputError("missing", key=key, allowed="both files, people and ties, or neither")
        return self


class Context(_Part):
    """Context that is fixed instead of drawn per company; it is no lever (MODEL, section 1)."""

    meeting_culture: Share | None = None
    founding_trust: Share | None = None
    founding_friction: Share | None = None
    turbulence: Annotated[Number, Field(ge=0.1, le=3.0)] | None = None


class Step(_Part):
    """One step of a lever: from ``start`` (week) on, the intensity moves to ``intensity`` within ``ramp`` weeks."""

    intensity: Share
    start: Annotated[Number, Field(ge=0.0, le=MAX_WEEKS)] = 0.0
    ramp: Annotated[Number, Field(ge=1.0, le=MAX_WEEKS)] | None = None


class Lever(_Part):
    """A lever's schedule: one step, or a list of steps in the order of time."""

    intensity: Share | None = None
    start: Annotated[Number, Field(ge=0.0, le=MAX_WEEKS)] = 0.0
    ramp: Annotated[Number, Field(ge=1.0, le=MAX_WEEKS)] | None = None
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Lever:
        if (self.intensity is None) == (not self.steps):
            raise ValueError("either an intensity or a list of steps")
        starts = [step.start for step in self.steps]
        if starts != sorted(starts):
            raise ValueError("steps in the order of their start")
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

    id: str
    en: str
    de: str
    effects: dict[str, Number]
    says_en: str = ""
    says_de: str = ""
    running_cost: Number = 0.1
    one_off_cost: Number = 0.1
    ramp: Number = 20.0

    def policy(self) -> Policy:
        """Return the lever, checked."""
        return Policy(**self.model_dump())


class Scenario(_Part):
    """What to simulate.

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
        Changed numbers by name: the organisation without levers, the rules, founding, measurement (``parameters.toml``).
    clash
        An early clash.
    policies
        Levers of one's own.

    Raises
    ------
    BadInputError
        For unknown names, values out of bounds, wrong types, missing files.
    """

    name: str = "scenario"
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
        if isinstance(levers := data.get("levers"), Mapping):
            data["levers"] = {
                key: value if isinstance(value, (Mapping, Lever)) else {"intensity": value} for key, value in levers.items()
            }
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise _as_bad_input(error, data) from None
        known = [policy.id for policy in self.all_policies()]
        for name in self.levers:
            if name not in known:
                raise unknown_name(name, known, key=f"levers.{name}")
        for group, changes in self._changes():
            group_values(group, changes)

    def _changes(self) -> tuple[tuple[str, Mapping[str, object]], ...]:
        return (
            ("mechanism", self.parameters),
            ("coefficient", self.coefficients),
            ("founding", self.founding),
            ("outcome", self.outcome),
        )

    def all_policies(self) -> tuple[Policy, ...]:
        """Return the 16 levers and the scenario's own."""
        return tuple(by_id((*ALL_POLICIES, *(own.policy() for own in self.policies))).values())

    def place(self) -> co.Shape | co.Organisation:
        """Return the shape of the communication graph, or the real organisation."""
        if self.company.people is not None and self.company.ties is not None:
            return load_organisation(self.company.people, self.company.ties)
        staff = default_staff(self.company.revenue_class)
        return co.Shape(
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
                    company[key] = str(Path(path).parent / company[key])
        raw.setdefault("name", Path(path).stem)
        try:
            scenario = cls(**raw)
            scenario.place()
        except BadInputError as error:
            raise error.in_file(str(path)) from None
        return scenario


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    BadInputError
        If the file is missing, empty, not UTF-8 or no TOML.
    """
    file = str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError:
        raise BadInputError("no_file", file=file) from None
    if not raw.strip():
        raise BadInputError("empty", file=file)
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInputError("encoding", file=file) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInputError("syntax", file=file, value=str(error)) from None


def default_staff(revenue_class: str) -> tuple[int, int]:
    """Return the number of marketing and sales people of a revenue class (E2; the sizes are an assumption)."""
    population = group_values("population")
    total = round(population[f"staff_{revenue_class}"])
    marketing = min(total - 1, max(1, round(total * population["staff_marketing"])))
    return marketing, total - marketing


def _as_bad_input(error: ValidationError, data: Mapping[str, Any]) -> BadInputError:
    """Return the first complaint of pydantic as one sentence with key, value, what is allowed, and the nearest name."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, BadInputError):
        return cause
    where = [part for part in first["loc"] if not (isinstance(part, str) and part.startswith(("function-", "constrained-")))]
    key, value, kind = ".".join(str(part) for part in where), first.get("input"), first["type"]
    if kind == "extra_forbidden":
        return unknown_name(str(where[-1]), _fields_at(where[:-1]), key=key)
    if kind == "missing":
        return BadInputError("missing", key=key)
    shown = value if isinstance(value, (str, int, float, bool)) or value is None else type(value).__name__
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    problem = "bounds" if kind.startswith(("greater", "less")) else "type" if kind.endswith("_type") else "invalid"
    nearest = nearest_name(value, str(first["ctx"]["expected"]).replace("'", "").split(" or ")) if kind == "literal_error" and isinstance(value, str) else ""
    return BadInputError(problem, key=key, value=shown, allowed=message, nearest=nearest)


def _fields_at(where: list[int | str]) -> list[str]:
    """Return the names of fields at a place in the scenario."""
    model: type[BaseModel] = Scenario
    parts: dict[str, type[BaseModel]] = {
        "company": CompanyProfile,
        "context": Context,
        "levers": Lever,
        "clash": Clash,
        "policies": OwnPolicy,
    }
    if where and str(where[0]) in parts:
        model = Step if "steps" in where else parts[str(where[0])]
    return list(model.model_fields)


__all__ = ["Clash", "CompanyProfile", "Context", "Lever", "OwnPolicy", "Scenario", "Step", "default_staff", "parameters", "read_toml"]
