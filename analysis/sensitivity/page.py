"""The page on a sensitivity analysis: which assumption decides which conclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits, preset_name, version_facts
from analysis.sensitivity.estimates import DECIDES
from analysis.sensitivity.figures import Words, figures, main, strengths
from analysis.sensitivity.findings import SensitivityFindings, records
from analysis.sensitivity.runs import CHANGED, EFFECTS, LEVELS

_NAMED: Final = 3
"""Most assumptions that are named for a conclusion."""
_BRIEF: Final = 12
_PAIR: Final = 0.01
"""A pair is shown if its share of a variance is clearly above this."""


def sensitivity_page(
    findings: SensitivityFindings,
    say: Labels,
    *,
    command: str = "",
    files: Sequence[tuple[str, str]] = (),
    most: int = 6,
) -> Page:
    """Return the page on a sensitivity analysis.

    Parameters
    ----------
    findings
        Of the analysis.
    say
        The language.
    command
        The command that makes the same report again; empty if there is none.
    files
        Checksums of the files that the findings were read from, by name.
    most
        Most assumptions per conclusion in the tables of effects and indices.
    """
    words = Words.of_findings(findings, say.language)
    numbers = {key: words.number(getattr(findings, key), 0) for key in ("companies", "weeks")}
    points = words.number(sum(about["points"] for about in findings.designs.values()), 0)
    tables = [_conclusions(findings, words, *part) for part in (("levels", LEVELS), ("effects", EFFECTS))]
    pairs = _pairs(findings, words)
    return Page(
        language=words.language,
        kind=words("sensitivity.page.kind"),
        title=words("sensitivity.page.title", scenario=preset_name(findings.scenario, words)),
        question=words("sensitivity.page.question", factors=len(findings.factors), points=points, **numbers),
        answer=(_signs(findings, words), *_deciding(findings, words)),
        exhibits=_exhibits(findings, words, most),
        tables=[*tables, *([pairs] if pairs.rows else [])],
        assumptions=[_factors(findings, words)],
        limits=limits(words),
        certainty=_certainty(findings, words, pairs),
        command=command,
        facts=[
            (words("again.seed"), str(findings.seed)),
            (words("again.companies"), numbers["companies"]),
            (words("again.weeks"), numbers["weeks"]),
            (words("again.version"), f"handshake {findings.version}"),
            *files,
            *version_facts(words)[1:],
        ],
    )


def _signs(findings: SensitivityFindings, words: Words) -> str:
    shares = {level: findings.spread(f"effect_{level}")["higher"] for level in CHANGED}
    shown = {level: words.percent(share, _digits(share)) for level, share in shares.items()}
    return words(f"sensitivity.page.signs_{findings.levers}", **shown)


def _digits(share: float) -> int:
    """Return one digit for nearly all points or nearly none, which would look like all or none without."""
    return int(0.0 < share < 0.01 or 0.99 < share < 1.0)


def _deciding(findings: SensitivityFindings, words: Words) -> list[str]:
    """Return which assumptions decide most, and where the numbers of those that decide come from."""
    decided = findings.decided()
    if not decided:
        return [words("sensitivity.page.nothing")]
    first, of_first = next(iter(decided.items()))
    values = {"n": len(decided), "factors": len(findings.factors), "most": len(of_first)}
    provenance = [findings.factors[name]["provenance"] for name in decided]
    known = {kind: provenance.count(kind) for kind in ("study", "literature")}
    return [
        words("sensitivity.page.deciding", first=words.quoted(words.factor(first)), **values),
        words("sensitivity.page.known", rest=len(provenance) - sum(known.values()), **known),
    ]


def _certainty(findings: SensitivityFindings, words: Words, pairs: Table) -> list[str]:
    about = []
    for design, bound in DECIDES.items():
        if (facts := findings.designs.get(design)) is None:
            continue
        shown = {key: words.number(facts[key], 0) for key in ("points", "runs")}
        about.append(words(f"sensitivity.page.about_{design}", share=words.percent(bound), **shown))
        if len(facts["factors"]) < len(findings.factors):
            about.append(words("sensitivity.page.closer", factors=len(facts["factors"])))
    if len(findings.pairs) and not pairs.rows:
        about.append(words("sensitivity.page.no_pairs", share=words.percent(_PAIR)))
    if untold := [words.conclusion(name) for name in findings.untold()]:
        sizes = (("morris", "trajectories"), ("sobol", "samples"))
        more = [f"--{size} {4 * findings.designs[name][size]}" for name, size in sizes if name in findings.designs]
        about.append(words("sensitivity.page.untold", names="; ".join(untold), options=" ".join(more)))
    return [*about, words("sensitivity.page.bounds")]


def _exhibits(findings: SensitivityFindings, words: Words, most: int) -> list[Exhibit]:
    tables: Mapping[str, Callable[[str], Table]] = {
        "matrix": lambda title: _matrix(findings, words, title),
        "effects": lambda title: _effects(findings, words, title, most),
        "indices": lambda title: _indices(findings, words, title, most),
        "mu_sigma": lambda title: _mu_sigma(findings, words, title, most),
    }
    exhibits = []
    for name, draw in figures(findings, words).items():
        title = words(f"sensitivity.figures.{name}")
        exhibits.append(Exhibit(name, title, words(f"sensitivity.page.{name}_says"), draw, tables[name](title)))
    return exhibits


def _matrix(findings: SensitivityFindings, words: Words, title: str) -> Table:
    """Return for each assumption that decides a conclusion its origin, the conclusions, and its strength there."""
    decided = findings.decided()
    numbers = dict(zip(decided, strengths(findings, list(decided)), strict=True))
    rows = []
    for name, conclusions in decided.items():
        of_name = dict(zip(findings.conclusions, numbers[name], strict=True))
        shown = [f"{words.conclusion(each)} ({words.percent(of_name[each])})" for each in conclusions]
        rows.append((words.factor(name), _origin(findings.factors[name], words), "; ".join(shown)))
    head = [words(f"sensitivity.page.{key}") for key in ("factor", "origin", "decides")]
    return Table(title, head, rows, words=True, brief=_BRIEF)


def _origin(about: Mapping[str, Any], words: Words) -> str:
    """Return the limits of an assumption, its provenance and its source."""
    parts = [_limits(about, words)]
    if about["provenance"]:
        parts += [words(f"provenance.{about['provenance']}"), about["source"]]
    return "; ".join(parts)


def _limits(about: Mapping[str, Any], words: Words) -> str:
    if "values" in about:
        return ", ".join(map(str, about["values"][:4])) + (", …" if len(about["values"]) > 4 else "")
    unit = words(f"unit.{about['unit']}") if about["unit"] else ""
    return f"{words.interval(*(words.short(about[end]) for end in ('low', 'high')))} {unit}".rstrip()


def _strongest(
    findings: SensitivityFindings, conclusions: Sequence[str], design: str, strength: str, most: int
) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows of the strongest assumptions in a design, conclusion by conclusion."""
    rows = []
    for conclusion in conclusions:
        ordered = findings.of(design, conclusion).sort_values(strength, ascending=False, kind="stable")
        rows += [(conclusion, row) for row in records(ordered.head(most)) if row[strength] > 0.0]
    return rows


def _name(conclusion: str, row: Mapping[str, Any], words: Words) -> str:
    return f"{words.conclusion(conclusion)}: {words.factor(row['factor'])}"


def _effects(findings: SensitivityFindings, words: Words, title: str, most: int) -> Table:
    rows = []
    for conclusion, row in _strongest(findings, findings.conclusions, "morris", "mu_star", most):
        half = (row["high"] - row["low"]) / 2.0
        size, low, high = (words.value(conclusion, row[key], half=half) for key in ("mu_star", "low", "high"))
        mean = words.value(conclusion, row["mu"], sign=True, half=half)
        rows.append((_name(conclusion, row, words), mean, size, words.interval(low, high)))
    head = [words(f"sensitivity.page.{key}") for key in ("effect_of", "mu", "mu_star", "interval")]
    return Table(title, head, rows)


def _mu_sigma(findings: SensitivityFindings, words: Words, title: str, most: int) -> Table:
    rows = []
    for conclusion, row in _strongest(findings, main(findings), "morris", "mu_star", most):
        half = (row["high"] - row["low"]) / 2.0
        shown = (words.value(conclusion, row[key], half=half) for key in ("mu_star", "sigma"))
        rows.append((_name(conclusion, row, words), *shown))
    return Table(title, [words(f"sensitivity.page.{key}") for key in ("effect_of", "mu_star", "sigma")], rows)


def _indices(findings: SensitivityFindings, words: Words, title: str, most: int) -> Table:
    rows = []
    for conclusion, row in _strongest(findings, findings.conclusions, "sobol", "total", most):
        shown = []
        for key in ("first", "total"):
            value, low, high = (words.number(100.0 * row[name], 0) for name in (key, f"{key}_low", f"{key}_high"))
            shown.append(f"{value} ({words.interval(low, high)})")
        rows.append((_name(conclusion, row, words), *shown))
    return Table(title, [words(f"sensitivity.page.{key}") for key in ("effect_of", "first", "total")], rows)


def _pairs(findings: SensitivityFindings, words: Words) -> Table:
    """Return the pairs of assumptions whose second-order index is clearly above a threshold, the largest first."""
    told = [name for name in findings.conclusions if findings.basis(name) == "sobol"]
    frame = findings.pairs[findings.pairs["conclusion"].isin(told)]
    rows = []
    for row in records(frame[frame["low"] > _PAIR].sort_values("value", ascending=False, kind="stable")):
        value, low, high = (words.number(100.0 * row[key], 0) for key in ("value", "low", "high"))
        pair = " + ".join(words.factor(row[key]) for key in ("first", "second"))
        rows.append((words.conclusion(row["conclusion"]), pair, f"{value} ({words.interval(low, high)})"))
    head = [words(f"sensitivity.page.{key}") for key in ("conclusion", "pair", "share")]
    return Table(words("sensitivity.page.pairs"), head, rows, words=True, brief=_NAMED)


def _conclusions(findings: SensitivityFindings, words: Words, part: str, members: Sequence[str]) -> Table:
    """Return mean and spread of conclusions over the points, and what decides them."""
    head = ["sensitivity.page.conclusion", "outcome.mean", "outcome.middle"]
    head += ["sensitivity.page.up_down"] if part == "effects" else []
    rows = []
    for name in members:
        row, sign = findings.spread(name), part == "effects"
        mean, low, high = (words.value(name, row[key], sign=sign) for key in ("mean", "p10", "p90"))
        cells = [mean, words.interval(low, high)]
        if part == "effects":
            shares = (row[key] for key in ("higher", "lower"))
            cells.append("/".join(words.number(100.0 * share, _digits(share)) for share in shares))
        rows.append((words.level(name), *cells, _decided_by(findings, name, words)))
    note = words("sensitivity.page.effects_note") if part == "effects" else ""
    shown = [words(key) for key in (*head, "sensitivity.page.decided")]
    return Table(words(f"sensitivity.page.{part}"), shown, rows, note=note, words=True)


def _decided_by(findings: SensitivityFindings, conclusion: str, words: Words) -> str:
    """Return what decides a conclusion, the most important first, or why nothing does."""
    deciding = findings.deciding(conclusion)
    if not deciding:
        constant, untold = findings.constant(conclusion), findings.basis(conclusion) is None
        return words(f"sensitivity.page.{'constant' if constant else 'not_told' if untold else 'many'}")
    names = "; ".join(map(words.factor, deciding[:_NAMED]))
    more = len(deciding) - _NAMED
    return names + (words("sensitivity.page.more", count=more) if more > 0 else "")


def _factors(findings: SensitivityFindings, words: Words) -> Table:
    rows = []
    for name, about in findings.factors.items():
        ends = ("", "") if about.get("low") is None else tuple(words.short(about[end]) for end in ("low", "high"))
        default = "" if about["default"] is None else words.short(about["default"])
        tag = "" if about["provenance"] is None else words(f"provenance.{about['provenance']}")
        rows.append((f"{words.factor(name)} ({name})", *ends, default, tag, about["source"] or ""))
    keys = ("sweep.factor", "sweep.low", "sweep.high", "scenario.default", "scenario.provenance", "scenario.source")
    return Table(words("sweep.range"), [words(key) for key in keys], rows, words=True)


__all__ = ["sensitivity_page"]
