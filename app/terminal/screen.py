"""What the commands print: tables and notes on the standard output, progress on the standard error, or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.as_json import json_text
from sim.texts import Texts

_GAP, _TIGHT = 3, 2
"""Columns of characters between two columns of a table: as a rule, and where the table is too wide with these."""
NARROWEST = 60
"""Tables are not drawn narrower than this, whatever the terminal says."""


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False, markup=False)
    console.width = max(console.width, NARROWEST)
    return console


@dataclass(slots=True)
class Screen:
    """Where one run of a command prints, and in which language.

    Attributes
    ----------
    texts
        The language's texts.
    out, err
        Standard output and standard error.
    """

    texts: Texts
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.out.print(Text(text, style="bold"))

    def say(self, text: str = "", style: str = "", *, indent: int = 0) -> None:
        """Print a paragraph."""
        paragraph = Text(text, style=style)
        # Padding would also fill up to the right margin.
        self.out.print(Padding(paragraph, (0, 0, 0, indent)) if indent else paragraph)

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str | Text]],
        *,
        aligned: str,
        title: str,
        leading: int = 0,
    ) -> None:
        """Print a table; where it is too wide, its rows one below the other, so that no number is ever cut.

        Parameters
        ----------
        columns, rows
            Heads and cells.
        aligned
            A letter per column: ``l`` for left and ``L`` for left and broken into lines where there is no room,
            ``r`` for right.
        title
            What stands above it.
        leading
            Empty lines between rows.
        """
        cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
        columns_of = list(zip(columns, aligned, _transposed(cells, len(columns)), strict=True))
        least = [
            max(
                _longest_word(name),
                *(_longest_word(cell.plain) if letter == "L" else _length(cell) for cell in column),
                0,
            )
            for name, letter, column in columns_of
        ]
        whole = [max(_length(cell) for cell in (Text(name), *column)) for name, _, column in columns_of]
        gaps = len(least) - 1
        gap = _GAP if sum(least) + _GAP * gaps <= self.out.width else _TIGHT
        room = self.out.width - gap * gaps
        self.out.print()
        self.heading(title)
        if sum(least) > room:
            self._stack(columns, cells)
            return
        # Between columns stand the padding on either side and one character of the frame.
        padding = (0, 1, 0, gap - 2)
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=padding, leading=leading)
        for name, letter, width in zip(columns, aligned, _widths(least, whole, room), strict=True):
            table.add_column(Text(name), justify="right" if letter == "r" else "left", width=width, overflow="fold")
        for row in cells:
            table.add_row(*row)
        self.out.print(table)

    def _stack(self, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
        """Print rows one below the other: the first cell as a heading, then a line per column."""
        for first, *others in rows:
            self.out.print()
            self.out.print(first)
            for name, cell in zip(columns[1:], others, strict=True):
                self.out.print(Padding(Text.assemble((f"{name}: ", "dim"), cell), (0, 0, 0, 2)))

    def fields(self, rows: Iterable[tuple[str, str]]) -> None:
        """Print names and values in two columns, without a frame."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, style="dim")
        grid.add_column()
        for name, value in rows:
            grid.add_row(Text(name), Text(value))
        self.out.print(grid)

    def fail(self, text: str) -> None:
        """Print a message on the standard error, unbroken: whoever reads it along the way may break it."""
        self.err.print(Text(text), soft_wrap=True)

    def emit(self, data: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print data as JSON on the standard output; what is not a number becomes null."""
        sys.stdout.write(json_text(data))


def _longest_word(text: str) -> int:
    return max((cell_len(word) for word in text.split()), default=0)


def _length(text: Text) -> int:
    return max((cell_len(line) for line in text.plain.splitlines()), default=0)


def _widths(least: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """Return widths between the least and the whole; columns that need little get it, the others share what is left."""
    widths, left = list(least), room - sum(least)
    need = [most - few for few, most in zip(least, whole, strict=True)]
    for done, column in enumerate(sorted(range(len(need)), key=need.__getitem__)):
        more = need[column] if 2 * need[column] <= left else min(need[column], left // (len(need) - done))
        widths[column] += more
        left -= more
    return widths


def _transposed(rows: Sequence[Sequence[Text]], columns: int) -> list[tuple[Text, ...]]:
    return [tuple(row[k] for row in rows) for k in range(columns)]


__all__ = ["Screen"]
