"""Ids that look as if they named a person. An organisation is described by codes whose key stays with its owner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

SIGNS: Final = {
    "address": re.compile(r"@"),
    "name": re.compile(r"^(?=.*[^\W\d_]{3})[^\W\d_][^\d@]*$"),
    "space": re.compile(r"\s"),
    "number": re.compile(r"\d{6,}"),
}
"""What gives a person away, the first that fits: an e-mail address; letters without a figure, like a name; a space, as
between first and last name; a long number, as of a phone or of personnel files."""


def telling_ids(ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids that look like personal data, by what they look like; a rule of thumb, not a proof."""
    found: dict[str, list[str]] = {}
    for name in ids:
        sign = next((sign for sign, pattern in SIGNS.items() if pattern.search(name)), None)
        if sign is not None:
            found.setdefault(sign, []).append(name)
    return found


__all__ = ["SIGNS", "telling_ids"]
