"""Reports on disk: a newer one takes an older one's place, whole or not at all, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.terminal.reports import check_page, check_report, report_folder, write_page
from sim.errors import BadInputError, StoppedError


def folder_of(path: Path) -> dict[str, str]:
    return {found.relative_to(path).as_posix(): found.read_text() for found in path.rglob("*") if found.is_file()}


def write_folder(path: Path, text: str) -> None:
    with report_folder(path) as draft:
        (draft / "tables").mkdir()
        (draft / "tables" / "one.csv").write_text(text)


WRITERS = {"page": (write_page, check_page), "folder": (write_folder, check_report)}


def content(path: Path) -> object:
    return folder_of(path) if path.is_dir() else path.read_text()


@pytest.mark.parametrize("kind", WRITERS)
def test_an_earlier_report_is_replaced_unless_it_was_changed(tmp_path, kind):
    write, check = WRITERS[kind]
    path = tmp_path / "report"
    write(path, "first")
    first = content(path)
    check(path)
    write(path, "second")
    assert content(path) != first
    changed = path / "tables" / "one.csv" if kind == "folder" else path
    changed.write_text(changed.read_text() + "mine")
    mine = content(path)
    for refused in (lambda: check(path), lambda: write(path, "third")):
        with pytest.raises(BadInputError, match="already exists"):
            refused()
    assert content(path) == mine
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_no_report_stays(tmp_path, kind):
    write, check = WRITERS[kind]
    path, other = tmp_path / "report", tmp_path / "other"
    write(other, "theirs")
    for place in (
        lambda: path.write_text("mine"),
        lambda: (path.mkdir(), (path / "mine").write_text("mine")),
        lambda: path.symlink_to(other),
        # A page does not take a folder's place, nor a folder a page's.
        lambda: WRITERS["page" if kind == "folder" else "folder"][0](path, "theirs"),
    ):
        place()
        with pytest.raises(BadInputError, match="already exists"):
            check(path)
        with pytest.raises(BadInputError, match="already exists"):
            write(path, "new")
        if path.is_dir() and not path.is_symlink():
            path.rename(tmp_path / f"old{len(list(tmp_path.iterdir()))}")
        else:
            path.unlink()


@pytest.mark.parametrize("kind", WRITERS)
def test_a_report_that_fails_leaves_the_earlier_one(tmp_path, monkeypatch, kind):
    write, _ = WRITERS[kind]
    path = tmp_path / "report"
    write(path, "first")
    first = content(path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for method in ("write_bytes", "write_text"):
        monkeypatch.setattr(Path, method, full)
    with pytest.raises(StoppedError, match="disk is full"):
        write(path, "second")
    assert content(path) == first
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_take_its_place_gives_it_back(tmp_path, monkeypatch):
    path = tmp_path / "report"
    write_folder(path, "first")
    first = content(path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(BadInputError):
        write_folder(path, "second")
    assert content(path) == first


def test_an_empty_folder_is_filled_and_parents_are_made(tmp_path):
    write_folder(tmp_path / "deep" / "report", "new")
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / "empty", "new")
    assert folder_of(tmp_path / "empty").keys() == {"tables/one.csv", "SHA256SUMS"}
    with pytest.raises(BadInputError, match="does not exist"):
        check_page(tmp_path / "nowhere" / "page.html")
