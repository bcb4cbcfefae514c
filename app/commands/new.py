"""``handshake new``: write a scenario file to start from."""

from __future__ import annotations

import sys
from pathlib import Path

from app.terminal.complaints import said
from app.terminal.screen import Screen
from app.terminal.template import scenario_files
from experiments.files import write_new
from sim.errors import unknown_name
from sim.presets import Preset, preset_ids, presets
from sim.texts import Texts


def show_presets(screen: Screen, *, as_json: bool) -> None:
    """Print the presets."""
    texts, language = screen.texts, screen.texts.language
    if as_json:
        keys = ("id", "group", "name", "says", "evidence")
        rows = [(p.id, p.group, p.name(language), p.says(language), p.evidence) for p in presets().values()]
        screen.emit([dict(zip(keys, row, strict=True)) for row in rows])
        return
    columns = [texts("new.column_id"), texts("new.column_says")]
    for group in dict.fromkeys(p.group for p in presets().values()):
        cells = [(p.id, f"{p.name(language)}. {p.says(language)}") for p in presets().values() if p.group == group]
        screen.table(columns, cells, aligned="lL", title=texts(f"preset_group.{group}"))
    screen.say(texts("new.how"))


def write_scenario(screen: Screen, file: Path | None, name: str, *, full: bool, as_json: bool) -> None:
    """Write the files of a preset's scenario: ``file``, or one called like the preset, or to the standard output.

    Raises
    ------
    BadInputError
        For an unknown preset, and for a file that exists or cannot be written.
    """
    texts = screen.texts
    if name not in presets():
        raise unknown_name(name, presets(), key=said("bad.option", name="--preset"), called=preset_ids())
    target = file or Path(f"{name}.toml")
    files = preset_files(presets()[name], target, texts, full=full)
    if str(target) == "-":
        sys.stdout.write(files[target.name])
        return
    written = {target.parent / part: text for part, text in files.items()}
    write_new(written)
    if as_json:
        screen.emit({"preset": name, "files": [str(path) for path in written]})
        return
    for path in written:
        screen.say(texts("new.written", file=path))
    screen.say(texts("new.next", file=target), style="dim")


def preset_files(preset: Preset, file: Path, texts: Texts, *, full: bool = False) -> dict[str, str]:
    """Return the files of a preset's scenario by name.

    Parameters
    ----------
    preset
        What to write.
    file
        Where the scenario goes; ``-`` for the standard output.
    texts
        Language of names and comments.
    full
        Whether to list also the coefficients of the rules and the numbers of founding and measurement.
    """
    scenario = preset.scenario(texts.language)
    return scenario_files(scenario, file.name, texts, head=_head(preset, file, texts), everything=full)


def _head(preset: Preset, file: Path, texts: Texts) -> str:
    language = texts.language
    lines = [texts("template.head", name=preset.name(language), id=preset.id), preset.says(language)]
    if preset.evidence:
        lines.append(texts("template.evidence", evidence=", ".join(preset.evidence)))
    if preset.adoption:
        lines.append(texts("template.adoption", adoption=texts.number(preset.adoption, 1)))
    lines.append(texts("template.sizes"))
    if str(file) != "-":
        lines.append(texts("template.run", file=file))
    return "\n".join(lines)
