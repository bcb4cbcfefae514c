"""Links that would lead nowhere in a built site: to files of the source, and by names that only hand something on."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Final

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

_LINK: Final = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+)\]\((?P<target>(?:\.\./)+[^)#\s]+)(?:#[^)]*)?\)")
_LOG: Final = logging.getLogger(__name__)


def outside_links(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace the links of a page that lead out of ``docs/`` by the path in typewriter letters.

    On the web page of a repository they open the file. A path that does not exist is an error, here as there.
    """
    root = Path(app.srcdir).resolve()
    page = root / docname

    def replaced(link: re.Match[str]) -> str:
        target = (page.parent / link["target"]).resolve()
        if not target.exists():
            _LOG.warning("link to nowhere: %s", link["target"], location=docname)
        if target.is_relative_to(root):
            return link[0]
        path, text = target.relative_to(root.parent).as_posix(), link["text"]
        return text if path in text else f"{text} (`{path}`)"

    source[0] = _LINK.sub(replaced, source[0])


def where_defined(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Return the link to something that is documented where it is made, not where the name in the link finds it.

    A field of a class leads to the class, which documents its fields, and what is not documented to its module.
    """
    target = _home(node["reftarget"]) if node.get("refdomain") == "py" else ""
    domain = env.domains.python_domain
    while target:
        if target in domain.objects:
            return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, content)
        target = target.rpartition(".")[0]
    return None


def _home(target: str) -> str:
    """Return a dotted name with the module where it is made, nothing if there is no such thing."""
    words = target.split(".")
    for count in range(len(words) - 1, 0, -1):
        try:
            holder = importlib.import_module(".".join(words[:count]))
        except ModuleNotFoundError:
            continue
        made = getattr(getattr(holder, words[count], None), "__module__", holder.__name__)
        return ".".join([made, *words[count:]])
    return ""
