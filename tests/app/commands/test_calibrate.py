"""``handshake calibrate`` as somebody uses it; what a calibration finds is tested beside it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from app.commands import calibrate as work
from app.commands.calibrate import MAX_SEED, MAX_WAVES, read_procedure
from experiments.calibration import jobs, waves
from experiments.calibration import procedure as calibration
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.procedure import TOLERANT, Procedure, command, fewest_first
from experiments.calibration.verdict import CHEAP_FIRST, Sizes, Verdict, parts, pattern_of
from experiments.calibration.waves import Wave
from experiments.ensemble import ANCHORS, Ensemble, shipped
from sim.errors import BadInputError
from sim.texts import Texts

TINY = Sizes(64, 64, 8)


def asked(line: str) -> Procedure:
    """Return the procedure that a command line asks for."""
    # The command names it only where it is not the usual one.
    given = {name: str(getattr(Procedure(), name)) for name in ("near", "coarse", "sharpness")}
    without = []
    words = shlex.split(line)
    assert words[:4] == ["handshake", "calibrate", "--out", "DIR"]
    apart = "--apart" in words
    words = [word for word in words if word != "--apart"]
    for option, value in zip(words[4::2], words[5::2], strict=True):
        if option == "--without":
            without.append(value)
        else:
            given[option.removeprefix("--")] = value
    return read_procedure(**given, without=without, apart=apart)


@pytest.mark.parametrize(
    "procedure",
    [
        Procedure(),
        Procedure(seed=0, first=fewest_first(), later=1, waves=5, wanted=1, without=("P17",)),
        Procedure(seed=MAX_SEED, waves=MAX_WAVES, near=100, without=("P7", "P1", "P17")),
        Procedure(first=10_000, coarse=4, sharpness=20, near=0, apart=True),
    ],
)
def test_the_command_that_is_stored_makes_the_same_calibration(procedure):
    assert asked(command(procedure)) == procedure


def test_without_options_it_is_the_usual_procedure(cli, monkeypatch):
    seen = []
    monkeypatch.setattr(
        work, "run_calibration", lambda screen, out, procedure, run_options, **_: seen.append(procedure)
    )
    assert cli("calibrate", "--out", "out").code == 0
    assert seen == [Procedure()]
    assert cli("calibrate", "--out", "out", "--without", "P7", "--without", "P1", "--sets", 3).code == 0
    assert seen[1] == Procedure(wanted=3, without=("P7", "P1"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], ["--out", "missing"]),
        (["--out", "x", "--first", fewest_first() - 1], ["--first", "158 to 100000", "79 coefficients"]),
        (["--out", "x", "--waves", TOLERANT], ["--waves", f"{TOLERANT + 1} to 100", f"from wave {TOLERANT + 1} on"]),
        (["--out", "x", "--later", 0], ["--later", "1 to"]),
        (["--out", "x", "--coarse", 6], ["--coarse", "1 to 5"]),
        (["--out", "x", "--sharpness", 0], ["--sharpness", "1 to 50"]),
        (["--out", "x", "--sets", "many"], ["--sets", "whole number"]),
        (["--out", "x", "--seed", 2**32], ["--seed", "0 to"]),
        (["--out", "x", "--without", "P77"], ["--without", "'P7'?"]),
        (["--out", "x", "--without", "P7", "--without", "P7"], ["--without", "'P7' occurs twice"]),
        (["--out", "x", *(word for p in CHEAP_FIRST for word in ("--without", p))], ["--without", "at most 18"]),
        (["--out", "x", "--executor", "thread"], ["--executor", "'threads'?"]),
        (["--out", "notes.txt"], ["notes.txt", "already exists"]),
        (["--out", "."], ["already exists", "a new folder"]),
        (["--out", "x", "--begin", "notes.txt"], ["notes.txt"]),
        (["--out", "x", "--begin", "none.parquet"], ["none.parquet"]),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(cli, tmp_path, arguments, said):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    called = cli("calibrate", *arguments)
    assert (called.code, called.out) == (2, "")
    for words in said:
        assert words in called.err
    assert "Traceback" not in called.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


# --- one that is run, with a stand-in for the model -------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge at once, and let two waves and few steps do: P2 fails in every third set, P7 in every second."""
    calls = []

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        calls.append(laboratory)
        margins: dict[str, float] = {}
        weak = {"P2": -0.5} if len(calls) % 3 == 0 else {}
        weak |= {"P7": -9.0} if len(calls) % 2 == 0 else {}
        for pattern in patterns:
            margin = weak.get(pattern, 5.0 + laboratory.coefficients.need_hours)
            margins |= {part: margin for part in parts() if pattern_of(part) == pattern}
            if margin < floor:
                return Verdict(margins, (0.5, 0.1, 0.7), pattern)
        return Verdict(margins, (0.5, 0.1, 0.7), "")

    def read(*given, **named):
        found = read_procedure(*given, **named)
        object.__setattr__(found, "sizes", TINY)
        object.__setattr__(found, "full", TINY)
        object.__setattr__(found, "waves", 2)
        return found

    monkeypatch.setattr(jobs, "judge", judge)
    monkeypatch.setattr(work, "read_procedure", read)
    monkeypatch.setattr(calibration, "SCHEDULE", ((0.5, -2.0), (0.0, -1.0)))
    monkeypatch.setattr(waves, "STEPS", 4)


LEFT_OUT = [pattern for pattern in CHEAP_FIRST if pattern not in ("P1", "P2", "P7")]
SMALL = ("--first", fewest_first(), "--later", 16, "--sets", 5, "--executor", "serial")
SMALL += tuple(word for pattern in LEFT_OUT for word in ("--without", pattern))


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_states_the_rule_tells_of_waves_and_names_the_file(cli, quick, language):
    called = cli("calibrate", "--out", "out", *SMALL, language=language)
    assert called.code == 0, called.err
    out, texts = " ".join(called.out.split()), Texts(language)
    rule, question = texts("calibration.rule").split("{")[0], texts("calibration.question").split("{")[0]
    assert out.index(" ".join(rule.split())) < out.index(question)
    assert "out/ensemble.parquet" in out
    wave = texts("calibration.wave").split("{")[0]
    told = [line for line in called.err.splitlines() if line.startswith(f"{wave}2, ")]
    assert len(told) == 1
    assert "P7 " in told[0]
    assert all(len(line) <= 80 for line in called.out.splitlines())
    # The hardest pattern comes first.
    rows = [line.split()[0] for line in called.out.splitlines() if re.match(r"P\d+ ", line)]
    assert rows == ["P7", "P2", "P1"]


def test_json_says_the_same_and_the_same_command_goes_on(cli, quick):
    first = cli("calibrate", "--out", "out", *SMALL, "--json")
    assert first.code == 0, first.err
    found = first.json()
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    assert [wave["number"] for wave in found["waves"]] == [1, 2]
    assert found["waves"][0]["explained"] is None
    assert found["simulated"] == fewest_first() + 16
    assert found["sets"] == min(5, found["confirmed"])
    assert found["ensemble"] == "out/ensemble.parquet"
    assert next(iter(found["patterns"])) == "P7"
    assert found["patterns"]["P7"]["first_wave"]["missed"] == pytest.approx(1 / 2, abs=0.01)
    assert len(Ensemble.load(Path("out/ensemble.parquet"))) == found["sets"]
    again = cli("calibrate", "--out", "out", *SMALL, "--json")
    assert again.json() == found
    assert "stored already" in again.err
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before
    other = cli("calibrate", "--out", "out", *SMALL, "--without", "P7", language="de")
    assert (other.code, other.out) == (2, "")
    assert "mit der er begonnen wurde" in other.err
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before


def test_it_can_begin_with_an_earlier_ensemble(cli, quick):
    assert cli("calibrate", "--out", "one", *SMALL).code == 0
    called = cli("calibrate", "--out", "two", *SMALL, "--begin", "one/ensemble.parquet", "--json")
    assert called.code == 0, called.err
    found = called.json()
    sets = len(Ensemble.load(Path("one/ensemble.parquet")))
    assert [(wave["number"], wave["sets"]) for wave in found["waves"]][:2] == [(1, fewest_first()), (0, sets)]
    assert cli("calibrate", "--out", "two", *SMALL).code == 2


@pytest.mark.parametrize(("language", "said"), [("en", "no set was accepted"), ("de", "Kein Satz wurde angenommen")])
def test_if_nothing_is_accepted_it_says_so_and_fails(cli, quick, monkeypatch, language, said):
    monkeypatch.setattr(Wave, "accepted", property(lambda wave: np.array([], dtype=np.intp)))
    called = cli("calibrate", "--out", "out", *SMALL, language=language)
    assert called.code == 1
    assert said in called.err
    assert "P7, P2" in called.err.splitlines()[-1]
    assert "ensemble.parquet" not in called.out
    machine = cli("calibrate", "--out", "out", *SMALL, "--json")
    assert machine.code == 1
    assert (machine.json()["ensemble"], machine.json()["sets"]) == (None, 0)


@pytest.mark.parametrize("when", ["sweep", "walk"])
def test_after_ctrl_c_it_says_how_to_go_on(cli, quick, monkeypatch, when):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    if when == "sweep":
        monkeypatch.setattr(jobs, "judge", interrupt)
    else:
        monkeypatch.setattr(waves, "propose", interrupt)
    called = cli("calibrate", "--out", "out", *SMALL)
    assert called.code == 130
    assert "The same command goes on" in called.err
    assert Path("out/calibration.json").is_file()
    monkeypatch.undo()


def test_the_shipped_ensemble_has_what_a_calibration_writes():
    ensemble = shipped()
    assert ensemble.names == coefficient_priors().names
    assert ensemble.anchors.shape == (len(ensemble), len(ANCHORS))
    with pytest.raises(BadInputError):
        Ensemble.load(Path(__file__))
