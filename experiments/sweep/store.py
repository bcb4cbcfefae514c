"""The folder of a sweep: what is stored there is complete, checked and never overwritten by something else.

::

    manifest.json     the plan, the versions, the provenance of every number of the model
    design.parquet    a row per point with the factors' values
    parts/            a Parquet file per chunk; its name ends with a checksum
    failures/         chunks that raised, with their traceback; gone when they are made up for
    SHA256SUMS        of all files, for ``sha256sum -c``; there when the sweep is complete

Files are written under a temporary name, synced and renamed: after a crash at any moment a part is whole or absent. As
a part carries its checksum in its name, there is no list that could disagree with it. The checksum covers the manifest
and the chunk's number, too: a part of another chunk or of another sweep is none, however sound its content. Nothing in
the folder tells when or by whom it was computed, so that the same plan ends in the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from experiments.files import checksum, new_folder, reason
from experiments.sweep import manifest as mf
from experiments.sweep.manifest import MANIFEST
from sim.errors import BadInputError, StoppedError, phrase

DESIGN: Final = "design.parquet"
PARTS: Final = "parts"
FAILURES: Final = "failures"
SUMS: Final = "SHA256SUMS"
_LOCK: Final = ".lock"
_DRAFT: Final = ".draft-"
_PATIENCE: Final = 1.0
"""Seconds to wait for a lock."""
_OWN_DRAFT: Final = re.compile(
    rf"{re.escape(_DRAFT)}({MANIFEST}|{DESIGN}|{SUMS}|part-\d{{8}}-[0-9a-f]{{16}}\.parquet|\d{{8}}\.json)\.tmp"
)
_PART: Final = re.compile(r"part-(\d{8})-([0-9a-f]{16})\.parquet")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Contents of a store.

    Attributes
    ----------
    parts
        Sound parts by chunk.
    damaged
        Files that do not hold what they should.
    failures
        Chunks that raised.
    """

    parts: Mapping[int, Path]
    damaged: tuple[Path, ...]
    foreign: tuple[Path, ...]
    failures: tuple[int, ...]


@dataclass(frozen=True)
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
        """Make a store, or open one that holds the same.

        Raises
        ------
        BadInputError
            If the folder holds something else, another sweep, or one that was begun with other versions; or if it
            cannot be written.
        """
        store, whole = cls(folder), mf.with_design(manifest, design)
        if store._has_lost(whole):
            return store  # restore() writes the manifest again
        # Not Path.exists, which raises what a strange path brings up.
        if not os.path.exists(folder / MANIFEST):
            try:
                store._make(mf.as_text(whole), design)
            except BadInputError as error:
                # Another process may have been faster.
                if error.problem != "exists" or not os.path.exists(folder / MANIFEST):
                    raise
            except StoppedError as error:
                # Nothing has been computed yet: the folder is what is wrong.
                why = dict(error.why.values)["reason"]
                raise BadInputError("unwritable", file=str(folder), value=why) from None
            else:
                return store
        mf.compare(folder, whole)
        return store

    def _has_lost(self, manifest: Mapping[str, Any]) -> bool:
        """Return whether the manifest is gone or damaged, and the parts say by their names that it was this one."""
        if not os.path.isdir(self.folder / PARTS):
            return False
        try:
            mf.read(self.folder)
        except BadInputError as error:
            if error.problem not in ("no_store", "damaged"):
                return False
            identity = hashlib.sha256(mf.as_text(manifest)).digest()
            return any(_is_sound(path, identity) for path in (self.folder / PARTS).glob("part-*.parquet"))
        return False

    def _make(self, manifest: bytes, design: bytes) -> None:
        with new_folder(self.folder) as draft:
            (draft / PARTS).mkdir()
            (draft / FAILURES).mkdir()
            _write(draft / DESIGN, design)
            _write(draft / MANIFEST, manifest)
            (draft / _LOCK).touch()
            _sync_folder(draft)
        _sync_folder(self.folder.absolute().parent)

    def restore(self, manifest: Mapping[str, Any], design: bytes) -> list[str]:
        """Bring all but the parts into order, after a crash or a mishap; to be called when :meth:`locked`.

        Returns
        -------
        list
            Names of files that were not what they should be.

        Raises
        ------
        BadInputError
            If the folder cannot be written.
        StoppedError
            If the disk is full.
        """
        mended = []
        try:
            for name in (PARTS, FAILURES):
                (self.folder / name).mkdir(exist_ok=True)
            for place in (self.folder, self.folder / PARTS, self.folder / FAILURES):
                for path in place.glob(f"{_DRAFT}*"):
                    # Only what the store itself leaves half-written: the folder is the user's.
                    if _OWN_DRAFT.fullmatch(path.name) and path.is_file():
                        path.unlink(missing_ok=True)
            for name, content in ((MANIFEST, mf.as_text(mf.with_design(manifest, design))), (DESIGN, design)):
                path = self.folder / name
                if not _holds(path, content):
                    self.write(path, content)
                    mended.append(name)
            # A crash may come between storing a chunk and forgetting that it had failed.
            stored = self.names()
            for chunk in self._failures():
                if chunk in stored or chunk >= manifest["chunks"]:
                    self._failure(chunk).unlink(missing_ok=True)
        except OSError as error:
            raise BadInputError("unwritable", file=str(self.folder), value=reason(error)) from None
        return mended

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises
        ------
        BadInputError
            If there is none, or it cannot be read.
        """
        return mf.read(self.folder)

    @cached_property
    def _identity(self) -> bytes:
        return hashlib.sha256(mf.as_text(self.manifest())).digest()

    @contextmanager
    def locked(self, patience: float = _PATIENCE) -> Iterator[None]:
        """Keep other processes from working in the folder; the system frees it even if this process is killed.

        Parameters
        ----------
        patience
            Seconds to wait: somebody may just be looking whether the folder is locked.

        Raises
        ------
        BadInputError
            If another process is at work.
        """
        lock = FileLock(self.folder / _LOCK, timeout=patience)
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
        if not (self.folder / _LOCK).exists():
            return False  # nor is it made, by somebody who only looks
        try:
            with self.locked(0.0):
                return False
        except BadInputError as error:
            return error.problem == "locked"

    def inventory(self) -> Inventory:
        """Return what is there; every part is read and its checksum compared."""
        chunks = self.manifest()["chunks"]
        parts: dict[int, Path] = {}
        foreign = []
        damaged = [] if self.design() is not None else [self.folder / DESIGN]
        # Whatever the name: programs that read parts/*.parquet would take it for results.
        for path in sorted((self.folder / PARTS).glob("[!.]*.parquet")):  # macOS adds files ._name on foreign disks
            match = _PART.fullmatch(path.name)
            if match is None:
                foreign.append(path)
                continue
            chunk = int(match[1])
            if chunk < chunks and chunk not in parts and self.is_sound(path):
                parts[chunk] = path
            elif path.exists():  # and was not replaced in this moment
                damaged.append(path)
        return Inventory(parts, tuple(damaged), tuple(foreign), tuple(self._failures()))

    def is_sound(self, part: Path) -> bool:
        """Return whether a part holds what its name says."""
        return _is_sound(part, self._identity)

    def design(self) -> bytes | None:
        """Return the content of the design's file; None if it is damaged or missing."""
        try:
            content = (self.folder / DESIGN).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == self.manifest()[mf.DESIGN_SUM] else None

    def names(self) -> dict[int, Path]:
        """Return the parts by chunk, in their order, without reading them."""
        chunks = self.manifest()["chunks"]
        matches = ((_PART.fullmatch(path.name), path) for path in sorted((self.folder / PARTS).glob("*.parquet")))
        return {int(match[1]): path for match, path in matches if match is not None and int(match[1]) < chunks}

    def discard(self, files: Iterable[Path]) -> None:
        """Remove files that are worth nothing (any more)."""
        for path in files:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _stopped(path, error) from None

    def _mark(self, chunk: int, digest: str) -> str:
        """Return the checksum in a part's name."""
        return _mark(self._identity, chunk, digest)

    def keep(self, chunk: int, content: bytes) -> None:
        """Store a chunk for good."""
        mark = self._mark(chunk, hashlib.sha256(content).hexdigest())
        path = self.folder / PARTS / f"part-{chunk:08d}-{mark}.parquet"
        self.write(path, content)
        self.discard(other for other in path.parent.glob(f"part-{chunk:08d}-*.parquet") if other != path)
        self.discard([self._failure(chunk)])

    def fail(self, chunk: int, error: str, trace: str) -> None:
        """Record that a chunk could not be computed."""
        text = json.dumps({"chunk": chunk, "error": error, "traceback": trace}, ensure_ascii=False, indent=1)
        # A message may hold what is no text, such as half of a surrogate pair.
        self.write(self._failure(chunk), f"{text}\n".encode(errors="backslashreplace"))

    def failure(self, chunk: int) -> dict[str, Any]:
        """Return what is recorded of a chunk that could not be computed; nothing if it no longer is."""
        try:
            found = json.loads(self._failure(chunk).read_bytes())
        except (OSError, ValueError):
            found = None
        return found if isinstance(found, dict) else {}

    def _failure(self, chunk: int) -> Path:
        return self.folder / FAILURES / f"{chunk:08d}.json"

    def _failures(self) -> list[int]:
        names = (path.stem for path in (self.folder / FAILURES).glob("*.json"))
        return sorted(int(name) for name in names if re.fullmatch(r"\d{8}", name))

    def seal(self) -> None:
        """Write the checksums of all files: the sweep is complete."""
        files = [MANIFEST, DESIGN, *(f"{PARTS}/{path.name}" for path in self.names().values())]
        try:
            content = "".join(f"{checksum(self.folder / name)}  {name}\n" for name in files).encode()
        except OSError as error:
            raise _stopped(self.folder / SUMS, error) from None
        if not _holds(self.folder / SUMS, content):
            self.write(self.folder / SUMS, content)

    def unseal(self) -> None:
        """Take the checksums away, because something is missing after all."""
        self.discard([self.folder / SUMS])

    @property
    def sealed(self) -> bool:
        """Return whether the sweep was completed."""
        return (self.folder / SUMS).is_file()

    def write(self, path: Path, content: bytes) -> None:
        """Write a file for good, or not at all.

        Raises
        ------
        StoppedError
            If the disk is full, or the folder can no longer be written.
        """
        # With an ending of its own: some programs take *.parquet to hold also what begins with a dot.
        draft = path.with_name(f"{_DRAFT}{path.name}.tmp")
        try:
            _write(draft, content)
            draft.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            raise _stopped(path, error) from None
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _stopped(path: Path, error: OSError) -> StoppedError:
    return StoppedError(phrase("stopped_writing", file=path.name, reason=reason(error)))


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _mark(identity: bytes, chunk: int, digest: str) -> str:
    return hashlib.sha256(identity + f"{chunk} {digest}".encode()).hexdigest()[:16]


def _is_sound(part: Path, identity: bytes) -> bool:
    match = _PART.fullmatch(part.name)
    try:
        return match is not None and _mark(identity, int(match[1]), checksum(part)) == match[2]
    except OSError:
        return False


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


__all__ = ["DESIGN", "FAILURES", "MANIFEST", "PARTS", "SUMS", "Inventory", "Store"]
