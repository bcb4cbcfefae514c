"""The folder of a sweep: what is stored there is complete, checked and never overwritten by something else.

::

    manifest.json     the plan, the versions, the provenance of every number of the model
    design.parquet    a row per point with the factors' values
    parts/            a Parquet file per chunk; its name ends with the beginning of its SHA-256
    failures/         chunks that raised, with their traceback; gone when they are made up for
    SHA256SUMS        of all files, for ``sha256sum -c``; there when the sweep is complete

Files are written under a temporary name, synced and renamed: after a crash at any moment a part is whole or absent. As
a part carries its checksum in its name, there is no list that could disagree with it. Nothing in the folder tells when
or by whom it was computed, so that the same plan ends in the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from experiments.files import new_folder, reason
from sim.errors import BadInputError, StoppedError, phrase

MANIFEST: Final = "manifest.json"
DESIGN: Final = "design.parquet"
PARTS: Final = "parts"
FAILURES: Final = "failures"
SUMS: Final = "SHA256SUMS"
_LOCK: Final = ".lock"
_DRAFT: Final = ".draft-"
_PART: Final = re.compile(r"part-(\d{8})-([0-9a-f]{16})\.parquet")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is in a store.

    Attributes
    ----------
    parts
        Sound parts by chunk.
    damaged
        Files whose content does not match their name.
    failures
        Chunks that raised.
    """

    parts: Mapping[int, Path]
    damaged: tuple[Path, ...]
    failures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """A sweep's folder.

    Attributes
    ----------
    folder
        Where it is.
    """

    folder: Path

    @classmethod
    def begin(cls, folder: Path, manifest: Mapping[str, Any], design: bytes) -> Store:
        """Make a store, or go on with one that holds the same.

        Raises
        ------
        BadInputError
            If the folder holds something else, another sweep, or one that was begun with other versions; or if it
            cannot be written.
        """
        store = cls(folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if not (folder / MANIFEST).exists():
            with new_folder(folder) as draft:
                (draft / PARTS).mkdir()
                (draft / FAILURES).mkdir()
                _write(draft / DESIGN, design)
                _write(draft / MANIFEST, text.encode())
                (draft / _LOCK).touch()
            _sync_folder(folder.absolute().parent)
            return store
        store._compare(json.loads(text))
        try:
            for name in (PARTS, FAILURES):
                (folder / name).mkdir(exist_ok=True)
            if not (folder / DESIGN).is_file() or (folder / DESIGN).read_bytes() != design:
                store.write(folder / DESIGN, design)
        except OSError as error:
            raise BadInputError("unwritable", file=str(folder), value=reason(error)) from None
        return store

    def _compare(self, wanted: Mapping[str, Any]) -> None:
        found = self.manifest()
        if found == wanted:
            return
        file, versions = str(self.folder), found.get("versions")
        if different := _differences(
            {k: v for k, v in found.items() if k not in ("versions", "parameters")},
            {k: v for k, v in wanted.items() if k not in ("versions", "parameters")},
        ):
            allowed = phrase("its_plan_or_new_folder")
            raise BadInputError("other_plan", file=file, value=_some(different), allowed=allowed)
        allowed = phrase("its_version_or_new_folder")
        names = _differences({"versions": versions}, {"versions": wanted.get("versions")}) or ["parameters"]
        raise BadInputError("other_version", file=file, value=_some(names), allowed=allowed)

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        BadInputError
            If there is none, or it cannot be read.
        """
        path = self.folder / MANIFEST
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise BadInputError("no_store", file=str(self.folder)) from None
        except (OSError, ValueError):
            raise BadInputError("damaged", file=str(path), allowed=phrase("new_folder")) from None
        if not isinstance(found, dict) or not isinstance(found.get("chunks"), int):
            raise BadInputError("damaged", file=str(path), allowed=phrase("new_folder"))
        return found

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from working in the folder; the system frees it even if this process is killed.

        Raises
        ------
        BadInputError
            If another process is at work.
        """
        lock = FileLock(self.folder / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise BadInputError("locked", file=str(self.folder)) from None
        except OSError as error:
            raise BadInputError("unwritable", file=str(self.folder), value=reason(error)) from None
        try:
            yield
        finally:
            lock.release()

    def is_locked(self) -> bool:
        """Return whether a process is at work in the folder."""
        try:
            with self.locked():
                return False
        except BadInputError as error:
            return error.problem == "locked"

    def inventory(self) -> Inventory:
        """Return what is there; every part is read and its checksum compared."""
        parts, damaged = {}, []
        for path in sorted((self.folder / PARTS).glob("part-*.parquet")):
            match = _PART.fullmatch(path.name)
            if match is not None and _digest(path)[:16] == match[2]:
                parts[int(match[1])] = path
            else:
                damaged.append(path)
        failures = (path.stem for path in (self.folder / FAILURES).glob("*.json"))
        return Inventory(parts, tuple(damaged), tuple(sorted(int(name) for name in failures if name.isdigit())))

    def names(self) -> dict[int, Path]:
        """Return the parts by chunk, in their order, without reading them."""
        matches = ((_PART.fullmatch(path.name), path) for path in sorted((self.folder / PARTS).glob("part-*.parquet")))
        return {int(match[1]): path for match, path in matches if match is not None}

    def clean(self) -> None:
        """Remove what a crash left half-written."""
        for path in (*self.folder.glob(f"{_DRAFT}*"), *self.folder.glob(f"*/{_DRAFT}*")):
            path.unlink(missing_ok=True)

    def keep(self, chunk: int, content: bytes) -> None:
        """Store a chunk for good."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / PARTS / f"part-{chunk:08d}-{digest[:16]}.parquet"
        self.write(path, content)
        for other in path.parent.glob(f"part-{chunk:08d}-*.parquet"):
            if other != path:  # a damaged one
                other.unlink()
        (self.folder / FAILURES / f"{chunk:08d}.json").unlink(missing_ok=True)

    def fail(self, chunk: int, error: str, trace: str) -> None:
        """Record that a chunk could not be computed."""
        text = json.dumps({"chunk": chunk, "error": error, "traceback": trace}, ensure_ascii=False, indent=1)
        self.write(self.folder / FAILURES / f"{chunk:08d}.json", f"{text}\n".encode())

    def failure(self, chunk: int) -> dict[str, Any]:
        """Return what is recorded of a chunk that could not be computed."""
        found: dict[str, Any] = json.loads((self.folder / FAILURES / f"{chunk:08d}.json").read_bytes())
        return found

    def seal(self) -> None:
        """Write the checksums of all files: the sweep is complete."""
        files = [MANIFEST, DESIGN, *(f"{PARTS}/{path.name}" for path in sorted((self.folder / PARTS).glob("part-*")))]
        lines = (f"{_digest(self.folder / name)}  {name}\n" for name in files)
        self.write(self.folder / SUMS, "".join(lines).encode())

    def unseal(self) -> None:
        """Take the checksums away, because something is missing after all."""
        (self.folder / SUMS).unlink(missing_ok=True)

    @property
    def sealed(self) -> bool:
        """Whether the sweep was completed."""
        return (self.folder / SUMS).is_file()

    def write(self, path: Path, content: bytes) -> None:
        """Write a file for good, or not at all.

        Raises
        ------
        StoppedError
            If the disk is full, or the folder can no longer be written.
        """
        draft = path.with_name(f"{_DRAFT}{path.name}")
        try:
            _write(draft, content)
            draft.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StoppedError(phrase("stopped_writing", file=path.name, reason=reason(error))) from None


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename last: it is the folder that holds the name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _differences(a: Any, b: Any, key: str = "") -> list[str]:
    """Return the keys under which two pieces of JSON differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        names = dict.fromkeys((*a, *b))
        return [found for n in names for found in _differences(a.get(n), b.get(n), f"{key}.{n}" if key else n)]
    return [] if a == b else [key]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


__all__ = ["DESIGN", "FAILURES", "MANIFEST", "PARTS", "SUMS", "Inventory", "Store"]
