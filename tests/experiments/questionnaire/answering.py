"""Virtual people who fill the questionnaire in, as forms or as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.questionnaire.forms import Form, read_forms
from experiments.questionnaire.items import FACTORS, IMAGES
from experiments.questionnaire.people import roster
from experiments.questionnaire.state import StartingState, starting_state
from sim.tables import Problems

Answers = Mapping[str, object]


def answers(code: str, department: str, *partners: str, **more: object) -> dict[str, object]:
    """Return a form in which everything has the middle answer, but for ``more``; None leaves a question open."""
    found: dict[str, object] = {"respondent": code, "department": department}
    found |= {item.id: 50 for item in IMAGES} | {item.id: 3 for item in FACTORS}
    for k, partner in enumerate(partners, start=1):
        found |= {f"partner_{k}": partner, f"partner_{k}_trust": 4, f"partner_{k}_friction": 2}
    return {key: value for key, value in (found | more).items() if value is not None}


def written(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def as_form(given: Answers, delimiter: str = ",") -> str:
    rows = [[name, "a question", "a scale", value] for name, value in given.items()]
    return written([["item", "question", "scale", "answer"], ["", "A heading", "", ""], *rows], delimiter)


def as_table(given: Sequence[Answers]) -> str:
    columns = list(dict.fromkeys(name for form in given for name in form))
    return written([columns, *([form.get(name, "") for name in columns] for form in given)])


def write(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"form_{k}.csv" for k in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def read(folder: Path, *texts: str) -> list[Form]:
    """Return the forms in texts; anything wrong is raised."""
    return read_forms(write(folder, *texts), Problems())


def state(forms: Sequence[Form]) -> StartingState:
    return starting_state(forms, roster(forms, Problems()), "firm")
