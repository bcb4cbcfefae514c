"""The report on the folder of a lattice: all combinations of levers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from analysis.figures.labels import Labels
from analysis.lattice.figures import WITH_COST, drawn
from analysis.lattice.findings import LatticeReport
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits, preset_name, version_facts

_FOLDER = "report"
_NEEDED = ("scenario", "companies", "settings", "weeks", "seed", "version", "levers", "stay_on", "outcomes")


def lattice_page(source: Source) -> Page:
    """Return the report on what ``handshake lattice --out`` has written."""
    say, found = source.say, source.json(f"{_FOLDER}/report.json", *_NEEDED)
    declared = [*found["levers"], *found["stay_on"]]
    names = {row["id"]: source.levers.get(row["id"], row["name"][say.language]) for row in declared}
    report = _report(source, found)
    companies, settings = (say.number(found[key], 0) for key in ("companies", "settings"))
    return Page(
        language=say.language,
        kind=say("lattice.page.kind"),
        title=preset_name(found["scenario"], say),
        question=say("lattice.page.question", n=len(report.levers), settings=settings, companies=companies),
        answer=(_first(report, found, names, say), _best(report, say), _pairs(report, found, names, say)),
        exhibits=_exhibits(report, names, say),
        tables=[],
        assumptions=_levers(found, names, say),
        limits=[*limits(say), say("lattice.page.numbers")],
        certainty=[say("lattice.page.by_chance")],
        command=source.command,
        facts=[
            (say("again.seed"), str(found["seed"])),
            (say("again.companies"), companies),
            (say("again.weeks"), say.number(found["weeks"], 0)),
            (say("again.version"), f"handshake {found['version']}"),
            *source.hashes("manifest.json", f"{_FOLDER}/report.json"),
            *version_facts(say)[1:],
        ],
    )


def _report(source: Source, found: Mapping[str, Any]) -> LatticeReport:
    frames = {
        field.name: source.table(f"{_FOLDER}/tables/{field.name}.csv")
        for field in fields(LatticeReport)
        if field.name not in ("levers", "companies", "higher")
    }
    levers = tuple(row["id"] for row in found["levers"])
    return LatticeReport(levers=levers, companies=found["companies"], higher=pd.DataFrame(), **frames)


def _ranked(report: LatticeReport) -> pd.DataFrame:
    return report.of("shapley", WITH_COST).sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _points(value: float, say: Labels, *, sign: bool = True) -> str:
    return say.number(100.0 * float(value), 2, sign=sign)


def _interval(row: Mapping[str, Any], say: Labels) -> str:
    return say.interval(_points(row["low"], say), _points(row["high"], say))


def _first(report: LatticeReport, found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> str:
    ranking: list[dict[str, Any]] = _ranked(report).to_dict("records")  # type: ignore[assignment]
    first, ends = ranking[0], report.of("ends", WITH_COST).iloc[0]
    following = [names[row["lever"]] for row in ranking[1:3]]
    return say(
        "lattice.page.first",
        first=say.quoted(names[first["lever"]]),
        value=_points(first["value"], say),
        interval=_interval(first, say),
        others=say("lattice.page.others", names=say.listed(following)) if following else "",
        none=_points(ends["none"], say, sign=False),
        every=_points(ends["all"], say, sign=False),
        stay=say("lattice.page.stay") if found["stay_on"] else "",
    )


def _best(report: LatticeReport, say: Labels) -> str:
    row = report.of("bundles", WITH_COST).iloc[report.best_size(WITH_COST)]
    mean, held_out = (_points(row[key], say, sign=False) for key in ("mean", "held_out"))
    return say("lattice.page.best", k=row["k"], n=len(report.levers), mean=mean, held_out=held_out)


def _pairs(report: LatticeReport, found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> str:
    pairs = report.of("pairs", WITH_COST) if len(report.levers) > 1 else pd.DataFrame({"clear": []})
    values = {"clear": int(pairs["clear"].sum()), "sets": len(pairs)}
    if (over := found.get("ensemble")) is None:
        return say("lattice.page.pairs", **values)
    first = str(_ranked(report)["lever"][0])
    share = over["outcomes"][WITH_COST]["main_effects"][first]["share"]
    return say(
        "lattice.page.pairs_sets", n=over["sets"], first=say.quoted(names[first]), share=say.percent(share), **values
    )


def _exhibits(report: LatticeReport, names: Mapping[str, str], say: Labels) -> list[Exhibit]:
    tables = {"shapley": _shapley_table, "pairs": _pair_table, "bundles": _bundle_table}
    keys = {"shapley": "shapley", "pairs": "matrix", "bundles": "bundles"}
    return [
        Exhibit(
            name,
            say(f"lattice.page.{keys[name]}"),
            say(f"lattice.page.{keys[name]}_says"),
            ready(figure),
            tables[name](report, names, say, say(f"lattice.page.{keys[name]}")),
        )
        for name, figure in drawn(report, names, say.language).items()
    ]


def _shapley_table(report: LatticeReport, names: Mapping[str, str], say: Labels, title: str) -> Table:
    rows = [
        (names[row["lever"]], _points(row["value"], say), _interval(row, say))  # type: ignore[arg-type]
        for row in _ranked(report).to_dict("records")
    ]
    return Table(title, (say("scenario.lever"), say("lattice.page.value"), say("outcome.interval")), rows)


def _pair_table(report: LatticeReport, names: Mapping[str, str], say: Labels, title: str) -> Table:
    pairs = report.of("pairs", WITH_COST)
    ordered = pairs.reindex(pairs["effect"].abs().sort_values(ascending=False, kind="stable").index)
    rows = [
        (
            " + ".join(names[lever] for lever in str(row["levers"]).split("+")),
            _points(row["effect"], say),
            _interval(row, say),  # type: ignore[arg-type]
            say("page.yes" if row["clear"] else "page.no"),
        )
        for row in ordered.to_dict("records")
    ]
    head = (say("lattice.page.pair"), say("lattice.page.value"), say("outcome.interval"), say("lattice.page.clear"))
    return Table(title, head, rows)


def _bundle_table(report: LatticeReport, names: Mapping[str, str], say: Labels, title: str) -> Table:
    rows = []
    for row in report.of("bundles", WITH_COST).to_dict("records"):
        members = [names[lever] for lever in str(row["levers"]).split("+") if lever]
        mean, held_out = (_points(row[key], say, sign=False) for key in ("mean", "held_out"))
        rows.append((str(row["k"]), mean, held_out, ", ".join(members) or say("page.nothing")))
    head = (say("lattice.page.k"), say("lattice.page.mean"), say("lattice.page.held_out"), say("lattice.page.members"))
    return Table(title, head, rows)


def _levers(found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> list[Table]:
    """Return the levers that are combined, and those beside them that stay on."""
    head = (say("scenario.lever"), say("lattice.page.on"), say("scenario.cost"))
    tables = []
    for key, title, note in (
        ("levers", "scenario.levers", "scenario.levers_note"),
        ("stay_on", "lattice.page.stay_on", "lattice.page.stay_on_note"),
    ):
        rows = [
            (
                names[row["id"]],
                say.percent(row["on"]),
                f"{say.number(row['running_cost'], 2)} / {say.number(row['one_off_cost'], 2)}",
            )
            for row in found[key]
        ]
        if rows:
            tables.append(Table(say(title), head, rows, note=say(note)))
    return tables


__all__ = ["lattice_page"]
