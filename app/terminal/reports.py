"""A report in a folder beside its runs: whole or not at all, and never at the cost of somebody's files.

A report can be computed again from the runs, so a newer one takes an older one's place. It carries the checksums of its
files, as a sweep does: a folder that holds anything else, or something changed, is somebody's work and stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from app.terminal.complaints import said
from experiments.as_json import json_text
from experiments.files import checksum, new_folder, reason, write_tables
from experiments.sweep.store import SUMS
from sim.errors import BadInputError

REPORT: Final = "report"
"""Name of the folder."""


def check_report(folder: Path) -> None:
    """Refuse a folder in which there is something that no earlier report has put there.

    Raises
    ------
    BadInputError
        If so.
    """
    if (folder.exists() or folder.is_symlink()) and not _is_ours(folder):
        raise BadInputError("exists", file=str(folder), allowed=said("runs.only_report"))


@contextmanager
def report_folder(
    folder: Path, found: Mapping[str, Any] | None = None, tables: Mapping[str, pd.DataFrame] | None = None
) -> Iterator[Path]:
    """Yield a new folder, which takes the place of ``folder`` once it is whole.

    Parameters
    ----------
    folder
        A new one, or an earlier report; missing parents are made.
    found, tables
        The content of ``report.json``, and tables by name; None if findings save themselves.

    Yields
    ------
    Path
        The folder, for what else belongs into it.

    Raises
    ------
    BadInputError
        If there is something else, or nothing can be written there.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        room = tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent)
    except OSError as error:
        raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None
    with room as name:
        fresh, old = Path(name) / "new", Path(name) / "old"
        with new_folder(fresh) as draft:
            if found is not None and tables is not None:
                (draft / "report.json").write_text(json_text(found), encoding="utf-8", newline="\n")
                write_tables(draft, tables)
            yield draft
            paths = sorted(path for path in draft.rglob("*") if path.is_file())
            sums = (f"{checksum(path)}  {path.relative_to(draft).as_posix()}\n" for path in paths)
            (draft / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")
        check_report(folder)
        try:
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
        except OSError as error:
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None


def _is_ours(folder: Path) -> bool:
    """Return whether all there is was put there by an earlier report and has not changed since."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    paths = [path for path in folder.rglob("*") if path != folder / SUMS]
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines() if paths else []
    except (OSError, ValueError):
        return False
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return not any(path.is_symlink() for path in paths) and all(
        path.is_dir() or (path.is_file() and known.get(path.relative_to(folder).as_posix()) == checksum(path))
        for path in paths
    )


__all__ = ["REPORT", "check_report", "report_folder"]
