"""Two recordings are told apart by whatever differs, and by nothing that is dropped on purpose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.baselines.record import cleaned, compare, main, record


@pytest.fixture
def recordings(tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders with the same recording."""
    case = tmp_path / "one" / "run"
    (case / "files").mkdir(parents=True)
    (case / "steps.json").write_text(json.dumps([{"command": "run x --json", "code": 0, "error": ""}]))
    (case / "1.json").write_text(json.dumps({"types": [{"share": 0.25, "low": float("nan")}], "weeks": 26}))
    frame = pd.DataFrame({"company": [0, 1, 2], "trust": [0.5, None, 0.75]})
    frame.to_csv(case / "files" / "outcomes.csv", index=False)
    frame.to_parquet(case / "files" / "outcomes.parquet", index=False)
    (case / "files" / "scenario.toml").write_text("# A company.\nweeks = 26\n")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    return tmp_path / "one", tmp_path / "two"


def test_the_same_twice_is_no_difference(recordings, capsys):
    one, two = recordings
    assert main([str(one), "--against", str(two)]) == 0
    assert capsys.readouterr().out == "No difference.\n"


def test_a_changed_number_is_named_by_its_key_and_command(recordings, capsys):
    one, two = recordings
    (two / "run" / "1.json").write_text('{"types": [{"share": 0.26, "low": NaN}], "weeks": 26.0, "more": 1}')
    lines = ["types[0].share: was 0.25, is 0.26", "weeks: was 26, is 26.0", "more: is new"]
    assert compare(one, two) == {"run/1.json": lines}
    assert main([str(one), "--against", str(two)]) == 1
    printed = capsys.readouterr().out
    assert "run/1.json (run x --json)" in printed
    assert all(line in printed for line in lines)
    assert compare(two, one)["run/1.json"][-1] == "more: is missing"
    assert main([str(one), "--against", str(two), "study"]) == 0


def test_other_bytes_with_the_same_values_are_a_difference(recordings):
    one, two = recordings
    (two / "run" / "1.json").write_text('{"weeks": 26, "types": [{"share": 0.25, "low": NaN}]}')
    (two / "run" / "files" / "outcomes.csv").write_bytes(b"company,trust\r\n0,0.5\r\n1,\r\n2,0.75\r\n")
    assert [*compare(one, two)] == ["run/1.json", "run/files/outcomes.csv"]


def test_a_missing_and_a_new_file_are_named(recordings):
    one, two = recordings
    (two / "run" / "files" / "outcomes.csv").rename(two / "run" / "files" / "results.csv")
    assert compare(one, two) == {"run/files/outcomes.csv": ["is missing"], "run/files/results.csv": ["is new"]}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_changed_table_is_named_by_its_columns(recordings, kind):
    one, two = recordings
    frame = pd.DataFrame({"company": [0, 1, 2], "trust": [0.5, None, 0.8], "friction": [0.1, 0.2, 0.3]})
    file = two / "run" / "files" / f"outcomes.{kind}"
    frame.to_csv(file, index=False) if kind == "csv" else frame.to_parquet(file, index=False)
    lines = ["column trust: 1 of 3 rows differ; row 2 was 0.75, is 0.8", "column friction: is new"]
    assert compare(one, two) == {f"run/files/outcomes.{kind}": lines}


def test_a_changed_text_is_shown_by_its_lines(recordings):
    one, two = recordings
    (two / "run" / "files" / "scenario.toml").write_text("# A company.\nweeks = 27\n")
    assert compare(one, two)["run/files/scenario.toml"][1:] == ["-weeks = 26", "+weeks = 27"]


def test_only_what_is_declared_is_dropped():
    manifest = json.dumps({"versions": {"sources": "ab", "numpy": "2"}, "plan": {"seconds": 1}, "seconds": 0.5})
    kept = {"versions": {"numpy": "2"}, "plan": {"seconds": 1}}
    assert json.loads(cleaned("files/sweep/manifest.json", manifest.encode())) == kept
    assert cleaned("1.json", b'{"weeks":26}') == b'{"weeks":26}'
    assert cleaned("files/x.html", b"<!DOCTYPE html>") == cleaned("files/x.html", b"<html>")


def test_a_command_that_fails_does_not_stop_the_rest(tmp_path):
    app = tmp_path / "root" / "app"
    app.mkdir(parents=True)
    program = "import pathlib, sys\nname = sys.argv[1]\npathlib.Path(name).write_text(name)\nprint('[1]')\n"
    (app / "__init__.py").touch()
    (app / "__main__.py").write_text(f"{program}sys.exit('no' if name == 'bad' else 0)\n")
    steps = record(tmp_path / "case", ["bad --json", "part-00000001-0123456789abcdef.parquet"], {}, tmp_path / "root")
    assert [(step["code"], step["error"]) for step in steps] == [(1, "no\n"), (0, "")]
    assert json.loads((tmp_path / "case" / "steps.json").read_text()) == steps
    assert (tmp_path / "case" / "1.json").read_text() == "[1]\n"
    assert {path.name for path in (tmp_path / "case" / "files").iterdir()} == {"bad", "part-00000001.parquet"}
