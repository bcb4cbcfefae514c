"""Findings as files: ``report.json`` and a folder of tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.as_json import json_text
from experiments.files import write_tables
from sim.errors import BadInputError


def save_findings(folder: Path, content: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
    """Write ``report.json`` and ``tables/<name>.csv`` into an existing folder."""
    (folder / "report.json").write_text(json_text(content), encoding="utf-8", newline="\n")
    write_tables(folder, tables)


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
    """Return a CSV table. Empty cells are NaN in columns of numbers; in columns of text they stay empty strings.

    Raises
    ------
    BadInputError
        If it cannot be read.
    """
    try:
        numbers = pd.read_csv(path).select_dtypes("number").columns
        return pd.read_csv(path, keep_default_na=False, na_values={str(name): [""] for name in numbers})
    except OSError:
        raise BadInputError("no_file", file=str(path)) from None
    except (ValueError, pd.errors.ParserError):
        raise BadInputError("damaged", file=str(path)) from None


__all__ = ["read_json", "read_table", "save_findings"]
