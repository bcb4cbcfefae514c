"""Write files: never half of one, and never over another one."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import BadInputError, Words, phrase

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes ``folder`` at the end, if nothing goes wrong until then.

    Parameters
    ----------
    folder
        What to make; an empty folder may be there already. Missing parents are made, at the end.

    Raises
    ------
    BadInputError
        If there is something already, or nothing can be written there; before anything is computed.
    """
    shown, folder = str(folder), folder.absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInputError("exists", file=shown)
        # Beside the goal, or as near as there is a folder: renaming works only inside a file system.
        near = next(parent for parent in folder.parents if parent.exists())
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=near))
    except (OSError, ValueError) as error:
        if isinstance(error, BadInputError):
            raise
        raise BadInputError("unwritable", file=shown, value=reason(error)) from None
    try:
        yield draft
        draft.chmod(0o777 & ~_umask())
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.rename(folder)
        except OSError as error:
            raise BadInputError(
                "exists" if folder.exists() else "unwritable", file=shown, value=reason(error)
            ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_new(files: Mapping[Path, str]) -> None:
    """Write text files that do not exist yet: all of them or none.

    Raises
    ------
    BadInputError
        If one exists already, or cannot be written.
    """
    for path in files:
        if os.path.lexists(path):
            raise BadInputError("exists", file=str(path))
    made: list[Path] = []
    drafts: list[Path] = []
    path = next(iter(files))
    try:
        for path, text in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
            drafts.append(Path(name))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            drafts[-1].chmod(0o666 & ~_umask())
        for draft, path in zip(drafts, files, strict=True):
            _place(draft, path)
            made.append(path)
    except (OSError, ValueError) as error:
        for done in made:
            done.unlink(missing_ok=True)
        problem = "exists" if isinstance(error, FileExistsError) else "unwritable"
        raise BadInputError(problem, file=str(path), value=reason(error)) from None
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    """Give a finished file its name, but never another file's."""
    try:
        # Unlike renaming, linking never overwrites what somebody else has put there in the meantime.
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("xb") as stream:
            stream.write(draft.read_bytes())


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV files into a new folder ``tables``: six significant digits, no index."""
    target = folder / "tables"
    target.mkdir()
    for name, table in tables.items():
        table.to_csv(target / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, which need not fit into memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def reason(error: Exception) -> Words:
    """Return why something cannot be written; the usual reasons in both languages, others in the system's words."""
    known = {
        errno.ENOENT: "no_folder",
        errno.ENOTDIR: "no_folder",
        errno.EACCES: "not_allowed",
        errno.EROFS: "not_allowed",
        errno.ENOSPC: "disk_full",
        errno.EDQUOT: "disk_full",
    }
    if not isinstance(error, OSError):
        return str(error)
    return phrase(known[error.errno]) if error.errno in known else error.strerror or str(error)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


__all__ = ["checksum", "new_folder", "reason", "write_new", "write_tables"]
