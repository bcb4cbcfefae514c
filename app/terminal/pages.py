"""A report in one file: whole or not at all, and never at the cost of somebody's files.

As with reports in folders (:mod:`app.terminal.reports`), a newer report takes an older one's place. The last line of a
report holds the checksum of what stands above it: a file without it, or one that has changed since, is somebody's work
and stays.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from app.terminal.complaints import said
from experiments.files import reason
from sim.errors import BadInputError

_MARK: Final = "<!-- handshake report; SHA-256 of all that stands above: {digest} -->\n"


def check_page(path: Path) -> None:
    """Refuse a file that no earlier report is, or that cannot be written.

    Raises
    ------
    BadInputError
        If so.
    """
    try:
        if os.path.lexists(path) and not _is_ours(path):
            raise BadInputError("exists", file=str(path), allowed=said("report.only_page"))
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except (OSError, ValueError) as error:
        if isinstance(error, BadInputError):
            raise
        raise BadInputError("unwritable", file=str(path), value=reason(error)) from None


def write_page(path: Path, html: str) -> None:
    """Write a report, in the place of an earlier one if there is one.

    Raises
    ------
    BadInputError
        If there is something else, or it cannot be written.
    """
    content = html.encode()
    digest = hashlib.sha256(content).hexdigest()
    check_page(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content + _MARK.format(digest=digest).encode())
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BadInputError("unwritable", file=str(path), value=reason(error)) from None


def _is_ours(path: Path) -> bool:
    """Return whether a file is an earlier report, unchanged."""
    if path.is_symlink() or not path.is_file():
        return False
    content = path.read_bytes()
    above = content[: -len(_MARK.format(digest="0" * 64))]
    return content == above + _MARK.format(digest=hashlib.sha256(above).hexdigest()).encode()


__all__ = ["check_page", "write_page"]
