"""How ``handshake org survey`` looks on the screen."""

from __future__ import annotations

from typing import Any

from app.terminal.organisation_view import ids, telling_lines
from app.terminal.screen import Screen
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS, by_id
from sim.texts import Texts


def show_survey(screen: Screen, found: dict[str, Any]) -> None:
    """Print what filled forms say (:func:`app.commands.org_survey.report`)."""
    texts = screen.texts
    counts = {side: texts.number(count, 0) for side, count in found["respondents"].items()}
    screen.heading(texts("org.survey.title", **counts))
    if found["without_form"]:
        count = texts.counted("named", len(found["without_form"]))
        screen.say(texts("org.survey.silent", named=count, ids=ids(found["without_form"], texts)))
    _images(screen, found)
    _factors(screen, found)
    _coverage(screen, found)
    lines = telling_lines(found, texts)
    if lines:
        screen.say()
        screen.heading(texts("org.check.warnings"))
    for line in lines:
        screen.say(line, indent=2)
    screen.say()
    for key in ("assumed", "confidential"):
        screen.say(texts(f"org.survey.{key}"), style="dim")


def _images(screen: Screen, found: dict[str, Any]) -> None:
    texts, rows = screen.texts, []
    for item in ITEMS:
        cells = [texts(f"org.rated_short.{item}")]
        for side in found["images"]:
            own, other = (found["images"][side][item][whose] for whose in ("self", "other"))
            gap = texts.number(100.0 * (own["mean"] - other["mean"]), 0, sign=True)
            cells += [_rating(own, texts), _rating(other, texts), gap]
        rows.append(cells)
    heads = [
        texts(f"org.survey.column_{name}") for name in ("item", "m_self", "m_other", "gap", "s_self", "s_other", "gap")
    ]
    screen.table(heads, rows, aligned="lrrrrrr", title=texts("org.survey.images"))
    screen.say(texts("org.survey.images_note", fewest=found["fewest"]), style="dim")


def _rating(mean: dict[str, Any], texts: Texts) -> str:
    return texts("org.survey.answers", value=texts.number(100.0 * mean["mean"], 0), count=mean["answers"])


def _factors(screen: Screen, found: dict[str, Any]) -> None:
    texts, rows = screen.texts, []
    for name, row in found["factors"].items():
        sides = [row[side] for side in found["respondents"]]
        cells = [texts("org.survey.answers", value=texts.number(s["mean"], 2), count=s["answers"]) for s in sides]
        gap = texts.number(sides[0]["mean"] - sides[1]["mean"], 2, sign=True)
        used = texts.number(row["intensity"], 2) + ("" if row["known"] else "*")
        rows.append((by_id(SUCCESS_FACTORS)[name].name(texts.language), *cells, gap, used))
    heads = [texts("org.survey.column_factor"), *(texts(f"department.{side}") for side in found["respondents"])]
    heads += [texts(f"org.survey.column_{name}") for name in ("gap", "used")]
    screen.table(heads, rows, aligned="Lrrrr", title=texts("org.survey.factors"))
    if not all(row["known"] for row in found["factors"].values()):
        screen.say(texts("org.survey.factors_note", fewest=found["fewest"]), style="dim")


def _coverage(screen: Screen, found: dict[str, Any]) -> None:
    texts = screen.texts
    rows = [
        (
            texts(f"org.covered.{row['about']}"),
            texts("org.check.known", known=row["answered"], of=row["asked"]),
            texts(f"org.missing.{row['about']}", fewest=found["fewest"]),
        )
        for row in found["coverage"]
    ]
    heads = [texts(f"org.survey.column_{name}") for name in ("about", "answered", "missing")]
    screen.table(heads, rows, aligned="lrL", title=texts("org.survey.coverage"))


__all__ = ["show_survey"]
