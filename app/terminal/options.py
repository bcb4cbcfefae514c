"""Options that several commands share.

``help`` and ``metavar`` are keys of the catalogue of texts. Numbers are declared as text and read by
:mod:`app.terminal.running`, so that a wrong one is refused with the same kind of message as one in a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.terminal.help import MisuseError
from sim.texts import languages


def _known_language(value: str) -> str:
    # Only checked here; the language itself is read before anything is parsed (sim.texts.language_of).
    if value and value not in languages():
        raise MisuseError("unknown", ("bad.option", {"name": "--lang"}), value, names=languages())
    return value


Lang = Annotated[str, typer.Option("--lang", metavar="en|de", callback=_known_language, help="option.lang")]
Json = Annotated[bool, typer.Option("--json", help="option.json")]
All = Annotated[bool, typer.Option("--all", help="option.all")]
Seed = Annotated[str, typer.Option("--seed", metavar="number", help="option.seed")]
Companies = Annotated[str, typer.Option("--companies", metavar="number", help="option.companies")]
Weeks = Annotated[str, typer.Option("--weeks", metavar="number", help="option.weeks")]
InEnsemble = Annotated[bool, typer.Option("--ensemble", help="option.ensemble")]
Sets = Annotated[str, typer.Option("--sets", metavar="sets", help="option.sets")]
Out = Annotated[Path | None, typer.Option("--out", metavar="folder", help="option.out")]

Executor = Annotated[str, typer.Option("--executor", metavar="kind", help="option.executor")]
Workers = Annotated[str, typer.Option("--workers", metavar="number", help="option.workers")]
Scheduler = Annotated[str, typer.Option("--scheduler", metavar="address", help="option.scheduler")]

__all__ = [
    "All",
    "Companies",
    "Executor",
    "InEnsemble",
    "Json",
    "Lang",
    "Out",
    "Scheduler",
    "Seed",
    "Sets",
    "Weeks",
    "Workers",
]
