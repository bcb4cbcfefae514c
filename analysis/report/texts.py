"""What reports say, in English and German (``texts.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from analysis.labels import Labels, Pair


@cache
def texts() -> Mapping[str, Pair]:
    """Return all texts by dotted key."""
    raw = tomllib.loads(files("analysis.report").joinpath("texts.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": (pair["en"], pair["de"]) for section, pairs in raw.items() for key, pair in pairs.items()
    }


class ReportLabels(Labels):
    """Texts of reports and numbers in one language."""

    __slots__ = ()

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; a value's own braces stand for themselves."""
        # A number is not parted from its sign for percent at the end of a line.
        return re.sub(r"(?<=\d) %", "\u00a0%", self.of(texts()[key]).format(**values))


__all__ = ["ReportLabels", "texts"]
