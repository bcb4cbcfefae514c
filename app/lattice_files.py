"""The report of a lattice, in a folder beside its runs: whole or not at all, and never at the cost of somebody's files.

A report can be computed again from the runs, so a newer one takes an older one's place. It carries the checksums of its
files, as a sweep does: a folder that holds anything else, or something changed, is somebody's work and stays.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from analysis.lattice_figures import write_figures
from analysis.lattice_report import LatticeReport
from app.complaints import said
from app.screen import json_text
from experiments.files import new_folder, reason
from experiments.sweep.store import SUMS
from sim.errors import BadInputError

REPORT: Final = "report"
"""Name of the folder."""


def write_report(
    folder: Path, report: LatticeReport, found: Mapping[str, Any], names: Mapping[str, str], language: str
) -> None:
    """Write a report into a new folder, or in the place of an earlier report.

    Parameters
    ----------
    folder
        Where to.
    report
        Its tables become CSV files, and figures.
    found
        The content of ``report.json``.
    names, language
        What the levers are called in the figures, by id, and in which language.

    Raises
    ------
    BadInputError
        If there is something else, or nothing can be written there.
    """
    with _place_of(folder) as draft:
        (draft / "report.json").write_text(json_text(found), encoding="utf-8", newline="\n")
        (draft / "tables").mkdir()
        for name, frame in report.tables().items():
            frame.to_csv(draft / "tables" / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_figures(report, draft, names, language)


def check_place(folder: Path) -> None:
    """Refuse a folder in which there is something that no earlier report has put there.

    Raises
    ------
    BadInputError
        If so.
    """
    if (folder.exists() or folder.is_symlink()) and not _is_ours(folder):
        raise BadInputError("exists", file=str(folder), allowed=said("lattice.only_report"))


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
        path.is_dir() or (path.is_file() and known.get(path.relative_to(folder).as_posix()) == _digest(path))
        for path in paths
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _place_of(folder: Path) -> Iterator[Path]:
    """Give a new folder that takes the place of ``folder``, or of nothing, once it is whole.

    Raises
    ------
    BadInputError
        If something else has come there in the meantime, or nothing can be written there.
    """
    try:
        room = tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent)
    except OSError as error:
        raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None
    with room as name:
        fresh, old = Path(name) / "new", Path(name) / "old"
        with new_folder(fresh) as draft:
            yield draft
            paths = sorted(path for path in draft.rglob("*") if path.is_file())
            sums = (f"{_digest(path)}  {path.relative_to(draft).as_posix()}\n" for path in paths)
            (draft / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")
        check_place(folder)
        try:
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
        except OSError as error:
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None


__all__ = ["REPORT", "check_place", "write_report"]
