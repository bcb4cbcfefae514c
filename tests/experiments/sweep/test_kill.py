"""What becomes of a sweep when the process that runs it is killed or interrupted."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from experiments.sweep.run import Event, run
from experiments.sweep.store import Store
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import Coordinator, chunks_begun, gone, job, same, small_plan, stored, until

KILLS = 20


def parts(out: Path) -> int:
    return len(list((out / "parts").glob("part-*.parquet")))


def wait_for_a_part(out: Path) -> None:
    before = parts(out)
    until(lambda: parts(out) > before)


@pytest.mark.slow(5)
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_a_sweep_that_is_killed_twenty_times_ends_as_if_nothing_had_been(
    tmp_path: Path, trouble: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    work, out, chance = job(points=160, function=helpers.slow), tmp_path / "out", random.Random(executor)
    kept: dict[int, tuple[int, int]] = {}
    for k in range(KILLS):
        begun = len(chunks_begun(trouble, work))
        # Once in the middle of a chunk that nobody will wait for.
        monkeypatch.setenv("HANDSHAKE_TESTS_PAUSE", "30" if k == KILLS - 3 else "0.1")
        with Coordinator(work, out, tmp_path / "errors", executor=executor, workers=2) as victim:
            # Processes take seconds to start. Most of the time the sweep is killed before they are ready.
            if executor == "threads" or k % 6 == 5:
                until(lambda n=begun: len(chunks_begun(trouble, work)) > n)
            time.sleep(chance.uniform(0.0, 0.3))
            victim.kill()
            assert gone(victim.children, 3.0)
        assert not set(chunks_begun(trouble, work)[begun:]) & set(kept)
        found = stored(out)
        assert kept.items() <= found.items()
        assert not found or Store(out).inventory().damaged == ()
        kept = found
    assert 0 < len(kept) < work.chunks
    begun, events = len(chunks_begun(trouble, work)), []
    monkeypatch.setenv("HANDSHAKE_TESTS_PAUSE", "0")
    outcome = run(work, out, executor="serial", report=events.append)
    assert events[0] == Event("found", 2 * len(kept))
    assert outcome.computed == work.chunks - len(kept)
    assert set(chunks_begun(trouble, work)[begun:]) == set(range(work.chunks)) - set(kept)
    assert kept.items() <= stored(out).items()
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")


def test_a_simulation_that_is_killed_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    plan, out = small_plan(companies=1280), tmp_path / "out"
    with Coordinator(plan, out, tmp_path / "errors", executor="threads", workers=1) as victim:
        wait_for_a_part(out)
        victim.kill()
    kept = stored(out)
    outcome = run(plan, out)
    assert kept.items() <= stored(out).items()
    assert 0 < outcome.computed == outcome.chunks - len(kept)
    run(plan, tmp_path / "undisturbed")
    assert same(out, tmp_path / "undisturbed")


# ---------------------------------------------------------------------------------------------------------------------
# Ctrl-C
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow(5)
@pytest.mark.parametrize("who", [{"executor": "threads"}, {"executor": "processes"}, {"scheduler": "local"}])
def test_after_ctrl_c_what_is_under_way_is_stored_and_the_rest_is_left(
    tmp_path: Path, trouble: Path, monkeypatch: pytest.MonkeyPatch, who: dict[str, str]
) -> None:
    work, out, errors = job(points=80, function=helpers.slow), tmp_path / "out", tmp_path / "errors"
    monkeypatch.setenv("HANDSHAKE_TESTS_PAUSE", "0.4")
    with Coordinator(work, out, errors, **who, workers=2) as interrupted:
        until(lambda: parts(out) > 1)
        time.sleep(0.1)
        interrupted.interrupt()
        interrupted.process.join(10)
        assert interrupted.process.exitcode == 130
        assert gone(interrupted.children, 3.0)
    # Neither was anything computed that is not stored, nor was more begun than what waited already.
    begun = chunks_begun(trouble, work)
    assert set(begun) == set(stored(out))
    assert len(begun) < 10
    assert errors.read_text() == ""
    assert Store(out).inventory().damaged == ()
    assert not Store(out).is_locked()
    monkeypatch.setenv("HANDSHAKE_TESTS_PAUSE", "0")
    assert run(work, out, executor="serial").computed == work.chunks - len(begun)
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")


@pytest.mark.slow(5)
def test_ctrl_c_while_processes_start_is_quiet(tmp_path: Path, trouble: Path) -> None:
    out, errors = tmp_path / "out", tmp_path / "errors"
    work = job(points=8, function=helpers.slow)
    with Coordinator(work, out, errors, executor="processes", workers=1) as interrupted:
        until(interrupted.look)
        time.sleep(0.2)
        interrupted.interrupt()
        interrupted.process.join(30)
        assert interrupted.process.exitcode == 130
        assert gone(interrupted.children, 3.0)
    assert errors.read_text() == ""
    assert set(chunks_begun(trouble, work)) == set(stored(out))


@pytest.mark.slow(5)
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_the_second_ctrl_c_stops_at_once(
    tmp_path: Path, trouble: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    work, out = job(points=80, function=helpers.troubled), tmp_path / "out"
    # The third chunk takes for ever, or rather as long as nobody would wait.
    helpers.trouble(trouble, work, 2, "8 once")
    with Coordinator(work, out, tmp_path / "errors", executor=executor, workers=1) as interrupted:
        until(lambda: parts(out) == 2)
        time.sleep(0.2)
        interrupted.interrupt()
        time.sleep(0.3)
        assert interrupted.process.is_alive()
        assert Store(out).is_locked()
        interrupted.interrupt()
        until(lambda: not Store(out).is_locked(), 3.0)
        if executor == "processes":
            # Nobody can end a thread: that process lives until the chunk is through.
            interrupted.process.join(3.0)
            assert interrupted.process.exitcode == 130
            assert gone(interrupted.children, 3.0)
    assert run(work, out, executor="serial").computed == work.chunks - 2
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")


def test_ctrl_c_without_threads_leaves_what_is_done(tmp_path: Path, trouble: Path) -> None:
    work, out = job(points=80, function=helpers.slow), tmp_path / "out"
    with Coordinator(work, out, tmp_path / "errors", executor="serial") as interrupted:
        until(lambda: parts(out) > 1)
        interrupted.interrupt()
        interrupted.process.join(5)
        assert interrupted.process.exitcode == 130
    begun = chunks_begun(trouble, work)
    # The one in its middle is lost; what was done before it is not.
    assert set(begun[:-1]) <= set(stored(out))
