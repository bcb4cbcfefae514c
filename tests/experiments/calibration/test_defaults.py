"""The defaults are set 0 of the shipped ensemble, and how they get there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from experiments.calibration import defaults
from experiments.ensemble import ANCHORS, Ensemble, shipped
from sim import parameters as pm


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with copies of what ``--write`` replaces."""
    for name in ("SHIPPED", "PARAMETERS"):
        copy = tmp_path / getattr(defaults, name).name
        copy.write_bytes(getattr(defaults, name).read_bytes())
        monkeypatch.setattr(defaults, name, copy)
    return tmp_path


def stored(path: Path) -> dict[str, dict[str, dict[str, float]]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_defaults_are_the_first_set_of_the_shipped_ensemble() -> None:
    present = pm.group_values("coefficient") | {name: pm.group_values("outcome")[name] for name in ANCHORS}
    assert defaults.default_values(shipped()) == present


def test_the_stored_anchors_are_those_of_the_stored_coefficients() -> None:
    first = shipped().first(1)
    found = defaults.with_anchors(first, threads=1)
    # Last digits may differ where the C library's logarithm does.
    assert found.anchors == pytest.approx(first.anchors, rel=1e-4)
    assert (found.values == first.values).all()


def test_defaults_are_replaced_and_nothing_else(room: Path) -> None:
    path = room / "parameters.toml"
    before = stored(path)
    defaults.write_defaults({"need_hours": 2.345}, path)
    before["coefficient"]["need_hours"]["default"] = 2.345
    assert stored(path) == before
    text = path.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no_such_name"):
        defaults.write_defaults({"need_hours": 1.0, "no_such_name": 1.0}, path)
    assert path.read_text(encoding="utf-8") == text


def another(room: Path) -> Path:
    """Write an ensemble whose set 0 is another one."""
    first = shipped()
    turned = Ensemble(first.names, first.values[::-1], first.anchors[::-1], {"command": "none"})
    turned.save(room / "another.parquet")
    return room / "another.parquet"


def test_an_ensemble_that_is_shipped_brings_its_defaults(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, before = another(room), stored(room / "parameters.toml")
    assert defaults.main([str(path)]) == 0
    printed = dict(line.split(" = ") for line in capsys.readouterr().out.splitlines())
    values = defaults.default_values(Ensemble.load(path))
    assert {name: float(value) for name, value in printed.items()} == values
    assert stored(room / "parameters.toml") == before

    assert defaults.main([str(path), "--write"]) == 0
    assert (room / "ensemble.parquet").read_bytes() == path.read_bytes()
    after = stored(room / "parameters.toml")
    found = {name: about["default"] for name, about in after["coefficient"].items()}
    found |= {name: after["outcome"][name]["default"] for name in ANCHORS}
    assert found == values
    # Nothing else: with the former defaults it is the former file.
    for group, names in (("coefficient", before["coefficient"]), ("outcome", ANCHORS)):
        for name in names:
            after[group][name]["default"] = before[group][name]["default"]
    assert after == before


def test_anchors_are_solved_again_for_every_shipped_set(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = {"command": "none", "procedure": {"seed": 4, "full": {"companies": 64, "others": 64, "per_condition": 8}}}
    two = shipped().first(2)
    monkeypatch.setattr(defaults, "shipped", lambda: Ensemble(two.names, two.values, two.anchors, facts))
    assert defaults.main(["--anchors", "--write"]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == ["1 of 2 sets", "2 of 2 sets"]
    found = Ensemble.load(room / "ensemble.parquet")
    assert (found.values == two.values).all()
    assert (found.anchors != two.anchors).all()
    assert found.facts["procedure"] == facts["procedure"]
    cut = stored(room / "parameters.toml")["outcome"]["quality_cut"]["default"]
    assert cut == found.anchors[0, 0]
    assert f"quality_cut = {cut!r}" in said.out


@pytest.mark.parametrize("arguments", [[], ["x.parquet", "--anchors"], ["no_such.parquet"]])
def test_bad_input_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        defaults.main(arguments)
    assert stopped.value.code == 2
    assert "error" in capsys.readouterr().err
