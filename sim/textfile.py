"""Text files that people hand in: read whole, or refused with one clear reason."""

from __future__ import annotations

import codecs
import re
import stat
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sim.errors import BadInputError, nearest_name, phrase

MAX_FILE_BYTES: Final = 20_000_000
_MOST_PARTS: Final = 50
"""Most parts of a dotted key. The parser's time grows with their square: a key of 40 kB took nine seconds."""
_MOST_DIGITS: Final = 1000
_DEEP_KEY: Final = re.compile(rf"(?:[^\s.\[\]{{}}=,#]+\s*\.\s*){{{_MOST_PARTS}}}")
_LONG_NUMBER: Final = re.compile(rf"[0-9_]{{{_MOST_DIGITS + 1},}}")


def no_file(file: str | Path) -> BadInputError:
    """Return the error for a file that is not there, with the name in its folder that is most like it."""
    path = Path(file)
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        names = []
    nearest = nearest_name(path.name, (name for name in names if name != path.name))
    return BadInputError("no_file", file=str(file), nearest=nearest)


def read_text(file: str | Path, *, most: int = MAX_FILE_BYTES, sheet: bool = False) -> str:
    """Return the content of a text file, without the byte order mark that some editors put in front.

    Parameters
    ----------
    file
        Its path.
    most
        Largest size in bytes.
    sheet
        Whether a spreadsheet may have written it (:func:`text_of`).

    Raises
    ------
    BadInputError
        If the file is missing, no plain file, too large, empty, or in another encoding.
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
    return text_of(raw, name, sheet=sheet)


def text_of(raw: bytes | str, file: str, *, sheet: bool = False) -> str:
    """Return the content of a text file as text, without the byte order mark that some editors put in front.

    Parameters
    ----------
    raw
        Its content, as it is or decoded already.
    file
        Its name, for messages.
    sheet
        Whether a spreadsheet may have written it: these also write UTF-16, with a byte order mark, and Windows-1252.

    Raises
    ------
    BadInputError
        If it is empty, in another encoding, or holds a null character.
    """
    if not raw.strip():
        raise BadInputError("empty", file=file)
    text = raw.removeprefix("\ufeff") if isinstance(raw, str) else _decoded(raw, file, sheet)
    if not text.strip():
        raise BadInputError("empty", file=file)
    if "\0" in text:
        raise BadInputError("encoding", file=file, allowed=phrase("utf8_sheet" if sheet else "utf8"))
    return text


def _decoded(raw: bytes, file: str, sheet: bool) -> str:
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # In UTF-16, every other byte of plain text is a null, which Windows-1252 has none of.
    others = ("utf-16",) if marked else ("cp1252",)
    for encoding in ("utf-8-sig", *(others if sheet else ())):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInputError("encoding", file=file, allowed=phrase("utf8_sheet" if sheet else "utf8"))


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
    for pattern, most, kind in ((_DEEP_KEY, _MOST_PARTS, "key_parts"), (_LONG_NUMBER, _MOST_DIGITS, "digits")):
        if found := pattern.search(text):
            key = phrase("line", line=text.count("\n", 0, found.start()) + 1)
            raise BadInputError("bounds", file=file, key=key, value=found[0], allowed=phrase(kind, most=most))
    try:
        # The parser also fails on lists a thousand deep.
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
