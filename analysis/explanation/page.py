"""The page on why two scenarios differ: by which levers, through which mechanisms, and step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import pandas as pd

from analysis.explanation.chain import Link
from analysis.explanation.findings import ExplanationFindings
from analysis.explanation.players import OTHER
from analysis.explanation.words import (
    capitalised,
    in_unit,
    mechanism_name,
)
from analysis.figures.labels import Labels
from analysis.page.page import Page, Table
from analysis.page.sections import company_table, lever_table, limits, numbers_table, run_facts
from analysis.scenario.findings import rows_of

Rows = Mapping[str, Mapping[str, float]]

_LEAST: Final = 0.05
"""Least part of the sum of all mechanisms' shares, in size, from which on a mechanism's chains are shown."""


def explanation_page(
    findings: ExplanationFindings, say: Labels, *, command: str = "", levers: Mapping[str, str] | None = None
) -> Page:
    """Return the page on the first outcome that was explained.

    Parameters
    ----------
    findings
        The attribution.
    say
        The language.
    command
        The command that makes the same page again; empty if there is none.
    levers
        Short names of levers for the table of their settings, by id; others are called as they are declared.
    """
    a, b, outcome = findings.before, findings.after, findings.outcomes[0]
    told = _Told(findings, say)
    heads = {"A": a, "B": b}
    named = capitalised(say.mention(outcome))
    size = {"n": say.number(findings.companies, 0), "weeks": say.number(b.weeks, 0)}
    return Page(
        language=say.language,
        kind=say("explanation.kind"),
        title=say("comparison.title", a=a.name, b=b.name),
        question=say("explanation.question", outcome=named, a=a.name, b=b.name, **size),
        answer=(told.total(named), told.largest(), say("page.sure")),
        exhibits=[],
        tables=told.tables(),
        assumptions=[
            company_table(heads, say),
            lever_table(heads, say, levers or {}, differing=True),
            numbers_table(heads, say),
        ],
        limits=limits(say),
        certainty=told.certainty(),
        command=command,
        facts=run_facts((a, b), say, seed=findings.seed, companies=findings.companies, weeks=b.weeks),
    )


class _Told:
    """Findings on one outcome in words."""

    def __init__(self, findings: ExplanationFindings, say: Labels) -> None:
        self.say, self.outcome = say, findings.outcomes[0]
        self.row = rows_of(findings.total)[self.outcome]
        self.orders = findings.lever_split.orders
        self.levers = _shares(findings.levers, "lever", self.outcome)
        self.mechanisms = _shares(findings.mechanisms, "mechanism", self.outcome)
        names = findings.lever_names(say.language)
        self.lever_names = {name: capitalised(names[name]) for name in self.levers}
        self.mechanism_names = {name: capitalised(mechanism_name(name, say.language)) for name in self.mechanisms}
        chains = [] if not self.levers else findings.chain(say.language)
        least = _LEAST * sum(abs(row["share"]) for row in self.mechanisms.values())
        self.chains = [link for link in chains if abs(self.mechanisms[link.mechanism]["share"]) >= least]
        self.untold = len(chains) > len(self.chains)

    def total(self, named: str) -> str:
        """Return the sentence on the whole difference."""
        return self.say(
            "explanation.total",
            outcome=named,
            before=self.say.quantity(self.outcome, self.row["before"]),
            after=self.say.quantity(self.outcome, self.row["after"]),
            difference=self._quantity(self.row["difference"], self.row),
            interval=self._amounts(self.row["difference"], self.row)[1],
        )

    def largest(self) -> str:
        """Return the sentence on the lever and the mechanism with the largest shares."""
        if not self.levers:
            return self.say("explanation.no_levers")
        lever, mechanism = (
            max(shares, key=lambda name: abs(shares[name]["share"])) for shares in (self.levers, self.mechanisms)
        )
        return self.say(
            "explanation.largest",
            lever=self.say.quoted(self.lever_names[lever]),
            lever_share=self._quantity(self.levers[lever]["share"], self.levers[lever]),
            mechanism=self.say.quoted(self.mechanism_names[mechanism]),
            mechanism_share=self._quantity(self.mechanisms[mechanism]["share"], self.mechanisms[mechanism]),
        )

    def tables(self) -> list[Table]:
        """Return the shares of levers and of mechanisms, and the chains."""
        if not self.levers:
            return []
        # Levers have no order of their own; mechanisms keep theirs, so that pages can be compared.
        by_size = dict(sorted(self.levers.items(), key=lambda lever: -abs(lever[1]["share"])))
        levers = self._share_table("lever", by_size, self.lever_names)
        mechanisms = self._share_table("mechanism", self.mechanisms, self.mechanism_names)
        return [levers, mechanisms, *([self._chain_table()] if self.chains else [])]

    def certainty(self) -> list[str]:
        """Return the paragraphs on what shares and steps mean."""
        say = self.say
        lines = [say("explanation.shares"), say("explanation.by_chance")]
        if not self.levers:
            return lines
        if self.chains:
            return [*lines, say("explanation.steps")]
        none = "small_chains" if self.untold else "no_chain"
        return [*lines, say(f"explanation.{none}", least=say.percent(_LEAST))]

    def _share_table(self, player: str, shares: Rows, names: Mapping[str, str]) -> Table:
        say, sampled = self.say, player == "lever" and self.orders > 0
        rows = []
        for name, row in shares.items():
            error = (self.say.amount(self.outcome, row["sampling"], half=_half(row)),) if sampled else ()
            rows.append((names[name], *self._amounts(row["share"], row), *error))
        empty = ("",) * (1 + sampled)
        total, _ = self._amounts(sum(row["share"] for row in shares.values()), self.row)
        rows.append((say("explanation.sum"), total, *empty))
        columns = (player, "share", "interval", *(("sampling",) if sampled else ()))
        note = say("explanation.sampled", orders=say.number(self.orders, 0)) if sampled else ""
        title = in_unit(say(f"explanation.by_{player}"), self.outcome, say.language)
        return Table(title, [say(f"explanation.column_{name}") for name in columns], rows, note=note)

    def _chain_table(self) -> Table:
        """Return the chains of each mechanism: how levers come to it, and once what follows from there."""
        say = self.say
        # The share of a mechanism is one of the whole difference, changes that are no levers included.
        together = say("explanation.together" if OTHER in self.levers else "explanation.together_levers")
        rows: list[tuple[str, str]] = []
        for mechanism, links in groupby(self.chains, key=lambda link: link.mechanism):
            heads: list[str] = []
            tails: list[str] = []
            for _, chain in groupby(links, key=lambda link: link.chain):
                steps = list(chain)
                head = [link for link in steps if link.share_of == "lever"]
                heads.append(head[0].cause_text + self._steps(head))
                if tail := [link for link in steps if link.share_of == "mechanism"]:
                    tails.append(together + self._steps(tail).removeprefix(say("explanation.arrow")))
            ways = [*heads, *dict.fromkeys(tails)]
            rows += [("" if k else self.mechanism_names[mechanism], way) for k, way in enumerate(ways)]
        columns = [say(f"explanation.column_{name}") for name in ("mechanism", "steps")]
        return Table(say("explanation.chains", least=say.percent(_LEAST)), columns, rows, words=True)

    def _steps(self, links: Sequence[Link]) -> str:
        return "".join(
            self.say("explanation.arrow")
            + link.effect_text
            + (
                self.say("explanation.evidence", ids=", ".join(link.evidence))
                if link.support == "evidence"
                else self.say("explanation.assumption")
            )
            for link in links
        )

    def _quantity(self, value: float, row: Mapping[str, float]) -> str:
        return self.say.quantity(self.outcome, value, sign=True, half=_half(row))

    def _amounts(self, value: float, row: Mapping[str, float]) -> tuple[str, str]:
        """Return a difference and its interval; a single company has none."""
        return self.say.amounts(self.outcome, value, row["low"], row["high"], sign=True)


def _half(row: Mapping[str, float]) -> float:
    """Return half the interval of a row."""
    return (row["high"] - row["low"]) / 2.0


def _shares(frame: pd.DataFrame, player: str, outcome: str) -> Rows:
    return rows_of(frame[frame["outcome"] == outcome].set_index(player).drop(columns="outcome"))


__all__ = ["explanation_page"]
