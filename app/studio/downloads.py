"""Files that go down: scenarios, results, the template of an organisation."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from analysis.comparison.findings import ComparisonFindings
from analysis.comparison.page import comparison_page
from analysis.figures.labels import Labels
from analysis.page import render
from app.studio.answer import Answer
from app.studio.draft import Draft, baseline, scenario
from app.terminal.template import scenario_files
from sim.organisation import source_text
from sim.presets import preset, presets
from sim.texts import Texts

TEMPLATE: Final = "own_organisation"
"""The preset whose people and ties are the example."""
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The date of files in archives: the same content gives the same bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Download:
    """A file for the user.

    Attributes
    ----------
    name, mime
        What the browser calls it and takes it for.
    content
        What is in it.
    """

    name: str
    mime: str
    content: bytes


def names(draft: Draft, texts: Texts) -> dict[str, str]:
    """Return what baseline and scenario are called in files."""
    company = preset(draft.preset).name(texts.language) if draft.own is None else draft.own.name
    return {key: texts(f"studio.files.{key}", company=company) for key in ("baseline", "scenario")}


def scenario_download(draft: Draft, texts: Texts) -> Download:
    """Return the scenario's file; in an archive with those of its people and ties if they are real."""
    files = _scenario_files(draft, "scenario", texts)
    if len(files) == 1:
        return Download("scenario.toml", "application/toml", files["scenario.toml"].encode())
    return Download("scenario.zip", "application/zip", _archive(files))


def pair_download(draft: Draft, texts: Texts) -> Download:
    """Return the files of baseline and scenario, of which ``handshake compare`` makes the same numbers."""
    files = _scenario_files(draft, "baseline", texts) | _scenario_files(draft, "scenario", texts)
    return Download("handshake.zip", "application/zip", _archive(files))


def _scenario_files(draft: Draft, which: str, texts: Texts) -> dict[str, str]:
    found = baseline(draft) if which == "baseline" else scenario(draft)
    head = texts(f"studio.files.head_{which}", companies=str(draft.companies), seed=str(draft.seed))
    return scenario_files(found.changed(name=names(draft, texts)[which]), f"{which}.toml", texts, head=head)


def results(answer: Answer, draft: Draft, texts: Texts) -> pd.DataFrame:
    """Return the outcomes of both settings, as :attr:`sim.Results.outcomes` has them."""
    named = names(draft, texts)
    parts = [answer.before.frame(named["baseline"]), answer.after.frame(named["scenario"])]
    return pd.concat(parts, ignore_index=True)


def csv_download(answer: Answer, draft: Draft, texts: Texts) -> Download:
    """Return the outcomes as CSV."""
    text = results(answer, draft, texts).to_csv(index=False, lineterminator="\n")
    return Download("handshake.csv", "text/csv", text.encode())


def parquet_download(answer: Answer, draft: Draft, texts: Texts) -> Download:
    """Return the outcomes as Parquet."""
    buffer = io.BytesIO()
    results(answer, draft, texts).to_parquet(buffer, index=False)
    return Download("handshake.parquet", "application/vnd.apache.parquet", buffer.getvalue())


def report_download(answer: Answer, draft: Draft, texts: Texts) -> Download:
    """Return the report on both settings as one page."""
    named = names(draft, texts)
    before, after = (
        replace(trajectory, scenario=trajectory.scenario.changed(name=named[key]))
        for key, trajectory in (("baseline", answer.before), ("scenario", answer.after))
    )
    page = comparison_page(ComparisonFindings.of_trajectories(before, after), Labels(texts.language))
    return Download("handshake.html", "text/html", render(page).encode())


def template_download() -> Download:
    """Return the example of an organisation's people and ties, to be replaced by one's own."""
    company = presets()[TEMPLATE].scenario().company
    assert company.people is not None
    assert company.ties is not None
    files = {"people.csv": source_text(company.people), "ties.csv": source_text(company.ties)}
    return Download("organisation.zip", "application/zip", _archive(files))


def _archive(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


__all__ = [
    "Download",
    "csv_download",
    "names",
    "pair_download",
    "parquet_download",
    "report_download",
    "results",
    "scenario_download",
    "template_download",
]
