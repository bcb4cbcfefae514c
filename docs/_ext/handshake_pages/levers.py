"""A page for each lever: what the study says, how the model does it, what it costs, what it did in the ensemble."""

from __future__ import annotations

from app.texts import Texts
from sim.policies import ALL_POLICIES


def lever_pages() -> dict[str, str]:
    """Return a page for each lever, and one that lists them."""
    texts = Texts("en")
    pages = {f"{policy.id}.md": f"# {policy.en}\n\n{policy.says_en}\n" for policy in ALL_POLICIES}
    names = "\n".join(policy.id for policy in ALL_POLICIES)
    pages["index.md"] = "# Levers\n\n```{toctree}\n:maxdepth: 1\n\n" + names + "\n```\n"
    assert texts
    return pages
