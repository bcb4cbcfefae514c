"""Sweeps on a Dask cluster: a real scheduler and real workers, on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from experiments.sweep.executors import _PATIENCE
from experiments.sweep.run import Event, run
from experiments.sweep.store import Store
from sim.errors import BadInputError, StoppedError
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import ROOT, Coordinator, gone, job, same, small_plan, until

pytest.importorskip("distributed")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers = [self.worker() for _ in range(2)]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        options = ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder)]
        return self._start("worker", self.address, *options, **environment)

    def _start(self, kind: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--dashboard-address", "127.0.0.1:0", *options]
        known = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "false", **environment}
        with (self.folder / f"log-{len(self.processes)}").open("wb") as log:
            self.processes.append(subprocess.Popen(command, env=known, stdout=log, stderr=log))
        return self.processes[-1]

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    # The workers learn from the environment where to find out what they are to do.
    os.environ[helpers.TROUBLE] = str(folder)
    found = Cluster(folder)
    try:
        yield found
    finally:
        found.close()
        del os.environ[helpers.TROUBLE]


@pytest.mark.slow(5)
def test_a_cluster_computes_the_same_bytes(tmp_path, cluster, simulated):
    run(small_plan(), tmp_path / "cluster", scheduler=cluster.address)
    assert same(tmp_path / "cluster", simulated)


@pytest.mark.slow(5)
def test_a_chunk_that_raises_on_a_cluster_is_recorded(tmp_path, cluster):
    work, out = job(points=8, function=helpers.troubled), tmp_path / "out"
    helpers.trouble(cluster.folder, work, 1, "raise once")
    outcome = run(work, out, scheduler=cluster.address)
    assert (outcome.failed, outcome.computed) == ([1], 3)
    assert Store(out).failure(1)["error"] == "TwoPartError: something happened"
    assert "helpers.py" in Store(out).failure(1)["traceback"]
    assert run(work, out, scheduler=cluster.address).complete


@pytest.mark.slow(5)
def test_a_lost_worker_costs_nothing_but_its_chunk(tmp_path, cluster):
    work, done = job(points=36, function=helpers.slow), 0

    def watch(event: Event) -> None:
        nonlocal done
        done += event.kind == "done"
        if done == 6:
            cluster.workers[0].kill()

    outcome = run(work, tmp_path / "out", scheduler=cluster.address, report=watch)
    cluster.workers[0].wait()
    assert outcome.complete
    assert (cluster.folder / "begun").read_text().count("\n") <= work.chunks + 2
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(tmp_path / "out", tmp_path / "undisturbed")


@pytest.mark.slow(5)
def test_a_sweep_waits_for_workers_says_so_and_can_be_stopped(tmp_path, cluster):
    work, out = job(points=8, function=helpers.slow), tmp_path / "out"
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    with Coordinator(work, out, tmp_path / "errors", scheduler=cluster.address) as waiting:
        until(lambda: Store(out).folder.exists() and Store(out).is_locked())
        time.sleep(1.0)
        assert waiting.process.is_alive()
        waiting.interrupt()
        waiting.process.join(5)
        assert waiting.process.exitcode == 130
    # Nothing of what Dask says reaches the screen.
    assert (tmp_path / "errors").read_text() == ""
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if event.kind == "waiting":
            cluster.workers[:] = [cluster.worker()]

    assert run(work, out, scheduler=cluster.address, report=listen).complete
    assert events[0] == Event("waiting")


@pytest.mark.slow(5)
def test_a_scheduler_that_falls_silent_is_taken_for_lost(tmp_path, cluster, monkeypatch):
    work, out, done = job(points=80, function=helpers.slow), tmp_path / "out", 0

    def watch(event: Event) -> None:
        nonlocal done
        done += event.kind == "done"
        if done == 5:
            monkeypatch.setattr("experiments.sweep.executors._PATIENCE", 0.5)
            monkeypatch.setattr("experiments.sweep.executors._SILENCE", 2.0)
            cluster.scheduler.send_signal(signal.SIGSTOP)

    begun, threads = time.monotonic(), threading.active_count()
    try:
        with pytest.raises(StoppedError, match="no answer from"):
            run(work, out, scheduler=cluster.address, report=watch)
    finally:
        cluster.scheduler.send_signal(signal.SIGCONT)
    assert time.monotonic() - begun < 30.0
    assert threading.active_count() == threads
    assert len(helpers.stored(out)) >= 5


@pytest.mark.slow(5)
def test_a_lost_scheduler_stops_the_sweep_which_can_go_on(tmp_path, cluster, monkeypatch):
    work, out = job(points=80, function=helpers.slow), tmp_path / "out"
    with Coordinator(work, out, tmp_path / "said", scheduler=cluster.address) as stopped:
        until(lambda: len(list((out / "parts").glob("*.parquet"))) > 4)
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        stopped.process.join(30)
        assert stopped.process.exitcode == 1
    # Dask has much to say about it, of which nothing reaches the screen.
    assert (tmp_path / "said").read_text().splitlines() == [
        f"the workers are gone (no answer from {cluster.address}); "
        "nothing that was stored is lost, and the same command continues",
        f"die Arbeitsprozesse sind fort (keine Antwort von {cluster.address}); "
        "was gespeichert war, ist nicht verloren, und derselbe Befehl macht weiter",
    ]
    kept = helpers.stored(out)
    assert 5 <= len(kept) < work.chunks
    monkeypatch.setenv("HANDSHAKE_TESTS_PAUSE", "0")
    assert run(work, out, executor="serial").computed == work.chunks - len(kept)
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")
    assert kept.items() <= helpers.stored(out).items()


def test_patience_with_a_scheduler_has_an_end():
    assert 2.0 * _PATIENCE <= 20.0


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "tcp://127.0.0.1", "somewhere", "http://x", ""])
def test_a_scheduler_that_is_not_there_is_named(tmp_path, monkeypatch, capfd, address):
    monkeypatch.setattr("experiments.sweep.executors._PATIENCE", 0.5)
    address, before = address.format(port=free_port()), threading.active_count()
    with pytest.raises(BadInputError) as caught:
        run(job(), tmp_path / "out", scheduler=address)
    error = caught.value
    assert (error.problem, error.key, error.value) == ("unreachable", "scheduler", address)
    assert "nicht erreichbar" in error.render("de")
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")
    assert run(job(), tmp_path / "out").complete


def test_something_else_at_the_address_is_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.sweep.executors._PATIENCE", 0.5)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(BadInputError) as caught:
            run(job(), tmp_path / "out", scheduler=f"tcp://127.0.0.1:{deaf.getsockname()[1]}")
    assert caught.value.problem == "unreachable"


def test_without_the_extra_its_name_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInputError) as caught:
        run(job(), tmp_path / "out", scheduler="local")
    assert "pip install 'handshake-sim[cluster]'" in str(caught.value)
    assert run(job(), tmp_path / "out").complete


@pytest.mark.slow(5)
def test_a_local_cluster_comes_and_goes(tmp_path, undisturbed, capfd):
    before = set(psutil.Process().children(recursive=True))
    threads, hosts = set(threading.enumerate()), set()

    def look(_: Event) -> None:
        for process in {psutil.Process(), *psutil.Process().children(recursive=True)} - before:
            hosts.update(c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN)

    with socket.socket() as busy:
        with suppress(OSError):
            # Here Dask would show something if it could, and complain.
            busy.bind(("127.0.0.1", 8787))
            busy.listen()
        run(job(), tmp_path / "out", scheduler="local", workers=1, report=look)
    assert hosts == {"127.0.0.1"}
    assert same(tmp_path / "out", undisturbed)
    # The tracker of resources, which multiprocessing keeps, is no worker.
    left = set(psutil.Process().children(recursive=True)) - before
    assert [p for p in left if "resource_tracker" not in " ".join(p.cmdline())] == []
    assert {t.name for t in set(threading.enumerate()) - threads} <= {"Dask-Offload_0"}
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow(5)
def test_a_local_cluster_does_not_outlive_a_killed_sweep(tmp_path, trouble):
    work, out = job(points=80, function=helpers.slow), tmp_path / "out"
    with Coordinator(work, out, tmp_path / "errors", scheduler="local", workers=1) as victim:
        until(lambda: list((out / "parts").glob("*.parquet")))
        assert victim.look()
        victim.kill()
        assert gone(victim.children, 10.0)
    assert run(work, out, executor="threads", workers=8).complete
    run(work, tmp_path / "undisturbed", executor="threads", workers=8)
    assert same(out, tmp_path / "undisturbed")
