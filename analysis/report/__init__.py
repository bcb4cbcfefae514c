"""Reports: one self-contained HTML page each, with the question, the answer, and what it rests on.

:func:`comparison_report` is the one that needs nothing but two courses of the same companies.
"""

from analysis.report.companies import companies_page
from analysis.report.comparison import comparison_page, comparison_report
from analysis.report.of_folder import folder_page
from analysis.report.page import Exhibit, Page, Table, render

__all__ = [
    "Exhibit",
    "Page",
    "Table",
    "companies_page",
    "comparison_page",
    "comparison_report",
    "folder_page",
    "render",
]
