"""Sphinx configuration: ``make docs``, or ``python -m sphinx docs docs/_build``.

The build needs no network and fetches none: fonts are the reader's, and nothing outside of this project is linked to by
name. What the code declares is written into pages by ``_ext/handshake_pages`` when the build begins.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from sim.version import __version__  # noqa: E402

project = "Handshake"
author = "The Handshake authors"
project_copyright = author
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "handshake_pages"]
exclude_patterns = ["_build", "_generated"]

# Two dashes are the beginning of an option.
smartquotes = False

# Markdown
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

# Python
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]
toc_object_entries = False

# Links: every name of ours has to lead somewhere; those of other projects cannot, without a network.
# Neither can private names and type variables, which are no part of the documentation.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!(sim|experiments|analysis|app)\b).*"),
    (r"py:class", r".*\.(_\w+|Number|RowT|GroupT)"),
]

# A type that is imported for type checkers alone is known by its bare name, which several may bear.
suppress_warnings = ["ref.python"]

# HTML
html_theme = "furo"
html_title = "Handshake"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
