"""Calibration: its procedure, and the whole of it on a model whose answer is known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.validation import runs as validation_module
from analysis.validation.runs import Judged, leave_out, mechanisms, under_priors, without_mechanism
from experiments.calibration import acceptance, jobs, waves
from experiments.calibration import procedure as calibration
from experiments.calibration.acceptance import in_digits
from experiments.calibration.calibrate import ENSEMBLE, calibrate
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.procedure import (
    BOUNDS,
    CALIBRATION,
    SCHEDULE,
    TOLERANT,
    Procedure,
    begin,
    command,
    fewest_first,
)
from experiments.calibration.verdict import CHEAP_FIRST, REJECTING_FIRST, Sizes, Verdict, clearances, parts
from experiments.calibration.waves import Wave, fitted, read_waves
from experiments.ensemble import Ensemble, shipped
from experiments.sweep.run import Event, run
from sim.errors import BadInputError
from tests.experiments.sweep.helpers import content, same

PRIORS = coefficient_priors()
# Three coefficients of which nothing is known but their bounds.
A, B, C = np.flatnonzero(PRIORS.shape == 1.0)[:3]
ANCHORS = (0.51234567, 0.123456789, 0.7)
TINY = Sizes(64, 64, 8)
PROCEDURE = Procedure(
    seed=5,
    first=fewest_first(),
    later=150,
    waves=2,
    wanted=1000,
    sizes=TINY,
    full=TINY,
    without=tuple(pattern for pattern in CHEAP_FIRST if pattern not in ("P2", "P4")),
)


def toy(laboratory, sizes, *, patterns, floor, anchored):
    """Judge by what only three coefficients decide: A + B >= 1 in places, and on the second sample C <= 0.8."""
    assert (sizes, patterns, anchored) == (TINY, ("P4", "P2"), False)
    clear, low, width = clearances(), PRIORS.low, PRIORS.high - PRIORS.low
    a, b, c = ((getattr(laboratory.coefficients, PRIORS.names[k]) - low[k]) / width[k] for k in (A, B, C))
    second = laboratory.seed == PROCEDURE.confirmation_seed
    margins = {part: 9.0 for part in parts() if part.startswith("P4")}
    margins["P2.eight_percent"] = 9.0
    margins["P2.lead_over_next"] = clear["P2.lead_over_next"] + 3.0 * (a + b - 1.0)
    margins["P2.self_blockers_last"] = -1.0 if second and c > 0.8 else 9.0
    return Verdict(margins, ANCHORS, "P2" if min(margins.values()) < floor else "")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put in place of the model one whose accepted sets are known, and of five waves two."""
    monkeypatch.setattr(jobs, "judge", toy)
    monkeypatch.setattr(calibration, "SCHEDULE", ((0.5, -2.0), (0.0, -1.0)))
    monkeypatch.setattr(waves, "STEPS", 120)


def serial(job, folder: Path) -> None:
    assert run(job, folder, executor="serial").complete


def test_accepted_sets_are_the_prior_given_the_patterns(known, tmp_path):
    told: list[Wave] = []
    found = calibrate(tmp_path / "out", PROCEDURE, sweep=serial, ended=told.append)
    assert told == list(found.waves)
    assert [(wave.number, wave.tolerance, len(wave.places)) for wave in told] == [(1, 0.5, 158), (2, 0.0, 150)]
    first, last = told
    sums = first.places[:, [A, B]].sum(axis=1)
    assert first.within == (sums >= 1.0 - 0.5 / 3.0).sum()
    assert list(first.accepted) == list(np.flatnonzero(sums >= 1.0))
    assert first.failing["P2"] == pytest.approx(1.0 - first.within / 158)
    assert list(first.failing) == ["P2", "P4"]
    assert first.missing()["P2"] == pytest.approx((sums < 1.0).mean())
    assert first.judged == {"P4": 158, "P2": 158}
    # Emulators have learnt where to look.
    assert last.explained > 0.5
    assert last.log_chance[last.accepted].mean() > np.delete(last.log_chance, last.accepted).mean()
    # Only sets without tolerance are accepted, and those that fail on the second sample are not confirmed.
    confirmed = last.places[last.accepted][last.places[last.accepted, C] <= 0.8]
    assert (found.accepted, found.confirmed) == (len(last.accepted), len(confirmed))
    assert 0.3 * found.confirmed < found.effective <= found.confirmed
    ensemble = Ensemble.load(tmp_path / "out" / ENSEMBLE)
    assert np.array_equal(ensemble.values, found.ensemble.values)
    assert {tuple(row) for row in ensemble.anchors.tolist()} == {(0.512346, 0.123457, 0.7)}
    assert len(ensemble) == found.confirmed  # fewer than are wanted
    # All were taken, so weights do not show here: they do in the draws below.
    places = PRIORS.places(ensemble.values)
    assert (places[:, A] + places[:, B]).min() > 0.999
    assert places[:, C].max() < 0.801
    from_centre = np.square(places - places.mean(axis=0)).sum(axis=1)
    assert from_centre.argmin() == 0
    facts = ensemble.facts
    assert (facts["accepted"], facts["confirmed"], facts["simulated"]) == (found.accepted, found.confirmed, 308)
    assert facts["command"] == command(PROCEDURE)
    stated = json.loads((tmp_path / "out" / CALIBRATION).read_text(encoding="utf-8"))
    assert facts["procedure"] | {"version": facts["version"]} == stated


def test_an_interrupted_calibration_goes_on_to_the_same_files(known, tmp_path):
    calibrate(tmp_path / "whole", PROCEDURE, sweep=serial)

    def interrupted(job, folder: Path) -> None:
        def interrupt(event: Event) -> None:
            # After the first chunk of each sweep.
            if event.kind == "done" and not found:
                raise KeyboardInterrupt

        found = folder.exists()
        run(job, folder, executor="serial", report=interrupt)

    for _ in ("wave 1", "wave 2", "confirmation"):
        with pytest.raises(KeyboardInterrupt):
            calibrate(tmp_path / "again", PROCEDURE, sweep=interrupted)
        assert not (tmp_path / "again" / ENSEMBLE).exists()
    calibrate(tmp_path / "again", PROCEDURE, sweep=interrupted)
    assert same(tmp_path / "again", tmp_path / "whole")
    procedure, waves = read_waves(tmp_path / "again")
    assert procedure == PROCEDURE
    assert [len(wave.values) for wave in waves] == [158, 150]


def test_an_ensemble_to_begin_with_is_judged_like_all_others(known, tmp_path):
    places = PRIORS.draw(40, 99)
    known_sets = Ensemble(PRIORS.names, PRIORS.values(places), np.tile(ANCHORS, (40, 1)), {})
    procedure = replace(PROCEDURE, begun=known_sets.fingerprint)
    found = calibrate(tmp_path / "out", procedure, begin_with=known_sets, sweep=serial)
    assert [(wave.number, wave.tolerance, len(wave.places)) for wave in found.waves] == [
        (1, 0.5, 158),
        (0, 0.0, 40),
        (2, 0.0, 150),
    ]
    fits = places[:, A] + places[:, B] >= 1.0
    assert list(found.waves[1].accepted) == list(np.flatnonzero(fits))
    assert found.accepted == fits.sum() + len(found.waves[2].accepted)
    # Those that are confirmed count: few are missing from the ensemble, which takes all there are.
    kept = {tuple(row) for row in found.ensemble.values.tolist()}
    of_begun = known_sets.values[fits & (places[:, C] <= 0.8)]
    assert {tuple(row) for row in of_begun.tolist()} <= kept
    assert [wave.number for wave in read_waves(tmp_path / "out")[1]] == [1, 0, 2]
    assert "--begin FILE" in command(replace(Procedure(), begun=known_sets.fingerprint))
    for other in (None, known_sets.first(39)):
        with pytest.raises(BadInputError, match="begun"):
            calibrate(tmp_path / "other", procedure, begin_with=other, sweep=serial)
    assert not (tmp_path / "other").exists()


def test_a_coarse_first_wave_is_judged_on_fewer_companies_and_by_what_rejects_most(known, tmp_path, monkeypatch):
    calls = []

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        calls.append((floor, sizes, patterns))
        return toy(laboratory, TINY, patterns=("P4", "P2"), floor=floor, anchored=anchored)

    monkeypatch.setattr(jobs, "judge", judge)
    left_out = tuple(pattern for pattern in CHEAP_FIRST if pattern not in ("P2", "P4", "P7", "P17"))
    procedure = replace(PROCEDURE, coarse=4, without=left_out, begun="known")
    monkeypatch.setattr(Ensemble, "fingerprint", "known")
    known_sets = Ensemble(PRIORS.names, PRIORS.values(PRIORS.draw(3, 9)), np.tile(ANCHORS, (3, 1)), {})
    calibrate(tmp_path / "out", procedure, begin_with=known_sets, sweep=serial)
    counted = {call: calls.count(call) for call in calls}
    cheap_first = ("P4", "P2", "P7", "P17")
    found = list(counted.items())
    assert found[:3] == [
        ((-2.0, Sizes(16, 16, 2, 512), ("P4", "P2", "P17", "P7")), fewest_first()),
        ((-2.0, TINY, cheap_first), 3),
        ((-1.0, TINY, cheap_first), 150),
    ]
    # Those that are accepted are confirmed on all companies.
    assert [call for call, _ in found[3:]] == [(0.0, TINY, cheap_first)]


@pytest.mark.parametrize(
    "change", [{name: value} for name, (low, high) in BOUNDS.items() for value in (low - 1, high + 1)]
)
def test_what_a_procedure_asks_for_has_bounds(change):
    with pytest.raises(BadInputError, match=next(iter(change))):
        Procedure(**change)


def test_of_each_family_one_set_is_taken(known, tmp_path):
    apart = replace(PROCEDURE, near=100, waves=3, wanted=40, apart=True)
    relatives = calibrate(tmp_path / "all", replace(apart, apart=False, wanted=1000), sweep=serial)
    assert relatives.ensemble.relatives < len(relatives.ensemble)
    found = calibrate(tmp_path / "one", apart, sweep=serial)
    assert found.ensemble.relatives == len(found.ensemble) <= 40
    known_sets = {tuple(row) for wave in found.waves for row in wave.values[wave.accepted].tolist()}
    assert {tuple(row) for row in found.ensemble.values.tolist()} <= known_sets
    # One of each is judged on the second sample, which takes longest.
    again = Judged.read(tmp_path / "one" / "confirmation")
    assert len(again.stopped) == found.judged_again < found.accepted
    assert found.confirmed <= found.judged_again
    # Waves go on until there are enough families, however many sets were accepted.
    assert sum(len(wave.accepted) for wave in found.waves[1:]) > 60
    assert "--apart" in command(replace(Procedure(), apart=True))


def test_sharper_proposals_are_accepted_more_often(known, tmp_path):
    shares = [
        len(wave.accepted) / len(wave.places)
        for power in (1, 20)
        for wave in calibrate(tmp_path / str(power), replace(PROCEDURE, sharpness=power, near=0), sweep=serial).waves[
            1:
        ]
    ]
    assert shares[0] < 0.95 < shares[1]


def test_both_orders_are_of_all_patterns():
    assert sorted(REJECTING_FIRST) == sorted(CHEAP_FIRST)


def test_a_pattern_that_is_left_out_is_looked_at_where_all_others_hold(known, tmp_path, monkeypatch):
    found = calibrate(tmp_path / "out", PROCEDURE, sweep=serial)
    asked = []

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        asked.append((sizes, patterns, floor))
        return toy(laboratory, sizes, patterns=("P4", "P2"), floor=-np.inf, anchored=anchored)

    monkeypatch.setattr(jobs, "judge", judge)
    waves = fitted(found.waves)
    monkeypatch.setattr(validation_module, "FEWEST", 1000.0)
    without = leave_out("P2", waves, tmp_path / "P2", procedure=PROCEDURE, proposals=200, sweep=serial)
    # Nothing else than what the calibration asked for is asked here, and the one left out comes last.
    assert set(asked) == {(TINY, ("P4", "P2"), 0.0)}
    # P4 holds everywhere, so that sets come from the prior, in a good half of which P2 holds.
    assert (without.proposed, without.accepted) == (200, 200)
    assert without.effective == pytest.approx(200.0, rel=0.2)
    rounds = [Judged.read(tmp_path / "P2" / f"round-{number}").holds("P2") for number in range(1, 6)]
    assert [len(each) for each in rounds] == [48, 48, 48, 48, 8]
    assert without.share == pytest.approx(np.concatenate(rounds).mean(), abs=0.1)
    # No round repeats another.
    designs = [pd.read_parquet(tmp_path / "P2" / f"round-{number}" / "design.parquet") for number in (1, 2)]
    assert not np.isclose(designs[0]["need_hours"], designs[1]["need_hours"]).any()
    assert 0.4 < without.share < 0.75
    asked.clear()
    other = leave_out("P4", waves, tmp_path / "P4", procedure=PROCEDURE, proposals=16, sweep=serial)
    assert set(asked) == {(TINY, ("P2", "P4"), 0.0)}
    assert 8 < other.accepted <= 16
    assert other.share == pytest.approx(1.0)
    # It ends when the sets are worth enough.
    monkeypatch.setattr(validation_module, "FEWEST", 8.0)
    few = leave_out("P2", waves, tmp_path / "few", procedure=PROCEDURE, proposals=200, sweep=serial)
    assert few.proposed == 48


def test_sets_from_the_priors_are_judged_by_every_pattern(tmp_path, monkeypatch):
    asked = []

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        asked.append((laboratory.coefficients, sizes, tuple(patterns), floor, anchored))
        return Verdict(dict.fromkeys(parts(), -1.0), ANCHORS, "")

    monkeypatch.setattr(jobs, "judge", judge)
    found = under_priors(12, tmp_path / "out", procedure=replace(PROCEDURE, coarse=4), sweep=serial)
    assert found.margins.shape == (12, len(parts()))
    # Not on the companies of a coarse first wave, and not given up anywhere.
    assert {each[1:] for each in asked} == {(TINY, CHEAP_FIRST, -np.inf, False)}
    assert len({each[0] for each in asked}) == 12


def test_without_a_mechanism_all_sets_have_its_coefficients_off(tmp_path, monkeypatch):
    seen = []

    def judge(laboratory, sizes, *, patterns, floor, anchored):
        seen.append((laboratory, sizes, floor, anchored))
        return Verdict(dict.fromkeys(parts(), 1.0), ANCHORS, "")

    monkeypatch.setattr(jobs, "judge", judge)
    name, about = next(iter(mechanisms().items()))
    sets = shipped().first(3)
    judged = without_mechanism(sets, name, tmp_path / "out", seed=9, sizes=TINY, sweep=serial)
    assert judged.holds("P7").all()
    assert len(seen) == 3
    for k, (laboratory, sizes, floor, anchored) in enumerate(seen):
        off = {key: getattr(laboratory.coefficients, key) for key in about["off"]}
        assert off == pytest.approx(about["off"])
        kept = next(key for key in sets.names if key not in about["off"])
        assert getattr(laboratory.coefficients, kept) == sets.values[k, sets.names.index(kept)]
        assert (laboratory.seed, sizes, floor, anchored) == (9, TINY, -np.inf, False)


def test_confirmation_asks_for_holding_clearly_again(known, tmp_path, monkeypatch):
    clear = clearances()["P2.self_blockers_last"]

    def barely(laboratory, sizes, **given):
        found = toy(laboratory, sizes, **given)
        second = laboratory.seed == PROCEDURE.confirmation_seed
        margin = {"P2.self_blockers_last": (0.9 if found.margins["P2.self_blockers_last"] < 0.0 else 1.1) * clear}
        return Verdict({**found.margins, **(margin if second else {})}, ANCHORS, "")

    monkeypatch.setattr(jobs, "judge", barely)
    found = calibrate(tmp_path / "out", PROCEDURE, sweep=serial)
    last = found.waves[-1]
    assert found.confirmed == (last.places[last.accepted, C] <= 0.8).sum() < found.accepted


def test_no_set_may_be_accepted_or_confirmed(known, tmp_path, monkeypatch):
    def hopeless(laboratory, sizes, **given):
        second = laboratory.seed == PROCEDURE.confirmation_seed
        return Verdict(toy(laboratory, sizes, **given).margins, ANCHORS, "P2" if second else "")

    monkeypatch.setattr(jobs, "judge", hopeless)
    found = calibrate(tmp_path / "unconfirmed", PROCEDURE, sweep=serial)
    assert found.accepted > 0
    assert (found.ensemble, found.confirmed, found.effective) == (None, 0, 0.0)
    monkeypatch.setattr(calibration, "SCHEDULE", ((0.5, -2.0),))
    found = calibrate(tmp_path / "tolerant", replace(PROCEDURE, waves=1), sweep=serial)
    assert (found.ensemble, found.accepted, found.confirmed) == (None, 0, 0)
    assert not (tmp_path / "tolerant" / "confirmation").exists()


def test_the_ensemble_is_drawn_by_weight():
    rng = np.random.default_rng(1)
    places = np.full((4000, len(PRIORS.names)), 0.5)
    places[:, A] = rng.random(4000)
    chance = 0.25 + 0.75 * places[:, A]
    places = places[rng.random(4000) < chance]
    weight = acceptance.weights(np.log(0.25 + 0.75 * places[:, A]))
    anchors = np.zeros((len(places), 3))
    drawn = acceptance._drawn(Procedure(wanted=600), PRIORS, PRIORS.values(places), anchors, weight, {})
    assert places[:, A].mean() > 0.58
    assert PRIORS.places(drawn.values)[:, A].mean() == pytest.approx(0.5, abs=0.04)
    assert len(np.unique(drawn.values[:, A])) > 500


@pytest.mark.parametrize("change", [{"seed": 6}, {"later": 17}, {"wanted": 3}, {"without": ()}, {"full": Sizes()}])
def test_another_procedure_in_the_same_folder_is_refused(tmp_path, change):
    begin(tmp_path / "out", PROCEDURE)
    before = content(tmp_path)
    other = replace(PROCEDURE, **change)
    with pytest.raises(BadInputError, match="begun with") as refused:
        calibrate(tmp_path / "out", other)
    name, value = next(iter(change.items()))
    assert f"{CALIBRATION}: key {name}: " in str(refused.value)
    assert isinstance(value, (tuple, Sizes)) or f"{value} ≠ {getattr(PROCEDURE, name)}" in str(refused.value)
    begin(tmp_path / "out", PROCEDURE)
    assert content(tmp_path) == before


def test_a_calibration_of_another_version_is_refused_and_one_from_before_an_option_was_not(tmp_path):
    begin(tmp_path / "out", PROCEDURE)
    path = tmp_path / "out" / CALIBRATION
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({name: value for name, value in fields.items() if name not in ("coarse", "sharpness")}),
        encoding="utf-8",
    )
    before = content(tmp_path)
    begin(tmp_path / "out", PROCEDURE)
    assert content(tmp_path) == before
    assert read_waves(tmp_path / "out")[0] == PROCEDURE
    path.write_text(json.dumps({**fields, "version": "0.0.1"}), encoding="utf-8")
    with pytest.raises(BadInputError, match=r"version: .*0\.0\.1"):
        begin(tmp_path / "out", PROCEDURE)


@pytest.mark.parametrize("text", ["null", "3", '"x"', "[]", "{}", "{", '{"version": "0"}'])
def test_what_is_no_calibration_is_said_to_be_none(tmp_path, text):
    (tmp_path / CALIBRATION).write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"calibration\.json"):
        begin(tmp_path, PROCEDURE)
    if text != '{"version": "0"}':
        with pytest.raises(BadInputError, match=r"calibration\.json"):
            read_waves(tmp_path)


def test_an_ensemble_out_of_bounds_is_refused_before_anything_is_simulated(tmp_path):
    values = PRIORS.values(PRIORS.draw(3, 9))
    values[1, A] = PRIORS.high[A] + 1.0
    beyond = Ensemble(PRIORS.names, values, np.tile(ANCHORS, (3, 1)), {})
    with pytest.raises(BadInputError, match=f"coefficients.{PRIORS.names[A]}"):
        calibrate(tmp_path / "out", replace(PROCEDURE, begun=beyond.fingerprint), begin_with=beyond, sweep=serial)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for out in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(BadInputError, match="already exists"):
            begin(out, PROCEDURE)
    with pytest.raises(BadInputError, match="cannot write"):
        begin(tmp_path / "notes.txt" / "out", PROCEDURE)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_procedure_knows_its_patterns_and_tolerances():
    procedure = Procedure(without=("P7", "P17"))
    assert len(procedure.patterns) == len(CHEAP_FIRST) - 2
    assert not {"P7", "P17"} & {part.partition(".")[0] for part in procedure.parts}
    tolerances = [procedure.tolerance(k) for k in range(12)]
    assert tolerances == sorted(tolerances, reverse=True)
    assert tolerances.count(0.0) == 12 - TOLERANT
    assert tolerances[0] > 0.0
    assert procedure.floor(0) == SCHEDULE[0][1]
    assert procedure.floor(99) == SCHEDULE[-1][1]
    with pytest.raises(BadInputError, match="did you mean 'P7'"):
        Procedure(without=("P77",))
    with pytest.raises(BadInputError, match="at most 18"):
        Procedure(without=CHEAP_FIRST)


def test_a_first_wave_from_which_no_walk_can_begin_is_refused(tmp_path):
    with pytest.raises(BadInputError, match=f"at least {fewest_first()}"):
        calibrate(tmp_path / "out", replace(PROCEDURE, first=fewest_first() - 1))
    assert not (tmp_path / "out").exists()


def test_other_companies_than_the_command_takes_are_told_in_python():
    names = {"Path": Path, "Procedure": Procedure, "Sizes": Sizes, "calibrate": lambda _, procedure: procedure}
    assert eval(command(PROCEDURE), names) == PROCEDURE
    assert command(Procedure()).startswith("handshake calibrate --out DIR --seed 20337 --first")


def test_anchors_equal_their_text():
    found = in_digits(np.array([[0.53427749999, 0.1, 1 / 3]]))
    assert found.tolist() == [[0.534277, 0.1, 0.333333]]
