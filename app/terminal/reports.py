"""Reports on disk, a file or a folder: whole or not at all, and never at the cost of somebody's files.

A report can be made again, so a newer one takes an older one's place. It is sealed by checksums: a folder holds those
of its files, as a sweep does, and the last line of a file that of all that stands above. What has no seal, or has
changed since it was sealed, is somebody's work and stays.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.terminal.complaints import said
from experiments.files import checksum, reason
from experiments.sweep.store import SUMS
from sim.errors import BadInputError, StoppedError, phrase

REPORT: Final = "report"
"""Name of the folder of a report beside its runs."""
_SEAL: Final = "<!-- handshake report; SHA-256 of all that stands above: {digest} -->\n"


def check_report(folder: Path) -> None:
    """Refuse a folder in which there is something that no earlier report has put there.

    Raises
    ------
    BadInputError
        If so.
    """
    if (folder.exists() or folder.is_symlink()) and not _is_sealed_folder(folder):
        raise BadInputError("exists", file=str(folder), allowed=said("runs.only_report"))


@contextmanager
def report_folder(folder: Path) -> Iterator[Path]:
    """Yield a new folder that takes the place of ``folder`` once it is whole.

    Parameters
    ----------
    folder
        A new one, or an earlier report; missing parents are made.

    Raises
    ------
    BadInputError
        If there is something else, or nothing can be written there.
    StoppedError
        If something cannot be written later on, such as on a full disk.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None
    with _replacing(folder, check_report) as draft:
        draft.mkdir()
        yield draft
        paths = sorted(path for path in draft.rglob("*") if path.is_file())
        sums = (f"{checksum(path)}  {path.relative_to(draft).as_posix()}\n" for path in paths)
        (draft / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")


def check_page(path: Path) -> None:
    """Refuse a file that is no earlier report, and one that cannot be written.

    Raises
    ------
    BadInputError
        If so.
    """
    try:
        if (path.exists() or path.is_symlink()) and not _is_sealed_page(path):
            raise BadInputError("exists", file=str(path), allowed=said("report.only_page"))
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except (OSError, ValueError) as error:
        if isinstance(error, BadInputError):
            raise
        raise BadInputError("unwritable", file=str(path), value=reason(error)) from None


def write_page(path: Path, html: str) -> None:
    """Write a report into a file, in the place of an earlier one if there is one.

    Raises
    ------
    BadInputError
        If there is something else, or nothing can be written there.
    StoppedError
        If it cannot be written whole, such as on a full disk.
    """
    content = html.encode()
    with _replacing(path, check_page) as draft:
        draft.write_bytes(content + _seal(content))


@contextmanager
def _replacing(path: Path, check: Callable[[Path], None]) -> Iterator[Path]:
    """Yield a path beside ``path``; what is put there takes its place, unless something goes wrong before."""
    try:
        room = tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise BadInputError("unwritable", file=str(path), value=reason(error)) from None
    with room as name:
        draft, old = Path(name) / "new", Path(name) / "old"
        try:
            yield draft
        except OSError as error:
            raise StoppedError(phrase("not_saved", file=str(path), reason=reason(error))) from None
        check(path)
        try:
            # A file replaces a file in one step; a folder has to make room for a folder.
            if path.is_dir():
                path.rename(old)
            draft.replace(path)
        except OSError as error:
            if old.exists() and not path.exists():
                old.rename(path)
            raise BadInputError("unwritable", file=str(path), value=reason(error)) from None


def _seal(content: bytes) -> bytes:
    return _SEAL.format(digest=hashlib.sha256(content).hexdigest()).encode()


def _is_sealed_page(path: Path) -> bool:
    """Return whether a file is an earlier report, unchanged."""
    if path.is_symlink() or not path.is_file():
        return False
    content = path.read_bytes()
    above = content[: -len(_seal(b""))]
    return content == above + _seal(above)


def _is_sealed_folder(folder: Path) -> bool:
    """Return whether all that is in a folder was put there by an earlier report and has not changed since."""
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


__all__ = ["REPORT", "check_page", "check_report", "report_folder", "write_page"]
