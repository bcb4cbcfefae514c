"""The page: what an answer says, independent of where it is shown, and its rendering as HTML.

Here: :class:`Page` and its parts, sections that several questions share, the HTML renderer and its template. Not here:
what a question's page says (``analysis/<question>/page.py``), which folder belongs to which question
(:mod:`analysis.reports`), and the terminal (``app/terminal``).
"""

from analysis.page.page import Exhibit, Page, Table, render

__all__ = ["Exhibit", "Page", "Table", "render"]
