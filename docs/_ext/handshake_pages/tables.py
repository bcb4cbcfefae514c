"""Tables that hand-written pages of the reference include."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from app.commands.new import preset_files
from docs.tools.odd import TABLES, markdown, number
from experiments.scorecard import catalogue
from handshake_pages.house import house_map
from sim import evidence
from sim.declarations import OUTCOMES, declared
from sim.outcomes import PURPOSES
from sim.parameters import GROUPS, parameters
from sim.policies import ALL_POLICIES
from sim.presets import PRESET_GROUPS, presets
from sim.texts import Texts

_SOURCES: Final = {
    "S1": "The study of the interface",
    "S2": "Motives in marketing and sales teams",
    "literature": "Other literature",
}
_ROLES: Final = {"IN": "an input of the model", "OUT": "a pattern to reproduce", "context": "context"}


def pieces() -> dict[str, str]:
    """Return the pieces by the name of their file."""
    return {
        **{f"{name}.md": TABLES[name]() for name in ("patterns", "parts", "states", "measures")},
        **{f"{name}.md": numbers(name) for name in GROUPS},
        "outcomes.md": outcomes(),
        "hours.md": hours(),
        "evidence.md": statements(),
        "presets.md": preset_table(),
        "house.md": house_map(),
        # What the page says is printed by handshake new - --preset reference.
        "scenario.toml": preset_files(presets()["reference"], Path("-"), Texts("en"))["-"],
    }


def numbers(group: str) -> str:
    """Return a group of parameters."""
    return markdown(
        ("name", "meaning", "unit", "bounds", "default", "provenance"),
        (
            (
                f"`{p.name}`",
                p.en,
                p.unit,
                f"{number(p.low)} to {number(p.high)}",
                number(p.default),
                f"{p.provenance} ({evidence_link(p.source)})",
            )
            for p in parameters()[group].values()
        ),
    )


def outcomes() -> str:
    """Return the outcomes as they are declared."""
    texts, better = Texts("en"), {1: "more", -1: "less", 0: "neither"}
    every = [declared()[name] for name in OUTCOMES]
    return markdown(
        ("name", "on the screen", "what it is", "better", "weeks", "evidence"),
        (
            (
                f"`{one.id}`",
                texts.outcome(one.id),
                one.says_en,
                better[one.better],
                "whole run" if one.window == "whole" else "last quarter",
                ", ".join(map(evidence_link, one.evidence or ("MODEL",))),
            )
            for one in every
        ),
    )


def hours() -> str:
    """Return what the 40 hours of a week go to."""
    texts = Texts("en")
    return markdown(("purpose", "what it is"), ((f"`{name}`", texts(f"purpose.{name}")) for name in PURPOSES))


def preset_table() -> str:
    """Return the ready-made scenarios."""
    ordered = sorted(presets().values(), key=lambda preset: PRESET_GROUPS.index(preset.group))
    texts = Texts("en")
    return markdown(
        ("preset", "group", "what it is", "evidence"),
        (
            (f"`{p.id}`", texts(f"preset_group.{p.group}"), p.says_en, ", ".join(map(evidence_link, p.evidence)))
            for p in ordered
        ),
    )


def evidence_link(name: str, folder: str = "") -> str:
    """Return a link to a piece of evidence; ``folder`` leads from the page with the link to the reference."""
    # A modelling decision without evidence is called MODEL.
    return name if name == "MODEL" else f"[{name}]({folder}evidence.md#{name.lower()})"


@cache
def _users() -> Mapping[str, Mapping[str, list[str]]]:
    """Return what rests on each piece of evidence: levers, patterns, numbers of the model."""
    found: dict[str, dict[str, list[str]]] = {}

    def note(name: str, kind: str, what: str) -> None:
        found.setdefault(name, {}).setdefault(kind, []).append(what)

    for policy in ALL_POLICIES:
        for name in policy.evidence:
            note(name, "levers", f"[{policy.en}](levers/{policy.id}.md)")
    for pattern, about in catalogue().items():
        for name in about["evidence"]:
            note(name, "patterns", f"[{pattern}](patterns.md)")
    for group in GROUPS:
        for parameter in parameters()[group].values():
            note(parameter.source, "numbers", f"`{parameter.name}`")
    return found


def statements() -> str:
    """Return the evidence in words, by source, each piece under a heading that can be linked to."""
    parts: list[str] = []
    told = evidence.evidence().statements
    for source, title in _SOURCES.items():
        parts += [f"## {title}", f"{getattr(told.sources, source).en}."]
        for one in told.statements:
            if one.source != source:
                continue
            users = _users().get(one.id, {})
            rests = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in users.items())
            where = f"*{one.place.en}; {_ROLES[one.role]}.*"
            parts += [f"### {one.id}", one.en, where + (f" On it rest {rests}." if rests else "")]
    return "\n\n".join(parts) + "\n"
