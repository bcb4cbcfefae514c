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

from sim.errors import BadInputError, StoppedError, Words, phrase

if TYPE_CHECKING:
    import pandas as pd

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes ``folder`` at the end, if nothing goes wrong until then.

    Parameters
    ----------
    folder
        What to make; an empty folder may be there already, also as a link or a mount point. Missing parents are made,
        at the end.

    Raises
    ------
    BadInputError
        If there is something already, or nothing can be written there; before anything is computed.
    StoppedError
        If something cannot be written later on, such as on a full disk.
    """
    shown, folder = str(folder), folder.absolute()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInputError("exists", file=shown)
        # Inside the goal if it is there: what is beside it may belong to somebody else, or lie on another disk.
        # Otherwise beside it, or as near as there is a folder: renaming works only inside a file system.
        there = folder.exists()
        near = folder if there else next(parent for parent in folder.parents if parent.exists())
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=near))
    except (OSError, ValueError) as error:
        if isinstance(error, BadInputError):
            raise
        raise BadInputError("unwritable", file=shown, value=reason(error)) from None
    try:
        yield draft
        try:
            if there:
                _move_up(draft, folder)
            else:
                draft.chmod(0o777 & ~_umask())
                folder.parent.mkdir(parents=True, exist_ok=True)
                draft.rename(folder)
        except OSError as error:
            taken = isinstance(error, FileExistsError) or (not there and folder.exists())
            raise BadInputError("exists" if taken else "unwritable", file=shown, value=reason(error)) from None
    except OSError as error:
        raise StoppedError(phrase("not_saved", file=shown, reason=reason(error))) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move_up(draft: Path, folder: Path) -> None:
    """Move all that is in a draft into the folder around it, in which there is nothing else; all or nothing.

    Raises
    ------
    OSError
        If something has come in between, or cannot be moved.
    """
    if any(entry != draft for entry in folder.iterdir()):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    moved: list[Path] = []
    try:
        for entry in sorted(draft.iterdir()):
            entry.rename(folder / entry.name)
            moved.append(entry)
    except OSError:
        for entry in moved:
            (folder / entry.name).rename(entry)
        raise


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
