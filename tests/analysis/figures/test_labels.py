"""Labels and numbers of figures and reports."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.labels import Labels
from sim.texts import kept_together

EN, DE = Labels("en"), Labels("de")


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 6), st.booleans())
def test_numbers_can_be_read_back(value, digits, sign):
    shown = DE.number(value, digits, sign=sign)
    if not np.isfinite(value):
        assert shown == "–"
        return
    read = float(shown.replace(".", "").replace(",", ".").replace("−", "-"))
    assert read == round(value, digits)
    assert shown.startswith("+") == (sign and read > 0.0)
    swapped = EN.number(value, digits, sign=sign).translate(str.maketrans(",.", ".,"))
    assert swapped == shown


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("4,5 % of 40 h a week, 3 h", "4,5\u00a0% of 40\u00a0h a week, 3\u00a0h"),
        (" %", "\u00a0%"),
        ("Umsatzrendite, %; 3 holes, 95-%", "Umsatzrendite, %; 3 holes, 95-%"),
    ],
)
def test_no_line_breaks_between_a_number_and_its_unit(text, together):
    assert kept_together(text) == together


def test_zero_has_no_sign():
    assert EN.number(-0.001, 2, sign=True) == "0.00"
    assert DE.short(-0.0) == "0"


@pytest.mark.parametrize(
    ("value", "english", "german"), [(0.5, "0.5", "0,5"), (-2.0, "−2", "−2"), (104.0, "104", "104")]
)
def test_short_numbers(value, english, german):
    assert (EN.short(value), DE.short(value)) == (english, german)


def test_shares_intervals_and_lists():
    assert (EN.percent(0.125, 1), DE.percent(0.125, 1)) == ("12.5%", "12,5 %")
    assert DE.percent(float("nan")) == "–"
    assert DE.interval("1", "2") == "1 bis 2"
    assert EN.interval("–", "2") == "–"
    assert DE.listed(["a"]) == "„a“"
    assert EN.listed(["a", "b", "c"]) == "“a”, “b” and “c”"
