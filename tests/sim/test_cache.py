"""Compiled kernels on disk: another version of the sources has another folder, and nothing depends on there being one.

A short stand-in takes the kernel's place where something has to be compiled: the real one takes seconds.
"""

import ast
import os
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numba
import pytest

from sim.core import cache


def make_stand_in(lanes: int) -> Callable[[float], float]:
    def stand_in(x: float) -> float:
        return x + 1.0

    return stand_in


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("HANDSHAKE_CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def get_kernel(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """The function, past its memory, with the stand-in in the kernel's place."""
    monkeypatch.setattr("sim.core.kernel.make_kernel", make_stand_in)
    return cache.get_kernel.__wrapped__


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A function that edits a source; in a copy, which the cache then takes for the package."""

    def edit(name: str) -> None:
        for source in cache._SOURCES:
            copy = tmp_path / "sim" / source
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(files("sim").joinpath(source).read_bytes() + (b"#" if source == name else b""))
        monkeypatch.setattr(cache, "files", tmp_path.joinpath)

    return edit


# --- folders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", cache._SOURCES)
def test_an_edited_source_has_another_folder(name: str, home: Path, edit: Callable[[str], None]) -> None:
    before = cache.cache_folder(32)
    edit("none")
    assert cache.cache_folder(32) == before
    edit(name)
    after = cache.cache_folder(32)
    assert before is not None
    assert after is not None
    assert before != after
    assert before.parents[1] == after.parents[1] == home / "handshake-sim"
    assert before.name == after.name == "32"


def test_the_kernel_that_follows_has_a_folder_of_its_own(home: Path) -> None:
    plain, following = cache.cache_folder(32), cache.cache_folder(32, following=True)
    assert plain is not None
    assert following is not None
    assert plain != following
    assert plain.parent == following.parent


def test_each_of_the_two_kernels_is_compiled_for_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.core.kernel.make_kernel", make_stand_in)
    monkeypatch.setattr("sim.core.kernel.make_following_kernel", make_stand_in)
    # Past the memory of the process, which holds the real ones.
    monkeypatch.setattr(cache, "get_kernel", cache.get_kernel.__wrapped__)
    monkeypatch.setattr(cache, "get_following_kernel", cache.get_following_kernel.__wrapped__)
    assert not cache.is_compiled(3)
    assert not cache.is_compiled(3, following=True)
    assert cache.get_following_kernel(3)(1.0) == 2.0
    assert cache.is_compiled(3, following=True)
    assert not cache.is_compiled(3)


def test_another_version_of_numba_has_another_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.sources_hash()
    monkeypatch.setattr(numba, "__version__", "0.0")
    assert cache.sources_hash() != before


def test_the_sources_are_all_that_goes_into_the_kernel() -> None:
    # What the kernel and the lists of its rows import. Of what those import in turn, nothing is compiled.
    for file in ("core/kernel.py", "core/layout.py", "core/compiled.py", "array_rules.py"):
        tree = ast.parse(files("sim").joinpath(file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.module is None or not node.module.startswith("sim"):
                continue
            modules = [node.module] if node.module != "sim" else [f"sim.{alias.name}" for alias in node.names]
            for module in modules:
                assert module.removeprefix("sim.").replace(".", "/") + ".py" in cache._SOURCES, f"{file}: {module}"
    assert {"parameters.toml", "core/cache.py"} <= set(cache._SOURCES)


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDSHAKE_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folders = [cache.cache_folder(8)]
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    folders.append(cache.cache_folder(8))
    monkeypatch.setenv("HANDSHAKE_CACHE_DIR", str(tmp_path / "own"))
    folders.append(cache.cache_folder(8))
    tail = Path("handshake-sim", cache.sources_hash(), "8")
    assert folders == [tmp_path / "xdg" / tail, tmp_path / "home" / ".cache" / tail, tmp_path / "own" / tail]
    assert all(folder is not None and folder.is_dir() for folder in folders)


# --- kernels ----------------------------------------------------------------------------------------------------------


def test_a_kernel_is_found_again(home: Path, get_kernel: Callable[[int], Any]) -> None:
    first = get_kernel(3)
    assert not list(home.rglob("*.nbc")), "compiled at the first call only"
    assert first(1.0) == 2.0
    assert list(home.rglob("*.nbc"))
    second = get_kernel(3)
    assert second(1.0) == 2.0
    assert (sum(first.stats.cache_hits.values()), sum(second.stats.cache_hits.values())) == (0, 1)
    other = get_kernel(4)
    assert other(1.0) == 2.0
    assert not other.stats.cache_hits


def test_after_an_edit_a_kernel_is_compiled_anew(
    home: Path, get_kernel: Callable[[int], Any], edit: Callable[[str], None]
) -> None:
    get_kernel(3)(1.0)
    edit("rules.py")
    edited = get_kernel(3)
    assert edited(1.0) == 2.0
    assert not edited.stats.cache_hits


@pytest.mark.parametrize("obstacle", ["a file in its place", "no permission"])
def test_without_a_cache_it_still_computes(
    obstacle: str, home: Path, get_kernel: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if obstacle == "no permission":
        # Not by taking the permission away: the superuser would not notice.
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    else:
        (home / "file").write_text("")
        monkeypatch.setenv("HANDSHAKE_CACHE_DIR", str(home / "file"))
    assert cache.cache_folder(3) is None
    kernel = get_kernel(3)
    assert kernel(1.0) == 2.0
    assert kernel.stats.cache_path is None
    assert not list(home.rglob("*.nbc"))


def test_a_cache_that_is_removed_is_made_again(home: Path, get_kernel: Callable[[int], Any]) -> None:
    kernel = get_kernel(3)
    shutil.rmtree(home / "handshake-sim")
    assert kernel(1.0) == 2.0
    assert list(home.rglob("*.nbc"))


def test_a_kernel_that_cannot_be_kept_computes(home: Path, get_kernel: Callable[[int], Any]) -> None:
    kernel = get_kernel(3)
    shutil.rmtree(home / "handshake-sim")
    (home / "handshake-sim").write_text("no room")
    assert kernel(1.0) == 2.0


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", [b"", b"damaged", bytes(5000)])
def test_a_damaged_kernel_is_compiled_anew(
    ending: str, damage: bytes, home: Path, get_kernel: Callable[[int], Any]
) -> None:
    get_kernel(3)(1.0)
    (file,) = home.rglob(f"*.{ending}")
    file.write_bytes(damage)
    anew = get_kernel(3)
    assert anew(1.0) == 2.0
    assert not anew.stats.cache_hits
    again = get_kernel(3)
    assert again(1.0) == 2.0
    assert again.stats.cache_hits


def test_whether_a_kernel_is_at_hand(
    home: Path, get_kernel: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "get_kernel", get_kernel)
    assert not cache.is_compiled(3)
    get_kernel(3)(1.0)
    assert cache.is_compiled(3)
    assert not cache.is_compiled(4)
    monkeypatch.setattr(cache, "cache_folder", lambda lanes: None)
    assert not cache.is_compiled(3)


# --- other libraries --------------------------------------------------------------------------------------------------


def test_the_cache_of_other_libraries_stays_where_it_is(
    home: Path, get_kernel: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", "/somewhere/else")
    get_kernel(3)(1.0)
    assert numba.config.CACHE_DIR == "/somewhere/else"

    def fail(function: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(cache, "_KernelCache", fail)
    with pytest.raises(OSError, match="no room"):
        get_kernel(3)
    assert numba.config.CACHE_DIR == "/somewhere/else"
