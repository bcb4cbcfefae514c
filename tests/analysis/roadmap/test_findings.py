"""Findings of a roadmap: plain JSON, and the same again when they are loaded."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.roadmap import RoadmapFindings
from sim.errors import BadInputError


@pytest.mark.parametrize("name", ["plain", "whole", "empty", "searched"])
def test_what_is_saved_is_loaded_again(name, request, tmp_path):
    found = request.getfixturevalue(name)
    found.save(tmp_path)
    again = RoadmapFindings.load(tmp_path)
    assert json.loads((tmp_path / "roadmap.json").read_text()) == again.to_json() == found.to_json()
    assert list(again.tables()) == list(found.tables()) == list(dict.fromkeys(again.tables()))
    assert {path.stem for path in (tmp_path / "tables").iterdir()} == set(found.tables())
    assert list(again.plan.columns) == list(found.plan.columns)
    pd.testing.assert_frame_equal(again.baselines, found.baselines)
    assert (again.check, again.schedule, again.levers) == (found.check, found.schedule, found.levers)


def test_json_says_what_the_tables_say(plain):
    told = plain.to_json()
    assert told["schedules"]["plan"] == dict(zip(plain.levers, plain.schedule, strict=True))
    for name in ("plan", "costs", "spending", "path", "load", "baselines"):
        pd.testing.assert_frame_equal(pd.DataFrame(told[name]), plain.tables()[name], check_dtype=False)
    assert (told["budget"], told["at_once"], told["promise"]["lost"]) == (0.2, 2, plain.promise.lost)
    assert (told["check"], "ensemble" in told) == (None, False)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '"x"', '{"schedules": 3}', 10_000 * "[" + 10_000 * "]"])
def test_damaged_files_are_named(tmp_path, content):
    (tmp_path / "roadmap.json").write_text(content)
    with pytest.raises(BadInputError, match=r"roadmap\.json"):
        RoadmapFindings.load(tmp_path)


@pytest.mark.parametrize(("key", "inner"), [("budget", None), ("path", None), ("promise", "fresh_low")])
def test_a_missing_value_is_named(plain, tmp_path, key, inner):
    told = plain.to_json()
    del (told if inner is None else told[key])[inner or key]
    (tmp_path / "roadmap.json").write_text(json.dumps(told))
    with pytest.raises(BadInputError) as caught:
        RoadmapFindings.load(tmp_path)
    assert (caught.value.problem, caught.value.key) == ("missing", inner or key)


def test_a_missing_table_is_named(whole, tmp_path):
    whole.save(tmp_path)
    (tmp_path / "tables" / "ensemble_ways.csv").unlink()
    with pytest.raises(BadInputError, match=r"ensemble_ways\.csv"):
        RoadmapFindings.load(tmp_path)
