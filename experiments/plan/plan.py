"""Plans: which scenarios, varied how, on which virtual companies; as Python object and as TOML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from experiments.plan import designs, notation
from experiments.plan.baseline import baseline
from experiments.plan.designs import Design, OneAtATime
from experiments.plan.factors import Factor, Range, expanded, factor
from experiments.plan.spaces import StatedDesign
from sim.draws import MAX_SEED
from sim.errors import BadInputError, nearest_name, phrase, shown, unknown_name
from sim.fields import complaint
from sim.organisation import beside
from sim.outcomes import OUTCOMES
from sim.presets import preset, presets
from sim.scenario import MAX_WEEKS, Name, Scenario
from sim.simulation import MAX_COMPANIES
from sim.textfile import read_toml

Floats = NDArray[np.float64]
MAX_RUNS: Final = 1_000_000_000
"""Most virtual companies of one sweep, counted once for each scenario and point."""


class ListDesign(StatedDesign):
    """Points one by one, drawn by nobody.

    Attributes
    ----------
    points
        A value for each factor, by name; ``[{}]`` for the scenarios as they are.
    """

    kind: Literal["list"] = "list"
    points: tuple[dict[str, float | str], ...]

    @field_validator("points", mode="before")
    @classmethod
    def _rows(cls, given: object) -> object:
        if not isinstance(given, (list, tuple)):
            return given
        if not given:
            raise BadInputError("missing", key="design.points", allowed=phrase("at_least_one"))
        return tuple(notation.row(row, key=f"design.points[{k}]") for k, row in enumerate(given, start=1))


def _scenario(value: object) -> object:
    """Return a scenario from what a plan says in its place: a table, a file, or the id of a preset."""
    if isinstance(value, Scenario):
        return value
    if isinstance(value, Mapping):
        return Scenario(**value)
    if not isinstance(value, str):
        raise BadInputError("type", value=shown(value), allowed=phrase("preset_or_file"))
    if value in presets():
        # By its id, which is the same in every language.
        return preset(value).scenario().changed(name=value)
    if Path(value).suffix != ".toml":
        nearest = nearest_name(value, presets())
        raise BadInputError("unknown", value=value, allowed=phrase("preset_or_file"), nearest=nearest)
    return Scenario.load(value)


class Plan(BaseModel):
    """A plan of a sweep: scenarios x design points x virtual companies.

    Attributes
    ----------
    name
        What the sweep is called in reports.
    scenarios
        Each is run at every point; given as scenario, table, file or id of a preset.
    factors
        What is varied, by target (:mod:`experiments.plan.factors`), and how far.
    design
        Which points; see :mod:`experiments.plan.designs`, or a :class:`ListDesign`. One factor at a time begins with
        the scenarios as they stand, which must agree in what is varied (:mod:`experiments.plan.baseline`).
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
        Whether rows also hold the context that the companies were founded in.

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
    factors: Annotated[dict[str, Range], BeforeValidator(notation.ranges)] = Field(default_factory=dict)
    design: Annotated[Design | ListDesign, Field(discriminator="kind")]
    companies: Annotated[int, Field(strict=True, ge=1, le=MAX_COMPANIES)] = 100
    first_company: Annotated[int, Field(strict=True, ge=0, le=2**47)] = 0
    seed: Annotated[int, Field(strict=True, ge=0, le=MAX_SEED)] = 1
    weeks: Annotated[int, Field(strict=True, ge=1, le=MAX_WEEKS)] | None = None
    outcomes: tuple[Literal[OUTCOMES], ...] = OUTCOMES  # type: ignore[valid-type]
    rows: Literal["companies", "points"] = "companies"
    context: Annotated[bool, Field(strict=True)] = False

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
        if not self.outcomes:
            raise BadInputError("missing", key="outcomes", allowed=phrase("at_least_one"))
        for name in self.outcomes:
            if self.outcomes.count(name) > 1:
                raise BadInputError("duplicate", key="outcomes", value=name)
        if not self.factors and not isinstance(self.design, ListDesign):
            raise BadInputError("missing", key="factors", allowed=phrase("at_least_a_factor"))
        self._check_together()
        if isinstance(self.design, OneAtATime):
            baseline(self.space, self.scenarios)
        if self.points > MAX_RUNS // (self.companies * len(self.scenarios)):
            allowed = phrase("at_most_runs", high=MAX_RUNS)
            raise BadInputError("bounds", key="design", value=self.points, allowed=allowed)
        if self.points > designs.MAX_POINTS:
            allowed = phrase("at_most", high=designs.MAX_POINTS)
            raise BadInputError("bounds", key="design", value=self.points, allowed=allowed)
        if isinstance(self.design, ListDesign):
            self.draw()

    def _check_together(self) -> None:
        """Refuse factors that would change nothing: when a lever starts that is not used, how large no clash is."""
        varied = {f.place for f in self.space}
        for f in self.space:
            needed = {"levers": f"levers.{f.name}.intensity", "clash": "clash.week"}.get(f.table)
            if needed is None or needed in varied:
                continue
            for scenario in self.scenarios:
                if not (scenario.clash if f.table == "clash" else f.name in scenario.levers):
                    raise BadInputError("missing", key=needed, allowed=phrase("in_scenario", name=scenario.name))

    @cached_property
    def space(self) -> tuple[Factor, ...]:
        """The factors with their bounds, in the order of the plan."""
        given = expanded(self.factors, self.scenarios)
        if isinstance(self.design, ListDesign):
            # A list says by itself what it varies, which need not be declared.
            known = {target for target, _, _ in given}
            for k, row in enumerate(self.design.points, start=1):
                new = [target for target in row if target not in known]
                given += [(target, Range(), f"design.points[{k}].{target}") for target in new]
                known.update(new)
        by_points = isinstance(self.design, ListDesign)
        found = tuple(
            factor(name, far, self.scenarios, weeks=self.horizon, key=key, by_points=by_points)
            for name, far, key in given
        )
        places = [f.place for f in found]
        for place, f in zip(places, found, strict=True):
            if places.count(place) > 1:
                raise BadInputError("duplicate", key="factors", value=f.target)
        return found

    @cached_property
    def points(self) -> int:
        """Number of design points."""
        if isinstance(self.design, ListDesign):
            return len(self.design.points)
        try:
            return designs.count(self.design, [f.space for f in self.space])
        except BadInputError as error:
            # A design knows factors by their number.
            if (numbered := re.fullmatch(r"factors\[(\d+)\](.*)", str(error.key))) is None:
                raise
            raise error.at(f"factors.{self.space[int(numbered[1]) - 1].target}{numbered[2]}") from None

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
            spaces = [f.space for f in self.space]
            start = baseline(self.space, self.scenarios) if isinstance(self.design, OneAtATime) else None
            return designs.draw(self.design, spaces, self.seed, start)
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
        return {**value, "company": {**company, **{key: beside(path, name) for key, name in named.items()}}}
    return value


def _as_bad_input(error: ValidationError) -> BadInputError:
    """Return the first complaint of pydantic as one sentence with key, value, what is allowed, and the nearest name."""
    first = error.errors()[0]
    problem, where = first["type"], notation.place(first["loc"])
    if isinstance(cause := first.get("ctx", {}).get("error"), BadInputError):
        return _placed(cause, where)
    if problem.startswith("union_tag") or (problem == "missing" and where == "design"):
        return _without_kind(first["input"])
    if problem == "too_short":
        return BadInputError("missing", key=where, allowed=phrase("at_least_one"))
    if where.startswith("outcomes["):
        return unknown_name(str(first["input"]), OUTCOMES, key=where)
    return complaint(Plan, first, key=where)


def _placed(cause: BadInputError, where: str) -> BadInputError:
    """Return an error of a part of the plan with its place in the plan; a file's own error is complete."""
    if cause.file or not isinstance(cause.key, str):
        return cause
    if where.startswith("scenarios["):
        return cause.at(f"{where}.{cause.key}" if cause.key else where)
    return cause if cause.key else cause.at(where)


def _without_kind(given: Mapping[str, Any]) -> BadInputError:
    kinds = [*designs.KINDS, "list"]
    if isinstance(design := given.get("design", given), Mapping) and "kind" in design:
        return unknown_name(str(design["kind"]), kinds, key="design.kind")
    return BadInputError("missing", key="design.kind", allowed=", ".join(kinds))


__all__ = ["MAX_RUNS", "ListDesign", "Plan"]
