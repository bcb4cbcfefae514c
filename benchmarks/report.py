"""The figures of one run as a table: what was to be reached, what was measured.

To be run as ``python -m benchmarks.report [--write] [FILE]``, where FILE is what pytest-benchmark wrote (``make bench``
leaves it in ``.benchmarks/latest.json``). With ``--write`` the table replaces the one in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

README: Final = Path(__file__).with_name("README.md")
LATEST: Final = Path(".benchmarks") / "latest.json"
BEGIN: Final = "<!-- figures: begin (python -m benchmarks.report --write) -->"
END: Final = "<!-- figures: end -->"
REGISTERS: Final = {1: "none", 2: "xmm", 4: "ymm", 8: "zmm"}

LINEAR: Final = 2.0
"""Largest ratio of costs per tie and week, dearest case to cheapest, that counts as linear: caches have steps."""
FLAT: Final = 1.1
"""Largest growth of peak memory that counts as flat: for 100 times as many lanes, for 1,000 times as many runs."""
WAVE: Final = 10_000
"""Parameter sets of the wave of a calibration that is to be judged in an hour and a half."""
LATTICE: Final = 100
"""Companies of the lattice that is to be computed in six minutes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``met`` is None where nothing was asked for."""

    subject: str
    target: str
    measured: str
    met: bool | None = None


class Run:
    """One run of the benchmarks; all times are medians of its rounds.

    Parameters
    ----------
    data
        What pytest-benchmark wrote.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.machine: dict[str, Any] = data["machine_info"]
        self.day: str = data["datetime"][:10]
        self._benchmarks: dict[str, dict[str, Any]] = {b["name"]: b for b in data["benchmarks"]}

    def has(self, *names: str) -> bool:
        """Return whether all of these were measured."""
        return all(name in self._benchmarks for name in names)

    def seconds(self, name: str) -> float:
        """Return the time of one round."""
        return float(self._benchmarks[name]["stats"]["median"])

    def fastest(self, name: str) -> float:
        """Return the time of the fastest round as a share of the median: far below 1 on a busy machine."""
        stats = self._benchmarks[name]["stats"]
        return float(stats["min"]) / float(stats["median"])

    def info(self, name: str) -> dict[str, Any]:
        """Return what the benchmark noted."""
        info: dict[str, Any] = self._benchmarks[name]["extra_info"]
        return info

    def ns(self, name: str) -> float:
        """Return nanoseconds per interface tie and week."""
        return float(self.info(name)["ns_per_tie_week"])

    def us(self, name: str) -> float:
        """Return microseconds per week of a company."""
        return float(self.info(name)["us_per_company_week"])

    def cases(self, test: str) -> list[str]:
        """Return the parametrized cases of a test, in numerical order of the parameter."""
        names = [name for name in self._benchmarks if name.startswith(f"{test}[")]
        return sorted(names, key=lambda name: int(name.removeprefix(f"{test}[").removesuffix("]")))

    def seconds_per_run(self, name: str) -> float:
        """Return how long a run takes of many, without starting up where that was measured."""
        info = self.info(name)
        return (self.seconds(name) - info.get("few_seconds", 0.0)) / (info["runs"] - info.get("few", 0))

    def start_up(self, name: str) -> float:
        """Return how long another runner's first call takes beside what it runs."""
        info = self.info(name)
        return float(info["first_seconds"]) - int(info["few"]) * self.seconds_per_run(name)

    def store_share(self) -> float:
        """Return the time that a sweep takes beside computing, as a share of computing."""
        computing = float(self.info("test_store")["computing"])
        return self.seconds("test_store") / computing - 1.0


def targets(run: Run) -> list[Row]:
    """Return what was to be reached, as far as it was measured."""
    return [*core_targets(run), *sweep_targets(run), *calibration_targets(run), *studio_targets(run)]


def core_targets(run: Run) -> list[Row]:
    """Return what was to be reached by the core."""
    rows = []
    core, mesa, numpy = "test_core_settings", "test_mesa", run.cases("test_numpy_settings")
    if run.has(core):
        ns = run.ns(core)
        rows.append(
            Row(
                "Core, one company of 24 under 512 settings, per interface tie, week and thread",
                "at most 15 ns",
                f"{ns:.1f} ns",
                ns <= 15.0,
            )
        )
    if run.has(core, mesa):
        ratio = run.us(mesa) / run.us(core)
        rows.append(Row("Core against the Mesa engine, one thread", "at least 500 x", f"{ratio:.0f} x", ratio >= 500.0))
    if run.has(core) and numpy:
        ratio = min(run.us(name) for name in numpy) / run.us(core)
        rows.append(Row("Core against plain NumPy, one thread", "at least 5 x", f"{ratio:.1f} x", ratio >= 5.0))
    if run.has("test_threads[1]", "test_threads[2]"):
        ratio = run.seconds("test_threads[1]") / run.seconds("test_threads[2]")
        rows.append(Row("Two threads against one", "at least 1.8 x", f"{ratio:.2f} x", ratio >= 1.8))
    if run.has("test_simulate[all_threads]"):
        ms = 1e3 * run.seconds("test_simulate[all_threads]")
        subject = "`sim.simulate`, 500 companies x 2 settings x 104 weeks, warm"
        rows.append(Row(subject, "at most 200 ms", f"{ms:.0f} ms", ms <= 200.0))
    for test, what in (("test_people", "24 to 5,000 people"), ("test_weeks", "52 to 416 weeks")):
        if len(costs := [run.ns(name) for name in run.cases(test)]) > 1:
            ratio, subject = max(costs) / min(costs), f"Core, cost per tie and week, {what}: dearest against cheapest"
            rows.append(Row(subject, f"at most {LINEAR:.0f} x", f"{ratio:.2f} x", ratio <= LINEAR))
    if len(names := run.cases("test_memory")) > 1:
        few, many = run.info(names[0]), run.info(names[-1])
        ratio = many["after"] / few["after"]
        subject = f"Peak memory, {many['lanes']:,} lanes against {few['lanes']:,}"
        rows.append(Row(subject, f"at most {FLAT} x", f"{ratio:.2f} x", ratio <= FLAT))
    if run.has("test_assembly"):
        loop = run.info("test_assembly")
        found = f"{loop['packed']} packed ({REGISTERS[loop['width']]}), {loop['scalar']} scalar"
        good = loop["packed"] > 0 and loop["scalar"] == 0
        rows.append(Row("Arithmetic instructions in the compiled tie loop", "all packed", found, good))
    return rows


def sweep_targets(run: Run) -> list[Row]:
    """Return what was to be reached by sweeps."""
    rows = []
    sweep, mesa = "test_sweep[2]", "test_peer[batch_run-2]"
    if run.has(sweep, mesa):
        ratio = run.seconds_per_run(mesa) / run.seconds_per_run(sweep)
        subject = "Sweep against `mesa.batch_run` with the same model, two workers each"
        rows.append(Row(subject, "at least 200 x", f"{ratio:.0f} x", ratio >= 200.0))
    if run.has("test_store"):
        share, subject = run.store_share(), "Sweep, what it takes beside computing, as a share of computing"
        rows.append(Row(subject, "below 10 %", f"{100.0 * share:.1f} %", share < 0.1))
    if len(names := run.cases("test_sweep_memory")) > 1:
        few, many = run.info(names[0]), run.info(names[-1])
        ratio, subject = (
            many["after"] / few["after"],
            f"Peak memory, sweep of {many['runs']:,} runs against {few['runs']:,}",
        )
        rows.append(Row(subject, f"at most {FLAT} x", f"{ratio:.2f} x", ratio <= FLAT))
    if run.has("test_lattice"):
        info = run.info("test_lattice")
        seconds = info["seconds"] * LATTICE / info["companies"]
        subject = (
            f"Lattice of {info['levers']} levers, {LATTICE} companies x {info['weeks']} weeks, two threads; "
            f"extrapolated from {info['companies']} companies"
        )
        rows.append(Row(subject, "at most 360 s", f"{seconds:.0f} s", seconds <= 360.0))
    return rows


def calibration_targets(run: Run) -> list[Row]:
    """Return what was to be reached by calibration."""
    rows = []
    for kind, what, minutes in (
        ("study", "the virtual study of 337 companies", 10.0),
        ("all", "all patterns' own conditions, drawn from the priors", 90.0),
    ):
        if run.has(name := f"test_wave[{kind}]"):
            info = run.info(name)
            found = run.seconds(name) * WAVE / info["sets"] / 60.0
            subject = (
                f"A wave of {WAVE:,} parameter sets, {what}, {info['threads']} threads; "
                f"extrapolated from {info['sets']} sets"
            )
            rows.append(Row(subject, f"at most {minutes:.0f} min", f"{found:.1f} min", found <= minutes))
    return rows


def studio_targets(run: Run) -> list[Row]:
    """Return what was to be reached by the studio."""
    rows = []
    if run.has("test_studio_latency"):
        info = run.info("test_studio_latency")
        for key, subject, most in (
            ("median", f"Studio, slider released to numbers changed, median of {info['changes']} changes", 0.2),
            ("p95", "- 95th percentile", 0.4),
            ("refined_p95", "Studio, slider released to numbers refined, 95th percentile", 2.0),
        ):
            measured = 1e3 * info[key]
            rows.append(Row(subject, f"below {1e3 * most:,.0f} ms", f"{measured:,.0f} ms", info[key] < most))
    if run.has("test_studio_sessions"):
        info = run.info("test_studio_sessions")
        errors, kept = len(info["errors"]), info["after"] / info["before"]
        subject = (
            f"Studio, {info['sessions']} sessions at once for {info['seconds']:.0f} s, {info['changes']:,} changes"
        )
        rows.append(Row(f"{subject}: errors", "none", f"{errors}", errors == 0))
        rows.append(Row("- memory after they have left, against before", "at most 1.2 x", f"{kept:.2f} x", kept <= 1.2))
    return rows


def details(run: Run) -> list[Row]:
    """Return what else is worth knowing."""
    return [*core_details(run), *sweep_details(run), *studio_details(run)]


def studio_details(run: Run) -> list[Row]:
    """Return what else is worth knowing of the studio."""
    rows = []
    if run.has("test_studio_latency"):
        rows.append(
            Row(
                "Studio, slider released to numbers refined, median",
                "",
                f"{1e3 * run.info('test_studio_latency')['refined']:,.0f} ms",
            )
        )
    if run.has("test_studio_sessions"):
        info = run.info("test_studio_sessions")
        waits = f"{info['median']:.1f} s, 95th percentile {info['p95']:.1f} s"
        rows.append(Row(f"Studio, {info['sessions']} sessions at once: wait for the refined answer, median", "", waits))
        sizes = [f"{info[key] / 2**20:.0f}" for key in ("before", "most", "after")]
        rows.append(Row("- memory before, at most, after", "", f"{' / '.join(sizes)} MiB"))
    return rows


def core_details(run: Run) -> list[Row]:
    """Return what else is worth knowing of the core."""
    rows = []

    def add(subject: str, name: str, text: str) -> None:
        if run.has(name):
            rows.append(Row(subject, "", text))

    def ns(name: str) -> str:
        return f"{run.ns(name):.1f} ns" if run.has(name) else ""

    def us(name: str) -> str:
        return f"{run.us(name):.2f} µs" if run.has(name) else ""

    core, companies, mesa = "test_core_settings", "test_core_companies", "test_mesa"
    add("Core, a week of a company, 512 settings of one company", core, us(core))
    add("Core, the same for 512 companies in one setting", companies, us(companies))
    add("- per interface tie and week", companies, ns(companies))
    add("Mesa engine, a week of a company", mesa, f"{run.us(mesa) / 1e3:.2f} ms" if run.has(mesa) else "")
    for name in run.cases("test_numpy_settings"):
        width = name.partition("[")[2].removesuffix("]")
        add(f"Plain NumPy, per interface tie and week, {width} lanes side by side", name, ns(name))
    one = "test_simulate[one_thread]"
    add("`sim.simulate` as above, on one thread", one, f"{1e3 * run.seconds(one):.0f} ms" if run.has(one) else "")
    for name in run.cases("test_people"):
        info = run.info(name)
        add(f"Core, {info['people']:,} people, {info['ties']:,} ties, per interface tie and week", name, ns(name))
    for name in run.cases("test_weeks"):
        add(f"Core, {run.info(name)['weeks']} weeks, per interface tie and week", name, ns(name))
    for name in run.cases("test_memory"):
        info = run.info(name)
        text = f"{info['after'] / 2**20:.0f} MiB, of which {(info['after'] - info['before']) / 2**20:.1f} for the lanes"
        add(f"Peak memory of a process with {info['lanes']:,} lanes", name, text)
    if run.has("test_assembly"):
        add("Compiling the kernel, once per version", "test_assembly", f"{run.seconds('test_assembly'):.0f} s")
        add(
            "Fused multiply-adds in the kernel (must be none)", "test_assembly", f"{run.info('test_assembly')['fused']}"
        )
    if run.has(core):
        add("Fastest round against the median (core, first line)", core, f"{run.fastest(core):.2f}")
    return rows


def sweep_details(run: Run) -> list[Row]:
    """Return what else is worth knowing of sweeps."""
    rows = []

    def add(subject: str, text: str) -> None:
        rows.append(Row(subject, "", text))

    def per_second(name: str) -> str:
        rate = 1.0 / run.seconds_per_run(name)
        return f"{rate:,.{0 if rate > 100.0 else 1}f} per second"

    for workers, word in ((1, "one thread"), (2, "two threads")):
        if run.has(name := f"test_sweep[{workers}]"):
            add(f"Sweep, company histories of 104 weeks, {word}", per_second(name))
    for runner, title in (("batch_run", "`mesa.batch_run`"), ("agentpy", "AgentPy's runner around the Mesa engine")):
        for workers, word in ((1, "one process"), (2, "two processes")):
            if run.has(name := f"test_peer[{runner}-{workers}]"):
                started = f", after {run.start_up(name):.1f} s of starting up" if workers > 1 else ""
                add(f"{title}, the same histories, {word}", f"{per_second(name)}{started}")
    if run.has("test_sweep[2]", "test_peer[agentpy-2]"):
        ratio = run.seconds_per_run("test_peer[agentpy-2]") / run.seconds_per_run("test_sweep[2]")
        add("Sweep against AgentPy's runner around the Mesa engine, two workers each", f"{ratio:.0f} x")
    for kind, title in (("threads", "threads"), ("processes", "processes"), ("dask", "Dask worker processes")):
        one, two = f"test_scaling[{kind}-1]", f"test_scaling[{kind}-2]"
        if run.has(one, two):
            started = run.info(two)["start_up"]
            text = f"{run.seconds(one) / run.seconds(two):.2f} x"
            add(f"Sweep, two {title} against one", f"{text}, after {started:.1f} s of starting up" if started else text)
    if run.has("test_store"):
        info = run.info("test_store")
        encoding = info["encoding"] / info["computing"]
        add("Sweep, beside computing: Parquet", f"{100.0 * encoding:.1f} %")
        add("- folder, design, checksums, waiting for the disk", f"{100.0 * (run.store_share() - encoding):.1f} %")
        add(f"- stored, {info['outcomes']} outcomes", f"{info['stored'] / info['runs']:.0f} bytes per run")
    for name in run.cases("test_sweep_memory"):
        info = run.info(name)
        text = f"{info['after'] / 2**20:.0f} MiB, of which {(info['after'] - info['before']) / 2**20:.1f} for the runs"
        add(f"Peak memory of a sweep of {info['runs']:,} runs (design of {info['design'] / 2**20:.2f} MiB)", text)
    if run.has("test_lattice"):
        info = run.info("test_lattice")
        memory, stored = info["memory"] / 2**20, info["stored"] / info["runs"]
        text = f"{info['seconds']:.1f} s, peak memory {memory:.0f} MiB, {stored:.0f} bytes per run"
        add(f"Lattice of {info['levers']} levers on {info['companies']} companies, {info['runs']:,} runs", text)
    return rows


def machine(run: Run) -> str:
    """Return a sentence on where and when."""
    m = run.machine
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    processor = m["cpu"].get("brand_raw", m["processor"] or m["machine"])
    python = f"{m['python_implementation']} {m['python_version']}"
    return (
        f"{processor}, {m['cores']} cores; {m['system']}; {python}, {versions}. "
        f"Measured on {run.day}; load average of the machine before: {m['load_before']:.1f}."
    )


def markdown(run: Run) -> str:
    """Return the tables."""
    lines = [machine(run), "", "| | Target | Measured | Met |", "|---|---:|---:|:---:|"]
    lines += [
        f"| {row.subject} | {row.target} | {row.measured} | {'yes' if row.met else '**no**'} |" for row in targets(run)
    ]
    lines += ["", "| Besides | Measured |", "|---|---:|"]
    lines += [f"| {row.subject} | {row.measured} |" for row in details(run)]
    return "\n".join(lines)


def put_in(text: str, table: str) -> str:
    """Return a text with what stands between the two marks replaced."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The text lacks the marks {BEGIN} and {END}.")
    return f"{head}{begin}\n\n{table}\n\n{end}{tail}"


def main() -> None:
    """Print the tables, and on request put them into the README."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("file", nargs="?", type=Path, default=LATEST, help="what pytest-benchmark wrote")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    given = parser.parse_args()
    if not given.file.exists():
        parser.error(f"there is no {given.file}; 'make bench' writes it")
    table = markdown(Run(json.loads(given.file.read_text(encoding="utf-8"))))
    print(table)
    if given.write:
        README.write_text(put_in(README.read_text(encoding="utf-8"), table), encoding="utf-8")
        print(f"\nWritten to benchmarks/{README.name}.")
    else:
        print("\nTo put this into benchmarks/README.md: .venv/bin/python -m benchmarks.report --write")


if __name__ == "__main__":
    main()
