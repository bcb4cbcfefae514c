"""What all tests share: hypothesis' examples, which files come first, and that Ctrl-C reaches what they start."""

import os
import signal
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

# Test processes share the processors. Threads of linear algebra would only wait for one another, and take more time
# together than one of them alone. Read by the libraries when they are loaded.
for library in ("OPENBLAS", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# The first call of a compiled function takes seconds and the next microseconds, so deadlines tell nothing.
settings.register_profile("default", deadline=None)
# Of `make check`: a search that is short, and another one each time.
settings.register_profile("check", deadline=None, max_examples=20)
# On a build server the same commit always gets the same verdict; the search for new examples is for people.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "default")

# A shell that starts something in the background lets it ignore Ctrl-C, and whatever that starts inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files first that take longest, so that no processor has to wait for one of them in the end.

    How long, their ``slow`` marks say. A mark of a whole file is found with each of its tests, and counts once.
    """
    seconds: dict[Path, dict[int, float]] = defaultdict(dict)
    for item in items:
        for mark in item.iter_markers("slow"):
            seconds[item.path][id(mark)] = mark.args[0]
    items.sort(key=lambda item: -sum(seconds[item.path].values()))
