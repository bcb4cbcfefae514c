"""Plans: which scenarios, varied how, on which virtual companies; as Python object and as TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from experiments.plan import designs
from experiments.plan.designs import Design
from experiments.plan.factors import Factor, Range, factor
from sim.draws import MAX_SEED
from sim.errors import BadInputError, nearest_name, phrase, shown, unknown_name
from sim.fields import complaint
from sim.outcomes import OUTCOMES
from sim.presets import preset, presets
from sim.scenario import MAX_WEEKS, Name, Number, Scenario
from sim.simulation import MAX_COMPANIES
from sim.textfile import read_toml

Floats = NDArray[np.float64]
MAX_RUNS: Final = 1_000_000_000
"""Most virtual companies of one sweep, counted once for each scenario and point."""


class ListDesign(BaseModel):
    """Points one by one.

    Attributes
    ----------
    points
        A value for each factor, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["list"] = "list"
    points: Annotated[tuple[dict[str, Number | str], ...], Field(min_length=1)]


def _scenario(value: object) -> object:
    """Return a scenario from what a plan says in its place: a table, a file, or the id of a preset."""
    if isinstance(value, Scenario):
        return value
    if isinstance(value, Mapping):
        return Scenario(**value)
    if not isinstance(value, str):
        raise BadInputError("type", key="scenarios", value=shown(value), allowed=phrase("preset_or_file"))
    if value in presets():
        # By its id, which is the same in every language.
        return preset(value).scenario().changed(name=value)
    if Path(value).suffix != ".toml":
        nearest = nearest_name(value, presets())
        raise BadInputError("unknown", key="scenarios", value=value, allowed=phrase("preset_or_file"), nearest=nearest)
    return Scenario.load(value)


class Plan(BaseModel):
    """What to run in a sweep: scenarios x design points x virtual companies.

    Attributes
    ----------
    name
        What the sweep is called in reports.
    scenarios
        Each is run at every point; given as scenario, table, file or id of a preset.
    factors
        What is varied, by target (:mod:`experiments.plan.factors`), and how far.
    design
        Which points; see :mod:`experiments.plan.designs`, or a :class:`ListDesign`.
    companies, first_company, seed
        Which virtual companies, the same at every point.
    weeks
        Horizon; the scenarios' own if None, which must then agree.
    outcomes
        Which outcomes are kept.
    rows
        ``companies``: a row of outcomes per scenario, point and company; ``points``: means and standard deviations over
        companies, and shares of the types, per scenario and point.
    context
        Whether rows of companies also hold the context that they were founded in.

    Raises
    ------
    BadInputError
        For unknown names, values out of bounds, and parts that do not fit together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = "sweep"
    scenarios: Annotated[tuple[Annotated[Scenario, BeforeValidator(_scenario)], ...], Field(min_length=1)] = (
        Scenario(name="reference"),
    )
    factors: dict[str, Range] = Field(default_factory=dict)
    design: Annotated[Design | ListDesign, Field(discriminator="kind")]
    companies: Annotated[int, Field(strict=True, ge=1, le=MAX_COMPANIES)] = 100
    first_company: Annotated[int, Field(strict=True, ge=0, le=2**47)] = 0
    seed: Annotated[int, Field(strict=True, ge=0, le=MAX_SEED)] = 1
    weeks: Annotated[int, Field(strict=True, ge=1, le=MAX_WEEKS)] | None = None
    outcomes: tuple[Literal[OUTCOMES], ...] = OUTCOMES  # type: ignore[valid-type]
    rows: Literal["companies", "points"] = "companies"
    context: bool = False

    def __init__(self, **data: Any) -> None:
        """Validate, and say in one sentence what is wrong."""
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise _as_bad_input(error) from None
        self._check()

    def _check(self) -> None:
        names = [scenario.name for scenario in self.scenarios]
        for name in names:
            if names.count(name) > 1:
                raise BadInputError("duplicate", key="scenarios.name", value=name)
        horizons = sorted({scenario.weeks for scenario in self.scenarios})
        if self.weeks is None and len(horizons) > 1:
            raise BadInputError("invalid", key="weeks", value=horizons, allowed=phrase("same_horizon"))
        if len(set(self.outcomes)) < max(1, len(self.outcomes)):
            raise BadInputError("duplicate", key="outcomes", value=", ".join(self.outcomes))
        if not self.outcomes:
            raise BadInputError("missing", key="outcomes", allowed=phrase("at_least_one"))
        if not self.factors and not isinstance(self.design, ListDesign):
            raise BadInputError("missing", key="factors", allowed=phrase("at_least_a_factor"))
        for target in self.factors:
            self._check_lever(target)
        if self.points > MAX_RUNS // (self.companies * len(self.scenarios)):
            allowed = phrase("at_most_runs", high=MAX_RUNS)
            raise BadInputError("bounds", key="design", value=self.points, allowed=allowed)
        if isinstance(self.design, ListDesign):
            self.draw()

    def _check_lever(self, target: str) -> None:
        """Refuse to vary when a lever starts that is never used."""
        table, name, *field = target.split(".")
        if table != "levers" or field in ([], ["intensity"]):
            return
        varied = {f"levers.{name}", f"levers.{name}.intensity"} & set(self.factors)
        for scenario in self.scenarios:
            if name not in scenario.levers and not varied:
                raise BadInputError(
                    "missing", key=f"levers.{name}.intensity", allowed=phrase("in_scenario", name=scenario.name)
                )

    @cached_property
    def space(self) -> tuple[Factor, ...]:
        """The factors with their bounds, in the order of the plan."""
        given = dict(self.factors)
        if isinstance(self.design, ListDesign):
            # A list says by itself what it varies; what is not declared may take the values that the list names.
            for row in self.design.points:
                for target in row:
                    if target not in given:
                        given[target] = Range(values=tuple(_values(self.design, target)))
        found = tuple(factor(target, known, self.scenarios) for target, known in given.items())
        places = [f"{f.table}.{f.name}.{f.field if f.table == 'levers' else ''}" for f in found]
        for place, f in zip(places, found, strict=True):
            if places.count(place) > 1:
                raise BadInputError("duplicate", key="factors", value=f.target)
        return found

    @property
    def points(self) -> int:
        """Number of design points."""
        if isinstance(self.design, ListDesign):
            return len(self.design.points)
        return designs.count(self.design, [f.space for f in self.space])

    @property
    def runs(self) -> int:
        """Number of virtual companies to simulate, counted once for each scenario and point."""
        return self.points * self.companies * len(self.scenarios)

    @property
    def horizon(self) -> int:
        """Number of weeks."""
        return self.scenarios[0].weeks if self.weeks is None else self.weeks

    def draw(self) -> Floats:
        """Return the design's coordinates, shape (points, factors); the same plan draws the same."""
        if not isinstance(self.design, ListDesign):
            return designs.draw(self.design, [f.space for f in self.space], self.seed)
        points = np.empty((len(self.design.points), len(self.space)))
        for k, row in enumerate(self.design.points):
            for v, f in enumerate(self.space):
                key = f"design.points[{k + 1}].{f.target}"
                if f.target not in row:
                    raise BadInputError("missing", key=key)
                points[k, v] = f.coordinate(row[f.target], key=key)
        return points

    def changed(self, **changes: Any) -> Plan:
        """Return a copy with other fields."""
        return Plan(**{**{name: getattr(self, name) for name in type(self).model_fields}, **changes})

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Return the plan in a TOML file; scenario files that it names are sought beside it.

        Raises
        ------
        BadInputError
            With the file's name, for a file that cannot be read or does not hold a valid plan.
        """
        raw = read_toml(path)
        if "design" not in raw:
            raise BadInputError("missing", key="design", file=str(path))
        if isinstance(raw.get("scenarios"), list):
            raw["scenarios"] = [_beside(value, Path(path)) for value in raw["scenarios"]]
        raw.setdefault("name", Path(path).stem)
        try:
            plan = cls(**raw)
            for scenario in plan.scenarios:
                scenario.place()
        except BadInputError as error:
            raise error.in_file(str(path)) from None
        return plan


def _beside(value: object, path: Path) -> object:
    if isinstance(value, str) and value.endswith(".toml"):
        return str(path.parent / value)
    if isinstance(value, dict) and isinstance(company := value.get("company"), dict):
        named = {key: company[key] for key in ("people", "ties") if isinstance(company.get(key), str)}
        return {**value, "company": {**company, **{key: str(path.parent / name) for key, name in named.items()}}}
    return value


def _values(design: ListDesign, target: str) -> list[Any]:
    return list(dict.fromkeys(row[target] for row in design.points if target in row))


def _as_bad_input(error: ValidationError) -> BadInputError:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, BadInputError):
        return cause
    where = [str(part) for part in first["loc"]]
    kinds = [*designs.KINDS, "list"]
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        given = first.get("input")
        kind = given.get("kind", "") if isinstance(given, Mapping) else ""
        if kind == "":
            return BadInputError("missing", key="design.kind", allowed=", ".join(kinds))
        return unknown_name(str(kind), kinds, key="design.kind")
    if where[0] == "design" and len(where) > 1 and where[1] in kinds:
        model = ListDesign if where[1] == "list" else designs.KINDS[where[1]]
        first = {**first, "loc": tuple(first["loc"][2:])}
        return complaint(model, first, key=".".join(["design", *where[2:]]))
    if where[0] == "outcomes" and len(where) > 1:
        return unknown_name(str(first.get("input")), OUTCOMES, key="outcomes")
    return complaint(Plan, first, key=".".join(where))


__all__ = ["MAX_RUNS", "ListDesign", "Plan"]
