"""Record what every command gives on small inputs, and compare two recordings.

A restructuring must change no result. So record before it and after it, and compare::

    python -m tests.baselines.record before
    python -m tests.baselines.record after
    python -m tests.baselines.record before --against after

The commands are in ``commands.toml`` beside this file; names of its cases after the folder record or compare these
alone. They run with the checkout that comes first on PYTHONPATH, or else in the working folder; nothing of the project
is imported here, so that one checkout can record another one.

A recording has a folder per case. In it are ``steps.json`` (each command, its exit code and, if it failed, its standard
error), the standard output of a command with ``--json`` (``1.json`` for the first one), and under ``files`` what the
commands wrote. All of it is kept as it is, except for what :data:`DROPPED`, :data:`ONLY_MADE`, :data:`LEFT_OUT` and
:data:`MARK` say.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

HERE: Final = Path(__file__).resolve().parent
FORMS: Final = HERE.parents[1] / "examples" / "organisation" / "forms"
PATIENCE: Final = 3600.0
"""Seconds after which a command is given up."""

DROPPED: Final = {
    "seconds": "plan show: how long a few runs took on this machine",
    "versions.sources": "manifest of a sweep: a hash of source files, which is what a restructuring changes",
}
"""Keys of JSON that are dropped, from the top of the file, and why."""
ONLY_MADE: Final = {
    ".html": "a page may be laid out and worded anew",
    "SHA256SUMS": "checksums of other files; the manifest with the hash of sources is among them",
}
"""Endings of files of which it is only recorded that they were made, and why."""
LEFT_OUT: Final = {".lock": "empty; keeps two processes from working in the same folder"}
"""Names of files that are left out, and why."""
MARK: Final = re.compile(r"(part-\d{8})-[0-9a-f]{16}(?=\.parquet$)")
"""The name of a sweep's part; the checksum in it, into which the hash of sources goes, is left out."""
UNKEPT: Final = re.compile(r"LC_|LANG|HANDSHAKE_|PYTHON|COLUMNS|LINES|FORCE_COLOR|NO_COLOR|CI$")
"""Variables of the environment that commands do not see: they set language, width, colours and paths."""
FIXED: Final = {"LANG": "en.UTF-8", "COLUMNS": "80", "TZ": "UTC"} | dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
"""Variables of the environment that are the same for all commands; threads change the order of sums."""


# --- recording ------------------------------------------------------------------------------------------------------


def checkout() -> Path:
    """Return the folder of the program that is recorded."""
    places = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), os.getcwd(), *sys.path]
    return next(Path(place).resolve() for place in places if Path(place, "app", "__main__.py").is_file())


def fill(place: Path, files: Mapping[str, str]) -> None:
    """Put what commands read into a folder."""
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    (place / "given").mkdir()
    for name in ("people.csv", "ties.csv"):
        shutil.copy(HERE / name, place / "given")
    shutil.copytree(FORMS, place / "forms")


def run(line: str, place: Path, root: Path) -> tuple[dict[str, Any], bytes]:
    """Run one command in a folder; return what is recorded of it, and its standard output."""
    words = []
    for word in shlex.split(line):
        words += (
            sorted(str(path.relative_to(place)) for path in place.glob(word)) if word.endswith("/*.csv") else [word]
        )
    program = [str(HERE / "downloads.py")] if words == ["downloads"] else ["-m", "app", *words]
    kept = {name: value for name, value in os.environ.items() if not UNKEPT.match(name)}
    settings = {"cwd": place, "env": {**kept, **FIXED, "PYTHONPATH": str(root)}, "stdin": subprocess.DEVNULL}
    try:
        done = subprocess.run(
            [sys.executable, *program], **settings, capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return {"command": line, "code": None, "error": f"not done after {PATIENCE:g} seconds"}, b""
    error = done.stderr.decode(errors="replace") if done.returncode else ""
    return {"command": line, "code": done.returncode, "error": error}, done.stdout


def record(folder: Path, lines: Sequence[str], files: Mapping[str, str], root: Path) -> list[dict[str, Any]]:
    """Run the commands of a case, and write its folder anew; return by command what ``steps.json`` says."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    steps = []
    with TemporaryDirectory(prefix="record-") as name:
        place = Path(name)
        fill(place, files)
        before = contents(place)
        for number, line in enumerate(lines, start=1):
            step, printed = run(line, place, root)
            steps.append(step)
            kind = "json" if "--json" in line else "toml" if line.startswith("new -") else ""
            if kind and printed:
                (folder / f"{number}.{kind}").write_bytes(cleaned(f"{number}.{kind}", printed))
        for path, content in contents(place).items():
            if before.get(path) != content and path.rpartition("/")[2] not in LEFT_OUT:
                goal = folder / "files" / MARK.sub(r"\1", path)
                goal.parent.mkdir(parents=True, exist_ok=True)
                goal.write_bytes(cleaned(path, content))
    (folder / "steps.json").write_text(json.dumps(steps, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return steps


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of all files in a folder and below, by path."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def cleaned(path: str, content: bytes) -> bytes:
    """Return what is recorded of a file."""
    if path.endswith(tuple(ONLY_MADE)):
        return b"made\n"
    if not path.endswith(".json") or (found := as_json(content)) is None:
        return content
    changed = False
    for key in DROPPED:
        *above, last = key.split(".")
        inner = found
        for name in above:
            inner = inner.get(name) if isinstance(inner, dict) else None
        changed |= isinstance(inner, dict) and inner.pop(last, None) is not None
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode() if changed else content


def as_json(content: bytes) -> Any:
    """Return JSON as Python's types; None if it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def record_all(folder: Path, cases: Mapping[str, Sequence[str]], files: Mapping[str, str], jobs: int) -> None:
    """Record cases, several at a time, and say what became of each."""
    root, begun = checkout(), time.monotonic()
    print(f"Recording {root} into {folder}, {len(cases)} cases ...", flush=True)

    def one(name: str) -> int:
        start = time.monotonic()
        steps = record(folder / name, cases[name], files, root)
        codes = ", ".join(str(step["code"]) for step in steps)
        print(f"{name}: {time.monotonic() - start:.0f} s, exit codes {codes}", flush=True)
        return len(steps)

    with ThreadPoolExecutor(jobs) as pool:
        commands = sum(pool.map(one, cases))
    count = sum(len(contents(folder / name)) for name in cases)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = f"{time.monotonic() - begun:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processors"
    print(f"{commands} commands, {count} files, {seconds}")


# --- comparing ------------------------------------------------------------------------------------------------------


def compare(one: Path, other: Path, cases: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return in words, by file, how an earlier and a later recording differ; of all cases if none are named."""
    before, after = (
        {path: content for path, content in contents(folder).items() if not cases or path.split("/")[0] in cases}
        for folder in (one, other)
    )
    found = {path: ["is missing" if path in before else "is new"] for path in before.keys() ^ after.keys()}
    for path in before.keys() & after.keys():
        if before[path] != after[path]:
            found[path] = [*differences(one / path, other / path)]
    return dict(sorted(found.items()))


def differences(one: Path, other: Path) -> Iterator[str]:
    """Yield in words how two files with different bytes differ."""
    kind, (before, after) = one.suffix, (one.read_bytes(), other.read_bytes())
    lines: list[str] = []
    if kind == ".json" and None not in (pair := [as_json(before), as_json(after)]):
        lines = [*values(*pair)] or ["the same values, in another order of keys or format"]
    elif kind in (".csv", ".parquet"):
        lines = [*columns(table(one), table(other))] or ["the same values, in other bytes"]
    elif kind in (".toml", ".md"):
        texts = (content.decode(errors="replace").splitlines() for content in (before, after))
        lines = [*difflib.unified_diff(*texts, n=0, lineterm="")][2:]
    yield from lines or ["other bytes"]


def values(before: Any, after: Any, key: str = "") -> Iterator[str]:
    """Yield where two pieces of JSON differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            below = f"{key}.{name}" if key else name
            if name in before and name in after:
                yield from values(before[name], after[name], below)
            else:
                yield f"{below}: is {'missing' if name in before else 'new'}"
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{key}: had {len(before)} items, has {len(after)}"
        for k, (was, now) in enumerate(zip(before, after, strict=False)):
            yield from values(was, now, f"{key}[{k}]")
    # As text, 1 is not 1.0, and NaN is NaN.
    elif (was := json.dumps(before, ensure_ascii=False)) != (now := json.dumps(after, ensure_ascii=False)):
        yield f"{key}: was {was}, is {now}"


def table(file: Path) -> pd.DataFrame:
    """Return a table; of CSV all cells as text."""
    return pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, dtype=str, keep_default_na=False)


def columns(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[str]:
    """Yield how two tables differ."""
    if len(before) != len(after):
        yield f"had {len(before)} rows, has {len(after)}"
    if list(before) != list(after) and {*before} == {*after}:
        yield "columns are in another order"
    for name in dict.fromkeys((*before, *after)):
        if name not in before or name not in after:
            yield f"column {name}: is {'missing' if name in before else 'new'}"
        elif before[name].dtype != after[name].dtype:
            yield f"column {name}: was {before[name].dtype}, is {after[name].dtype}"
        elif len(before) == len(after):
            was, now = before[name], after[name]
            other = ((was != now) & ~(was.isna() & now.isna())).to_numpy(bool)
            if other.any():
                first = int(other.argmax())
                rows = f"{other.sum()} of {len(other)} rows differ"
                yield f"column {name}: {rows}; row {first} was {was.iloc[first]}, is {now.iloc[first]}"


def report(found: Mapping[str, Sequence[str]], recording: Path) -> None:
    """Print every difference, below the file and the command that printed it, and then how many files by case."""
    for path, lines in found.items():
        case, _, name = path.partition("/")
        number, steps = name.partition(".")[0], recording / case / "steps.json"
        known = number.isdigit() and steps.is_file()
        command = f" ({json.loads(steps.read_bytes())[int(number) - 1]['command']})" if known else ""
        print("\n    ".join([f"{path}{command}", *lines]))
    counts = Counter(path.partition("/")[0] for path in found)
    print("\n".join(f"{case}: {count} files differ" for case, count in counts.items()) or "No difference.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Record or compare; the exit code is 1 if recordings differ."""
    known = tomllib.loads((HERE / "commands.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the recording")
    parser.add_argument("case", nargs="*", help="cases; without any, all but the long ones")
    parser.add_argument("--against", type=Path, metavar="OTHER", help="compare with this later recording")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time [2]")
    asked = parser.parse_intermixed_args(arguments)
    every = known["cases"] | known["long"]
    if unknown := {*asked.case} - {*every}:
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(every)}")
    if asked.against is None:
        cases = {name: every[name] for name in asked.case or known["cases"]}
        record_all(asked.folder, cases, known["files"], asked.jobs)
        return 0
    for folder in (asked.folder, asked.against):
        if not folder.is_dir():
            parser.error(f"no recording {folder}")
    found = compare(asked.folder, asked.against, asked.case)
    report(found, asked.folder)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
