"""A page for each lever: what the study says, how the model does it, what it costs, what it did in the ensemble."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Final

import pandas as pd

from analysis.explanation import in_unit
from analysis.page.markdown import markdown
from docs.tools.lever_effects import stored_effects
from docs.tools.odd import number
from experiments.scorecard import catalogue
from handshake_pages.tables import evidence_link
from sim import evidence, rules
from sim.parameters import Parameter, parameters
from sim.policies import ALL_POLICIES, POLICY_GROUPS, Policy
from sim.texts import Texts

_MAIN: Final = ("cooperation_quality", "coordination_efficiency", "return_on_sales", "return_before_levers")
_BESIDES: Final = ("coordination_hours", "customer_hours", "friction", "escalations")
_HOW: Final = (
    "Difference between all settings of the 16 levers with this one in full strength and all without it, two years on, "
    "on the same {companies} virtual companies, under each of the {sets} parameter sets of ensemble `{ensemble}`. "
    "Range: from the 5% to the 95% quantile of the sets. The sets all reproduce the patterns of the study, and nothing "
    "tells which of them is right ([calibration](../../CALIBRATION.md)). The sign can be trusted as far as the last "
    "column goes; places among levers and sizes follow from assumptions."
)


def lever_pages() -> dict[str, str]:
    """Return a page for each lever, and one that lists them."""
    effects = stored_effects()
    pages = {f"{policy.id}.md": _page(policy, effects) for policy in ALL_POLICIES}
    return {**pages, "index.md": _index(effects)}


def _index(effects: pd.DataFrame) -> str:
    shown = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
    rows = [
        (
            policy.number,
            f"[{policy.en}]({policy.id}.md)",
            ", ".join(evidence_link(name, "../") for name in policy.evidence),
            *(
                f"{_shown(one['median'], one, name)} ({one['positive']:.0%})"
                for name, one in _of(policy, effects, shown)
            ),
        )
        for policy in sorted(ALL_POLICIES, key=lambda policy: POLICY_GROUPS.index(policy.group))
    ]
    head = ("no.", "lever", "evidence", *map(_called, shown))
    names = "\n".join(policy.id for policy in ALL_POLICIES)
    return "\n\n".join(
        [
            "# Levers",
            "The study's 15 success factors, and as a 16th lever the intervention on team personality from a second "
            "source. A lever never touches an outcome: it moves numbers that describe the organisation, and the rules "
            "of the model do the rest. The last columns say what it changes, as the median over the parameter sets of "
            "the ensemble, and in how many of them it is an increase; each lever's page tells how this was found.",
            markdown(head, rows),
            f"```{{toctree}}\n:hidden:\n\n{names}\n```",
        ]
    )


def _page(policy: Policy, effects: pd.DataFrame) -> str:
    facts = effects.iloc[0]
    return "\n\n".join(
        [
            f"# {policy.en}",
            policy.says_en,
            f"Lever {policy.number}, group *{Texts('en')(f'group.{policy.group}')}*. In a scenario file:",
            f"```toml\n[levers]\n{policy.id} = 0.5      # its intensity, 0 to 1\n```",
            "## What the study says",
            *_evidence(policy),
            "## How the model does it",
            _mechanisms(policy),
            "Directions are those of the evidence; sizes are assumptions. The rules into which these numbers enter:",
            _rules(policy),
            "## What it costs",
            _costs(policy),
            "Besides, in the ensemble (found as said below):",
            _effects(policy, effects, _BESIDES, placed=False),
            "## What it did in the ensemble",
            _effects(policy, effects, _MAIN, placed=True),
            _HOW.format(companies=facts["companies"], sets=facts["sets"], ensemble=facts["ensemble"]),
        ]
    )


def _evidence(policy: Policy) -> list[str]:
    sources = evidence.evidence().statements.sources
    told = []
    for name in policy.evidence:
        one = evidence.statement(name)
        told.append(f"{one.en} ({evidence_link(name, '../')}: {getattr(sources, one.source).en}, {one.place.en})")
    resting = [
        f"- [{name}](../patterns.md) ({about['support']}): {about['en']}"
        for name, about in catalogue().items()
        if set(about["evidence"]) & set(policy.evidence)
    ]
    if resting:
        told += ["Patterns that rest on the same evidence, and that the model has to show:", "\n".join(resting)]
    return told


def _mechanisms(policy: Policy) -> str:
    declared, texts = parameters()["mechanism"], Texts("en")

    def row(parameter: Parameter, change: float) -> tuple[str, ...]:
        unit = texts(f"unit.{parameter.unit}")
        reach = f"{number(parameter.low)} to {number(parameter.high)}"
        given = f"{parameter.provenance} ({evidence_link(parameter.source, '../')})"
        return f"`{parameter.name}`", parameter.en, f"{change:+g} {unit}", number(parameter.default), reach, given

    head = ("it moves", "what that is", "by, at full strength", "without it", "bounds", "provenance")
    return markdown(head, (row(declared[name], change) for name, change in policy.effects.items()))


@cache
def _rules_with(parameter: str) -> tuple[Callable[..., object], ...]:
    """Return the rules that take a mechanism parameter; one of a department is an argument without its name."""

    def takes(rule: Callable[..., object]) -> bool:
        names = inspect.signature(rule).parameters
        return any(name == parameter or ("_" in name and parameter.endswith(f"_{name}")) for name in names)

    return tuple(rule for rule in vars(rules).values() if inspect.isfunction(rule) and takes(rule))


def _rules(policy: Policy) -> str:
    entering: dict[Callable[..., object], list[str]] = {}
    for name in policy.effects:
        for rule in _rules_with(name):
            entering.setdefault(rule, []).append(f"`{name}`")
    lines = []
    for rule, names in entering.items():
        first = (inspect.getdoc(rule) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ").replace("``", "`")
        lines.append(f"- {{py:func}}`~sim.rules.{rule.__name__}` ({', '.join(names)}): {first.removeprefix('Return ')}")
    return "\n".join(lines)


def _costs(policy: Policy) -> str:
    rows = (
        ("running", f"{number(policy.running_cost)}% of base revenue per year, in proportion to the intensity"),
        ("one-off", f"{number(policy.one_off_cost)}% of base revenue, while the intensity rises"),
        ("ramp", f"{number(policy.ramp)} weeks until it works in full"),
    )
    return markdown(("cost (assumptions)", "at full strength"), rows)


def _of(policy: Policy, effects: pd.DataFrame, outcomes: tuple[str, ...]) -> list[tuple[str, pd.Series]]:
    mine = effects[effects["lever"] == policy.id].set_index("outcome")
    return [(name, mine.loc[name]) for name in outcomes]


def _effects(policy: Policy, effects: pd.DataFrame, outcomes: tuple[str, ...], *, placed: bool) -> str:
    """Return effects as a table; with ``placed``, also which place they have among those of all levers."""
    rows = []
    for name, one in _of(policy, effects, outcomes):
        rivals = effects.loc[effects["outcome"] == name, "median"]
        place = f"{1 + int((rivals > one['median']).sum())} of {len(rivals)}"
        rows.append(
            (
                _called(name),
                _shown(one["default"], one, name),
                _shown(one["median"], one, name),
                f"{_shown(one['low'], one, name)} to {_shown(one['high'], one, name)}",
                *([place] if placed else []),
                f"{one['positive']:.0%}",
            )
        )
    places = ["place by median"] if placed else []
    return markdown(("change of", "default set", "median", "range", *places, "sets in which it is an increase"), rows)


def _shown(effect: float, one: pd.Series, outcome: str) -> str:
    """Return an effect with as many digits as the range over parameter sets allows."""
    return Texts("en").amount(outcome, effect, sign=True, half=(one["high"] - one["low"]) / 2.0)


def _called(outcome: str) -> str:
    """Return what an outcome is called as the head of differences, with their unit."""
    return in_unit(Texts("en").mention(outcome), outcome, "en")
