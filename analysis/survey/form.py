"""The questionnaire as an empty form in a language."""

from __future__ import annotations

import csv
import io
from typing import Final

from experiments.questionnaire.items import Item, form_sections
from sim.policies import SUCCESS_FACTORS, by_id
from sim.texts import Texts

_MARK: Final = "\ufeff"
"""A byte order mark, from which spreadsheets know that the file is UTF-8."""


def form_text(texts: Texts) -> str:
    """Return an empty form as CSV: a row per question, with headings between them."""
    file = io.StringIO(newline="")
    # As spreadsheets expect it where commas separate decimals.
    rows = csv.writer(file, delimiter=";" if texts.short(0.5) == "0,5" else ",", lineterminator="\n")
    rows.writerow(["item", "question", "scale", "answer"])
    for section, items in form_sections().items():
        rows.writerow(["", texts(f"survey.section.{section}"), "", ""])
        rows.writerows([item.id, question(item, texts), scale(item, texts), ""] for item in items)
    return _MARK + file.getvalue()


def question(item: Item, texts: Texts) -> str:
    """Return the wording of a question."""
    if item.kind == "image":
        whose = item.id.removesuffix(f"_{item.about}")
        return texts(f"survey.asks.{whose}", what=texts(f"survey.rated.{item.about}"))
    if item.kind == "factor":
        policy = by_id(SUCCESS_FACTORS)[item.about]
        return texts("survey.asks.factor", name=policy.name(texts.language), says=policy.says(texts.language))
    if item.kind in ("partner", "colleague"):
        return texts(f"survey.asks.{item.kind}_{item.about}", number=item.id.split("_")[1])
    return texts(f"survey.asks.{item.about}")


def scale(item: Item, texts: Texts) -> str:
    """Return the possible answers to a question."""
    if item.scale is None:
        return texts(f"survey.scale.{'code' if item.about == 'respondent' else item.about}")
    return texts(f"survey.scale.{item.scale.name}", low=f"{item.scale.low:g}", high=f"{item.scale.high:g}")


__all__ = ["form_text", "question", "scale"]
