"""Results as JSON: the same text for the screen and for files. Loads nothing, so that help stays quick."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def json_text(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return data as the text of a JSON file; numbers that are not finite become null."""
    return json.dumps(plain(data), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def plain(value: Any) -> Any:
    """Return a value in JSON's own types; a number that is not finite becomes None."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "item"):  # a NumPy number
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


__all__ = ["json_text", "plain"]
