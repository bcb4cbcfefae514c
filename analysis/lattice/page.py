"""The page on a lattice: the best levers, pairs and bundles, their tables and figures, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from analysis.figures.labels import Labels
from analysis.lattice.figures import FigureLabels, figures
from analysis.lattice.findings import LatticeFindings
from analysis.lattice.page_sets import SetsPart
from analysis.lattice.page_tables import (
    bundle_table,
    interaction_table,
    lever_tables,
    order_table,
    ranked,
    shapley_table,
    strongest,
)
from analysis.lattice.runs import PROFESSIONAL, WITH_COST, WITHOUT_COST
from analysis.lattice.tables import TRIPLES
from analysis.lattice.wording import Wording
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits, preset_name, version_facts


def lattice_page(
    findings: LatticeFindings,
    say: Labels,
    *,
    command: str = "",
    most: int = 3,
    files: Sequence[tuple[str, str]] = (),
) -> Page:
    """Return the page on a lattice.

    Parameters
    ----------
    findings
        With the returns on sales with and without cost.
    say
        The language.
    command
        The command that makes the same page again.
    most
        How many synergies and antagonisms of each order to show.
    files
        Checksums of the files that the findings come from, by name.
    """
    facts, words = findings.facts, Wording.of(findings, say)
    over = None if findings.ensemble is None else SetsPart(words, findings.ensemble)
    return Page(
        language=say.language,
        kind=say("lattice.kind"),
        title=preset_name(facts.scenario, say),
        question=say(
            "lattice.question",
            settings=say.number(facts.settings, 0),
            levers=say.counted("levers", len(facts.levers)),
            companies=say.counted("virtual_companies", facts.companies),
            runs=say.counted("runs", facts.runs),
            weeks=say.counted("weeks", facts.weeks),
            seed=facts.seed,
        ),
        answer=[*_answer(words), *([over.answer()] if over else ())],
        exhibits=_exhibits(words, over, most),
        tables=[*_tables(words, most), *(over.tables(most) if over else ())],
        assumptions=lever_tables(words),
        limits=limits(say),
        certainty=[say("lattice.model"), *(over.certainty() if over else ())],
        command=command,
        facts=[
            (say("again.seed"), str(facts.seed)),
            (say("again.companies"), say.number(facts.companies, 0)),
            (say("again.weeks"), say.number(facts.weeks, 0)),
            (say("again.version"), f"handshake {facts.version}"),
            *files,
            *version_facts(say)[1:],
        ],
        figures_first=True,
    )


def _answer(words: Wording) -> list[str]:
    found = [_first(words), _best(words)]
    if words.findings.facts.companies == 1:
        found.append(words.say("lattice.answer.alone"))
    elif len(words.findings.levers) > 1:
        found.append(_pairs(words))
    return found


def _first(words: Wording) -> str:
    """Return which lever brings the most, what all bring together, and which others stay on."""
    say, findings = words.say, words.findings
    first, *others = ranked(words)
    values = {row["lever"]: row for row in findings.rows("shapley", WITH_COST)}
    ends = findings.rows("ends", WITH_COST)[0]
    following = say.listed([words.names[lever] for lever in others[:2]]) if others else ""
    line = say(
        "lattice.answer.first" if others else "lattice.answer.only",
        first=say.quoted(words.names[first]),
        value=words.with_interval(WITH_COST, values[first], "value"),
        none=words.say.amount(WITH_COST, ends["none"]),
        every=words.say.amount(WITH_COST, ends["all"]),
        others=say("lattice.answer.others", names=following) if others else "",
    )
    if not findings.facts.stay_on:
        return line
    return line + " " + say("lattice.answer.stay", names=words.listed(lever.id for lever in findings.facts.stay_on))


def _best(words: Wording) -> str:
    """Return the best bundle, what is to be expected of it, and which sizes are not clearly worse."""
    say, findings = words.say, words.findings
    sizes, levers = findings.rows("bundles", WITH_COST), findings.levers
    best = sizes[findings.best_size(WITH_COST)]
    lines = [say("lattice.answer.best", k=best["k"], n=len(levers), mean=words.say.amount(WITH_COST, best["mean"]))]
    chosen = [name for name in best["levers"].split("+") if name]
    left = [name for name in levers if name not in chosen]
    # Whichever list is shorter says it better; one that is empty says nothing.
    if chosen and left:
        key, shorter = ("in", chosen) if len(chosen) <= len(left) else ("out", left)
        lines.append(say(f"lattice.answer.{key}", names=words.listed(shorter)))
    if best["runner_up"] and math.isfinite(best["held_out"]):
        held_out = words.say.amount(WITH_COST, best["held_out"])
        lines.append(say("lattice.answer.held_out", k=best["k"], held_out=held_out))
    near = [str(row["k"]) for row in sizes if row is not best and row["behind_low"] <= 0.0]
    if near:
        lines.append(say("lattice.answer.near", sizes=", ".join(near)))
    return " ".join(lines)


def _pairs(words: Wording) -> str:
    """Return how many pairs clearly interact, and which do most."""
    say, pairs = words.say, words.findings.of("pairs", WITH_COST)
    lines = [say("lattice.answer.pairs", clear=int(pairs["clear"].sum()), sets=len(pairs))]
    for kind, rows in strongest(words, 2, 1).items():
        for row in rows:
            value = words.say.amount(WITH_COST, row["effect"], sign=True)
            lines.append(say(f"lattice.answer.{kind}", levers=words.called(row["levers"]), value=value))
    return " ".join(lines)


def _exhibits(words: Wording, over: SetsPart | None, most: int) -> list[Exhibit]:
    say = words.say
    tables = {
        "shapley": lambda: shapley_table(words, "table", (WITH_COST, PROFESSIONAL), "note"),
        "pairs": lambda: interaction_table(words, 2, most),
        "bundles": lambda: bundle_table(words, WITH_COST),
    }
    if over is not None:
        tables["ensemble"] = lambda: over.effects(WITH_COST)
    labels = FigureLabels(say.language, levers=words.names)
    return [
        Exhibit(
            name,
            say(f"lattice.{name}.title"),
            say(f"lattice.{name}.says"),
            partial(draw, words.findings, labels),
            tables[name](),
        )
        for name, draw in figures(words.findings).items()
    ]


def _tables(words: Wording, most: int) -> list[Table]:
    findings = words.findings
    sides = ("cooperation_quality", "coordination_efficiency")
    largest = findings.largest
    orders = [order for order in (TRIPLES, *([largest] if largest > TRIPLES else [])) if order <= largest]
    return [
        shapley_table(words, "sides", sides, "sides_note"),
        order_table(words),
        *(interaction_table(words, order, most) for order in orders),
        bundle_table(words, WITHOUT_COST),
    ]


__all__ = ["lattice_page"]
