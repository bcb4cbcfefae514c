"""Nothing is overwritten, and nothing half-written is left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from experiments.files import new_folder, write_new
from sim.errors import BadInputError


def test_a_folder_appears_at_once(tmp_path):
    goal = tmp_path / "a" / "b"
    with new_folder(goal) as draft:
        (draft / "x").write_text("x")
        assert not goal.exists()
    assert (goal / "x").read_text() == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_has_the_usual_permissions(tmp_path):
    with new_folder(tmp_path / "new"):
        pass
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_folder_does_not_appear_if_something_goes_wrong(tmp_path, error):
    def go_wrong() -> None:
        with new_folder(tmp_path / "a" / "b") as draft:
            (draft / "x").write_text("x")
            raise error

    with pytest.raises(error):
        go_wrong()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_appears_meanwhile_is_not_overwritten(tmp_path):
    goal = tmp_path / "goal"

    def collide() -> None:
        with new_folder(goal):
            goal.mkdir()
            (goal / "mine").write_text("mine")

    with pytest.raises(BadInputError) as caught:
        collide()
    assert caught.value.problem == "exists"
    assert (goal / "mine").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["goal"]


def test_files_are_written_together(tmp_path):
    write_new({tmp_path / "a": "ä\n", tmp_path / "b": "b"})
    assert (tmp_path / "a").read_bytes() == "ä\n".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    usual = tmp_path / "usual"
    usual.touch()
    assert (tmp_path / "a").stat().st_mode == usual.stat().st_mode


def test_files_are_written_all_or_none(tmp_path, monkeypatch):
    link = os.link

    def meanwhile(source: Path, goal: Path) -> None:
        if goal.name == "b":
            goal.write_text("mine")
        link(source, goal)

    monkeypatch.setattr("experiments.files.os.link", meanwhile)
    with pytest.raises(BadInputError) as caught:
        write_new({tmp_path / "a": "a", tmp_path / "b": "b"})
    assert (caught.value.problem, caught.value.file) == ("exists", str(tmp_path / "b"))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"b": "mine"}


def test_a_broken_link_counts_as_a_file(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadInputError):
        write_new({tmp_path / "a": "a"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("experiments.files.os.link", refuse)
    write_new({tmp_path / "a": "a"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "a"}
    with pytest.raises(BadInputError):
        write_new({tmp_path / "a": "b"})
