"""The set-up: which company, how long, which chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from app.studio import state
from app.studio.downloads import template_download
from app.studio.draft import COMPANIES, MIN_WEEKS, PROFILE, RUN, Draft, baseline, of_preset
from app.studio.panels.words import words
from app.studio.uploads import MAX_BYTES, FilesError, Upload, check_sizes, taken_in
from app.terminal.complaints import said
from sim import evidence
from sim.draws import MAX_SEED
from sim.errors import BadInputError, unknown_name
from sim.graph import Shape
from sim.presets import presets
from sim.scenario import MAX_PEOPLE
from sim.texts import Texts


@solara.component_vue("setup.vue")
def _Setup(
    words: dict[str, str],
    presets: list[dict[str, Any]],
    choices: dict[str, list[dict[str, Any]]],
    bounds: dict[str, list[int]],
    values: dict[str, Any],
    says: str,
    event_preset: Callable[[str], None],
    problems: list[str],
    limit: int,
    event_set: Callable[[dict[str, Any]], None],
    event_files: Callable[..., None],
    event_template: Callable[[object], None],
) -> None:
    """Draw the panel."""


@solara.component
def SetupPanel(texts: Texts) -> None:
    """Show which company it is, and let another one be chosen."""
    draft = state.history.value.present
    groups = solara.use_memo(lambda: _groups(texts), [texts])
    choices = solara.use_memo(lambda: _choices(texts), [texts])
    problems: solara.Reactive[tuple[BadInputError, ...]] = solara.use_reactive(())

    def choose(name: str) -> None:
        if name in presets():
            state.change(of_preset(state.history.value.present, name))

    def put(message: dict[str, Any]) -> None:
        try:
            state.change(with_value(state.history.value.present, str(message["key"]), message["value"]))
        except BadInputError as error:
            state.complain(error)

    def take(listed: list[dict[str, Any]], buffers: list[bytes] | None = None) -> None:
        try:
            # What the browser says of the sizes, as it sends nothing that is too large.
            check_sizes([int(entry["size"]) for entry in listed])
            uploads = [
                Upload(str(entry["name"]), bytes(content)) for entry, content in zip(listed, buffers or [], strict=True)
            ]
            state.change(taken_in(uploads, state.history.value.present))
            problems.value = ()
            state.notice.value = state.Notice(said("studio.files.taken"))
        except FilesError as error:
            problems.value = error.problems

    _Setup(
        words=words(texts, "studio.setup"),
        presets=groups,
        choices=choices,
        bounds={"weeks": [MIN_WEEKS, 520], "seed": [0, MAX_SEED], "people": [1, MAX_PEOPLE]},
        values=values(draft),
        says=presets()[draft.preset].says(texts.language) if draft.own is None else texts("studio.setup.from_file"),
        event_preset=choose,
        problems=[state.sentence(problem, texts) for problem in problems.value],
        limit=MAX_BYTES,
        event_set=put,
        event_files=take,
        event_template=lambda _: state.download.set(template_download()),
    )


def values(draft: Draft) -> dict[str, Any]:
    """Return what is set, by name."""
    before = baseline(draft)
    found: dict[str, Any] = {name: getattr(before.company, name) for name in PROFILE}
    place = before.place()
    if isinstance(place, Shape):
        found |= {"marketing": place.marketing, "sales": place.sales}
    else:
        found |= {"marketing": place.graph.marketing, "sales": place.graph.sales}
    return {
        **found,
        "real": not isinstance(place, Shape),
        "preset": draft.preset if draft.own is None else "",
        "weeks": before.weeks,
        "seed": draft.seed,
        "companies": draft.companies,
    }


def with_value(draft: Draft, key: str, value: object) -> Draft:
    """Return the draft with one more value set.

    Raises
    ------
    BadInputError
        If the value is not allowed.
    """
    if key not in PROFILE:
        if key not in RUN:
            raise unknown_name(key, (*PROFILE, *RUN), key="key")
        changes: dict[str, Any] = {key: value}
        return replace(draft, **changes)
    company = {**draft.company, key: value}
    if key == "revenue_class":  # which gives the number of people
        company = {name: kept for name, kept in company.items() if name not in ("marketing", "sales")}
    return replace(draft, company=company)


def _groups(texts: Texts) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, str]]] = {}
    for entry in presets().values():
        found.setdefault(entry.group, []).append({"id": entry.id, "name": entry.name(texts.language)})
    return [{"name": texts(f"preset_group.{group}"), "presets": members} for group, members in found.items()]


def _choices(texts: Texts) -> dict[str, list[dict[str, Any]]]:
    language = texts.language

    def rows(pairs: list[tuple[object, str]]) -> list[dict[str, Any]]:
        return [{"id": value, "name": name} for value, name in pairs]

    return {
        "industry": rows([(row.id, row.label.text(language)) for row in evidence.industries()]),
        "revenue_class": rows([(row.id, row.label.text(language)) for row in evidence.revenue_classes()]),
        "division_type": rows([(row.number, row.label.text(language)) for row in evidence.division_types()]),
        "structure": rows([(name, texts(f"studio.setup.{name}")) for name in ("spread", "broker")]),
        "companies": rows([(count, texts.number(count, 0)) for count in COMPANIES]),
    }


__all__ = ["SetupPanel", "values", "with_value"]
