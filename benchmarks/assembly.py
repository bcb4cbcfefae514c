"""Is the tie loop packed? Counts double-precision instructions in the compiled kernel.

To be run as ``python -m benchmarks.assembly``. LLVM packs a loop (SSE2: 2 numbers in an xmm register, AVX2: 4 in ymm,
AVX-512: 8 in zmm) or it does not, and nothing but the speed tells. The loop over the lanes of an interface tie is found
as the innermost loop with the most multiplications. It is there twice: packed, and number by number for the case that
arrays overlap, which never happens here.

For another processor than this one: ``NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES= python -m benchmarks.assembly``.
"""

from __future__ import annotations

import platform
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

from numba import njit

from benchmarks import cases
from sim.core import engine
from sim.core.kernel import make_kernel

OPERATIONS: Final = ("add", "sub", "mul", "div", "min", "max")
_ARITHMETIC: Final = re.compile(rf"\s+v?({'|'.join(OPERATIONS)})(p|s)d\s+(.*)")
_FUSED: Final = re.compile(r"\s+vfn?m(?:add|sub)\w*(?:p|s)d\s")
_LABEL: Final = re.compile(r"(\.\w+):")
_JUMP: Final = re.compile(r"\s+j\w+\s+(\.\w+)\s*$")
_REGISTERS: Final = {"x": 2, "y": 4, "z": 8}


@dataclass(frozen=True, slots=True)
class Count:
    """Instructions of a stretch of code.

    Attributes
    ----------
    packed, scalar
        Double-precision arithmetic on several numbers at once and on one, by operation.
    width
        How many numbers the widest packed instruction works on; 1 if there is none.
    """

    packed: Counter[str]
    scalar: Counter[str]
    width: int


def can_read() -> bool:
    """Return whether this is a processor whose assembly this module reads."""
    return platform.machine().lower() in ("x86_64", "amd64")


def kernel_assembly(lanes: int = engine.BLOCK_LANES) -> str:
    """Compile the kernel and return its assembly; a kernel from the cache on disk has none."""
    kernel: Any = njit(nogil=True, error_model="numpy")(make_kernel(lanes))
    # The first call compiles for the types that the engine really hands over.
    with mock.patch.object(engine, "get_kernel", return_value=kernel):
        cases.run(cases.engine(cases.settings(1, 4), weeks=2, block_lanes=lanes), cases.one_company(1))
    text: str = kernel.inspect_asm(kernel.signatures[0])
    # The first function is the kernel; Python's and C's ways into it follow.
    return text[: re.search(r"^\s+\.size\s", text, re.MULTILINE).start()]  # type: ignore[union-attr]


def count(lines: list[str]) -> Count:
    """Count arithmetic in lines of assembly."""
    packed: Counter[str] = Counter()
    scalar: Counter[str] = Counter()
    width = 1
    for line in lines:
        if found := _ARITHMETIC.match(line):
            operation, kind, operands = found.groups()
            if kind == "p":
                packed[operation] += 1
                width = max(width, *(_REGISTERS[letter] for letter in re.findall(r"%([xyz])mm", operands)))
            else:
                scalar[operation] += 1
    return Count(packed, scalar, width)


def fused(assembly: str) -> int:
    """Return the number of fused multiply-adds; they round once instead of twice, so there must be none."""
    return sum(1 for line in assembly.splitlines() if _FUSED.match(line))


def innermost_loops(assembly: str) -> list[list[str]]:
    """Return the lines of every loop that has no loop inside."""
    lines = assembly.splitlines()
    labels = {found[1]: at for at, line in enumerate(lines) if (found := _LABEL.match(line))}
    loops = set()
    for at, line in enumerate(lines):
        # A jump back closes a loop.
        if (found := _JUMP.match(line)) and labels.get(found[1], at) < at:
            loops.add((labels[found[1]], at))
    return [
        lines[first : last + 1]
        for first, last in sorted(loops)
        if not any((a, b) != (first, last) and first <= a and b <= last for a, b in loops)
    ]


def tie_loop(assembly: str) -> Count:
    """Return the instructions of the loop over the lanes of an interface tie: its packed version, if there is one."""
    counts = [count(lines) for lines in innermost_loops(assembly)]
    most = max(c.packed["mul"] + c.scalar["mul"] for c in counts)
    # The two versions of a loop differ by a few instructions at most; other loops have far fewer.
    versions = [c for c in counts if c.packed["mul"] + c.scalar["mul"] >= 0.9 * most]
    return max(versions, key=lambda c: c.packed.total())


def main() -> int:
    """Print what is there; return 1 if the tie loop is not packed."""
    if not can_read():
        print(f"This reads x86-64 assembly; the processor here is {platform.machine()}.")
        return 1
    print(f"Compiling the kernel for blocks of {engine.BLOCK_LANES} lanes ...")
    text = kernel_assembly()
    loop, whole = tie_loop(text), count(text.splitlines())
    name = {width: f"{letter}mm" for letter, width in _REGISTERS.items()}.get(loop.width, "none")
    print(f"\nDouble-precision arithmetic in the loop over the lanes of an interface tie (registers: {name})\n")
    print(f"{'':10}{'packed':>8}{'scalar':>8}")
    for operation in OPERATIONS:
        print(f"{operation:10}{loop.packed[operation]:8}{loop.scalar[operation]:8}")
    print(f"{'all':10}{loop.packed.total():8}{loop.scalar.total():8}")
    everything = f"{whole.packed.total()} packed, {whole.scalar.total()} scalar, {fused(text)} fused multiply-adds"
    print(f"\nWhole kernel: {everything}")
    good = loop.packed.total() > 0 and loop.scalar.total() == 0
    print("The tie loop is packed." if good else "The tie loop is NOT packed.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
