"""Reading of findings from files: JSON and tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import BadInputError

if TYPE_CHECKING:  # every command prints JSON, few need tables
    import pandas as pd


def read_json(path: Path, *needed: str) -> dict[str, Any]:
    """Return the object in a JSON file.

    Raises
    ------
    BadInputError
        If there is none, or one of the ``needed`` keys is missing.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError:
        raise BadInputError("no_file", file=str(path)) from None
    except (ValueError, RecursionError):  # RecursionError: lists a thousand deep
        raise BadInputError("damaged", file=str(path)) from None
    for key in needed:
        if not isinstance(found, dict) or key not in found:
            raise BadInputError("missing", file=str(path), key=key)
    return dict(found)


def read_table(path: Path) -> pd.DataFrame:
    """Return the table in a CSV file; empty cells are missing numbers, and empty strings among words.

    Raises
    ------
    BadInputError
        If there is none, or it is damaged.
    """
    import pandas as pd  # noqa: PLC0415

    try:
        first = pd.read_csv(path)
        # An empty string stands for a set without levers, and stays one.
        numeric = [str(name) for name in first if pd.api.types.is_numeric_dtype(first[name])]
        return pd.read_csv(path, keep_default_na=False, na_values={name: [""] for name in numeric})
    except OSError:
        raise BadInputError("no_file", file=str(path)) from None
    except (ValueError, pd.errors.ParserError):
        raise BadInputError("damaged", file=str(path)) from None


__all__ = ["read_json", "read_table"]
