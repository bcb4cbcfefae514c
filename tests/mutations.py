"""Twenty faults made by hand, and whether the tests notice each: ``python -m tests.mutations check`` (or ``test``).

Each fault is made in a copy of the checkout, where the tests of ``make check`` or ``make test`` run until one fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TIERS: Final = {"check": ["-m", "not slow", "--hypothesis-profile=check"], "test": []}
RULES, KERNEL, STORE = "sim/rules.py", "sim/core/kernel.py", "experiments/sweep/store.py"
GUARD, LINK = "app/studio/guard.py", "app/studio/link.py"


@dataclass(frozen=True, slots=True)
class Fault:
    """A text of a file, which stands there once, and what is put in its place."""

    says: str
    file: str
    old: str
    new: str


FAULTS: Final = (
    Fault("a lever starts a week late", RULES, "(week + 1.0 - start)", "(week - start)"),
    Fault("a decision takes the best knowledge", RULES, "lower(market_a, market_b)", "upper(market_a, market_b)"),
    Fault("regard makes blows worse", RULES, "c.friction_step * (1.0 - view)", "c.friction_step * (1.0 + view)"),
    Fault("rotation is not scaled down", RULES, "rotation * scale, teams", "rotation, teams"),
    Fault("a falling lever pays back", RULES, "upper(0.0, intensity - before)", "(intensity - before)"),
    Fault("rumours count in full", RULES, "rumours / 2.0", "rumours"),
    Fault("newcomers inherit the backlog", KERNEL, "state[row + P.backlog + l] = 0.0", "pass"),
    Fault("few teams meet nobody", KERNEL, "org[W.team_intensity + l] > 0.0:", "org[W.team_intensity + l] > 0.5:"),
    Fault("the last one-off cost stays", KERNEL, "now <= settled + 1.0", "now <= settled"),
    Fault("more is read than there is", KERNEL, "read = R.lower(backlog, reading)", "read = reading"),
    Fault("parts are good for any chunk", STORE, 'f"{chunk} {digest}".encode()', "digest.encode()"),
    Fault("damaged parts are results", STORE, " and self.is_sound(path):", ":"),
    Fault("files of the user are removed", STORE, "if _OWN_DRAFT.fullmatch(path.name) and", "if"),
    Fault("a damaged manifest is the end", STORE, '("no_store", "damaged")', '("no_store",)'),
    Fault("pages of hosts with a like name come in", GUARD, "page.netloc.lower() == host.lower()",
          "page.netloc.lower().endswith(host.lower())"),
    Fault("who was silent may send anything", GUARD, "min(self._burst, self._left + (now - self._then) * self._rate)",
          "(self._left + (now - self._then) * self._rate)"),
    Fault("a body in pieces has no limit", GUARD, 'read += len(message.get("body", b""))',
          'read = len(message.get("body", b""))'),
    Fault("the last of two moves counts", LINK, "or not lever or lever in moves", "or not lever"),
    Fault("cells too many are dropped", "sim/tables.py", "while len(cells) > len(header) and not cells[-1]:",
          "while len(cells) > len(header):"),
    Fault("the last of two factors counts", "experiments/plan/notation.py", "if name in found:", "if not name:"),
)  # fmt: skip


def changed(fault: Fault) -> str:
    """Return the file's text with the fault in it."""
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.file}: {fault.old!r} stands there {text.count(fault.old)} times")
    return text.replace(fault.old, fault.new)


def noticed(fault: Fault, tier: str) -> str:
    """Return the first test that fails, empty if none does."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(None, listed.split("\0")):
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy)
        Path(folder, fault.file).write_text(changed(fault), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "logical", "--dist", "loadfile"]
        done = subprocess.run(
            [*command, "--no-loadscope-reorder", "-p", "no:cacheprovider", *TIERS[tier]],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder, "CI": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if (failed is None) != (done.returncode == 0):
        raise RuntimeError(f"{fault.says}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return failed[1] if failed else ""


def main() -> int:
    """Try all faults, or those whose number is given, and print a table."""
    tier, *wanted = sys.argv[1:] or ["check"]
    missed = 0
    for number, fault in enumerate(FAULTS, start=1):
        if wanted and str(number) not in wanted:
            continue
        begun = time.monotonic()
        by = noticed(fault, tier)
        missed += not by
        cells = number, f"`{fault.file}`", fault.says, by or "**not noticed**", f"{time.monotonic() - begun:.0f} s"
        print("|", " | ".join(map(str, cells)), "|", flush=True)
    print(f"not noticed: {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
