"""Text files that people hand in: read whole, or refused with one clear reason."""

from __future__ import annotations

import re
import stat
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sim.errors import BadInputError, nearest_name, phrase

MAX_FILE_BYTES: Final = 20_000_000


def no_file(file: str | Path) -> BadInputError:
    """Return the error for a file that is not there, with the name in its folder that is most like it."""
    path = Path(file)
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        names = []
    nearest = nearest_name(path.name, (name for name in names if name != path.name))
    return BadInputError("no_file", file=str(file), nearest=nearest)


def read_text(file: str | Path, *, most: int = MAX_FILE_BYTES) -> str:
    """Return the content of a UTF-8 text file, without the byte order mark that some editors put in front.

    Parameters
    ----------
    file
        Its path.
    most
        Largest size in bytes.

    Raises
    ------
    BadInputError
        If the file is missing, no plain file, too large, empty or not UTF-8.
    """
    name = str(file)
    try:
        # A device or a pipe might never end.
        if not stat.S_ISREG((status := Path(file).stat()).st_mode):
            raise no_file(file)
        if status.st_size > most:
            raise BadInputError(
                "bounds", file=name, key="size", value=status.st_size, allowed=phrase("bytes", high=most)
            )
        raw = Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        if isinstance(error, BadInputError):
            raise
        raise no_file(file) from None
    return text_of(raw, name)


def text_of(raw: bytes | str, file: str) -> str:
    """Return the content of a UTF-8 text file as text, without the byte order mark that some editors put in front.

    Parameters
    ----------
    raw
        Its content, as it is or decoded already.
    file
        Its name, for messages.

    Raises
    ------
    BadInputError
        If it is empty or not UTF-8.
    """
    if not raw.strip():
        raise BadInputError("empty", file=file)
    try:
        text = raw.removeprefix("\ufeff") if isinstance(raw, str) else raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInputError("encoding", file=file) from None
    if not text.strip():
        raise BadInputError("empty", file=file)
    return text


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    BadInputError
        If the file is missing, empty, not UTF-8 or no TOML.
    """
    return toml_of(read_text(path), str(path))


def toml_of(text: str, file: str) -> dict[str, Any]:
    """Return the content of a TOML file that was read already.

    Parameters
    ----------
    text
        The file's text.
    file
        Its name, for messages.

    Raises
    ------
    BadInputError
        If it is no TOML.
    """
    try:
        # The parser also fails on numbers with thousands of digits and on lists a thousand deep.
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = str(error)
    said, nearest = phrase("parser", message=message), ""
    if found := re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL):
        said = phrase("parser_at", message=found[1], line=found[2], column=found[3])
        nearest = _meant(text.splitlines()[int(found[2]) - 1])
    raise BadInputError("syntax", file=file, value=said, nearest=nearest)


def _meant(line: str) -> str:
    """Return what a line may be meant to say that is written as in a spreadsheet or in German; nothing if unclear.

    That is a decimal comma, a number that begins with its point, a percentage, and a colon in place of the equals sign.
    """
    found = re.fullmatch(r"\s*([A-Za-z0-9_.-]+)\s*([=:])\s*([^#]*?)\s*(#.*)?", line)
    if found is None:
        return ""
    value = found[3]
    if number := re.fullmatch(r"(-?)(?=[.,]?\d)(\d{0,30})([.,]\d{1,30})?\s*(%?)", value):
        sign, whole, part, percent = number.groups(default="")
        value = str(Decimal(f"{sign}{whole or 0}{part.replace(',', '.')}") / (100 if percent else 1))
    if found[2] == "=" and value == found[3]:
        return ""
    assignment = f"{found[1]} = {value}"
    try:
        tomllib.loads(assignment)
    except ValueError:
        return ""
    return assignment
