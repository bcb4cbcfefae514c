"""How ``handshake org check`` looks on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from analysis.organisation.findings import BUSY
from app.terminal.screen import Screen
from sim.texts import Texts

_SHOWN: Final = 8
"""Most ids of one list; the rest is counted."""


def show_organisation(screen: Screen, found: dict[str, Any]) -> None:
    """Print what is in an organisation's files (:func:`app.commands.org.report`)."""
    texts = screen.texts
    screen.heading(texts("org.check.fine"))
    _sizes(screen, found)
    _network(screen, found)
    _columns(screen, found)
    _warnings(screen, found)
    screen.say()
    screen.say(texts("org.check.note"), style="dim")


def ids(names: Sequence[str], texts: Texts) -> str:
    """Return a list of ids, cut off where it is long."""
    shown = ", ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return texts("org.check.more", ids=shown, count=texts.number(more, 0)) if more > 0 else shown


def _sizes(screen: Screen, found: dict[str, Any]) -> None:
    texts = screen.texts
    rows = [
        (
            texts(f"department.{side}"),
            texts.number(found["people"][side], 0),
            texts.number(found["ties"][side], 0),
            texts.percent(found["density"][side], 0),
            texts.number(len(found["no_interface"][side]), 0),
        )
        for side in found["people"]
    ]
    ties, density = found["ties"], found["density"]
    rows.append(
        (texts("org.check.between"), "", texts.number(ties["interface"], 0), texts.percent(density["interface"], 0), "")
    )
    rows.append((texts("org.check.team"), "", texts.number(ties["team"], 0), "", ""))
    heads = [texts(f"org.check.column_{name}") for name in ("where", "people", "ties", "density", "without")]
    screen.table(heads, rows, aligned="lrrrr", title=texts("org.check.sizes"))


def _network(screen: Screen, found: dict[str, Any]) -> None:
    texts = screen.texts
    screen.say()
    screen.heading(texts("org.check.network"))
    parts = found["components"]
    lines = [texts("org.check.whole") if len(parts) == 1 else texts("org.check.parts", sizes=_sizes_of(parts, texts))]
    for side, who in found["busiest"].items():
        share = texts.percent(who["share"], 0)
        lines.append(texts("org.check.busiest", side=texts(f"department.{side}"), id=who["id"], share=share))
    if max(who["share"] for who in found["busiest"].values()) >= BUSY:
        lines.append(texts("org.check.bottleneck"))
    lines += [texts(f"org.check.{key}", ids=ids(found[key], texts)) for key in ("bridges", "isolated") if found[key]]
    for side, names in found["no_interface"].items():
        if names:
            where = texts(f"department.{side}")
            lines.append(texts("org.check.no_interface", side=where, ids=ids(names, texts)))
    for line in lines:
        screen.say(line, indent=2)


def _sizes_of(parts: Sequence[int], texts: Texts) -> str:
    return ids([texts.number(size, 0) for size in parts], texts)


def _columns(screen: Screen, found: dict[str, Any]) -> None:
    texts, rows = screen.texts, []
    for column in found["columns"]:
        digits = 0 if column["name"] == "backlog" else 2
        low, middle, high = (texts.number(column[key], digits) for key in ("least", "median", "most"))
        seen = texts("org.check.seen", low=low, middle=middle, high=high) if column["known"] else ""
        known = texts("org.check.known", known=column["known"], of=column["of"])
        drawn = [_drawn(bounds[0], bounds[1], digits, texts) for bounds in column["drawn"].values()]
        rows.append((column["name"], known, seen, drawn[0], drawn[-1]))
    heads = [texts(f"org.check.column_{name}") for name in ("column", "known", "seen", "marketing", "sales")]
    screen.table(heads, rows, aligned="lrrll", title=texts("org.check.columns"))
    screen.say(texts("org.check.filled"), style="dim")


def _drawn(low: float, high: float, digits: int, texts: Texts) -> str:
    ends = texts.number(low, digits), texts.number(high, digits)
    return ends[0] if low == high else texts.interval(*ends)


def telling_lines(found: dict[str, Any], texts: Texts) -> list[str]:
    """Return what there is to say about ids that look like personal data."""
    lines = [
        texts(f"org.telling.{sign}", ids=ids(names, texts), count=texts.counted("ids", len(names)))
        for sign, names in found["telling_ids"].items()
    ]
    return [*lines, texts("org.telling.codes")] if lines else []


def _warnings(screen: Screen, found: dict[str, Any]) -> None:
    texts = screen.texts
    lines = telling_lines(found, texts)
    lines += [
        texts(f"org.remark.{column['remark']}", column=column["name"])
        for column in found["columns"]
        if column["remark"]
    ]
    if not lines:
        return
    screen.say()
    screen.heading(texts("org.check.warnings"))
    for line in lines:
        screen.say(line, indent=2)


__all__ = ["ids", "show_organisation", "telling_lines"]
