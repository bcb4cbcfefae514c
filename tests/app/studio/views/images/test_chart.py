"""Self-image and other-image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.studio.views.images.chart import OTHER, SELF, chart, gap, profile
from sim.perceptions import ITEMS, OPPOSITE, READINGS
from sim.texts import Texts

EN = Texts("en")


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("side", list(OPPOSITE))
def test_the_profiles_are_the_mean_ratings(answer, reading, side):
    found = chart(answer, EN, False, reading, side)
    lines = [np.array(part["data"]) for part in found.option["series"]]
    for line, (trajectory, view) in zip(
        lines,
        [(trajectory, view) for trajectory in (answer.before, answer.after) for view in (SELF, OTHER)],
        strict=True,
    ):
        assert line[:, 0] == pytest.approx(100.0 * trajectory.images[reading, side][:, :, view].mean(axis=0), abs=0.06)
        assert line[:, 1].tolist() == list(range(len(ITEMS)))
    assert [row[3] for row in found.rows] == [
        EN.number(value, 0) for value in profile(answer.after, reading, side)[:, SELF]
    ]


def test_the_readings_differ_about_marketing_and_agree_about_sales(answer):
    marketing, sales = ([profile(answer.after, reading, side) for reading in READINGS] for side in OPPOSITE)
    assert (marketing[0][:, SELF] >= marketing[1][:, SELF]).all()
    assert (marketing[0][:, OTHER] >= marketing[1][:, OTHER]).all()
    assert marketing[0].tolist() != marketing[1].tolist()
    assert sales[0].tolist() == sales[1].tolist()


def test_the_sentence_says_how_far_apart_the_images_are(answer):
    for side in OPPOSITE:
        distance = gap(profile(answer.after, "overrating", side))
        assert distance > 0.0
        assert f"{EN.number(distance, 0)} points above" in chart(answer, EN, False, "overrating", side).says


def test_a_self_image_below_the_other_image_is_said_to_be(answer):
    turned = {key: values[:, :, ::-1] for key, values in answer.after.images.items()}
    shown = type(answer)(answer.before, replace(answer.after, images=turned), refined=True)
    assert "points below" in chart(shown, EN, False).says


def test_how_others_see_one_is_hollow_and_dashed(answer):
    for part in chart(answer, EN, False).option["series"]:
        hollow = part["itemStyle"]["color"] != part["itemStyle"]["borderColor"]
        assert hollow == (part["lineStyle"]["type"] == "dashed")
