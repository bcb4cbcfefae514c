"""Every number of the model with its unit, bounds, default, provenance and source, read from ``parameters.toml``.

Five groups: ``mechanism`` (what levers move), ``coefficient`` (how strongly rules work), ``founding`` (how companies
and people begin), ``outcome`` (how states become measures) and ``population`` (how the virtual sample varies).
"""

from __future__ import annotations

import tomllib
from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Self

from sim.errors import BadInputError, between, phrase, shown, unknown_name
from sim.texts import declared

GROUPS: Final = ("mechanism", "coefficient", "founding", "outcome", "population")
PROVENANCES: Final = ("study", "literature", "assumption")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model.

    Attributes
    ----------
    name, group
        Its name and one of :data:`GROUPS`.
    unit
        ``"1"``, ``"h"``, ``"/wk"``, ``"h/wk"``, ``"/yr"``, ``"/h"``, ``"%"``.
    low, high, default
        Closed bounds, and the value used unless a scenario says otherwise.
    provenance, source
        ``study``, ``literature`` or ``assumption``, and the evidence id (or ``MODEL``).
    en, de
        Its label in English and German.
    """

    name: str
    group: str
    unit: str
    low: float
    high: float
    default: float
    provenance: str
    source: str
    en: str
    de: str

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        if self.provenance not in PROVENANCES:
            raise unknown_name(self.provenance, PROVENANCES, key=f"{self.group}.{self.name}.provenance")
        if not self.low <= self.default <= self.high or self.low >= self.high:
            raise BadInputError(
                "bounds", key=f"{self.group}.{self.name}", value=self.default, allowed=between(self.low, self.high)
            )

    def label(self, language: str) -> str:
        """Return its label in a language."""
        return declared((self.en, self.de), language)

    def check(self, value: object, *, key: str) -> float:
        """Return ``value`` as a float inside the bounds.

        Raises
        ------
        BadInputError
            If it is no finite number, or out of bounds.
        """
        allowed = between(self.low, self.high, unit=self.unit)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadInputError("type", key=key, value=shown(value), allowed=phrase("a_number", range=allowed))
        if not self.low <= value <= self.high:  # also refuses NaN
            raise BadInputError("bounds", key=key, value=value, allowed=allowed)
        return float(value)


@cache
def parameters() -> Mapping[str, Mapping[str, Parameter]]:
    """Return all parameters, by group and name, in the order of the file."""
    text = files("sim").joinpath("parameters.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return {
        group: {name: Parameter(name=name, group=group, **entry) for name, entry in raw[group].items()}
        for group in GROUPS
    }


MECHANISMS: Final = tuple(parameters()["mechanism"])
"""Names of the mechanism parameters; their order is the order of the rows in the engines."""

if TYPE_CHECKING:
    # The fields come from parameters.toml; a misspelt one fails in the first test that runs the rule.
    class _Values:
        def __init__(self, **values: float) -> None: ...
        def __getattr__(self, name: str) -> float: ...
        def _replace(self, **values: float) -> Self: ...

    class Coefficients(_Values):
        """Coefficients of the rules."""

    class Founding(_Values):
        """Numbers of founding: how companies and people begin."""

    class Measurement(_Values):
        """Numbers of measurement: how states become outcomes."""

    class Population(_Values):
        """Numbers of the virtual sample's population."""

else:
    # Named tuples because Numba compiles attribute access on them to plain scalars.
    Coefficients = namedtuple("Coefficients", tuple(parameters()["coefficient"]))
    Founding = namedtuple("Founding", tuple(parameters()["founding"]))
    Measurement = namedtuple("Measurement", tuple(parameters()["outcome"]))
    Population = namedtuple("Population", tuple(parameters()["population"]))


def group_values(group: str, changes: Mapping[str, object] | None = None, *, key: str = "") -> dict[str, float]:
    """Return a group's values by name: the defaults, with ``changes`` checked and put in.

    Parameters
    ----------
    group
        One of :data:`GROUPS`.
    changes
        Values by name.
    key
        How the table with the changes is called where they come from; the group's name if empty.

    Raises
    ------
    BadInputError
        For an unknown name or a value out of bounds.
    """
    declared = parameters()[group]
    values = {name: parameter.default for name, parameter in declared.items()}
    for name, value in (changes or {}).items():
        if name not in declared:
            raise unknown_name(name, declared, key=f"{key or group}.{name}")
        values[name] = declared[name].check(value, key=f"{key or group}.{name}")
    return values


@dataclass(frozen=True, slots=True)
class Model:
    """One whole set of numbers, but for those that a scenario's levers move.

    Attributes
    ----------
    coefficients, founding, measurement, population
        Its groups.
    """

    coefficients: Coefficients
    founding: Founding
    measurement: Measurement
    population: Population

    @classmethod
    def changed(cls, **changes: Mapping[str, object]) -> Self:
        """Return the default model with other numbers.

        Parameters
        ----------
        changes
            Values by name, in the tables of a scenario: ``coefficients``, ``founding``, ``outcome``.

        Raises
        ------
        BadInputError
            For an unknown name or a value out of bounds.
        """
        return cls(
            coefficients=coefficients(changes.get("coefficients")),
            founding=founding(changes.get("founding")),
            measurement=measurement(changes.get("outcome")),
            population=population(),
        )


def coefficients(changes: Mapping[str, object] | None = None) -> Coefficients:
    """Return the rules' coefficients as a named tuple of floats."""
    return Coefficients(**group_values("coefficient", changes))


def founding(changes: Mapping[str, object] | None = None) -> Founding:
    """Return the founding parameters as a named tuple of floats."""
    return Founding(**group_values("founding", changes))


def measurement(changes: Mapping[str, object] | None = None) -> Measurement:
    """Return the outcome parameters as a named tuple of floats."""
    return Measurement(**group_values("outcome", changes))


def population(changes: Mapping[str, object] | None = None) -> Population:
    """Return the population parameters as a named tuple of floats."""
    return Population(**group_values("population", changes))
