"""The page on scenario discovery: under which conditions the target is more frequent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from analysis.discovery.boxes import Estimate
from analysis.discovery.figures import Words, asks, figures, importance, important
from analysis.discovery.findings import DiscoveryFindings
from analysis.figures.labels import Labels
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits, preset_name, version_facts


def discovery_page(
    findings: DiscoveryFindings, say: Labels, *, command: str = "", files: Sequence[tuple[str, str]] = ()
) -> Page:
    """Return the page on scenario discovery.

    Parameters
    ----------
    findings
        Of the search.
    say
        The language.
    command
        The command that makes the same report again; empty if there is none.
    files
        Checksums of the files that the findings were read from, by name.
    """
    words = Words.of_findings(findings, say.language)
    counts = {"companies": findings.companies, "points": findings.points, "stored": findings.stored}
    counts |= dict(zip(("searched", "judged"), findings.rows, strict=True))
    shown = {"target": words.target, **{key: words.number(n, 0) for key, n in counts.items()}}
    about = "type" if findings.target.kind else "where"
    shares = {"overall": words.percent(findings.overall, 1), "base": _interval(findings.base, words)}
    quality = {"accuracy": findings.found.balanced_accuracy, "auc": findings.found.auc}
    return Page(
        language=words.language,
        kind=words("discovery.kind"),
        title=words(f"discovery.title_{about}", sweep=preset_name(findings.sweep, words), target=words.target),
        question=words(f"discovery.question_{about}", **shown),
        answer=(
            words(f"discovery.base_{about}", **shares, **shown),
            _best(findings, words),
            words("discovery.quality", **{key: words.number(value, 2) for key, value in quality.items()}),
        ),
        exhibits=_exhibits(findings, words),
        tables=[],
        assumptions=[_reach(findings, words)],
        limits=limits(words),
        certainty=[
            words(f"discovery.apart_{findings.apart.replace(' ', '_')}"),
            words("discovery.by_chance"),
            words("discovery.not_causes"),
        ],
        command=command,
        facts=[
            (words("again.seed"), str(findings.seed)),
            (words("again.companies"), shown["companies"]),
            (words("discovery.rows"), words("discovery.rows_shown", **shown)),
            (words("again.version"), f"handshake {findings.version}"),
            *files,
            *version_facts(words)[1:],
        ],
    )


def _interval(estimate: Estimate, words: Words) -> str:
    value, low, high = (words.percent(number) for number in estimate)
    return f"{value} ({words.interval(low, high)})"


def _conditions(findings: DiscoveryFindings, box: int, words: Words) -> str:
    """Return the conditions of a box, predictor by predictor."""
    conditions = findings.boxes[box].conditions
    return "; ".join(f"{words.predictor(c.predictor)} {', '.join(asks(c, findings.reach, words))}" for c in conditions)


def _best(findings: DiscoveryFindings, words: Words) -> str:
    """Return the densest of the boxes that hold."""
    held = findings.held
    if not held:
        return words("discovery.nothing")
    best = max(held, key=lambda k: findings.measures[k]["density"].value)
    measures = findings.measures[best]
    return words(
        "discovery.best",
        conditions=_conditions(findings, best, words),
        density=_interval(measures["density"], words),
        lift=words.number(measures["lift"].value, 1),
        coverage=words.percent(measures["coverage"].value),
    )


def _exhibits(findings: DiscoveryFindings, words: Words) -> list[Exhibit]:
    tables = {"boxes": _boxes, "importance": _importance}
    drawn = figures(findings, words)
    if len(important(findings)):
        drawn["importance"] = partial(importance, findings, words)
    exhibits = []
    for name, draw in drawn.items():
        table = tables[name](findings, words, words(f"discovery.{name}"))
        exhibits.append(Exhibit(name, table.title, words(f"discovery.{name}_says"), draw, table))
    return exhibits


def _boxes(findings: DiscoveryFindings, words: Words, title: str) -> Table:
    rows = []
    for number, k in enumerate(findings.held, start=1):
        measures = findings.measures[k]
        lift = words.interval(*(words.number(end, 2) for end in measures["lift"][1:]))
        cells = [_interval(measures[name], words) for name in ("density", "coverage", "share")]
        lifted = f"{words.number(measures['lift'].value, 2)} ({lift})"
        rows.append((str(number), _conditions(findings, k, words), *cells, lifted))
    left = len(findings.boxes) - len(rows)
    notes = [words("discovery.boxes_note"), *([words("discovery.left_out", count=left)] if left else [])]
    head = [words(f"discovery.{key}") for key in ("box", "condition", "density", "coverage", "share", "lift")]
    return Table(title, head, rows, note=" ".join(notes), words=True)


def _importance(findings: DiscoveryFindings, words: Words, title: str) -> Table:
    rows = [
        (words.predictor(str(name)), words.number(row["value"], 3), words.number(row["sd"], 3))
        for name, row in important(findings).iterrows()
    ]
    return Table(title, [words(f"discovery.{key}") for key in ("predictor", "loss", "sd")], rows)


def _reach(findings: DiscoveryFindings, words: Words) -> Table:
    rows = []
    for name in findings.names:
        ends = findings.reach.get(name)
        shown = ("", "") if ends is None else tuple(words.value(end, ends) for end in ends)
        rows.append((f"{words.predictor(name)} ({name})", *shown))
    return Table(words("sweep.range"), [words(f"sweep.{key}") for key in ("factor", "low", "high")], rows)


__all__ = ["discovery_page"]
