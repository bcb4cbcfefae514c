"""The report on what scenario discovery found: under which conditions something is more frequent."""

from __future__ import annotations

from analysis import figures as plots
from analysis.discovery.boxes import Estimate
from analysis.discovery.figures import Words, asks, boxes
from analysis.discovery.findings import DiscoveryReport
from analysis.figures.labels import Labels
from analysis.figures.style import house_style
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits, preset_name, version_facts

_FILE = "report/report.json"
_NEEDED = (
    *("sweep", "seed", "version", "target", "method", "rows", "companies", "points", "apart"),
    *("overall", "base", "boxes", "balanced_accuracy", "auc", "importance", "predictors"),
)
_MOST = 12
"""Predictors in the figure of importance."""


def discovery_page(source: Source) -> Page:
    """Return the report on what ``handshake discover --out`` has written."""
    say, found = source.say, source.json(_FILE, *_NEEDED)
    report = DiscoveryReport.of_json(found)
    names = {name: about["name"][say.language] for name, about in found["predictors"].items()}
    target = say.type(report.target.kind) if report.target.kind else report.target.text
    words = Words(
        say.language, predictors={name: label[:1].upper() + label[1:] for name, label in names.items()}, target=target
    )
    counts = {"companies": report.companies, "points": report.points, "stored": report.stored}
    counts |= dict(zip(("searched", "judged"), report.rows, strict=True))
    shown = {key: say.number(n, 0) for key, n in counts.items()}
    about = "type" if report.target.kind else "where"
    return Page(
        language=say.language,
        kind=say("discovery.kind"),
        title=say(f"discovery.title_{about}", sweep=preset_name(found["sweep"], say), target=target),
        question=say(f"discovery.question_{about}", target=target, **shown),
        answer=(
            say(
                f"discovery.base_{about}",
                target=target,
                overall=say.percent(report.overall, 1),
                base=_interval(report.base, say),
                **shown,
            ),
            _best(report, words, say),
            say(
                "discovery.quality", accuracy=say.number(found["balanced_accuracy"], 2), auc=say.number(found["auc"], 2)
            ),
        ),
        exhibits=_exhibits(report, words, say),
        tables=[],
        assumptions=[_reach(report, words, say)],
        limits=[*limits(say), say("discovery.not_causes")],
        certainty=[say(f"discovery.apart_{report.apart.replace(' ', '_')}"), say("discovery.by_chance")],
        command=source.command,
        facts=[
            (say("again.seed"), str(found["seed"])),
            (say("again.companies"), shown["companies"]),
            (say("discovery.rows"), say("discovery.rows_shown", **shown)),
            (say("again.version"), f"handshake {found['version']}"),
            *source.hashes(_FILE),
            *version_facts(say)[1:],
        ],
    )


def _interval(estimate: Estimate, say: Labels) -> str:
    value, low, high = (say.percent(number) for number in estimate)
    return f"{value} ({say.interval(low, high)})"


def _conditions(report: DiscoveryReport, box: int, words: Words) -> list[str]:
    """Return what a box asks, predictor by predictor."""
    return [
        " ".join((words.predictors.get(c.predictor, c.predictor), *asks(c, report.reach, words)))
        for c in report.boxes[box].conditions
    ]


def _best(report: DiscoveryReport, words: Words, say: Labels) -> str:
    held = report.held
    if not held:
        return say("discovery.nothing")
    best = max(held, key=lambda k: report.measures[k]["density"].value)
    measures = report.measures[best]
    return say(
        "discovery.best",
        conditions="; ".join(_conditions(report, best, words)),
        density=_interval(measures["density"], say),
        lift=say.number(measures["lift"].value, 1),
        coverage=say.percent(measures["coverage"].value),
    )


def _exhibits(report: DiscoveryReport, words: Words, say: Labels) -> list[Exhibit]:
    found = []
    with house_style():
        figure = boxes(report, None, words)
    if figure is not None:
        title = say("discovery.boxes")
        found.append(
            Exhibit(
                "boxes",
                title,
                say("discovery.boxes_says"),
                ready(figure),
                _box_table(report, words, say, title),
            )
        )
    title, first = say("discovery.importance"), report.found.importance.head(_MOST)
    ranking = (
        first.rename_axis("lever")
        .reset_index()
        .assign(low=lambda t: t["value"] - t["sd"], high=lambda t: t["value"] + t["sd"])
    )
    figure = plots.lever_ranking(ranking, words.predictors, say.language, title=title, unit=say("discovery.loss"))
    rows = [
        (words.predictors.get(str(name), str(name)), say.number(row["value"], 3), say.number(row["sd"], 3))
        for name, row in first.iterrows()
    ]
    table = Table(title, [say(f"discovery.{key}") for key in ("condition", "loss_short", "sd")], rows)
    return [*found, Exhibit("importance", title, say("discovery.importance_says"), ready(figure), table)]


def _box_table(report: DiscoveryReport, words: Words, say: Labels, title: str) -> Table:
    rows = []
    for number, k in enumerate(report.held, start=1):
        measures = report.measures[k]
        lift = say.interval(*(say.number(end, 2) for end in measures["lift"][1:]))
        cells = [_interval(measures[name], say) for name in ("density", "coverage", "share")]
        lifted = f"{say.number(measures['lift'].value, 2)} ({lift})"
        rows.append((str(number), "; ".join(_conditions(report, k, words)), *cells, lifted))
    left = len(report.boxes) - len(rows)
    note = say("discovery.left_out", count=left) if left else ""
    head = [say(f"discovery.{key}") for key in ("box", "condition", "density", "coverage", "share", "lift")]
    return Table(title, head, rows, note=note, words=True)


def _reach(report: DiscoveryReport, words: Words, say: Labels) -> Table:
    rows = []
    for name in map(str, report.found.importance.index):
        ends = report.reach.get(name)
        shown = ("", "") if ends is None else tuple(words.value(end, ends) for end in ends)
        rows.append((f"{words.predictors.get(name, name)} ({name})", *shown))
    return Table(say("sweep.range"), [say(f"sweep.{key}") for key in ("factor", "low", "high")], rows)


__all__ = ["discovery_page"]
