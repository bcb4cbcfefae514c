"""Ready-made scenarios: kinds of companies, and cases for teaching. Each is a TOML file beside this one.

What a preset states about an industry or a division of labour comes from the evidence it names. How strongly it sets a
number is an assumption.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from sim.errors import unknown_name
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario
from sim.texts import declared

PRESET_GROUPS: Final = ("start", "company", "teaching", "own")


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made scenario.

    Attributes
    ----------
    id
        Its name in commands.
    group
        One of :data:`PRESET_GROUPS`.
    en, de, says_en, says_de
        Name and one sentence in English and German.
    evidence
        Ids in :mod:`sim.evidence` that its facts come from.
    adoption
        Intensity of the 15 success factors where the preset says nothing else; 0.4 is about the mean of the virtual
        sample (assumption).
    """

    id: str
    group: str
    en: str
    de: str
    says_en: str
    says_de: str
    evidence: tuple[str, ...]
    adoption: float
    _content: Mapping[str, Any] = field(repr=False)

    def name(self, language: str) -> str:
        """Return its name in ``"en"`` or ``"de"``."""
        return declared((self.en, self.de), language)

    def says(self, language: str) -> str:
        """Return its sentence in ``"en"`` or ``"de"``."""
        return declared((self.says_en, self.says_de), language)

    def scenario(self, language: str = "en") -> Scenario:
        """Return the scenario, named in ``"en"`` or ``"de"``."""
        # A ramp of one week: the practices are in place when the company begins.
        adopted = {"intensity": self.adoption, "ramp": 1.0}
        levers: dict[str, Any] = {policy.id: adopted for policy in SUCCESS_FACTORS} if self.adoption else {}
        content = {
            **self._content,
            "name": self.name(language),
            "levers": {**levers, **self._content.get("levers", {})},
        }
        if files_of := content.get("company", {}).get("people"):
            folder = Path(str(files(__name__))) / Path(files_of).parent
            names = {key: str(folder / Path(content["company"][key]).name) for key in ("people", "ties")}
            content["company"] = {**content["company"], **names}
        return Scenario(**content)


@cache
def presets() -> Mapping[str, Preset]:
    """Return all presets by id, in the order in which they are shown."""
    found: list[tuple[int, int, Preset]] = []
    for entry in files(__name__).iterdir():
        if entry.name.endswith(".toml"):
            raw = tomllib.loads(entry.read_text(encoding="utf-8"))
            about = raw.pop("preset")
            place = PRESET_GROUPS.index(about["group"]), about.pop("order")
            about |= {"evidence": tuple(about["evidence"]), "adoption": about.get("adoption", 0.0)}
            found.append((*place, Preset(id=entry.name.removesuffix(".toml"), _content=raw, **about)))
    return {preset.id: preset for _, _, preset in sorted(found, key=lambda item: item[:2])}


def as_scenario(scenario: Scenario | str) -> Scenario:
    """Return a scenario that is given as one, or by the name of a preset.

    Raises
    ------
    BadInputError
        For an unknown name.
    """
    return preset(scenario).scenario("en") if isinstance(scenario, str) else scenario


def preset(name: str) -> Preset:
    """Return one preset.

    Raises
    ------
    BadInputError
        For an unknown name.
    """
    if name not in presets():
        raise unknown_name(name, presets(), key="preset", called=preset_ids())
    return presets()[name]


def preset_ids() -> dict[str, str]:
    """Return the ids of presets by their names on screens, English and German."""
    return {found.name(language): found.id for found in presets().values() for language in ("en", "de")}


__all__ = ["PRESET_GROUPS", "Preset", "preset", "preset_ids", "presets"]
