"""The rules one by one: what the evidence says about each, with any coefficients within their bounds.

Expectations come from the evidence and from the text of the model, as literal numbers or as directions; none of them
depends on calibrated values.
"""

import ast
import inspect
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import sim
from sim import rules
from sim.agents import Week
from sim.array_rules import ON_ARRAYS
from sim.parameters import Coefficients, Founding, coefficients, founding, parameters
from tests.sim.strategies import SHARES, changes, numbers

RULES: dict[str, Callable[..., Any]] = {name: rule for name, rule in vars(rules).items() if inspect.isfunction(rule)}
GRID = [k / 20 for k in range(21)]
MOTIVE = numbers(-1.0, 1.0)
ROUNDING = 1e-12


def over(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Draw arguments; rules are short, so fewer examples than usual will do."""
    return lambda test: settings(max_examples=30)(given(**strategies)(test))


def used_by(*chosen: str) -> set[str]:
    """Names of what rules read from ``c`` or ``f``, themselves or in the rules that they call."""
    names = {name for rule in chosen for name in RULES[rule].__code__.co_names}
    called = (names & RULES.keys()) - set(chosen)
    return names | (used_by(*called) if called else set())


def c_of(*chosen: str) -> st.SearchStrategy[Coefficients]:
    """Any coefficients of these rules, within their bounds; all others at their defaults."""
    names = used_by(*chosen) & parameters()["coefficient"].keys()
    return changes("coefficient", sorted(names)).map(coefficients)


def f_of(*chosen: str) -> st.SearchStrategy[Founding]:
    names = used_by(*chosen) & parameters()["founding"].keys()
    return changes("founding", sorted(names)).map(founding)


def shares(names: str | Iterable[str]) -> dict[str, st.SearchStrategy[float]]:
    """Numbers in [0, 1] by name."""
    return dict.fromkeys(names.split() if isinstance(names, str) else names, SHARES)


def rises(values: Sequence[float]) -> bool:
    """Whether values rise, or stay where they are, up to rounding."""
    return all(b >= a - ROUNDING for a, b in pairwise(values))


def falls(values: Sequence[float]) -> bool:
    return rises([-value for value in values])


def in_unit(value: float) -> bool:
    return -ROUNDING <= value <= 1.0 + ROUNDING


# --- the rules as a whole ---------------------------------------------------------------------------------------------

EVERYWHERE = changes("mechanism", parameters()["mechanism"])


def week(mechanisms: dict[str, float], c: Coefficients, **given: float) -> Week:
    """The organisation in a week with these mechanism parameters."""
    context = {"meeting_culture": 0.5, "turbulence": 1.0, "company_need": 1.0, "demand": 1.0, "lever_cost": 0.0}
    ties = {"people": 24, "regular_ties": 48.0, "team_ties": 12.0}
    return Week(mechanisms, **{**context, **ties, **given}, coefficients=c)  # type: ignore[arg-type]


def calls(file: Path, module: str) -> set[str]:
    """Rules that a source file uses: ``R.alignment``, ``rules.alignment``."""
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    found = (node for node in tree if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    return {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == module}


def parsed(rule: Callable[..., Any]) -> ast.AST:
    return ast.parse(inspect.getsource(rule))


def test_every_rule_is_used_by_both_engines_or_by_another_rule() -> None:
    folder = Path(sim.__file__).parent
    kernel = calls(folder / "core" / "kernel.py", "R")
    agents = set().union(*(calls(path, "rules") for path in (folder / "practice.py", *folder.glob("agents/*.py"))))
    by_rules = {node.id for rule in RULES.values() for node in ast.walk(parsed(rule)) if isinstance(node, ast.Name)}
    assert RULES.keys() - by_rules <= kernel & agents
    # The kernel's lanes have no branches, and its held hours of reading cannot read more than there is.
    assert (kernel ^ agents) & RULES.keys() <= {"choose", "lower"}, "a second way to say the same"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_gives_the_same_on_arrays_as_on_numbers(name: str) -> None:
    rng = np.random.default_rng(1)
    tuples = {"c": coefficients(), "f": founding()}
    takes = list(inspect.signature(RULES[name]).parameters)
    drawn = [
        2.0 * rng.random(100) > 1.0 if a == "condition" else 2.0 * rng.random(100) for a in takes if a not in tuples
    ]
    rest = [tuples[argument] for argument in takes if argument in tuples]
    together = np.array(getattr(ON_ARRAYS, name)(*drawn, *rest))
    alone = [RULES[name](*row, *rest) for row in zip(*(column.tolist() for column in drawn), strict=True)]
    assert together.T.tolist() == np.array(alone).tolist()


# --- helpers ----------------------------------------------------------------------------------------------------------


def test_helpers() -> None:
    assert (rules.lower(1.0, 2.0), rules.lower(2.0, 1.0)) == (1.0, 1.0)
    assert (rules.upper(1.0, 2.0), rules.upper(2.0, 1.0)) == (2.0, 2.0)
    assert (rules.choose(True, 1.0, 2.0), rules.choose(False, 1.0, 2.0)) == (1.0, 2.0)
    assert [rules.clip(x, 0.0, 1.0) for x in (-0.5, 0.25, 1.5)] == [0.0, 0.25, 1.0]
    assert [rules.floored(x, 0.25) for x in (0.0, 0.5, 1.0)] == [0.75, 0.875, 1.0]
    assert rules.floored_mean(0.25, 0.75, 0.5) == rules.floored(0.5, 0.5) == 0.75
    assert (rules.ratio(1.0, 4.0), rules.ratio(0.0, 0.0)) == (0.25, 0.0)
    assert [rules.per_tie(ties) for ties in (0.0, 0.5, 1.0, 4.0)] == [1.0, 1.0, 1.0, 0.25]


# --- levers over time (E35) and their cost ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "intensity"), [(0, 0.0), (9, 0.0), (10, 0.05), (14, 0.25), (19, 0.5), (28, 0.95), (29, 1.0), (500, 1.0)]
)
def test_a_lever_rises_in_a_line_over_its_ramp(now: int, intensity: float) -> None:
    assert rules.ramped(float(now), 10.0, 20.0, 0.0, 1.0) == pytest.approx(intensity)


def test_a_lever_goes_from_where_it_was_to_its_target_up_or_down() -> None:
    assert [rules.ramped(now, 4.0, 2.0, 0.8, 0.2) for now in (3.0, 4.0, 5.0, 6.0)] == pytest.approx(
        [0.8, 0.5, 0.2, 0.2]
    )
    assert rules.ramped(7.0, 7.0, 1.0, 0.0, 0.6) == 0.6, "a ramp of one week is in place in its first"
    assert rules.ramped(5.0, float("inf"), 1.0, 0.3, 1.0) == 0.3, "a start of infinity is never"


def test_cost_of_a_lever() -> None:
    assert rules.lever_cost(0.1, 0.4, 0.5, 0.5) == pytest.approx(0.05)
    # One-off: 0.4 percent of revenue for the whole way, a quarter of it this week, as a yearly rate.
    assert rules.lever_cost(0.1, 0.4, 0.5, 0.25) == pytest.approx(0.05 + 52 * 0.1)
    assert rules.lever_cost(0.1, 0.4, 0.25, 0.5) == pytest.approx(0.025), "withdrawing gives nothing back"


# --- disagreement (E20-E23, E33, E34, L1) -----------------------------------------------------------------------------


@over(c=c_of("goal_divergence"), shared=numbers(0.01, 1.0), **shares("breakdown horizon"))
def test_goals_bind_best_when_ambitious_but_realistic(
    c: Coefficients, shared: float, breakdown: float, horizon: float
) -> None:
    ambitions = [k / 10 for k in range(21)]
    divergence = [rules.goal_divergence(shared, ambition, breakdown, horizon, c) for ambition in ambitions]
    assert all(map(in_unit, divergence))
    assert divergence[10] == min(divergence) < divergence[0]
    assert falls(divergence[:11])
    assert rises(divergence[10:])
    # Too easy is as bad as too much to ask for (E34).
    assert divergence == pytest.approx(divergence[::-1])


def test_goals_of_a_literal_company() -> None:
    c = coefficients({"ambition_width": 0.5, "goal_floor": 0.4})
    assert rules.goal_divergence(0.5, 1.0, 1.0, 1.0, c) == pytest.approx(0.5)
    assert rules.goal_divergence(0.5, 1.0, 0.0, 0.0, c) == pytest.approx(0.8), "only 0.4 of it without own means"
    assert rules.goal_divergence(0.5, 1.25, 1.0, 1.0, c) == pytest.approx(0.625)
    assert rules.goal_divergence(0.5, 0.5, 1.0, 1.0, c) == rules.goal_divergence(0.5, 2.0, 1.0, 1.0, c) == 1.0
    assert rules.goal_divergence(0.0, 1.0, 1.0, 1.0, c) == 1.0, "nothing is shared"


@over(c=c_of("goal_divergence"), ambition=numbers(0.0, 2.0), **shares("shared other"))
def test_breakdown_and_a_long_horizon_make_goals_bind(
    c: Coefficients, shared: float, ambition: float, other: float
) -> None:
    assert falls([rules.goal_divergence(shared, ambition, x, other, c) for x in GRID])
    assert falls([rules.goal_divergence(shared, ambition, other, x, c) for x in GRID])


@over(c=c_of("structural_disagreement"), **shares("divergence planning"))
def test_shared_goals_that_are_not_broken_down_bring_meddling(
    c: Coefficients, divergence: float, planning: float
) -> None:
    assert rules.meddling(0.8, 0.25) == pytest.approx(0.6)
    assert rules.meddling(1.0, 1.0) == rules.meddling(0.0, 0.0) == 0.0
    by_breakdown = [
        rules.structural_disagreement(divergence, planning, rules.meddling(1.0, breakdown), c) for breakdown in GRID
    ]
    assert falls(by_breakdown)
    assert by_breakdown[-1] < by_breakdown[0]


@over(c=c_of("structural_disagreement"), **shares("meddle other"))
def test_diverging_goals_and_separate_plans_make_for_idle_disagreement(
    c: Coefficients, meddle: float, other: float
) -> None:
    assert rises([rules.structural_disagreement(x, other, meddle, c) for x in GRID])
    planned = [rules.structural_disagreement(other, x, meddle, c) for x in GRID]
    assert falls(planned)
    assert planned[-1] < planned[0]


@over(c=c_of("informative_disagreement"), **shares("voice contrast"))
def test_disagreement_informs_where_people_speak_up_from_different_roles(
    c: Coefficients, voice: float, contrast: float
) -> None:
    assert 0.0 <= rules.informative_disagreement(voice, contrast, c) <= voice + ROUNDING
    assert rules.informative_disagreement(0.0, contrast, c) == 0.0
    assert rules.informative_disagreement(1.0, 1.0, c) == 1.0
    assert rules.informative_disagreement(1.0, 0.0, c) > 0.0, "some, even with the same role"
    assert rises([rules.informative_disagreement(x, contrast, c) for x in GRID])
    assert rises([rules.informative_disagreement(voice, x, c) for x in GRID])


@over(
    mechanisms=EVERYWHERE,
    c=c_of("structural_disagreement", "uninformative_disagreement", "relief", "goal_divergence"),
    **shares("gap richness"),
)
def test_idle_disagreement_does_not_vanish_when_nobody_speaks_up(
    mechanisms: dict[str, float], c: Coefficients, gap: float, richness: float
) -> None:
    silent, loud = (week({**mechanisms, "voice": voice}, c) for voice in (0.0, 1.0))
    idle, beside = (
        rules.uninformative_disagreement(w.structural_disagreement, gap, richness, w.relief, c) for w in (silent, loud)
    )
    assert silent.informative == 0.0
    assert idle == beside >= -ROUNDING


@over(c=c_of("uninformative_disagreement"), structural=numbers(0.5, 2.0), relieved=numbers(0.1, 1.0))
def test_gaps_and_misread_messages_make_for_idle_disagreement(
    c: Coefficients, structural: float, relieved: float
) -> None:
    by_gap = [rules.uninformative_disagreement(structural, gap, 0.5, relieved, c) for gap in GRID]
    assert rises(by_gap)
    assert by_gap[-1] > by_gap[0]
    assert falls([rules.uninformative_disagreement(structural, 0.5, rich, relieved, c) for rich in GRID])


@over(c=c_of("relief"), **shares("teams support focus"))
def test_a_common_opponent_and_supported_teams_relax(
    c: Coefficients, teams: float, support: float, focus: float
) -> None:
    assert 0.0 < rules.relief(focus, teams, support, c) <= 1.0
    assert rules.relief(0.0, 0.0, support, c) == 1.0
    assert rules.relief(1.0, teams, support, c) < rules.relief(0.0, teams, support, c)
    assert rules.relief(focus, teams, 0.0, c) == rules.relief(focus, 0.0, support, c), "teams need support"
    assert falls([rules.relief(focus, teams, x, c) for x in GRID])


# --- decisions (E20, E23, E30, L4) ------------------------------------------------------------------------------------


def decide(informative: float, uninformative: float, c: Coefficients, calm: float = 1.0, know: float = 1.0) -> float:
    fair = rules.fair_share(informative, calm, c)
    return rules.decision_quality(fair, informative, uninformative, know, know, know, know, 1.0, c)


DECISION = c_of("decision_quality", "fair_share")


@over(c=DECISION, **shares("calm"))
def test_decisions_are_an_inverted_u_in_disagreement_on_content(c: Coefficients, calm: float) -> None:
    optimum = c.conflict_optimum
    levels = [c.conflict_floor + (optimum - c.conflict_floor) * x for x in GRID]
    below = [decide(level, 0.0, c, calm) for level in levels]
    above = [decide(optimum + x, 0.0, c, calm) for x in GRID]
    assert rises(below)
    assert falls(above)
    assert decide(c.conflict_floor, 0.0, c) < decide(optimum, 0.0, c) > decide(optimum + 1.0, 0.0, c)


@over(c=DECISION, **shares("calm"))
def test_perfect_harmony_loses(c: Coefficients, calm: float) -> None:
    for level in (c.conflict_optimum / 2.0, c.conflict_optimum):
        # Where nobody keeps positions and persons apart, both may be as bad as can be.
        assert decide(0.0, 0.0, c, calm) <= decide(level, 0.0, c, calm)
        assert decide(0.0, 0.0, c, 1.0) < decide(level, 0.0, c, 1.0)
    assert decide(c.conflict_optimum, 0.0, c, 1.0) == pytest.approx(1.0), "the best there is"


def test_decisions_of_a_literal_pair() -> None:
    c = coefficients({"conflict_optimum": 0.5, "conflict_gain": 0.4, "harmony_loss": 0.2, "decision_knowledge": 0.5})
    # Half as much conflict as would be best: 4 x 0.5 x 0.25 / 0.75^2 = 8/9 of the gain.
    assert decide(0.25, 0.0, c) == pytest.approx(1.0 - 0.4 + 0.4 * 8 / 9)
    # The same amount, none of it on content: no gain and the full loss.
    assert decide(0.0, 0.25, c) == pytest.approx(0.4)
    # Knowing half of what there is to know costs a quarter; the weaker side's knowledge counts.
    assert decide(0.25, 0.0, c, know=0.5) == pytest.approx(0.75 * (0.6 + 0.4 * 8 / 9))
    fair = rules.fair_share(0.25, 1.0, c)
    uneven = rules.decision_quality(fair, 0.25, 0.0, 1.0, 0.5, 0.5, 1.0, 1.0, c)
    assert uneven == decide(0.25, 0.0, c, know=0.5)


@over(c=DECISION, uninformative=numbers(0.0, 4.0), **shares("informative calm know gap"))
def test_decisions_stay_in_bounds_and_a_power_gap_costs(
    c: Coefficients, informative: float, uninformative: float, calm: float, know: float, gap: float
) -> None:
    quality = decide(informative, uninformative, c, calm, know)
    assert in_unit(quality)
    assert rises([decide(informative, uninformative, c, x, know) for x in GRID]), "face-saving never harms (L4)"
    assert rises([decide(informative, uninformative, c, calm, x) for x in GRID]), "nor does knowledge (E23)"
    assert 0.0 < rules.perspectives(gap, c) <= 1.0
    assert falls([rules.perspectives(x, c) for x in GRID])
    assert rules.perspectives(1.0, c) < rules.perspectives(0.0, c) == 1.0


@over(c=DECISION, informative=numbers(0.05, 1.0), idle=numbers(0.0, 2.0))
def test_idle_disagreement_drowns_what_disagreement_tells(c: Coefficients, informative: float, idle: float) -> None:
    total = informative + idle
    assert decide(informative, idle, c) <= decide(total, 0.0, c) + ROUNDING


# --- escalation (E20, E22, E23, E30, E31, E37, E38, E40) --------------------------------------------------------------

FEEDING = ("uninformative", "structural", "from_power", "status", "from_criticism", "recognition", "strange")
DAMPING = ("skill_a", "skill_b", "trust")


@over(
    c=c_of("escalation_chance"),
    base=st.fixed_dictionaries({**shares(FEEDING), **shares(DAMPING), "pace": numbers(0.005, 0.15)}),
)
def test_what_makes_disagreement_personal_and_what_keeps_it_from_it(c: Coefficients, base: dict[str, float]) -> None:
    def along(name: str) -> list[float]:
        return [rules.escalation_chance(**{**base, name: x}, c=c) for x in GRID]

    for name in FEEDING:
        assert rises(along(name)), name
    for name in DAMPING:
        assert falls(along(name)), name
    swapped = {**base, "skill_a": base["skill_b"], "skill_b": base["skill_a"]}
    assert rules.escalation_chance(**swapped, c=c) == pytest.approx(rules.escalation_chance(**base, c=c))


def escalation(w: Week, c: Coefficients, pair: dict[str, float]) -> float:
    """Chance of an escalation on a tie, from mechanism parameters and people."""
    idle = rules.uninformative_disagreement(w.structural_disagreement, pair["gap"], pair["richness"], w.relief, c)
    strange = rules.strangeness(pair["distance"], w.motive_awareness)
    return rules.escalation_chance(
        idle, w.structural_risk, w.power_risk, pair["status"], w.criticism_risk, pair["recognition"], strange,
        pair["skill"], pair["skill"], pair["trust"], w.escalation_pace, c,
    )  # fmt: skip


PAIR = ("gap", "richness", "distance", "status", "recognition", "skill", "trust")
ESCALATION = c_of(
    *("uninformative_disagreement", "structural_disagreement", "goal_divergence", "informative_disagreement", "relief"),
    *("escalation_chance", "escalation_pace", "structural_risk", "power_risk", "criticism_risk"),
)
WORST = {name: entry.low for name, entry in parameters()["mechanism"].items()} | {
    **{"voice": 1.0, "role_contrast": 1.0, "power_gap": 1.0, "shared_goals": 1.0, "goal_ambition": 2.0},
}
WORST_PAIR = {name: float(name in ("gap", "distance", "status", "recognition")) for name in PAIR}
STRONGEST = coefficients({name: entry.high for name, entry in parameters()["coefficient"].items()})


@settings(max_examples=100)
@given(mechanisms=EVERYWHERE, c=ESCALATION, pair=st.fixed_dictionaries(shares(PAIR)))
@example(mechanisms=WORST, c=STRONGEST, pair=WORST_PAIR)
def test_the_chance_of_an_escalation_is_a_probability_everywhere(
    mechanisms: dict[str, float], c: Coefficients, pair: dict[str, float]
) -> None:
    assert in_unit(escalation(week(mechanisms, c), c, pair))


@over(mechanisms=EVERYWHERE, c=ESCALATION, pair=st.fixed_dictionaries(shares(PAIR)))
def test_what_the_organisation_can_do_against_escalation(
    mechanisms: dict[str, float], c: Coefficients, pair: dict[str, float]
) -> None:
    def along(name: str) -> list[float]:
        return [escalation(week({**mechanisms, name: x}, c), c, pair) for x in GRID]

    calming = ("depersonalisation", "market_focus", "clarity", "joint_planning", "goal_breakdown", "motive_awareness")
    for name in calming:
        assert falls(along(name)), name
    for name in ("voice", "power_gap"):
        assert rises(along(name)), name


@over(c=c_of("criticism_risk"), informative=numbers(0.1, 1.0))
def test_speaking_up_is_dangerous_only_without_face_saving(c: Coefficients, informative: float) -> None:
    assert rules.criticism_risk(informative, 1.0, c) == 0.0
    assert rises([rules.criticism_risk(x, 0.0, c) for x in GRID])
    assert falls([rules.criticism_risk(informative, x, c) for x in GRID])


# --- friction, trust, regard (E14, E16, E20, E42) ---------------------------------------------------------------------

FRICTION = c_of("next_friction")
VIEW = numbers(-0.7, 0.7)


@over(c=FRICTION, view=VIEW, **shares("skill"))
def test_repair_is_the_slower_the_worse_it_is(c: Coefficients, skill: float, view: float) -> None:
    grades = [k / 20 for k in range(1, 21)]
    repaired = [1.0 - rules.next_friction(x, 0.0, skill, skill, view, 1.0, c) / x for x in grades]
    assert falls(repaired)
    assert 0.0 < repaired[-1] < repaired[0] < 1.0


@over(c=FRICTION, friction=numbers(0.05, 0.95), skill=numbers(0.0, 0.9), view=numbers(-0.6, 0.6))
def test_skill_and_benefit_of_the_doubt_help_repair(
    c: Coefficients, friction: float, skill: float, view: float
) -> None:
    repaired = rules.next_friction(friction, 0.0, skill, skill, view, 1.0, c)
    assert repaired < friction
    assert rules.next_friction(friction, 0.0, skill + 0.1, skill, view, 1.0, c) < repaired
    assert rules.next_friction(friction, 0.0, skill, skill, view + 0.1, 1.0, c) < repaired
    escalated = rules.next_friction(friction, 1.0, skill, skill, view, 1.0, c)
    assert escalated > friction
    forgiven = rules.next_friction(friction, 1.0, skill, skill, view + 0.1, 1.0, c)
    # The hardest blow in the most hostile eyes breaks all there is.
    assert forgiven < escalated or escalated == 1.0


def test_friction_of_a_literal_tie() -> None:
    c = coefficients({"repair_rate": 0.1, "repair_slowing": 0.6, "friction_step": 0.5})
    # 0.1 x (1/2 + 0.5) x (1 - 0.3)^2 of 0.5 is repaired; an escalation closes half of the way to 1.
    assert rules.next_friction(0.5, 0.0, 0.5, 0.5, 0.0, 1.0, c) == pytest.approx(0.5 - 0.1 * 0.49 * 0.5)
    assert rules.next_friction(0.5, 1.0, 0.5, 0.5, 0.0, 1.0, c) == pytest.approx(0.75)
    assert rules.next_friction(0.5, 0.0, 0.5, 0.5, 0.0, 0.0, c) == 0.5, "a dormant tie stays as it is"
    # A tie half in use repairs half as much; if it clashes, it clashes in full.
    assert rules.next_friction(0.5, 0.0, 0.5, 0.5, 0.0, 0.5, c) == pytest.approx(0.5 - 0.05 * 0.49 * 0.5)
    assert rules.next_friction(0.5, 1.0, 0.5, 0.5, 0.0, 0.5, c) == pytest.approx(0.75)
    assert rules.next_friction(0.0, 0.0, 0.5, 0.5, 0.0, 1.0, c) == 0.0


TRUST = c_of("next_trust")


@over(c=TRUST, step=numbers(0.01, 0.4), view=numbers(0.0, 0.7))
def test_trust_falls_faster_than_it_rises(c: Coefficients, step: float, view: float) -> None:
    def after(pull: float, looking: float) -> float:
        return rules.next_trust(0.5, (0.5 + pull) / c.trust_scale, 0.0, looking, 1.0, c) - 0.5

    assert 0.0 < after(step, 0.0) < step
    assert after(step, 0.0) <= -after(-step, 0.0) + ROUNDING
    assert -step < after(-step, 0.0) < 0.0
    # Regard is a lens: it speeds up the gain and softens the loss, and the other way round.
    for pull in (step, -step):
        assert after(pull, -view) <= after(pull, 0.0) <= after(pull, view)


@over(c=TRUST, trust=numbers(0.05, 1.0), view=VIEW, **shares("aligned"))
def test_an_escalation_costs_trust(c: Coefficients, trust: float, aligned: float, view: float) -> None:
    assert rules.next_trust(trust, aligned, 1.0, view, 1.0, c) < rules.next_trust(trust, aligned, 0.0, view, 1.0, c)
    assert rules.next_trust(trust, aligned, 0.0, view, 0.0, c) == trust, "a dormant tie stays as it is"
    assert rises([rules.next_trust(trust, x, 0.0, view, 1.0, c) for x in GRID])


def test_trust_of_a_literal_tie() -> None:
    c = coefficients({"trust_scale": 2.0, "trust_up": 0.1, "trust_down": 2.0, "escalation_trust": 0.25})
    assert rules.next_trust(0.5, 0.4, 0.0, 0.0, 1.0, c) == pytest.approx(0.53)
    assert rules.next_trust(0.5, 0.1, 0.0, 0.0, 1.0, c) == pytest.approx(0.44)
    assert rules.next_trust(0.5, 0.1, 1.0, 0.0, 1.0, c) == pytest.approx(0.44 - 0.125)
    assert rules.next_trust(0.5, 0.1, 1.0, 0.0, 0.5, c) == pytest.approx(0.47 - 0.125), "half in use, clashing in full"
    assert rules.next_trust(0.5, 0.1, 1.0, 0.5, 1.0, c) == pytest.approx(0.47 - 0.0625), "regard softens both losses"
    assert rules.next_trust(0.5, 0.4, 0.0, 0.5, 1.0, c) == pytest.approx(0.545)
    assert rules.next_trust(0.5, 0.1, 0.0, 0.5, 1.0, c) == pytest.approx(0.47)
    assert rules.next_trust(0.9, 0.9, 0.0, 0.0, 1.0, c) == pytest.approx(0.91), "trust follows alignment up to 1"


@over(c=c_of("lens"), **shares("a b"))
def test_the_lens_is_symmetric(c: Coefficients, a: float, b: float) -> None:
    assert rules.lens(a, b, c) == rules.lens(b, a, c)
    assert rules.lens(a, b, c) == pytest.approx(-rules.lens(1.0 - a, 1.0 - b, c), abs=ROUNDING)
    assert rules.lens(0.5, 0.5, c) == 0.0
    assert rules.lens(0.0, 0.0, c) == -c.regard_lens
    assert rules.lens(1.0, 1.0, c) == c.regard_lens < 1.0
    assert rises([rules.lens(a, x, c) for x in GRID])


REGARD = c_of("next_regard")


@over(c=REGARD, regard=numbers(0.1, 1.0), rotation=numbers(0.05, 0.5), strange=numbers(0.1, 1.0))
def test_what_costs_regard(c: Coefficients, regard: float, rotation: float, strange: float) -> None:
    def after(escalations: float = 0.0, rumours: float = 0.0, rotating: float = 0.0) -> float:
        return rules.next_regard(regard, 0.0, 0.0, escalations, rumours, rotating, strange, c)

    assert after() == regard
    assert after(escalations=2.0) < after(escalations=1.0) < regard
    # Escalations travel: what colleagues tell counts half (MODEL, section 3).
    assert after(rumours=2.0) == after(escalations=1.0)
    assert after(escalations=1.0) >= regard * (1.0 - 0.08) - ROUNDING
    assert after(escalations=1000.0) == 0.0
    assert after(rotating=rotation) <= regard, "rotation against one's motives costs regard (E42)"
    assert rules.next_regard(regard, 0.0, 0.0, 0.0, 0.0, rotation, 0.0, c) == regard


@over(c=REGARD, regard=numbers(0.2, 0.8))
def test_regard_follows_ones_own_ties_and_colleagues(c: Coefficients, regard: float) -> None:
    assert rules.next_regard(regard, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, c) > regard
    assert rules.next_regard(regard, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, c) > regard
    assert rules.next_regard(regard, -0.2, 0.0, 0.0, 0.0, 0.0, 0.0, c) < regard
    # Climates of 0.9 and 0.5 on two ties lie 0.3 above a regard of 0.4.
    assert rules.own_impression(1.4, 2.0, rules.per_tie(2.0), 0.4) == pytest.approx(0.3)
    assert rules.own_impression(0.0, 0.0, rules.per_tie(0.0), regard) == 0.0, "nobody to go by"


@over(c=c_of("climate"), **shares("trust friction"))
def test_climate_is_trust_marred_by_friction(c: Coefficients, trust: float, friction: float) -> None:
    assert 0.0 <= rules.climate(trust, friction, c) <= trust
    assert rules.climate(trust, 0.0, c) == trust
    assert falls([rules.climate(trust, x, c) for x in GRID])


ANYTHING = numbers(-50.0, 50.0)


@over(
    c=c_of("next_friction", "next_trust", "lens"),
    escalated=st.sampled_from([0.0, 1.0]),
    **shares("state skill regard aligned active"),
)
def test_a_tie_stays_in_bounds(
    c: Coefficients, state: float, escalated: float, skill: float, regard: float, aligned: float, active: float
) -> None:
    view = rules.lens(regard, regard, c)
    assert 0.0 <= rules.next_friction(state, escalated, skill, skill, view, active, c) <= 1.0
    assert 0.0 <= rules.next_trust(state, aligned, escalated, view, active, c) <= 1.0


@over(
    c=c_of("next_regard", "learned", "next_backlog", "reading_hours", "rotation_experience"),
    own=ANYTHING,
    colleagues=ANYTHING,
    count=numbers(0.0, 50.0),
    rotation=numbers(0.0, 0.5),
    **shares("state strange"),
)
def test_a_person_stays_in_bounds(
    c: Coefficients, state: float, own: float, colleagues: float, count: float, rotation: float, strange: float
) -> None:
    assert 0.0 <= rules.next_regard(state, own, colleagues, count, count, rotation, strange, c) <= 1.0
    assert 0.0 <= rules.learned(state, c.learning_own, strange, count, count, state, c) <= 1.0
    experience = rules.next_experience(state, rules.rotation_experience(rotation, c))
    assert state <= experience <= 1.0
    backlog, remaining = state * c.backlog_limit, 40.0 * strange
    read = rules.reading_hours(backlog, remaining, c)
    assert 0.0 <= read <= min(backlog, remaining)
    assert 0.0 <= rules.next_backlog(backlog, read, count, count, c) <= c.backlog_limit


# --- contact (E9, E17, E36, E39) --------------------------------------------------------------------------------------


@over(c=c_of("tie_need"), need=numbers(0.5, 2.0), demand=numbers(0.5, 3.0), people=numbers(2.0, 200.0))
def test_more_ties_share_out_the_need_and_do_not_raise_it(
    c: Coefficients, need: float, demand: float, people: float
) -> None:
    # Both ends of a tie spend its hours.
    for ties in (1.0, 17.5, 400.0):
        hours = rules.tie_need(need, demand, people, ties, c) * 2.0 * ties
        assert hours == pytest.approx(c.need_hours * need * demand * people)


@over(c=c_of("mandate"), **shares("culture formality planning teams support"))
def test_what_mandates_contact(
    c: Coefficients, culture: float, formality: float, planning: float, teams: float, support: float
) -> None:
    given = {"meeting_culture": culture, "formality": formality, "joint_planning": planning}
    given |= {"team_intensity": teams, "team_support": support}
    assert in_unit(rules.mandate(**given, c=c))
    for name in given:
        assert rises([rules.mandate(**{**given, name: x}, c=c) for x in GRID]), name
    assert rules.mandate(0.0, 0.0, 0.0, teams, 0.0, c) == 0.0, "nobody turns up in a team without support"
    by_formality = [rules.mandate(0.0, x, 0.0, 0.0, 0.0, c) for x in GRID]
    assert rises(np.diff(by_formality).tolist()), "quadratic: a little formality mandates little"


@over(c=c_of("contact_intensity"), **shares("mandated willing"))
def test_mandated_contact_overshoots_the_need(c: Coefficients, mandated: float, willing: float) -> None:
    assert rules.contact_intensity(1.0, willing, c) == c.mandate_overshoot > 1.0
    assert rules.contact_intensity(0.0, willing, c) == willing
    found = rules.contact_intensity(mandated, willing, c)
    assert willing - ROUNDING <= found <= c.mandate_overshoot + ROUNDING


@over(
    c=c_of("willingness", "organisation_openness", "outreach"),
    contacts=MOTIVE,
    autonomy=MOTIVE,
    **shares("trust friction regard skill read mandated disclosure gap"),
)
def test_who_wants_to_meet(c: Coefficients, mandated: float, **drawn: float) -> None:
    def wants(**changed: float) -> float:
        x = {**drawn, **changed}
        own = rules.outreach(x["regard"], x["skill"], x["contacts"], x["autonomy"], x["read"], mandated, c)
        openness = rules.organisation_openness(x["disclosure"], x["gap"], c)
        return rules.willingness(own, own, x["trust"], x["friction"], openness, c)

    assert 0.0 <= wants() <= 1.0
    for name in ("trust", "regard", "skill", "contacts", "read", "disclosure"):
        assert rises([wants(**{name: x}) for x in GRID]), name
    for name in ("friction", "gap", "autonomy"):
        assert falls([wants(**{name: x}) for x in GRID]), name


def test_willingness_of_a_literal_pair() -> None:
    c = coefficients(
        {
            **{"willing_base": 0.1, "willing_relation": 0.8, "willing_motive": 0.2, "willing_open": 0.4},
            **{"willing_barrier": 0.2, "avoidance": 0.5},
        }
    )
    # Each coefficient times the mean of what it weighs: regard and trust 0.5 and 0.3, skill and disclosure 0.6, ...
    own = rules.outreach(0.5, 0.6, 0.7, 0.4, 0.5, 0.5, c)
    assert own == pytest.approx((0.8 * 0.5 + 0.4 * 0.6 + 0.2 * (0.7 - 0.5 * 0.4) - 0.2 * 0.5) / 4)
    openness = rules.organisation_openness(0.6, 0.5, c)
    assert openness == pytest.approx(0.1 + 0.4 * 0.6 / 2 - 0.2 * 0.5 / 2)
    expected = 0.1 + 0.8 * (0.5 + 0.3) / 2 + 0.4 * 0.6 + 0.2 * 0.5 / 2 - 0.2 * 0.5 - 0.5 * 0.2
    assert rules.willingness(own, own, 0.3, 0.2, openness, c) == pytest.approx(expected)


@over(c=c_of("outreach"), autonomy=MOTIVE, **shares("regard"))
def test_autonomy_resists_only_what_is_mandated(c: Coefficients, regard: float, autonomy: float) -> None:
    free = rules.outreach(regard, 0.5, 0.0, autonomy, 1.0, 0.0, c)
    assert free == rules.outreach(regard, 0.5, 0.0, 0.0, 1.0, 0.0, c)
    told = rules.outreach(regard, 0.5, 0.0, autonomy, 1.0, 1.0, c)
    assert (told <= free) if autonomy >= 0.0 else (told >= free)


@over(
    c=c_of("tie_limit"),
    fixed=numbers(0.0, 24.0),
    ties_a=numbers(0.5, 50.0),
    ties_b=numbers(0.5, 50.0),
    wanted=numbers(0.0, 3.0),
    need=numbers(0.01, 50.0),
    extra=numbers(0.0, 9.0),
)
def test_contact_and_the_waste_it_causes_fit_both_peoples_week(
    c: Coefficients, fixed: float, ties_a: float, ties_b: float, wanted: float, need: float, extra: float
) -> None:
    limit_a, limit_b = rules.tie_limit(fixed, ties_a, c), rules.tie_limit(fixed, ties_b, c)
    relative = rules.relative_contact(wanted, need, limit_a, limit_b, extra)
    assert 0.0 <= relative <= wanted
    hours = relative * need * (1.0 + extra)
    for limit, ties in ((limit_a, ties_a), (limit_b, ties_b)):
        assert hours <= limit * (1.0 + ROUNDING)
        assert ties * limit <= c.coordination_limit * (40.0 - fixed) * (1.0 + ROUNDING) < 40.0
    assert relative == rules.relative_contact(wanted, need, limit_b, limit_a, extra)


def test_contact_of_a_literal_tie() -> None:
    c = coefficients({"coordination_limit": 0.8})
    assert rules.tie_limit(15.0, 4.0, c) == pytest.approx(5.0)
    assert rules.relative_contact(1.2, 3.0, 20.0, 20.0, 0.25) == 1.2
    assert rules.relative_contact(1.2, 3.0, 20.0, 3.0, 0.25) == pytest.approx(0.8)


# --- understanding (E23-E26, E40, E43) --------------------------------------------------------------------------------


def test_distance_of_motives_of_literal_people() -> None:
    assert rules.motive_distance(1, -1, -1, 1, 1, -1, -1, 1) == 1.0
    assert rules.motive_distance(0.5, 0.5, -0.3, -0.3, 0.1, 0.1, 0.9, 0.9) == 0.0
    assert rules.motive_distance(0.5, -0.5, 0, 0, 0, 0, 0, 0) == 0.125
    assert [rules.shared_motive(a, b) for a, b in ((-1, -1), (-1, 1), (0, 0), (1, 1))] == [0.0, 0.5, 0.5, 1.0]


@over(motives=st.lists(MOTIVE, min_size=8, max_size=8))
def test_distance_of_motives_is_mutual(motives: list[float]) -> None:
    swapped = [motives[k ^ 1] for k in range(8)]
    assert in_unit(rules.motive_distance(*motives))
    assert rules.motive_distance(*motives) == rules.motive_distance(*swapped)


@over(**shares("distance awareness"))
def test_the_strange_can_be_understood_with_the_head_and_not_by_contact(distance: float, awareness: float) -> None:
    # Nothing about contact, hours, experience or time gets into it (E40).
    assert list(inspect.signature(rules.strangeness).parameters) == ["distance", "motive_awareness"]
    assert rules.strangeness.__code__.co_names == ()
    assert 0.0 <= rules.strangeness(distance, awareness) <= distance
    assert rules.strangeness(distance, 0.0) == distance
    assert rules.strangeness(distance, 1.0) == 0.0
    assert falls([rules.strangeness(distance, x) for x in GRID])


def test_knowledge_gap_of_literal_people() -> None:
    assert rules.knowledge_gap(0.4, 0.8, 0.7, 0.5) == pytest.approx(0.3)
    assert rules.knowledge_gap(0.8, 0.4, 0.5, 0.7) == pytest.approx(0.3)
    assert rules.knowledge_gap(0.6, 0.6, 0.2, 0.2) == 0.0


UNDERSTANDING = ("richness", "skill_a", "skill_b", "gap", "strange", "exp_a", "exp_b")


@over(c=c_of("understanding"), base=st.fixed_dictionaries(shares(UNDERSTANDING)))
def test_what_understanding_depends_on(c: Coefficients, base: dict[str, float]) -> None:
    def along(name: str) -> list[float]:
        return [rules.understanding(**{**base, name: x}, c=c) for x in GRID]

    assert in_unit(rules.understanding(**base, c=c))
    for name in ("richness", "skill_a", "skill_b", "exp_a", "exp_b"):
        assert rises(along(name)), name
    for name in ("gap", "strange"):
        assert falls(along(name)), name
    # The strange caps understanding, however rich the channel and however skilled the people (E40).
    assert rules.understanding(**base, c=c) <= 1.0 - c.understand_motive * base["strange"] + ROUNDING
    assert rules.understanding(1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, c) == pytest.approx(1.0)


CHANNEL = c_of("channel_terms")


@over(c=CHANNEL, **shares("oral relevance teams support read_a read_b"))
def test_the_channel(
    c: Coefficients, oral: float, relevance: float, teams: float, support: float, read_a: float, read_b: float
) -> None:
    def richness(**changed: float) -> float:
        x = {"oral": oral, "relevance": relevance, "teams": teams, "support": support, "read": read_a, **changed}
        terms = rules.channel_terms(x["oral"], x["relevance"], x["teams"], x["support"], c)
        return rules.channel(*terms, x["read"], read_b)

    assert in_unit(richness())
    for name in ("oral", "relevance", "teams", "support", "read"):
        assert rises([richness(**{name: x}) for x in GRID]), name
    assert richness(oral=1.0) == pytest.approx(1.0), "what is said is heard (E26)"
    assert richness(teams=0.0) == richness(support=0.0), "teams need support (E32)"


def test_the_channel_of_a_literal_pair() -> None:
    c = coefficients({"backlog_half": 4.0})
    assert [rules.read_share(backlog, c) for backlog in (0.0, 4.0, 12.0)] == [1.0, 0.5, 0.25]
    # 40% spoken; of the written 60%, half is useful, and one reads all of it, the other half.
    assert rules.channel(*rules.channel_terms(0.4, 0.5, 0.0, 0.0, c), 1.0, 0.5) == pytest.approx(0.4 + 0.6 * 0.5 * 0.75)


@over(c=c_of("read_share"), backlog=numbers(0.0, 80.0))
def test_who_is_behind_reads_less(c: Coefficients, backlog: float) -> None:
    assert 0.0 < rules.read_share(backlog, c) <= 1.0
    assert rules.read_share(backlog + 1.0, c) < rules.read_share(backlog, c)
    assert rules.read_share(c.backlog_half, c) == 0.5


# --- alignment and effort (E16, E17, E27, E31, E32) -------------------------------------------------------------------

ALIGNMENT = ("relative", "understood", "decided", "friction", "unclear", "kept")


@over(c=c_of("alignment"), base=st.fixed_dictionaries({**shares(ALIGNMENT), "relative": numbers(0.0, 3.2)}))
def test_what_alignment_depends_on(c: Coefficients, base: dict[str, float]) -> None:
    def along(name: str, scale: float = 1.0) -> list[float]:
        return [rules.alignment(**{**base, name: scale * x}, c=c) for x in GRID]

    assert 0.0 <= rules.alignment(**base, c=c) < 1.0
    for name in ("understood", "decided", "unclear", "kept"):
        assert rises(along(name)), name
    assert falls(along("friction"))
    by_contact = along("relative", scale=3.0)
    assert by_contact[0] == 0.0
    assert rises(by_contact)
    assert falls(np.diff(by_contact).tolist()), "the first hours are the most productive (E17)"


def test_alignment_of_a_literal_tie() -> None:
    c = coefficients({"align_rate": 5.0, "align_friction": 0.5})
    # 5 x 0.4 x 0.5 x 1 = 1, so 1/2 of what is decided well; friction 0.4 takes a fifth.
    assert rules.alignment(0.4, 0.5, 0.8, 0.4, 1.0, 1.0, c) == pytest.approx(0.5 * 0.8 * 0.8)
    assert rules.alignment(0.4, 0.5, 0.8, 0.4, 1.0, 0.25, c) == pytest.approx(0.2 * 0.8 * 0.8)


@over(c=c_of("unclear_factor", "team_decisions_kept"), **shares("clarity support"))
def test_unclear_responsibility_and_missing_support_cost_alignment(
    c: Coefficients, clarity: float, support: float
) -> None:
    assert 0.0 < rules.unclear_factor(0.0, c) < rules.unclear_factor(1.0, c) == 1.0
    assert rises([rules.unclear_factor(x, c) for x in GRID])
    assert rules.team_decisions_kept(1.0, c) == 1.0
    assert rises([rules.team_decisions_kept(x, c) for x in GRID])
    assert 0.0 <= rules.team_decisions_kept(0.0, c) <= 0.7 + ROUNDING, "decisions evaporate (E32)"


@over(c=c_of("waste", "structural_waste"), idle=numbers(0.0, 4.0), **shares("clarity it formality friction understood"))
def test_what_wastes_hours(c: Coefficients, **drawn: float) -> None:
    def extra(**changed: float) -> float:
        x = {**drawn, **changed}
        structural = rules.structural_waste(x["clarity"], x["it"], x["formality"], c)
        return rules.waste(structural, x["friction"], x["understood"], x["idle"], c)

    assert extra() >= 0.0
    for name in ("formality", "friction", "idle"):
        assert rises([extra(**{name: x}) for x in GRID]), name
        assert extra(**{name: 1.0}) > extra(**{name: 0.0})
    for name in ("clarity", "it", "understood"):
        assert falls([extra(**{name: x}) for x in GRID]), name
        assert extra(**{name: 1.0}) < extra(**{name: 0.0})
    assert rises(np.diff([extra(formality=x) for x in GRID]).tolist()), "bureaucracy grows out of hand (E31)"
    assert rules.waste(rules.structural_waste(1.0, 1.0, 0.0, c), 0.0, 1.0, 0.0, c) == 0.0


LOAD = {
    "meeting_culture": SHARES,
    **{
        name: numbers(parameters()["mechanism"][name].low, parameters()["mechanism"][name].high)
        for name in ("formality", "report_hours", "planning_hours", "training_hours", "rotation_rate", "team_intensity")
    },
}


@over(c=c_of("fixed_load"), load=st.fixed_dictionaries(LOAD))
def test_fixed_hours_never_take_more_than_their_share_of_the_week(c: Coefficients, load: dict[str, float]) -> None:
    parts = rules.fixed_load(**load, c=c)
    assert min(parts) >= 0.0
    assert sum(parts) <= c.load_limit * 40.0 * (1.0 + ROUNDING) < 40.0
    free = sum(rules.fixed_load(**load, c=c._replace(load_limit=1000.0)))
    assert sum(parts) == pytest.approx(min(free, c.load_limit * 40.0))
    for name, value in load.items():
        assert rises([sum(rules.fixed_load(**{**load, name: x * value}, c=c)) for x in GRID]), name


def test_fixed_hours_of_a_literal_company() -> None:
    c = coefficients({"meeting_load": 0.5, "rotation_hours": 10.0, "team_hours": 2.0, "load_limit": 0.5})
    # Meeting culture 0.6 and formality 0.4: reports and planning take their full hours.
    assert rules.fixed_load(0.6, 0.4, 2.0, 1.0, 0.5, 0.1, 0.5, c) == pytest.approx((2.0, 1.0, 0.5, 1.0, 1.0))
    assert rules.fixed_load(0.0, 0.0, 2.0, 1.0, 0.5, 0.1, 0.5, c) == pytest.approx((1.0, 0.5, 0.5, 1.0, 1.0))
    # 8 x 1.5 + 6 x 1.5 + 4 + 5 + 2 = 32 hours are cut down to 20, each by the same factor.
    heavy = rules.fixed_load(1.0, 1.0, 8.0, 6.0, 4.0, 0.5, 1.0, c)
    assert heavy == pytest.approx([hours * 20 / 32 for hours in (12.0, 9.0, 4.0, 5.0, 2.0)])


# --- knowledge and information (E13, E23-E30) -------------------------------------------------------------------------


@over(c=c_of("effective_disclosure"), disclosure=numbers(0.05, 1.0))
def test_a_power_gap_makes_people_hoard(c: Coefficients, disclosure: float) -> None:
    hoarded = [rules.effective_disclosure(disclosure, gap, c) for gap in GRID]
    assert hoarded[0] == disclosure
    assert 0.0 < hoarded[-1] < disclosure
    assert falls(hoarded)


@over(c=c_of("knowledge_exchange"), **shares("disclosure understood relative it"))
def test_knowledge_flows_slowly_and_only_to_who_knows_less(
    c: Coefficients, disclosure: float, understood: float, relative: float, it: float
) -> None:
    share = rules.knowledge_exchange(disclosure, understood, relative, it, 1.0, c)
    # "of the order of .01 per tie and week, or all gaps vanish in months" (MODEL, section 4)
    assert 0.0 <= share <= 0.05
    assert rules.knowledge_exchange(disclosure, understood, relative, it, 0.0, c) == 0.0
    assert rules.knowledge_exchange(disclosure, understood, 0.0, 1.0, 1.0, c) > 0.0, "systems need no contact (E27)"
    given = {"disclosure": disclosure, "understood": understood, "relative": relative, "it_integration": it}
    for name in given:
        assert rises([rules.knowledge_exchange(**{**given, name: x}, active=1.0, c=c) for x in GRID]), name
    assert rules.taken_over(0.3, 0.7, 0.5) == pytest.approx(0.2)
    assert rules.taken_over(0.7, 0.3, 0.5) == 0.0


@over(c=c_of("mail_load"), copies=numbers(0.0, 6.0), **shares("oral"))
def test_mail_is_what_is_not_said_times_its_readers(c: Coefficients, oral: float, copies: float) -> None:
    assert rules.mail_load(1.0, copies, 0.5, 0.5, c) == 0.0
    assert falls([rules.mail_load(x, copies, 0.5, 0.5, c) for x in GRID])
    assert rules.mail_load(0.0, 6.0, 0.5, 0.5, c) == pytest.approx(7.0 * rules.mail_load(0.0, 0.0, 0.5, 0.5, c))


@over(c=c_of("mail_load"), copies=numbers(0.0, 6.0), **shares("oral disclosure"))
def test_information_that_is_pushed_fills_the_backlog_unless_it_is_useful(
    c: Coefficients, oral: float, copies: float, disclosure: float
) -> None:
    # Information as a debt to be brought (E29) meets the flood of useless information (E28).
    assert falls([rules.mail_load(oral, copies, disclosure, x, c) for x in GRID])
    assert rises([rules.mail_load(oral, copies, x, 0.0, c) for x in GRID])
    useful = rules.mail_load(oral, copies, disclosure, 1.0, c)
    assert useful == rules.mail_load(oral, copies, 0.0, 1.0, c)


@over(c=c_of("next_backlog"), backlog=numbers(0.0, 10.0), reports=numbers(0.0, 8.0))
def test_reports_and_mail_fill_the_backlog(c: Coefficients, backlog: float, reports: float) -> None:
    assert rises([rules.next_backlog(backlog, 0.0, 1.0, 8.0 * x, c) for x in GRID])
    assert rises([rules.next_backlog(backlog, 0.0, 8.0 * x, reports, c) for x in GRID])
    assert rules.next_backlog(backlog, backlog, 0.0, 0.0, c) == 0.0
    assert rules.next_backlog(1000.0, 0.0, 0.0, 0.0, c) == c.backlog_limit, "beyond it mail is dropped"


@over(c=c_of("learned"), knowledge=numbers(0.05, 0.95), training=numbers(0.0, 4.0), **shares("core"))
def test_learning_and_forgetting(c: Coefficients, knowledge: float, core: float, training: float) -> None:
    assert rules.learned(knowledge, 0.0, core, 0.0, 0.0, 0.0, c) == knowledge
    assert rises([rules.learned(knowledge, c.learning_own, x, 0.0, training, c.product_ageing, c) for x in GRID])
    assert rises([rules.learned(knowledge, c.learning_own, core, 0.0, 4.0 * x, c.product_ageing, c) for x in GRID])
    assert rules.learned(knowledge, 0.0, core, 0.0, 0.0, c.product_ageing, c) < knowledge
    # The same hour of training helps who knows less more (E23).
    gains = [rules.learned(x, 0.0, core, 0.0, 1.0, 0.0, c) - x for x in GRID]
    assert falls(gains)


@over(c=c_of("market_ageing"), turbulence=numbers(0.1, 3.0), demand=numbers(0.5, 3.0))
def test_knowledge_of_a_turbulent_market_ages_faster(c: Coefficients, turbulence: float, demand: float) -> None:
    assert 0.0 < rules.market_ageing(turbulence, demand, c) < rules.market_ageing(turbulence + 0.1, demand, c)
    assert rules.market_ageing(turbulence, demand, c) < rules.market_ageing(turbulence, demand + 0.1, c)


@over(c=c_of("rotation_experience"), experience=numbers(0.0, 0.9), rate=numbers(0.01, 0.5))
def test_rotation_brings_experience_of_the_other_side(c: Coefficients, experience: float, rate: float) -> None:
    def years(count: int) -> float:
        value = experience
        for _ in range(52 * count):
            value = rules.next_experience(value, rules.rotation_experience(rate, c))
        return value

    assert experience < years(1) < years(2) <= 1.0
    assert rules.next_experience(experience, rules.rotation_experience(0.0, c)) == experience


# --- newcomers (E20, E24, E25) ----------------------------------------------------------------------------------------


@over(
    f=f_of("newcomer_skill", "newcomer_experience", "inherited"),
    brought=numbers(-0.3, 1.3),
    rate=numbers(0.0, 0.5),
    **shares("bar old fresh"),
)
def test_newcomers(f: Founding, brought: float, bar: float, rate: float, old: float, fresh: float) -> None:
    assert rules.newcomer_skill(brought, 0.0, f) == min(1.0, max(0.0, brought))
    assert rises([rules.newcomer_skill(brought, x, f) for x in GRID])
    assert 0.0 <= rules.newcomer_skill(brought, bar, f) <= 1.0
    assert 0.0 <= rules.newcomer_experience(old, rate, f) <= 1.0
    assert rises([rules.newcomer_experience(old, x / 2.0, f) for x in GRID])
    # A history is inherited in part: it neither vanishes nor grows.
    assert min(old, fresh) - ROUNDING <= rules.inherited(old, fresh, f) <= max(old, fresh) + ROUNDING
    assert rules.inherited(old, fresh, f._replace(newcomer_memory=1.0)) == old
    assert rules.inherited(old, fresh, f._replace(newcomer_memory=0.0)) == fresh
