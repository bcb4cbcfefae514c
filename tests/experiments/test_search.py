from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from experiments import search
from experiments.scorecard import Line, Part
from sim import parameters as pm


def test_only_what_falls_short_of_holding_clearly_counts() -> None:
    clear = Line("P1", (Part("x", 2.0),))
    barely = Line("P1", (Part("x", search.CLEARLY - 0.5),))
    hopeless = Line("P1", (Part("x", float("nan")),))
    assert search.shortfall([clear]) == 0.0
    assert search.shortfall([clear, barely]) == pytest.approx(0.25)
    assert search.shortfall([hopeless]) == 9.0


def test_defaults_are_replaced_and_nothing_else(tmp_path: Path) -> None:
    text = files("sim").joinpath("parameters.toml").read_text(encoding="utf-8")
    path = tmp_path / "parameters.toml"
    path.write_text(text, encoding="utf-8")
    search.write_defaults({"need_hours": 2.34}, path)
    before, after = tomllib.loads(text), tomllib.loads(path.read_text(encoding="utf-8"))
    assert after["coefficient"]["need_hours"]["default"] == 2.34
    before["coefficient"]["need_hours"]["default"] = 2.34
    assert after == before
    with pytest.raises(ValueError, match="no_such_name"):
        search.write_defaults({"no_such_name": 1.0}, path)


def test_the_stored_anchors_are_those_of_the_stored_coefficients() -> None:
    found = search.anchors(pm.group_values("coefficient"))
    stored = pm.group_values("outcome")
    for name, value in found.items():
        # Last digits may differ where the C library's logarithm does.
        assert stored[name] == pytest.approx(value, rel=1e-4), name


def test_a_search_without_time_keeps_the_defaults(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "anchors", lambda values: {})
    assert search.main(["--minutes", "0"]) == 0
    printed = dict(line.split(" = ") for line in capsys.readouterr().out.splitlines())
    values = {name: float(value) for name, value in printed.items()}
    assert values == pytest.approx(pm.group_values("coefficient"), rel=1e-3)
