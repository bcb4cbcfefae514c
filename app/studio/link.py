"""Links that say what is set: short, with a version, and never trusted when they come back.

A link holds the preset and what differs from it, in the query of an address::

    v=1&m=0.1.0&p=machine_builder&l=11:80,14:65@13,3:40x&w=156&c=division_type:2

``v`` is the version of the link's format and ``m`` that of the model; ``p`` the preset; ``l`` the levers that were
moved, by their number, with the intensity in percent, ``@`` the week in which the move begins, and ``x`` where the
lever is switched off; ``c`` the company's profile; ``w`` weeks, ``s`` seed and ``n`` companies where they are not the
usual ones; ``t`` the view. What came from files is in no link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from app.studio.draft import OPENING, Draft, Move, opening
from app.terminal.complaints import said
from sim.errors import BadInputError, Phrase
from sim.policies import ALL_POLICIES
from sim.presets import presets
from sim.version import __version__

FORMAT: Final = "1"
_LONGEST: Final = 4000
"""Longer queries are no links of ours."""
_MOVE: Final = re.compile(r"([0-9]{1,2}):([0-9]{1,3}(?:\.[0-9]{1,6})?)(?:@([0-9]{1,4}))?(x?)", re.ASCII)
_NUMBERS: Final = {"w": "weeks", "s": "seed", "n": "companies"}
_PEOPLE: Final = ("marketing", "sales", "division_type")
_OURS: Final = frozenset({"v", "m", "p", "l", "c", "t", *_NUMBERS})


@dataclass(frozen=True, slots=True)
class Arrival:
    """The settings that a link carries.

    Attributes
    ----------
    draft
        What it sets.
    view
        Which view it shows, empty for the first.
    notice
        What the user should know: that it is nonsense, or of another version of the model; None if all is well.
    serious
        Whether the link was not followed.
    """

    draft: Draft
    view: str = ""
    notice: Phrase | None = None
    serious: bool = False


def encode(draft: Draft, view: str = "") -> str:
    """Return the query that leads back to a draft; empty if that holds something from files."""
    if draft.own is not None:
        return ""
    usual = Draft(preset=draft.preset)
    query = {"v": FORMAT, "m": __version__, "p": draft.preset}
    number = {policy.id: policy.number for policy in ALL_POLICIES}
    if draft.moves:
        moves = sorted((number[name], move) for name, move in draft.moves.items())
        query["l"] = ",".join(f"{place}:{_written(move)}" for place, move in moves)
    if draft.company:
        query["c"] = ",".join(f"{name}:{value}" for name, value in draft.company.items())
    for key, name in _NUMBERS.items():
        if (value := getattr(draft, name)) != getattr(usual, name):
            query[key] = str(value)
    if view:
        query["t"] = view
    return urlencode(query, safe=":,@", quote_via=quote)


def decode(query: str) -> Arrival:
    """Return where a link leads to; nonsense leads to the preset it names, or to the opening, with a notice."""
    if len(query) > _LONGEST:
        return Arrival(opening(), notice=said("studio.link.nonsense"), serious=True)
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    found = {key: value for key, value in pairs.items() if key in _OURS}
    if not found:
        return Arrival(opening())
    view = found.get("t", "")
    try:
        draft = _draft(found)
    except (BadInputError, ValueError):
        known = found.get("p") in presets()
        draft = Draft(preset=found["p"]) if known else opening()
        return Arrival(draft, view, said("studio.link.nonsense"), serious=True)
    made = found.get("m", __version__)
    notice = None if made == __version__ else said("studio.link.other_version", made=made[:20], now=__version__)
    return Arrival(draft, view, notice)


def _written(move: Move) -> str:
    week = f"@{move.week}" if move.week else ""
    return f"{100.0 * move.intensity:.6g}{week}{'' if move.on else 'x'}"


def _draft(found: dict[str, str]) -> Draft:
    """Return the draft that a query describes.

    Raises
    ------
    ValueError
        If there is anything in it that :func:`encode` does not write.
    """
    if found.get("v") != FORMAT:
        raise ValueError("format")
    name = found.get("p", OPENING)
    if name not in presets():
        raise ValueError("preset")
    numbers: dict[str, Any] = {field: _whole(found[key]) for key, field in _NUMBERS.items() if key in found}
    return Draft(preset=name, moves=_moves(found.get("l", "")), company=_company(found.get("c", "")), **numbers)


def _moves(text: str) -> dict[str, Move]:
    by_number = {policy.number: policy.id for policy in ALL_POLICIES}
    moves: dict[str, Move] = {}
    for part in text.split(",") if text else ():
        match = _MOVE.fullmatch(part)
        lever = "" if match is None else by_number.get(int(match[1]), "")
        if match is None or not lever or lever in moves:
            raise ValueError("lever")
        moves[lever] = Move(float(match[2]) / 100.0, week=int(match[3] or 0), on=not match[4])
    return moves


def _company(text: str) -> dict[str, Any]:
    company: dict[str, Any] = {}
    for part in text.split(",") if text else ():
        name, colon, value = part.partition(":")
        if not colon or name in company:
            raise ValueError("company")
        company[name] = _whole(value) if name in _PEOPLE else value
    return company


def _whole(text: str) -> int:
    # int() would also take other digits than 0 to 9, and thousands of them.
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ValueError("number")
    return int(text)


__all__ = ["FORMAT", "Arrival", "decode", "encode"]
