"""How an explanation looks on a terminal: which levers, through which mechanisms, and step by step."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from analysis.explanation import OTHER, in_unit
from app.terminal.screen import Screen
from sim.texts import Texts

_LEAST: Final = 0.05
"""Mechanisms with a smaller part of all shares are in the table, but are not told step by step."""


def show_explanation(screen: Screen, found: dict[str, Any]) -> None:
    """Print why two scenarios differ (:func:`app.commands.explain.report`)."""
    texts, outcome = screen.texts, found["outcome"]
    screen.heading(f"A  {found['a']}\nB  {found['b']}")
    numbers = {key: texts.number(found[key], 0) for key in ("companies", "weeks")}
    screen.say(texts("run.line", seed=found["seed"], **numbers), style="dim")
    screen.say()
    total = found["total"]
    values = {key: texts.quantity(outcome, total[key]) for key in ("before", "after")}
    screen.say(
        texts(
            "explain.total",
            outcome=texts.outcome(outcome, unit=False),
            **values,
            difference=texts.quantity(outcome, total["difference"], sign=True, half=_half(total)),
            interval=_interval(outcome, total, texts),
        )
    )
    if not found["levers"]:
        screen.say(texts("explain.no_levers"))
        return
    _show_shares(screen, found, "levers")
    if found["orders"]:
        screen.say(texts("explain.sampled", orders=texts.number(found["orders"], 0)), style="dim")
    _show_shares(screen, found, "mechanisms")
    screen.say()
    percent = texts.percent(_LEAST, 0)
    screen.heading(texts("explain.chains", least=percent))
    least = _LEAST * sum(abs(row["share"]) for row in found["mechanisms"].values())
    chains = [(name, list(links)) for name, links in groupby(found["chain"], key=lambda link: link["mechanism"])]
    told = [(name, links) for name, links in chains if abs(found["mechanisms"][name]["share"]) >= least]
    if not told:
        screen.say(texts("explain.small_chains", least=percent) if chains else texts("explain.no_chain"))
    for name, links in told:
        _show_chains(screen, found, name, links)
    screen.say()
    screen.say(texts("explain.note"), style="dim")


def _show_shares(screen: Screen, found: dict[str, Any], what: str) -> None:
    texts, outcome, rows = screen.texts, found["outcome"], list(found[what].values())
    sampled = what == "levers" and found["orders"] > 0

    def cells(name: str, row: dict[str, float]) -> tuple[str, ...]:
        share = texts.amount(outcome, row["share"], sign=True, half=_half(row))
        error = (texts.amount(outcome, row["sampling"], half=_half(row)),) if sampled else ()
        return name, share, _interval(outcome, row, texts), *error

    # A share says more than the order in which levers are numbered.
    ordered = sorted(rows, key=lambda row: -abs(row["share"])) if what == "levers" else rows
    shown = [cells(row["name"], row) for row in ordered]
    total = texts.amount(outcome, found["total"]["difference"], sign=True, half=_half(found["total"]))
    shown.append((texts("explain.sum"), total, "", *(("",) if sampled else ())))
    columns = [f"column_{what[:-1]}", "column_share", "column_interval", *(("column_sampling",) if sampled else ())]
    screen.table(
        [texts(f"explain.{column}") for column in columns],
        shown,
        aligned="Lrr" + "r" * sampled,
        title=in_unit(texts(f"explain.{what}"), outcome, texts.language),
    )


def _show_chains(screen: Screen, found: dict[str, Any], mechanism: str, links: list[dict[str, Any]]) -> None:
    """Print how levers come to a mechanism, and once what follows from there."""
    texts, outcome = screen.texts, found["outcome"]
    row = found["mechanisms"][mechanism]
    share = texts.quantity(outcome, row["share"], sign=True, half=_half(row))
    screen.say()
    screen.say(texts("explain.through", mechanism=row["name"], share=share), style="bold")
    # The share of a mechanism is one of the whole difference, changes that are no levers included.
    together = texts("explain.together" if OTHER in found["levers"] else "explain.together_levers")
    tails: list[str] = []
    for _, chain in groupby(links, key=lambda link: link["chain"]):
        steps = list(chain)
        head = [step for step in steps if step["share_of"] == "lever"]
        tail = [step for step in steps if step["share_of"] == "mechanism"]
        screen.say(head[0]["cause_text"] + "".join(_step(step, texts) for step in head), indent=2)
        if tail:
            steps_told = "".join(_step(step, texts) for step in tail)
            tails.append(together + steps_told.removeprefix(texts("explain.arrow")))
    for said in dict.fromkeys(tails):
        screen.say(said, indent=4)


def _step(step: dict[str, Any], texts: Texts) -> str:
    if step["support"] == "evidence":
        support = texts("explain.evidence", ids=", ".join(step["evidence"]))
    else:
        support = texts("explain.assumption")
    return f"{texts('explain.arrow')}{step['effect_text']}{support}"


def _interval(outcome: str, row: dict[str, float], texts: Texts) -> str:
    if row["low"] != row["low"]:  # a single company has none
        return texts.number(row["low"])
    return texts.amounts(outcome, 0.0, row["low"], row["high"], sign=True)[1]


def _half(row: dict[str, float]) -> float:
    return (row["high"] - row["low"]) / 2.0


__all__ = ["show_explanation"]
