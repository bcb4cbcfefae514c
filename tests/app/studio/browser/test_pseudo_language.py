"""A language that nobody speaks, in every view of the studio (see tests/app/test_pseudo_language.py)."""

from __future__ import annotations

import pytest

from app.studio.views import VIEWS
from benchmarks.studio_user import User, serving
from docs.tools.translation import write_files
from tests.app.test_pseudo_language import IDS, LANGUAGE, marked, unmarked


@pytest.mark.slow(40)
def test_every_view_speaks_it(chromium, tmp_path):
    write_files(LANGUAGE, tmp_path, marked)
    with serving(HANDSHAKE_TEXTS=str(tmp_path)) as server:
        user = User(chromium.new_page(), server.url)
        user.open(f"?lang={LANGUAGE}")
        assert user.page.evaluate("document.documentElement.lang") == LANGUAGE
        found = {"page": unmarked(user.page.inner_text("body"))}
        for entry in VIEWS:
            shown = user.view(entry.id)
            user.page.wait_for_function("!document.querySelector('.hs-view [role=progressbar]')")
            found[entry.id] = unmarked(shown.inner_text())
        user.page.context.close()
    languages = {"English", "Deutsch"}  # each called in its own words
    assert {name: left for name, words in found.items() if (left := words - IDS - languages)} == {}
