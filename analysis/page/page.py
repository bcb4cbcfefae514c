"""A report as a page: what it holds, and how it becomes one self-contained HTML file.

The file asks the network for nothing: figures are inline SVG, the style stands in the page, there are no scripts. What
users have named is escaped wherever it stands.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from analysis.figures.labels import Labels
from analysis.figures.style import UNDATED, house_style
from sim.texts import kept_together
from sim.version import __version__

_GROWTH: Final = 1.15
"""How much larger than drawn a figure may be shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    title
        What stands above it.
    head
        Names of the columns.
    rows
        Cells; the first of a row names it.
    note
        What stands below it.
    words
        Whether cells are words rather than numbers.
    left
        How many columns hold words where the others hold numbers: the first ones.
    brief
        How many rows are enough where there is little room, as on a terminal; 0 for all.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    words: bool = False
    left: int = 1
    brief: int = 0


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure, and the same in numbers.

    Attributes
    ----------
    name
        Of its file.
    title, says
        What it shows, and how to read it.
    draw
        Draws the figure; it is not called where figures are not shown.
    table
        Its twin.
    """

    name: str
    title: str
    says: str
    draw: Callable[[], Figure]
    table: Table


@dataclass(frozen=True, slots=True)
class Page:
    """An answer in one language, for any renderer: HTML (:func:`render`) or a terminal (``app/terminal/page.py``).

    Attributes
    ----------
    language
        ``"en"`` or ``"de"``.
    kind, title
        What kind of answer it is, and to what.
    question, answer
        What was asked, and the answer in three sentences; before them, that not all is there yet to answer it from.
    exhibits, tables
        Figures and tables.
    assumptions
        Tables on what the answer rests on.
    limits
        What the model is not, and what else is assumed: paragraphs.
    certainty
        How sure the answer is: paragraphs.
    command
        The command that makes the same report again; empty if it was not made by one.
    facts
        Names and values: seed, versions, hashes.
    figures_first
        Whether the tables of figures come before the others where figures are not shown.
    of_folder
        Whether the command only reads what another one has simulated into a folder.
    """

    language: str
    kind: str
    title: str
    question: str
    answer: Sequence[str]
    exhibits: Sequence[Exhibit]
    tables: Sequence[Table]
    assumptions: Sequence[Table]
    limits: Sequence[str]
    certainty: Sequence[str]
    command: str
    facts: Sequence[tuple[str, str]]
    figures_first: bool = False
    of_folder: bool = False


def render(page: Page) -> str:
    """Return a page as HTML."""
    figures = [inline_svg(exhibit, f"f{k}") for k, exhibit in enumerate(page.exhibits, start=1)]
    return _environment().get_template("page.html").render(
        page=page, say=Labels(page.language), figures=figures, version=__version__
    )  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("analysis.page", "."),
        undefined=StrictUndefined,
        autoescape=True,
        # Everything that is shown goes through here; what is markup already is left as it is.
        finalize=lambda shown: kept_together(shown) if type(shown) is str else shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["css_string"] = css_string
    return environment


def css_string(text: str) -> Markup:
    """Return a text as a string of CSS that ends nowhere early, inside a style sheet that stands in HTML."""
    shown = "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):06x}" for c in text)
    return Markup(f'"{shown}"')


def inline_svg(exhibit: Exhibit, prefix: str) -> Markup:
    """Return a figure as an SVG element for a page with several of them: described, and with ids of its own."""
    buffer = io.StringIO()
    with house_style():
        exhibit.draw().savefig(buffer, format="svg", metadata=UNDATED["svg"])
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    head, _, body = svg.partition(">")
    found = re.search(r'viewBox="([\d. ]+)"', head)
    assert found is not None
    width = float(found[1].split()[2])
    body = re.sub(r'\bid="', f'id="{prefix}-', body)
    body = re.sub(r"url\(#", f"url(#{prefix}-", body)
    body = re.sub(r'xlink:href="#', f'href="#{prefix}-', body)
    title, says = escape(exhibit.title), escape(exhibit.says)
    opening = (
        f'<svg role="img" aria-labelledby="{prefix}-title {prefix}-says" viewBox="{found[1]}" '
        f'style="max-width:{_GROWTH * width:.0f}pt">'
        f'<title id="{prefix}-title">{title}</title><desc id="{prefix}-says">{says}</desc>'
    )
    # What matplotlib writes is escaped; what we add is, too.
    return Markup(opening + body)


__all__ = ["Exhibit", "Page", "Table", "css_string", "inline_svg", "render"]
