"""Corrections for many tests, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.multiple_tests import holm


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert holm(np.array([0.9, 0.8])).max() == 1.0
