"""Standard output and standard error that say what is wrong with them, or do without a listener."""

from __future__ import annotations

import errno
import os
from typing import Any, TextIO


class OutputError(OSError):
    """The standard output cannot be written."""


class _Stream:
    """A text stream in front of another; whatever is not defined here is the other's."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        if self._stream is None:
            raise AttributeError(name)
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Return whether somebody sits in front of it."""
        return self._stream is not None and self._stream.isatty()


class Output(_Stream):
    """The standard output. A reader who has left is a BrokenPipeError, all else an :class:`OutputError`."""

    def write(self, text: str) -> int:
        """Write a text."""
        if self._stream is None:
            raise OutputError(errno.EBADF, os.strerror(errno.EBADF))
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from None

    def flush(self) -> None:
        """Have everything written."""
        if self._stream is None:
            return
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from None


class Unheard(_Stream):
    """The standard error, for progress and messages. Results must not depend on whether anybody can read them."""

    def write(self, text: str) -> int:
        """Write a text if that is possible."""
        try:
            return len(text) if self._stream is None else self._stream.write(text)
        except (OSError, ValueError):  # ValueError: it is closed
            return len(text)

    def flush(self) -> None:
        """Have everything written that can be."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except (OSError, ValueError):
            return


def silence(descriptor: int) -> None:
    """Let a standard stream lead nowhere, so that Python does not fail on it once more at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


__all__ = ["Output", "OutputError", "Unheard", "silence"]
