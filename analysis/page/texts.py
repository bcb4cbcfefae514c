"""What reports say, in English and German (``texts.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from analysis.figures.labels import Labels, Pair, kept_together


@cache
def texts() -> Mapping[str, Pair]:
    """Return all texts by dotted key."""
    raw = tomllib.loads(files("analysis.page").joinpath("texts.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": (pair["en"], pair["de"]) for section, pairs in raw.items() for key, pair in pairs.items()
    }


class ReportLabels(Labels):
    """Texts of reports and numbers in one language."""

    __slots__ = ()

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; a value's own braces stand for themselves."""
        return kept_together(self.of(texts()[key]).format(**values))


__all__ = ["ReportLabels", "texts"]
