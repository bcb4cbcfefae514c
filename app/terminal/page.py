"""The renderer of pages for a terminal."""

from __future__ import annotations

from analysis.page import Page, Table
from app.terminal.screen import Screen


def show_page(screen: Screen, page: Page) -> None:
    """Print a page: what was asked and answered, the numbers, and how sure they are.

    Figures are shown as their tables. What the answer rests on stands in the report, if there is one.

    Parameters
    ----------
    screen
        Where to print it.
    page
        In the screen's language.
    """
    texts = screen.texts
    screen.heading(page.title)
    screen.say(page.question, style="dim")
    screen.say()
    for sentence in page.answer:
        screen.say(sentence)
    of_figures = [exhibit.table for exhibit in page.exhibits]
    for content in (*of_figures, *page.tables) if page.figures_first else (*page.tables, *of_figures):
        show_table(screen, content)
    screen.say()
    foot = [texts("page.foot_terminal")] if page.assumptions or page.limits else []
    for sentence in (*page.certainty, *foot):
        screen.say(sentence, style="dim")


def show_table(screen: Screen, content: Table) -> None:
    """Print a table of a page, cut to :attr:`analysis.page.Table.brief` rows, with its note."""
    rows = content.rows[: content.brief or None]
    left = len(content.head) if content.words else content.left
    letters = "L" * left + "r" * (len(content.head) - left)
    screen.table(content.head, rows, aligned=letters, title=content.title)
    if more := len(content.rows) - len(rows):
        screen.say(screen.texts.counted("more_rows", more), style="dim")
    if content.note:
        screen.say(content.note, style="dim")


__all__ = ["show_page", "show_table"]
