"""What a store makes of full disks, foreign folders and damaged files."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from experiments.plan.plan import Plan
from experiments.sweep import identity
from experiments.sweep.jobs import Job
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from experiments.sweep.status import status
from experiments.sweep.store import Store
from experiments.sweep.tasks import parquet
from sim.errors import BadInputError, StoppedError
from sim.scenario import Scenario
from tests.experiments.sweep.helpers import Coordinator, bulky, content, job, same, slow, small_plan, until


def part(folder: Path, chunk: int) -> Path:
    return next((folder / "parts").glob(f"part-{chunk:08d}-*.parquet"))


def refusal(work: Plan | Job, out: Path) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        run(work, out, executor="serial")
    return caught.value


# ---------------------------------------------------------------------------------------------------------------------
# What is in a folder
# ---------------------------------------------------------------------------------------------------------------------


def test_a_folder_holds_what_it_should_and_nothing_else(undisturbed):
    names = [name for name in content(undisturbed) if not name.startswith("parts/")]
    assert names == [".lock", "SHA256SUMS", "design.parquet", "failures", "manifest.json", "parts"]
    assert sorted(Store(undisturbed).inventory().parts) == list(range(12))
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=undisturbed, capture_output=True, check=True)
    assert checked.stdout.count(b": OK") == 14


def test_the_same_plan_ends_in_the_same_bytes_also_when_it_is_run_again(tmp_path, undisturbed):
    before = content(undisturbed)
    outcome = run(job(), undisturbed, executor="serial")
    assert (outcome.computed, outcome.complete) == (0, True)
    assert content(undisturbed) == before
    run(job(), tmp_path / "again", executor="serial")
    assert same(tmp_path / "again", undisturbed)


def test_nothing_in_a_folder_tells_where_it_is(tmp_path):
    plan = small_plan(companies=2)
    run(plan, tmp_path / "a-conspicuous-name")
    assert not [name for name, found in content(tmp_path).items() if b"conspicuous" in (found or b"")]


def test_status_of_a_complete_sweep(undisturbed):
    found = status(undisturbed)
    assert (found.chunks, found.stored, found.runs, found.complete, found.running) == (12, 12, 24, True, False)
    assert (found.damaged, found.failed) == ((), {})
    assert found.size == sum(path.stat().st_size for path in (undisturbed / "parts").iterdir())


@pytest.mark.parametrize("where", ["nowhere", "file", "empty"])
def test_status_of_what_is_no_sweep(tmp_path, where):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for look in (status, open_sweep):
        with pytest.raises(BadInputError) as caught:
            look(tmp_path / where)
        assert (caught.value.problem, caught.value.file) == ("no_store", str(tmp_path / where))


def test_whoever_looks_at_a_folder_changes_nothing(undisturbed):
    (undisturbed / ".lock").unlink()
    before = content(undisturbed)
    status(undisturbed)
    open_sweep(undisturbed).frame()
    assert content(undisturbed) == before
    run(job(), undisturbed)
    assert (undisturbed / ".lock").exists()


# ---------------------------------------------------------------------------------------------------------------------
# Where nothing can be written
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["/proc/sweep", "/dev/null/sweep", "/proc/self/mem/sweep", "x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_made_is_refused(tmp_path, name):
    error = refusal(job(), Path(name) if name.startswith("/") else tmp_path / name)
    assert error.problem == "unwritable"
    assert error.render("de") != error.render("en")
    assert content(tmp_path) == {}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    assert refusal(job(), tmp_path / "out").problem == "exists"
    assert refusal(job(), tmp_path / "out" / "deeper").problem == "unwritable"
    assert content(tmp_path) == {"out": b"mine"}


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    assert refusal(job(), tmp_path).problem == "exists"
    assert content(tmp_path) == {"letter.txt": b"mine"}


def test_an_empty_folder_is_taken(tmp_path, undisturbed):
    (tmp_path / "out").mkdir()
    run(job(), tmp_path / "out")
    assert same(tmp_path / "out", undisturbed)


@pytest.fixture
def read_only(undisturbed: Path) -> Iterator[Path]:
    """Give an incomplete sweep that nobody can write, not even root."""
    part(undisturbed, 3).unlink()
    made = subprocess.run(["mount", "--bind", "-o", "ro", undisturbed, undisturbed], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("only an administrator may mount")
    try:
        if not _is_read_only(undisturbed):
            subprocess.run(["mount", "-o", "remount,ro,bind", undisturbed], check=True)
        yield undisturbed
    finally:
        subprocess.run(["umount", undisturbed], check=True)


def _is_read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def test_a_sweep_on_a_read_only_medium_can_be_read_and_not_continued(read_only):
    before = content(read_only)
    error = refusal(job(), read_only)
    assert (error.problem, str(error.value)) == ("unwritable", "no permission")
    assert status(read_only).stored == 11
    assert len(open_sweep(read_only).frame()) == 22
    assert content(read_only) == before


# ---------------------------------------------------------------------------------------------------------------------
# A full disk
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k", "none", disk], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("only an administrator may mount")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def assert_disk_full(error: StoppedError) -> None:
    assert "could not be written (the disk is full)" in error.why.text("en")
    assert "the same command continues" in error.why.text("en")
    assert "ließ sich nicht schreiben (der Datenträger ist voll)" in error.why.text("de")


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_a_full_disk_stops_a_sweep_and_room_lets_it_go_on(tmp_path, small_disk, executor):
    work = job(points=6000, function=bulky, per_chunk=500)
    run(work, tmp_path / "undisturbed")
    out, filling = small_disk / "out", small_disk / "filling"
    filling.write_bytes(bytes(300_000))
    with pytest.raises(StoppedError) as caught:
        run(work, out, executor=executor)
    assert_disk_full(caught.value)
    # Nothing half-written, and what is there is sound.
    found = Store(out).inventory()
    assert 0 < len(found.parts) < work.chunks
    assert found.damaged == ()
    assert not list(out.rglob(".draft*"))
    assert not (out / "SHA256SUMS").exists()
    # Again, with no more room than before.
    with pytest.raises(StoppedError):
        run(work, out, executor=executor)
    assert Store(out).inventory().parts.items() >= found.parts.items()
    filling.unlink()
    subprocess.run(["mount", "-o", "remount,size=8m", small_disk], check=True)
    outcome = run(work, out, executor=executor)
    assert outcome.complete
    assert outcome.computed <= work.chunks - len(found.parts)
    assert same(out, tmp_path / "undisturbed")


def test_a_disk_that_is_full_from_the_beginning_gets_nothing(small_disk):
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filling").write_bytes(bytes(10_000_000))
    error = refusal(job(), small_disk / "out")
    assert (error.problem, str(error.value)) == ("unwritable", "the disk is full")
    assert [path.name for path in small_disk.iterdir()] == ["filling"]


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_whatever_call_finds_the_disk_full_nothing_is_lost(tmp_path, undisturbed, monkeypatch, call, number):
    out, calls = tmp_path / "out", 0

    def failing(known: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += call != "open" or "wb" in args
            if calls % 7 == 6 and (call != "open" or "wb" in args):
                raise OSError(number, os.strerror(number))
            return known(*args, **kwargs)

        return wrapped

    owner = {"open": Path, "fsync": os, "replace": Path}[call]
    stops = 0
    with monkeypatch.context() as patched:
        # The first thing that is written in this way is a part: the folder is there already.
        Store.begin(out, job().manifest(), content(undisturbed)["design.parquet"] or b"")
        patched.setattr(owner, call, failing(getattr(owner, call)))
        for _ in range(60):
            with suppress(StoppedError):
                run(job(), out, executor="serial")
                break
            stops += 1
            assert not list(out.rglob(".draft*"))
        else:
            pytest.fail("never came to an end")
    assert stops > 1
    assert same(out, undisturbed)


# ---------------------------------------------------------------------------------------------------------------------
# Damage
# ---------------------------------------------------------------------------------------------------------------------


def truncate(folder: Path) -> list[str]:
    path = part(folder, 4)
    path.write_bytes(path.read_bytes()[:-100])
    return [path.name]


def empty(folder: Path) -> list[str]:
    part(folder, 0).write_bytes(b"")
    return [part(folder, 0).name]


def alter_a_byte(folder: Path) -> list[str]:
    path = part(folder, 4)
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)
    return [path.name]


def swap_contents(folder: Path) -> list[str]:
    a, b = part(folder, 2), part(folder, 7)
    one, other = a.read_bytes(), b.read_bytes()
    a.write_bytes(other)
    b.write_bytes(one)
    return [a.name, b.name]


def swap_numbers(folder: Path) -> list[str]:
    """Let two parts keep their content and their checksum and take the other's number."""
    a, b = part(folder, 2), part(folder, 7)
    new = [a.with_name(a.name.replace("00000002", "00000007")), b.with_name(b.name.replace("00000007", "00000002"))]
    a.rename(new[0])
    b.rename(new[1])
    return [new[1].name, new[0].name]


def rename_beyond(folder: Path) -> list[str]:
    path = part(folder, 11)
    new = path.with_name(path.name.replace("00000011", "00000012"))
    path.rename(new)
    return [new.name]


def rename(folder: Path) -> list[str]:
    part(folder, 5).rename(folder / "parts" / "result.parquet")
    return ["result.parquet"]


def copy(folder: Path) -> list[str]:
    """Double a chunk for whoever reads parts/*.parquet."""
    name = f"{part(folder, 5).stem} (copy).parquet"
    shutil.copy(part(folder, 5), folder / "parts" / name)
    return [name]


def part_of_another_sweep(folder: Path) -> list[str]:
    other = folder.parent / "other"
    run(job(seed=2), other, executor="serial")
    part(folder, 6).unlink()
    name = part(other, 6).name
    part(other, 6).rename(folder / "parts" / name)
    return [name]


def delete(folder: Path) -> list[str]:
    part(folder, 9).unlink()
    return []


def delete_all(folder: Path) -> list[str]:
    shutil.rmtree(folder / "parts")
    shutil.rmtree(folder / "failures")
    (folder / ".lock").unlink()
    return []


def damage_design(folder: Path) -> list[str]:
    path = folder / "design.parquet"
    found = bytearray(path.read_bytes())
    found[100] ^= 1
    path.write_bytes(found)
    return ["design.parquet"]


def delete_design(folder: Path) -> list[str]:
    (folder / "design.parquet").unlink()
    return ["design.parquet"]


def reformat_manifest(folder: Path) -> list[str]:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    return ["manifest.json"]


def truncate_manifest(folder: Path) -> list[str]:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:200])
    return ["manifest.json"]


def delete_manifest(folder: Path) -> list[str]:
    (folder / "manifest.json").unlink()
    return ["manifest.json"]


def damage_sums(folder: Path) -> list[str]:
    path = folder / "SHA256SUMS"
    path.write_bytes(path.read_bytes()[:-70])
    return []


def leave_drafts(folder: Path) -> list[str]:
    part_draft = f"parts/.draft-part-00000001-{16 * '0'}.parquet.tmp"
    for name in (part_draft, ".draft-manifest.json.tmp", "failures/.draft-00000003.json.tmp"):
        (folder / name).write_bytes(b"half")
    return []


def leave_a_failure(folder: Path) -> list[str]:
    """Do what a crash does between storing a chunk and forgetting that it had failed."""
    Store(folder).fail(3, "ValueError: bad", "Traceback ...")
    Store(folder).fail(99, "ValueError: bad", "Traceback ...")
    return []


DAMAGE = [
    truncate,
    empty,
    alter_a_byte,
    swap_contents,
    swap_numbers,
    rename_beyond,
    part_of_another_sweep,
    delete,
    delete_all,
    damage_design,
    delete_design,
    reformat_manifest,
    truncate_manifest,
    delete_manifest,
    damage_sums,
    leave_drafts,
    leave_a_failure,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_and_made_good(tmp_path, undisturbed, damage):
    out = tmp_path / "out"
    shutil.copytree(undisturbed, out)
    names = damage(out)
    parts = [name for name in names if name.startswith(("part", "result"))]
    if "manifest.json" not in names:
        assert [name for name in status(out).damaged if name in parts] == parts
    events = []
    outcome = run(job(), out, executor="serial", report=events.append)
    assert outcome.damaged == names
    assert [event.what for event in events if event.kind == "damaged"] == names
    assert same(out, undisturbed)


def test_of_two_parts_for_a_chunk_one_is_kept(undisturbed):
    # What a function leaves that gives other numbers each time and is killed between two files.
    store, other = Store(undisturbed), parquet(pa.table({"point": [6, 7], "sum": [0.0, 0.0], "product": [0.0, 0.0]}))
    mark = store._mark(3, hashlib.sha256(other).hexdigest())
    store.write(undisturbed / "parts" / f"part-00000003-{mark}.parquet", other)
    assert len(status(undisturbed).damaged) == 1
    run(job(), undisturbed)
    assert len(list((undisturbed / "parts").iterdir())) == 12
    assert status(undisturbed).complete
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=undisturbed, capture_output=True, check=True)
    assert checked.stdout.count(b": OK") == 14


def test_any_byte_of_a_part_counts(undisturbed):
    path = part(undisturbed, 1)
    sound = path.read_bytes()
    for k in range(0, len(sound), 5):
        path.write_bytes(sound[:k] + bytes([sound[k] ^ 0x10]) + sound[k + 1 :])
        assert not Store(undisturbed).is_sound(path), k
    path.write_bytes(sound)
    assert Store(undisturbed).is_sound(path)


@pytest.mark.parametrize("put", [rename, copy])
def test_what_does_not_belong_there_is_named_and_left_alone(tmp_path, undisturbed, put):
    out = tmp_path / "out"
    shutil.copytree(undisturbed, out)
    (out / "notes").mkdir()
    (out / "notes" / ".draft-essay.md").write_text("mine")
    (name,) = put(out)
    before = content(out)
    error = refusal(job(), out)
    assert (error.problem, error.file) == ("foreign", str(out / "parts" / name))
    assert content(out) == before
    assert status(out).damaged == (name,)
    assert not status(out).complete
    (out / "parts" / name).rename(tmp_path / name)
    run(job(), out, executor="serial")
    assert (out / "notes" / ".draft-essay.md").read_text() == "mine"
    shutil.rmtree(out / "notes")
    assert same(out, undisturbed)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"\xff\xfe", b'{"chunks": 12}', b'{"chunks": 12, "plan": []}', 20_000 * b"["]
)
def test_a_damaged_manifest_is_refused_by_whoever_has_no_plan(undisturbed, text):
    (undisturbed / "manifest.json").write_bytes(text)
    before = content(undisturbed)
    for look in (status, open_sweep, lambda out: run(job(seed=2), out)):
        with pytest.raises(BadInputError) as caught:
            look(undisturbed)
        assert caught.value.problem == "damaged"
        assert caught.value.file == str(undisturbed / "manifest.json")
        assert "Datei ist beschädigt" in caught.value.render("de")
    assert content(undisturbed) == before


def test_a_folder_whose_manifest_is_lost_is_not_taken_for_a_new_one(undisturbed):
    (undisturbed / "manifest.json").unlink()
    before = content(undisturbed)
    assert refusal(job(seed=2), undisturbed).problem == "exists"
    assert content(undisturbed) == before


def test_a_folder_in_place_of_a_part_stops_clearly(undisturbed):
    path = part(undisturbed, 1)
    path.unlink()
    path.mkdir()
    with pytest.raises(StoppedError, match=path.name):
        run(job(), undisturbed)


def test_other_programs_do_not_stumble_over_drafts(undisturbed, monkeypatch):
    seen = []
    query = f"select count(*) from '{undisturbed}/parts/*.parquet'"
    replace = Path.replace

    def look(self: Path, target: Path) -> Path:
        seen.extend(duckdb.sql(query).fetchall())
        return replace(self, target)

    part(undisturbed, 1).unlink()
    monkeypatch.setattr(Path, "replace", look)
    run(job(), undisturbed)
    assert seen[0] == (22,)


# ---------------------------------------------------------------------------------------------------------------------
# Another sweep
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    run(small_plan(companies=4), tmp_path / "begun")
    return tmp_path / "begun"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 2}, "plan.seed"),
        ({"companies": 5}, "plan.companies"),
        (
            {"factors": {"levers.shared_goals": {}, "context.meeting_culture": {"low": 0.2, "high": 0.9}}},
            "meeting_culture",
        ),
        ({"scenarios": ("reference",)}, "plan.scenarios"),
        ({"weeks": 27}, "plan.weeks"),
        ({"design": {"kind": "latin_hypercube", "points": 21}}, "plan.design.points"),
        ({"outcomes": ("cooperation_quality",)}, "plan.outcomes"),
        ({"rows": "points"}, "plan.rows"),
        ({"name": "other"}, "plan.name"),
    ],
)
def test_another_plan_is_refused(begun, change, named):
    before = content(begun)
    error = refusal(small_plan(**{"companies": 4, **change}), begun)
    assert (error.problem, error.file) == ("other_plan", str(begun))
    assert named in str(error.value)
    assert "verschieden" in error.render("de")
    assert content(begun) == before


def test_another_function_is_refused(undisturbed):
    assert "plan.function" in str(refusal(job(function=slow), undisturbed))


def test_other_versions_are_refused(begun, monkeypatch):
    before = content(begun)
    other = {**identity.versions(), "numpy": "0.1"}
    monkeypatch.setattr("experiments.sweep.jobs.versions", lambda: other)
    error = refusal(small_plan(companies=4), begun)
    assert (error.problem, error.value) == ("other_version", "versions.numpy")
    assert content(begun) == before


def test_another_library_that_writes_other_bytes_is_another_version(undisturbed, monkeypatch):
    other = {**identity.versions(), "pyarrow": "0.1"}
    monkeypatch.setattr("experiments.sweep.jobs.versions", lambda: other)
    monkeypatch.setattr("experiments.sweep.run.parquet", lambda table: b"other bytes")
    error = refusal(job(), undisturbed)
    assert (error.problem, "versions.pyarrow" in str(error.value)) == ("other_version", True)


def test_another_organisation_in_the_same_file_is_refused(tmp_path):
    people, ties = tmp_path / "people.csv", tmp_path / "ties.csv"
    people.write_text("id,department\nanna,marketing\nben,sales\ncara,sales\n")
    ties.write_text("a,b\nanna,ben\nben,cara\n")
    company = {"people": str(people), "ties": str(ties)}
    plan = small_plan(scenarios=(Scenario(name="ours", company=company),), companies=4)
    run(plan, tmp_path / "out")
    before = content(tmp_path / "out")
    ties.write_text("a,b\nanna,ben\nanna,cara\n")
    error = refusal(plan, tmp_path / "out")
    assert error.problem == "other_plan"
    assert str(error.value).startswith("files.")
    assert "ties" in str(error.value)
    assert content(tmp_path / "out") == before


# ---------------------------------------------------------------------------------------------------------------------
# Two at a time
# ---------------------------------------------------------------------------------------------------------------------


def test_a_folder_belongs_to_one_process_and_is_free_when_that_is_killed(tmp_path, trouble):
    work, out = job(points=80, function=slow), tmp_path / "out"
    with Coordinator(work, out, tmp_path / "errors", executor="threads", workers=1) as first:
        until(lambda: list((out / "parts").glob("*.parquet")))
        error = refusal(work, out)
        assert (error.problem, error.file) == ("locked", str(out))
        assert status(out).running
        first.kill()
    assert not status(out).running
    assert Store(out).inventory().damaged == ()
    with Store(out).locked(0.0):
        pass


def test_two_processes_that_begin_at_the_same_time(tmp_path, trouble):
    work, out = job(points=16, function=slow), tmp_path / "out"
    errors = [tmp_path / "first", tmp_path / "second"]
    with (
        Coordinator(work, out, errors[0], executor="threads") as first,
        Coordinator(work, out, errors[1], executor="threads") as second,
    ):
        first.process.join(20)
        second.process.join(20)
        codes = sorted([first.process.exitcode, second.process.exitcode])
    said = "".join(file.read_text() for file in errors)
    # Whoever came late was refused, or found everything done.
    assert codes == [0, 0] or (codes == [0, 1] and "another process is working in this folder" in said), said
    assert status(out).complete


def test_whoever_runs_a_sweep_may_look_at_it_meanwhile(tmp_path):
    seen = []
    run(job(), tmp_path / "out", executor="serial", report=lambda _: seen.append(status(tmp_path / "out")))
    assert [found.stored for found in seen] == list(range(1, 13))
    assert all(found.running for found in seen)
    with pytest.raises(BadInputError, match="another process"), Store(tmp_path / "out").locked():
        run(job(), tmp_path / "out")


def test_looking_does_not_keep_a_sweep_from_beginning(undisturbed):
    looking = Store(undisturbed).locked()
    looking.__enter__()
    # Whoever looks is through in no time, but may be there in the very moment in which a sweep begins.
    timer = threading.Timer(0.3, looking.__exit__, (None, None, None))
    timer.start()
    assert run(job(), undisturbed).complete
    timer.join()


def test_checksums_are_those_of_the_files(undisturbed):
    for line in (undisturbed / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((undisturbed / name).read_bytes()).hexdigest() == digest
