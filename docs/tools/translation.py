"""Files for a further language: all texts, in English, to be translated.

``python -m docs.tools.translation fr FOLDER`` writes them. Each catalogue file ``<name>.en.toml`` becomes
``<name>.fr.toml`` in the same place below the folder. Names that are declared in the code become the table
``[declared]`` of ``declared.fr.toml``, by their English text. To see the program in the language, set
``HANDSHAKE_TEXTS`` to the folder; to add it to the program, copy the files into the packages.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sim.declarations import declared
from sim.parameters import parameters
from sim.policies import ALL_POLICIES
from sim.presets import presets
from sim.texts import PACKAGES

ROOT: Final = Path(__file__).parents[2]
DECLARED: Final = ("experiments/scorecard.toml", "analysis/study/study.toml", "analysis/validation/validation.toml")
"""Data files of declarations whose names are pairs ``en`` and ``de``."""

Translate = Callable[[str], str]


def write_files(language: str, folder: Path, translate: Translate = lambda text: text) -> None:
    """Write the files of a language.

    Parameters
    ----------
    language
        Its code, such as ``"fr"``.
    folder
        Where to; made if it is missing.
    translate
        Makes a text of an English one.
    """
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.en.toml")):
            texts = tomllib.loads(path.read_text(encoding="utf-8"))
            target = folder / path.relative_to(ROOT).with_name(path.name.replace(".en.", f".{language}."))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_toml(texts, translate), encoding="utf-8", newline="\n")
    names = {text: text for text in declared_texts()}
    (folder / f"declared.{language}.toml").write_text(_toml({"declared": names}, translate), encoding="utf-8")


def declared_texts() -> Iterator[str]:
    """Yield the English text of everything that is declared with one in English and one in German."""
    for policy in ALL_POLICIES:
        yield from (policy.en, policy.says_en)
    for preset in presets().values():
        yield from (preset.en, preset.says_en)
    for group in parameters().values():
        yield from (parameter.en for parameter in group.values())
    for outcome in declared().values():
        yield from (outcome.en, outcome.short_en, outcome.says_en)
    for name in (*DECLARED, *(str(path.relative_to(ROOT)) for path in (ROOT / "sim" / "evidence").glob("*.toml"))):
        yield from _pairs(tomllib.loads((ROOT / name).read_text(encoding="utf-8")))


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(table.get("en"), str):
        yield table["en"]
    for value in table.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping):
                yield from _pairs(inner)


def _toml(tables: Mapping[str, Any], translate: Translate) -> str:
    """Return nested tables of texts as TOML; what is a table stands behind what is none."""
    lines: list[str] = []

    def write(table: Mapping[str, Any], path: tuple[str, ...]) -> None:
        texts = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
        if path and texts:
            lines.extend(["", f"[{'.'.join(map(_key, path))}]"])
        lines.extend(f"{_key(key)} = {_text(translate(value))}" for key, value in texts.items())
        for key, value in table.items():
            if isinstance(value, Mapping):
                write(value, (*path, key))

    write(tables, ())
    return "\n".join(lines).lstrip() + "\n"


def _text(text: str) -> str:
    """Return a basic string of TOML, which escapes what JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else _text(name)


def main() -> None:
    """Write the files that the command line asks for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("language")
    options.add_argument("folder", type=Path)
    chosen = options.parse_args()
    write_files(chosen.language, chosen.folder)


if __name__ == "__main__":
    main()
