"""The report on a sensitivity analysis: which assumption decides which conclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.figures.style import house_style
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits, preset_name, version_facts
from analysis.sensitivity.figures import FIGURES, Words, scale, strengths
from analysis.sensitivity.findings import DECIDES, SensitivityReport, records

_FOLDER = "report"
_NEEDED = ("scenario", "companies", "weeks", "seed", "version", "designs", "factors", "conclusions")
_HEADLINES: Final = {"returns": "effect_return_on_sales", "quality": "effect_cooperation_quality"}
"""Conclusions whose sign the first sentence tells."""
_SHOWN: Final = 6
"""Most assumptions per conclusion in a table; figures name no more."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A sensitivity analysis in a folder.

    Attributes
    ----------
    content
        ``report.json``.
    report
        The same as a report.
    words
        What assumptions and conclusions are called.
    say
        The language.
    """

    content: Mapping[str, Any]
    report: SensitivityReport
    words: Words
    say: Labels

    def factor(self, name: str) -> str:
        return self.words.factors.get(name, name)

    def conclusion(self, name: str) -> str:
        return self.words.conclusions.get(name, name)

    def amount(self, conclusion: str, value: float, *, sign: bool = False) -> str:
        factor = scale(conclusion)
        return self.say.number(factor * value, 3 if factor == 1.0 else 1, sign=sign)


def sensitivity_page(source: Source) -> Page:
    """Return the report on what ``handshake sensitivity --out`` has written."""
    say, content = source.say, source.json(f"{_FOLDER}/report.json", *_NEEDED)
    tables = {name: source.table(f"{_FOLDER}/tables/{name}.csv") for name in ("points", "morris", "sobol", "pairs")}
    factors = {name: tuple(about["factors"]) for name, about in content["designs"].items()}
    report = SensitivityReport(factors=factors, **tables)
    names = {name: str(about["name"][say.language]) for name, about in content["factors"].items()}
    found = _Found(content, report, Words(say.language, factors=names, conclusions=source.conclusions), say)
    numbers = {key: say.number(content[key], 0) for key in ("companies", "weeks")}
    points = say.number(sum(about["points"] for about in content["designs"].values()), 0)
    return Page(
        language=say.language,
        kind=say("sensitivity.page.kind"),
        title=preset_name(content["scenario"], say),
        question=say("sensitivity.page.question", factors=len(names), points=points, **numbers),
        answer=(_signs(found), _deciding(found), _known(found)),
        exhibits=_exhibits(found),
        tables=[_conclusions(found)],
        assumptions=[_factors(found)],
        limits=[*limits(say), say("sensitivity.page.bounds")],
        certainty=[
            *(say(f"sensitivity.page.about_{name}", share=say.percent(DECIDES[name])) for name in report.factors),
            *_untold(found),
        ],
        command=source.command,
        facts=[
            (say("again.seed"), str(content["seed"])),
            (say("again.companies"), numbers["companies"]),
            (say("again.weeks"), numbers["weeks"]),
            (say("again.version"), f"handshake {content['version']}"),
            *source.hashes(f"{_FOLDER}/report.json"),
            *version_facts(say)[1:],
        ],
    )


def _signs(found: _Found) -> str:
    shares = {key: found.say.percent(found.report.spread(name)["higher"]) for key, name in _HEADLINES.items()}
    return found.say("sensitivity.page.signs", **shares)


def _deciding(found: _Found) -> str:
    decided = found.report.decided()
    if not decided:
        return found.say("sensitivity.page.nothing")
    first, of_first = next(iter(decided.items()))
    values = {"n": len(decided), "factors": len(found.content["factors"]), "most": len(of_first)}
    return found.say("sensitivity.page.deciding", first=found.say.quoted(found.factor(first)), **values)


def _known(found: _Found) -> str:
    decided = found.report.decided()
    provenance = [found.content["factors"][name]["provenance"] for name in decided]
    known = {kind: provenance.count(kind) for kind in ("study", "literature")}
    return found.say("sensitivity.page.known", rest=len(provenance) - sum(known.values()), **known)


def _untold(found: _Found) -> list[str]:
    untold = [found.conclusion(name) for name in found.report.untold()]
    return [found.say("sensitivity.page.untold", names="; ".join(untold))] if untold else []


def _exhibits(found: _Found) -> list[Exhibit]:
    tables: Mapping[str, Callable[[_Found, str], Table]] = {
        "matrix": _matrix,
        "effects": _effects,
        "indices": _indices,
        "mu_sigma": _effects,
    }
    drawn = []
    with house_style():
        figures = {name: draw(found.report, found.words) for name, draw in FIGURES.items()}
    for name, figure in figures.items():
        if figure is None:
            continue
        title = found.words(name)
        table = tables[name](found, title)
        drawn.append(Exhibit(name, title, found.say(f"sensitivity.page.{name}_says"), ready(figure), table))
    return drawn


def _matrix(found: _Found, title: str) -> Table:
    """Return which conclusions an assumption decides, and how strong it is there."""
    decided = found.report.decided()
    numbers = dict(zip(decided, strengths(found.report, list(decided)), strict=True))
    rows = []
    for name, conclusions in decided.items():
        of_name = dict(zip(found.report.conclusions, numbers[name], strict=True))
        shown = [f"{found.conclusion(each)}: {found.say.percent(of_name[each])}" for each in conclusions]
        rows.append((found.factor(name), "; ".join(shown)))
    return Table(title, [found.say(f"sensitivity.page.{key}") for key in ("factor", "decides")], rows, words=True)


def _strongest(found: _Found, design: str, strength: str) -> list[tuple[str, dict[str, Any]]]:
    """Return per conclusion the rows of the assumptions that are strongest in a design."""
    rows = []
    for conclusion in found.report.conclusions:
        ordered = found.report.of(design, conclusion).sort_values(strength, ascending=False, kind="stable")
        rows += [(conclusion, row) for row in records(ordered.head(_SHOWN)) if row[strength] > 0.0]
    return rows


def _effects(found: _Found, title: str) -> Table:
    rows = []
    for conclusion, row in _strongest(found, "morris", "mu_star"):
        ends = found.say.interval(*(found.amount(conclusion, row[end]) for end in ("low", "high")))
        cells = [found.amount(conclusion, row["mu"], sign=True), found.amount(conclusion, row["mu_star"]), ends]
        cells.append(found.amount(conclusion, row["sigma"]))
        rows.append((f"{found.conclusion(conclusion)}: {found.factor(row['factor'])}", *cells))
    head = [found.say(f"sensitivity.page.{key}") for key in ("effect_of", "mu", "mu_star", "interval", "sigma")]
    return Table(title, head, rows)


def _indices(found: _Found, title: str) -> Table:
    rows = []
    for conclusion, row in _strongest(found, "sobol", "total"):
        shown = []
        for key in ("first", "total"):
            value, low, high = (found.say.number(100.0 * row[name], 0) for name in (key, f"{key}_low", f"{key}_high"))
            shown.append(f"{value} ({found.say.interval(low, high)})")
        rows.append((f"{found.conclusion(conclusion)}: {found.factor(row['factor'])}", *shown))
    return Table(title, [found.say(f"sensitivity.page.{key}") for key in ("effect_of", "first", "total")], rows)


def _conclusions(found: _Found) -> Table:
    rows = []
    for name in found.report.conclusions:
        row = found.report.spread(name)
        mean, low, high = (found.amount(name, row[key]) for key in ("mean", "p10", "p90"))
        deciding = "; ".join(map(found.factor, found.report.deciding(name)))
        rows.append(
            (found.conclusion(name), mean, found.say.interval(low, high), deciding or found.say("page.nothing"))
        )
    head = [
        found.say(key)
        for key in ("sensitivity.page.conclusion", "outcome.mean", "outcome.middle", "sensitivity.page.decided")
    ]
    return Table(found.say("sensitivity.page.conclusions"), head, rows, words=True)


def _factors(found: _Found) -> Table:
    say, rows = found.say, []
    for name, about in found.content["factors"].items():
        ends = ("", "") if about.get("low") is None else tuple(say.short(about[end]) for end in ("low", "high"))
        default = "" if about["default"] is None else say.short(about["default"])
        tag = "" if about["provenance"] is None else say(f"provenance.{about['provenance']}")
        rows.append((f"{found.factor(name)} ({name})", *ends, default, tag, about["source"] or ""))
    keys = ("sweep.factor", "sweep.low", "sweep.high", "scenario.default", "scenario.provenance", "scenario.source")
    return Table(say("sweep.range"), [say(key) for key in keys], rows, words=True)


__all__ = ["sensitivity_page"]
