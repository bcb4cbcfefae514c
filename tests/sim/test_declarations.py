"""Declared outcomes: complete, computed as declared, and shown with the digits that they and their intervals allow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.trajectory import PATHS
from sim import Scenario, simulate
from sim.declarations import BETTER, MAIN, OUTCOMES, RETURNS, UNITS, Outcome, declared
from sim.evidence import statement
from sim.outcomes import TYPES, WEEKLY, weekly_factor
from sim.texts import Texts

EN, DE = Texts("en"), Texts("de")
PLAIN: dict[str, Any] = {
    **{"id": "tried", "en": "a", "de": "b", "says_en": "A.", "says_de": "B."},
    **{"unit": "1", "digits": 2, "better": 1, "window": "last", "evidence": ()},
}


def test_what_is_declared_is_what_is_computed() -> None:
    results = simulate(Scenario(weeks=20), companies=2, paths=True)
    assert tuple(results.outcomes.columns[3:]) == OUTCOMES
    assert set(MAIN) < set(OUTCOMES)
    assert {*TYPES, *PATHS, *WEEKLY} <= set(declared())
    # A weekly measure of the same name, where there is one, has the outcome's mean over the last weeks.
    for name in (name for name in OUTCOMES if name in results.paths and declared()[name].window == "last"):
        if name == "coordination_efficiency":  # a ratio of means
            continue
        late = results.paths[results.paths["week"] >= 7].groupby("company")[name].mean() * weekly_factor(name)
        assert late.to_numpy() == pytest.approx(results.outcomes[name].to_numpy()), name


def test_outcomes_of_the_whole_run_do_not_depend_on_the_window() -> None:
    last, other = (simulate(Scenario(weeks=60, outcome={"window_weeks": w}), companies=2).outcomes for w in (13, 5))
    # What no lever moves stands still.
    still = {"mandate", "goal_divergence", "lever_cost"}
    for name in OUTCOMES:
        alike = np.allclose(last[name], other[name], rtol=1e-12, atol=0.0)
        assert alike == (declared()[name].window == "whole" or name in still), name


def test_every_declaration_is_complete() -> None:
    for name, one in declared().items():
        assert all(getattr(one, field).strip() for field in ("en", "de")), name
        assert all(getattr(one, field).endswith(".") for field in ("says_en", "says_de")), name
        assert all(statement(known) for known in one.evidence), name
        assert one.evidence or name == "lever_cost", name


@pytest.mark.parametrize("short", [True, False])
def test_every_outcome_has_a_name_of_its_own(short: bool) -> None:
    for texts in (EN, DE):
        assert len({texts.outcome(name, short=short) for name in declared()}) == len(declared())
        assert not short or max(len(texts.outcome(name, short=True)) for name in OUTCOMES) <= 27


def test_returns_and_types_alone_are_shown_in_percent() -> None:
    assert {name for name, one in declared().items() if one.percent} == {*RETURNS, *TYPES}
    assert (BETTER["friction"], BETTER["disagreement"], BETTER["professional"]) == (-1, 0, 1)


@pytest.mark.parametrize("field", ["unit", "window", "better"])
def test_a_declaration_that_cannot_be_shown_is_refused(field: str) -> None:
    Outcome(**PLAIN)
    with pytest.raises(ValueError, match=rf"^tried\.{field}: "):
        Outcome(**{**PLAIN, field: "never"})


# --- in words ---------------------------------------------------------------------------------------------------------


def test_names_with_and_without_their_unit() -> None:
    assert EN.outcome("return_on_sales") == "Return on sales, %"
    assert EN.outcome("customer_hours") == "Core work of sales, hours per week"
    assert DE.outcome("customer_hours", short=True) == "Kernarbeit Vertrieb, h"
    assert DE.outcome("escalations") == "Eskalationen je Person und Jahr"
    assert (EN.outcome("mandate", unit=False), EN.mention("mandate")) == ("Mandated contact", "mandated contact")
    assert (DE.outcome("mandate"), DE.mention("mandate")) == ("Verordneter Kontakt", "verordneter Kontakt")
    assert DE.outcome("overbureaucratic", unit=False) == "Überbürokratische Unternehmen"


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_has_its_texts(unit: str) -> None:
    for texts in (EN, DE):
        assert all("{name}" in texts(f"amount.{unit}.{key}") for key in ("label", "short"))
        assert all("{amount}" in texts(f"amount.{unit}.{key}") for key in ("level", "difference"))
        assert texts(f"amount.{unit}.unit").strip() in ("", "%", "h")


def test_levels_have_the_digits_that_are_declared() -> None:
    assert DE.amount("return_on_sales", 0.0512) == "5,1"
    assert EN.amount("coordination_hours", 3.14159) == "3.1"
    assert EN.amount("trust", 0.5) == "0.50"
    assert EN.quantity("return_on_sales", 0.0492) == "4.9%"
    assert DE.quantity("overbureaucratic", 0.15) == "15 %"
    assert EN.quantity("trust", math.nan) == "–"


def test_a_difference_has_one_digit_more_or_as_many_as_its_interval_allows() -> None:
    assert EN.amount("trust", -0.5, sign=True) == "−0.500"
    assert EN.amounts("return_on_sales", 0.0091, 0.00905, 0.00915, sign=True) == ("+0.9100", "+0.9050 to +0.9150")
    assert EN.amounts("return_on_sales", 0.0091, -0.012, 0.03, sign=True) == ("+0.9", "−1.2 to +3.0")
    # Half of it is 0.99...98 percentage points to the computer.
    assert EN.amounts("return_on_sales", 0.02, 0.01, 0.03, sign=True) == ("+2.0", "+1.0 to +3.0")
    assert EN.amounts("professional", 0.12, -0.13, 0.37, sign=True) == ("+12", "−13 to +37")
    assert EN.amounts("trust", 0.0, 0.0, 0.0, sign=True) == ("0.000", "0.000 to 0.000")
    assert EN.amounts("trust", 0.2, math.nan, math.nan, sign=True) == ("+0.200", "–")
    assert EN.quantity("return_on_sales", 0.0091, sign=True, half=0.02) == "+0.9 percentage points"


def test_a_level_has_its_digits_beside_its_interval_too() -> None:
    assert EN.amounts("return_on_sales", 0.08, -0.4, 0.56) == ("8.0", "−40.0 to 56.0")
    assert EN.amounts("trust", 0.5, 0.4995, 0.5005) == ("0.50", "0.49950 to 0.50050")


@given(st.sampled_from(OUTCOMES), st.floats(-1.0, 1.0), st.floats(1e-4, 0.5))
def test_no_interval_of_a_difference_collapses(name: str, middle: float, half: float) -> None:
    _, interval = EN.amounts(name, middle, middle - half, middle + half, sign=True)
    low, high = interval.split(" to ")
    assert low != high
