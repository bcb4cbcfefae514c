"""Files that come up: a scenario, or one's own organisation. Checked before anything is made of them, written nowhere.

Files that a scenario names are only ever those that came up with it: a path in an uploaded file must not lead to
anything on the server's disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.studio.draft import Draft, baseline, from_scenario
from app.terminal.complaints import said
from sim.errors import BadInputError, phrase
from sim.organisation import inspect_organisation, is_text
from sim.scenario import Scenario
from sim.tables import header_of
from sim.textfile import text_of, toml_of

MAX_BYTES: Final = 1_500_000
"""Most bytes of the files that come up together: room for ten thousand people and their ties."""
_ENDINGS: Final = (".toml", ".csv")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came up.

    Attributes
    ----------
    name, content
        As the browser gives them.
    """

    name: str
    content: bytes


class FilesError(ValueError):
    """Files that cannot be used.

    Attributes
    ----------
    problems
        Everything that is wrong in them, as far as it could be told.
    """

    def __init__(self, *problems: BadInputError) -> None:
        self.problems = problems
        super().__init__(*problems)


def check_sizes(sizes: Sequence[int]) -> None:
    """Refuse files that are too large, before they are read.

    Raises
    ------
    FilesError
        If so.
    """
    if sum(sizes) > MAX_BYTES:
        most = phrase("bytes", high=MAX_BYTES)
        raise FilesError(BadInputError("bounds", key=said("studio.files.size"), value=sum(sizes), allowed=most))


def taken_in(uploads: Sequence[Upload], draft: Draft) -> Draft:
    """Return the draft that the files make of the present one.

    Parameters
    ----------
    uploads
        A scenario file, or people.csv and ties.csv, or all three.
    draft
        What is set so far; without a scenario file, its company gets the people and ties.

    Raises
    ------
    FilesError
        With the file, the row and the column.
    """
    check_sizes([len(upload.content) for upload in uploads])
    try:
        return _taken_in(uploads, draft)
    except BadInputError as error:
        raise FilesError(error) from None


def _taken_in(uploads: Sequence[Upload], draft: Draft) -> Draft:
    scenarios = [upload for upload in uploads if upload.name.lower().endswith(".toml")]
    tables = [upload for upload in uploads if upload.name.lower().endswith(".csv")]
    for upload in uploads:
        if upload not in scenarios and upload not in tables:
            raise BadInputError("invalid", file=upload.name, key=said("studio.files.kind"), allowed=", ".join(_ENDINGS))
    if len(scenarios) > 1 or len(tables) not in (0, 2):
        raise BadInputError("missing", key=said("studio.files.chosen"), allowed=said("studio.files.which"))
    organisation = _organisation(tables) if tables else {}
    if scenarios:
        return from_scenario(_scenario(scenarios[0], organisation), draft)
    before = baseline(draft)
    company = {**before.company.model_dump(exclude_unset=True), **organisation}
    own = before.changed(company=company)
    return Draft(
        preset=draft.preset, own=own, weeks=draft.weeks, seed=draft.seed, companies=draft.companies, moves=draft.moves
    )


def _scenario(upload: Upload, organisation: Mapping[str, str]) -> Scenario:
    """Return the scenario in a file, with the organisation that came up with it."""
    raw = toml_of(text_of(upload.content, upload.name), upload.name)
    company = raw.get("company")
    if isinstance(company, dict):
        _refuse_paths(company, organisation, upload.name)
    if organisation:
        raw["company"] = {**(company if isinstance(company, dict) else {}), **organisation}
    raw.setdefault("name", upload.name.rpartition(".")[0] or upload.name)
    try:
        scenario = Scenario(**raw)
        scenario.place()
    except BadInputError as error:
        raise error.in_file(upload.name) from None
    return scenario


def _refuse_paths(company: Mapping[str, Any], organisation: Mapping[str, str], file: str) -> None:
    for key in ("people", "ties"):
        value = company.get(key)
        if isinstance(value, str) and not is_text(value) and key not in organisation:
            allowed = said("studio.files.together")
            raise BadInputError("missing", file=file, key=f"company.{key}", value=value, allowed=allowed)


def _organisation(tables: Sequence[Upload]) -> dict[str, str]:
    """Return the texts of people.csv and ties.csv, told apart by their heads, whatever they are called."""
    found: dict[str, str] = {}
    for upload in tables:
        text = text_of(upload.content, upload.name, sheet=True)
        key = "people" if "department" in header_of(text) else "ties"
        if key in found:
            raise BadInputError("missing", key=said("studio.files.chosen"), allowed=said("studio.files.which"))
        # What has no line break would be taken for a path.
        found[key] = text if text.endswith("\n") else f"{text}\n"
    if problems := inspect_organisation(found["people"], found["ties"]).problems:
        raise FilesError(*problems)
    return found


__all__ = ["MAX_BYTES", "FilesError", "Upload", "check_sizes", "taken_in"]
