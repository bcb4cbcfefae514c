"""How a sensitivity analysis looks on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rich.text import Text

from analysis.sensitivity.figures import scale
from analysis.sensitivity.findings import SensitivityReport
from analysis.sensitivity.runs import CONCLUSIONS, EFFECTS, LEVELS
from app.terminal.screen import Screen
from sim.texts import Texts

_MOST: Final = 3
"""Assumptions shown per conclusion."""
_MOST_SOURCES: Final = 20
_DIRECTED: Final = 0.5
"""A mean effect that is at least this share of the mean absolute effect has a direction."""


def conclusion_names(texts: Texts) -> dict[str, str]:
    """Return what the conclusions are called in figures, by name."""
    return {
        name: texts(f"sensitivity.conclusion.{name.removeprefix('effect_')}")
        if name in LEVELS
        else texts("sensitivity.effect_on", level=texts(f"sensitivity.conclusion.{name.removeprefix('effect_')}"))
        for name in CONCLUSIONS
    }


def show_sensitivity(
    screen: Screen, report: SensitivityReport, facts: Mapping[str, Any], *, title: str, out: Path | None
) -> None:
    """Print what the conclusions are, what decides each, and where that comes from.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    report
        What was found.
    facts
        The same in the shape of ``--json``.
    title
        The scenario's name.
    out
        Folder with the report in it, None if none was written.
    """
    texts = screen.texts
    names = {target: about["name"][texts.language] for target, about in facts["factors"].items()}
    screen.heading(texts("sensitivity.title", scenario=title))
    _say_what_was_run(screen, facts)
    _say_headline(screen, report, facts)
    for table, members in (("levels", LEVELS), ("effects", EFFECTS)):
        _show_conclusions(screen, report, table, members, names)
    _say_untold(screen, report, facts)
    _show_sources(screen, report, facts, names)
    _show_pairs(screen, report, names)
    screen.say()
    for key in ("about_morris", "about_sobol"):
        if key.removeprefix("about_") in report.factors:
            screen.say(texts(f"sensitivity.{key}"), style="dim")
    screen.say(texts("sensitivity.note"), style="dim")
    if out is not None:
        screen.say(texts("sensitivity.written", folder=out))


def _say_what_was_run(screen: Screen, facts: Mapping[str, Any]) -> None:
    texts = screen.texts
    numbers = {key: texts.number(facts[key], 0) for key in ("companies", "weeks")}
    count = texts.number(len(facts["factors"]), 0)
    screen.say(texts("sensitivity.line", factors=count, seed=facts["seed"], **numbers), style="dim")
    for design, about in facts["designs"].items():
        shown = {key: texts.number(about[key], 0) for key in ("points", "runs")}
        chosen = texts.number(len(about["factors"]), 0)
        closer = "_closer" if len(about["factors"]) < len(facts["factors"]) else ""
        screen.say(texts(f"sensitivity.run_{design}{closer}", factors=chosen, **shown), style="dim")
    screen.say(texts(f"sensitivity.levers_{facts['levers']}"), style="dim")


def _say_headline(screen: Screen, report: SensitivityReport, facts: Mapping[str, Any]) -> None:
    texts = screen.texts
    shares = {name.removeprefix("effect_"): report.spread(name) for name in EFFECTS}
    points = next(iter(facts["designs"].values()))["points"]
    screen.say()
    screen.say(
        texts(
            "sensitivity.headline_levers",
            points=texts.number(points, 0),
            **{name: _of_points(row["higher"], texts) for name, row in shares.items()},
        ),
        style="bold",
    )
    decided = report.decided()
    if decided:
        study = sum(facts["factors"][name]["provenance"] == "study" for name in decided)
        numbers = {"deciding": len(decided), "factors": len(facts["factors"])}
        said = texts("sensitivity.headline_factors", **numbers)
        known = texts("sensitivity.from_study", count=study) if study else texts("sensitivity.none_from_study")
        screen.say(f"{said} {known}", style="bold")
    else:
        screen.say(texts("sensitivity.headline_nothing"), style="bold")


def _show_conclusions(
    screen: Screen, report: SensitivityReport, table: str, members: tuple[str, ...], names: Mapping[str, str]
) -> None:
    texts = screen.texts
    morris, sobol = ("morris" in report.factors), ("sobol" in report.factors)
    rows: list[list[str | Text]] = []
    for conclusion in members:
        head = _head(report, conclusion, texts, effect=table == "effects")
        body = _body(report, conclusion, names, texts)
        for k in range(max(len(head), len(body))):
            first = Text(head[k] if k < len(head) else "", style="" if k == 0 else "dim")
            cells = body[k] if k < len(body) else ("", "", "")
            rows.append([first, cells[0], *([cells[1]] if morris else []), *([cells[2]] if sobol else [])])
        rows.append([""] * len(rows[-1]))
    columns = [texts(f"sensitivity.column_{name}") for name in ("conclusion", "assumption")]
    columns += [texts("sensitivity.column_steepness")] if morris else []
    columns += [texts("sensitivity.column_share")] if sobol else []
    aligned = "lL" + "r" * (len(columns) - 2)
    screen.table(columns, rows[:-1], aligned=aligned, title=texts(f"sensitivity.{table}"))


def _head(report: SensitivityReport, conclusion: str, texts: Texts, *, effect: bool) -> list[str]:
    """Return number and name of a conclusion, and below it what it is over the points."""
    row = report.spread(conclusion)
    mean, low, high = (_value(conclusion, row[key], texts, sign=effect) for key in ("mean", "p10", "p90"))
    name = texts(f"sensitivity.conclusion.{conclusion.removeprefix('effect_')}")
    found = [f"{CONCLUSIONS.index(conclusion) + 1:2d} {name}", f"   {mean} ({texts.interval(low, high)})"]
    if effect:
        shares = {key: _of_points(row[key], texts) for key in ("higher", "lower")}
        found.append("   " + texts("sensitivity.signs", **shares))
    return found


def _body(
    report: SensitivityReport, conclusion: str, names: Mapping[str, str], texts: Texts
) -> list[tuple[str, str, str]]:
    """Return what decides a conclusion: name, how steeply it moves it, its share of the variance."""
    deciding = report.deciding(conclusion)
    if not deciding:
        why = "constant" if report.constant(conclusion) else "untold" if report.basis(conclusion) is None else "many"
        return [(texts(f"sensitivity.{why}"), "", "")]
    screened = report.of("morris", conclusion).set_index("factor") if "morris" in report.factors else None
    shares = report.of("sobol", conclusion).set_index("factor") if "sobol" in report.factors else None
    rows = []
    for name in deciding[:_MOST]:
        steepness = "" if screened is None else _steepness(conclusion, screened.loc[name].to_dict(), texts)
        # Where the screening has to tell, because the indices do not, they are left out.
        told = shares is not None and name in shares.index and report.basis(conclusion) == "sobol"
        share = _share(shares.loc[name].to_dict(), texts) if shares is not None and told else ""
        rows.append((names[name], steepness, share))
    if (more := len(deciding) - _MOST) > 0:
        rows.append((texts("sensitivity.more", count=more), "", ""))
    return rows


def _of_points(share: float, texts: Texts) -> str:
    """Return a share of points; what is not all of them, or not none, does not look like it."""
    return texts.percent(share, 1 if 0.0 < share < 0.01 or 0.99 < share < 1.0 else 0)


def _steepness(conclusion: str, row: Mapping[Any, Any], texts: Texts) -> str:
    """Return the mean size of the elementary effects with their direction, if they have one."""
    size = _value(conclusion, row["mu_star"], texts, sign=False)
    if abs(row["mu"]) < _DIRECTED * row["mu_star"]:
        return f"±{size}"
    return f"{'+' if row['mu'] > 0.0 else '−'}{size}"


def _share(row: Mapping[Any, Any], texts: Texts) -> str:
    value, half = (texts.number(100.0 * number, 0) for number in (row["total"], row["total_high"] - row["total"]))
    return f"{value} ± {half}"


def _value(conclusion: str, value: float, texts: Texts, *, sign: bool) -> str:
    factor = scale(conclusion)
    return texts.number(factor * value, 3 if factor == 1.0 else 1, sign=sign)


def _say_untold(screen: Screen, report: SensitivityReport, facts: Mapping[str, Any]) -> None:
    untold = report.untold()
    if not untold:
        return
    texts, designs = screen.texts, facts["designs"]
    options = []
    if "morris" in designs:
        options.append(f"--trajectories {4 * designs['morris']['trajectories']}")
    if "sobol" in designs:
        options.append(f"--samples {4 * designs['sobol']['samples']}")
    numbers = ", ".join(str(CONCLUSIONS.index(name) + 1) for name in untold)
    screen.say()
    screen.say(texts("sensitivity.too_few", numbers=numbers, options=" ".join(options)))


def _show_sources(
    screen: Screen, report: SensitivityReport, facts: Mapping[str, Any], names: Mapping[str, str]
) -> None:
    texts, decided = screen.texts, report.decided()
    if not decided:
        return
    rows = []
    for name, conclusions in list(decided.items())[:_MOST_SOURCES]:
        about = facts["factors"][name]
        origin = [_reach(about, texts)]
        if about["provenance"]:
            origin += [texts(f"provenance.{about['provenance']}"), about["source"]]
        numbers = ", ".join(str(CONCLUSIONS.index(conclusion) + 1) for conclusion in conclusions)
        rows.append((Text.assemble(names[name], "\n", ("; ".join(origin), "dim")), numbers))
    columns = [texts(f"sensitivity.column_{name}") for name in ("assumption", "decides")]
    screen.table(columns, rows, aligned="Lr", title=texts("sensitivity.sources"))


def _reach(about: Mapping[str, Any], texts: Texts) -> str:
    if "values" in about:
        return ", ".join(str(value) for value in about["values"][:4]) + (", …" if len(about["values"]) > 4 else "")
    plain = (texts.short(about[key]) for key in ("low", "high"))
    unit = texts(f"unit.{about['unit']}") if about["unit"] else ""
    return f"{texts.interval(*(text.replace('-', '−') for text in plain))} {unit}".rstrip()


def _show_pairs(screen: Screen, report: SensitivityReport, names: Mapping[str, str]) -> None:
    """Print the pairs of assumptions that surely do more together than each does alone."""
    texts = screen.texts
    told = [name for name in report.conclusions if report.basis(name) == "sobol"]
    if not len(report.pairs) or not told:
        return
    frame = report.pairs[report.pairs["conclusion"].isin(told)]
    sure = frame[frame["low"] > 0.01].sort_values("value", ascending=False, kind="stable")
    screen.say()
    if sure.empty:
        screen.say(texts("sensitivity.no_pairs"))
        return
    rows = [
        (
            str(CONCLUSIONS.index(row["conclusion"]) + 1),
            f"{names[row['first']]}\n+ {names[row['second']]}",
            texts("number.plus_minus", value=texts.number(100 * row["value"], 0), half=texts.number(half, 0)),
        )
        for row in sure.head(_MOST).to_dict("records")
        for half in [100.0 * (row["high"] - row["value"])]
    ]
    columns = [texts(f"sensitivity.column_{name}") for name in ("number", "pair", "share")]
    screen.table(columns, rows, aligned="rLr", title=texts("sensitivity.pairs"))


__all__ = ["conclusion_names", "show_sensitivity"]
