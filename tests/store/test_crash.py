from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.errors import DiskError, LockedError, ReadOnlyError, StoreError
from store.lock import Lock
from store.segment import HEADER_SIZE
from tests.store.build import closed, flip, make, opened, save, segments, titles

REPO = Path(__file__).parents[2]
KILLS = 25


def _saver(path: Path, case_id: str, count: int, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, "-m", "tests.store.saver", str(path), case_id, str(count)]
    return subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own


def _case(path: Path) -> str:
    with opened(path, writable=False) as vault:
        return vault.rows()[0].id


@contextmanager
def _file_limit(size: int) -> Iterator[None]:
    """The system takes part of a write and refuses the rest, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_kill_9_loses_no_acknowledged_save(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    case_id = _case(path)
    chance = random.Random(7)  # noqa: S311 - when to kill, no secret
    acknowledged: list[str] = []
    for _ in range(KILLS):
        with _saver(path, case_id, 10_000) as saver:
            assert saver.stdout is not None
            told = [saver.stdout.readline() for _ in range(chance.randint(1, 12))]
            saver.send_signal(signal.SIGKILL)
            told += saver.stdout.readlines()
        acknowledged += [line.strip() for line in told if line.endswith("\n")]

    with opened(path) as vault:
        there = {change.id for change in vault.state(case_id).changes}
        assert vault.notices == ()
    acknowledged = [line for line in acknowledged if line != "ready"]
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= there


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_save_is_one_fdatasync(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    case_id = _case(path)

    def syncs(count: int) -> int:
        log = tmp_path / "trace"
        trace = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log)]
        with _saver(path, case_id, count, *trace) as saver:
            assert saver.stdout is not None
            assert saver.stdout.read().count("\n") == count + 1
        return log.read_text().count("sync(")

    assert syncs(12) - syncs(2) == 10


def test_a_torn_last_frame_is_cut_at_every_byte_and_the_rest_is_whole(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    case_id = _case(path)
    with _saver(path, case_id, 3) as saver:
        assert saver.stdout is not None
        saver.stdout.read()
    last = segments(path)[-1]
    whole = last.read_bytes()
    frame = 4 + int.from_bytes(whole[HEADER_SIZE : HEADER_SIZE + 4], "big")
    end = HEADER_SIZE + 3 * frame
    last.unlink()
    shutil.rmtree(path / "cache" / "cases")
    live = last.with_name(f"{last.stem.partition('-')[0]}.open")
    for cut in (*range(end - frame, end, 37), end - 1):
        live.write_bytes(whole[:cut])
        live.chmod(0o600)

        with opened(path, writable=False) as vault:
            assert titles(vault) == ["Save 1"]
            assert not [line for line in vault.notices if "cut" in line]
        with opened(path) as vault:
            assert titles(vault) == ["Save 1"]
            notices = [line for line in vault.notices if "cut" in line]
        assert len(notices) == (cut > end - frame)
        assert not live.exists()
        for closed_again in segments(path)[-1:]:
            closed_again.unlink()


def test_what_a_crash_left_open_is_closed_byte_for_byte(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    with _saver(path, _case(path), 10_000) as saver:
        assert saver.stdout is not None
        for _ in range(5):
            saver.stdout.readline()
        saver.kill()
    (left,) = segments(path, ".open")
    before = left.read_bytes()

    opened(path).close()

    kept = [each for each in segments(path) if each.read_bytes().startswith(before[:HEADER_SIZE])]
    assert len(kept) == 1
    assert before.startswith(kept[0].read_bytes()[:-148])
    assert segments(path, ".open") == []


def test_a_crash_between_rename_and_unlink_makes_no_second_copy(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    last = segments(path)[-1]
    before = last.read_bytes()
    last.with_name(f"{last.stem.partition('-')[0]}.open").write_bytes(before[:-148])

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["Start"], ())

    assert [each.read_bytes() for each in segments(path) if each.name == last.name] == [before]
    assert segments(path, ".open") == []


@pytest.mark.parametrize("size", [0, 50, HEADER_SIZE, HEADER_SIZE + 100])
def test_an_open_segment_without_a_frame_is_dropped(tmp_path: Path, size: int) -> None:
    path = closed(tmp_path / "vault", "Start")
    last = segments(path)[-1]
    left = last.with_name("0000000009.open")
    left.write_bytes(last.read_bytes()[:size])

    with opened(path) as vault:
        assert titles(vault) == ["Start"]
        assert len(vault.notices) == (size not in {0, HEADER_SIZE})

    assert not left.exists()


@pytest.mark.parametrize("offset", [0, 75])
def test_a_damaged_open_segment_is_set_aside_and_not_deleted(tmp_path: Path, offset: int) -> None:
    path = closed(tmp_path / "vault", "Start")
    last = segments(path)[-1]
    left = last.with_name("0000000009.open")
    left.write_bytes(last.read_bytes())
    flip(left, offset)

    with opened(path) as vault:
        assert titles(vault) == ["Start"]
        assert [line for line in vault.notices if "set aside" in line]

    assert not left.exists()
    assert left.with_suffix(".damaged").exists()


def test_a_second_writer_is_told_who_holds_the_vault(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")

    with opened(path) as first:
        with pytest.raises(LockedError, match=f"process {os.getpid()} on ") as caught:
            opened(path)
        with opened(path, writable=False) as reader:
            assert titles(reader) == ["Start"]
        save(first, first.new_case_id(), "Second")
        with opened(path, writable=False) as reader:
            assert titles(reader) == ["Second", "Start"]
            case_id = reader.find("second")
            assert len(reader.state(case_id).changes) == 1

    assert caught.value.code == 75
    opened(path).close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid":1,"host":"a\\u001bb"}'])
def test_a_holder_without_a_name_is_another_process(tmp_path: Path, text: str) -> None:
    path = closed(tmp_path / "vault", "Start")
    with opened(path):
        (path / "lock").write_text(text)

        with pytest.raises(LockedError, match="another process"):
            opened(path)


def test_a_lock_that_cannot_be_taken_leaves_reading(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Start")
    (path / "lock").unlink()
    (path / "lock").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreError, match="lock is not private"):
        opened(path)
    with opened(path, writable=False) as vault:
        assert titles(vault) == ["Start"]


def test_where_no_lock_file_can_be_made_there_is_only_reading(tmp_path: Path) -> None:
    with pytest.raises(ReadOnlyError):
        Lock.acquire(tmp_path / "absent" / "lock")


def test_what_the_disk_refuses_is_saved_in_a_new_segment(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    case_id = vault.new_case_id()
    save(vault, case_id, "First")
    (live,) = segments(tmp_path / "vault", ".open")

    with _file_limit(live.stat().st_size + 200):
        save(vault, case_id, "Second")

    assert segments(tmp_path / "vault", ".open") != [live]
    assert len(vault.state(case_id).changes) == 2
    vault.close()
    with opened(tmp_path / "vault") as again:
        assert (titles(again), again.notices) == (["Second"], ())


def test_a_disk_too_full_to_close_the_segment_refuses_until_there_is_room(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    case_id = vault.new_case_id()
    save(vault, case_id, "First")
    (live,) = segments(tmp_path / "vault", ".open")
    size = live.stat().st_size

    with _file_limit(size + 100):
        for title in ("Second", "Third"):
            with pytest.raises(DiskError, match="not saved") as caught:
                save(vault, case_id, title)
            assert caught.value.full
    assert (titles(vault), live.stat().st_size, vault.writable) == (["First"], size, True)
    save(vault, case_id, "Fourth")

    assert titles(vault) == ["Fourth"]
    vault.close()
    with opened(tmp_path / "vault") as again:
        assert (titles(again), again.notices) == (["Fourth"], ())
        assert len(again.state(case_id).changes) == 2


def test_a_segment_that_has_grown_large_is_closed_and_the_next_one_begun(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    case_id = vault.new_case_id()
    before = len(segments(tmp_path / "vault"))
    for number in range(6):
        save(vault, case_id, f"{number}" * 250_000)

    sizes = [each.stat().st_size for each in segments(tmp_path / "vault")[before:]]
    vault.close()
    with opened(tmp_path / "vault") as again:
        assert again.notices == ()
        assert len(again.state(case_id).changes) == 6
    assert len(sizes) == 1
    assert max(sizes) < 1024 * 1024


@pytest.mark.parametrize("size", [10, HEADER_SIZE + 100])
def test_a_disk_too_full_to_begin_a_segment_costs_no_later_save(tmp_path: Path, size: int) -> None:
    path = closed(tmp_path / "vault", "First")
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        before = len(segments(path))
        with _file_limit(size), pytest.raises(DiskError, match="not saved"):
            save(vault, case_id, "Second")

        save(vault, case_id, "Third")
        assert titles(vault) == ["Third"]
    assert len(segments(path)) == before + 1
    assert segments(path, ".open") == []


def test_a_segment_that_cannot_be_taken_away_ends_the_writing(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "First")
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        with _file_limit(HEADER_SIZE + 100), pytest.raises(DiskError):
            save(vault, case_id, "Second")
        (live,) = segments(path, ".open")
        live.unlink()
        live.mkdir()

        with pytest.raises(DiskError, match="not saved: is a directory"):
            save(vault, case_id, "Third")
        assert (titles(vault), vault.writable) == (["First"], False)
    live.rmdir()
    with opened(path) as vault:
        assert titles(vault) == ["First"]


def test_a_failed_sync_is_never_tried_again(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    case_id = vault.new_case_id()
    save(vault, case_id, "First")
    (live,) = segments(tmp_path / "vault", ".open")
    (number,) = [int(fd.name) for fd in Path("/proc/self/fd").iterdir() if _is_of(fd, live)]
    reader, writer = os.pipe()  # takes the bytes, cannot be synced
    os.dup2(writer, number)

    save(vault, case_id, "Second")

    assert titles(vault) == ["Second"]
    assert segments(tmp_path / "vault", ".open") != [live]
    vault.close()
    os.close(reader)
    os.close(writer)
    with opened(tmp_path / "vault") as again:
        assert (titles(again), again.notices) == (["Second"], ())


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "First")
    shutil.rmtree(path / "cache" / "cases")
    (path / "cache" / "cases").write_text("in the way")

    with opened(path) as vault:
        save(vault, vault.rows()[0].id, "Second")

    (path / "cache" / "cases").unlink()
    with opened(path) as vault:
        assert titles(vault) == ["Second"]


def test_a_medium_that_fails_twice_ends_the_writing_and_not_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    vault, _ = make(path)
    case_id = vault.new_case_id()
    save(vault, case_id, "First")
    (live,) = segments(path, ".open")
    (number,) = [int(fd.name) for fd in Path("/proc/self/fd").iterdir() if _is_of(fd, live)]
    reader, writer = os.pipe()
    os.dup2(writer, number)
    away = live.parent.rename(tmp_path / "away")

    with pytest.raises(DiskError, match="not saved") as caught:
        save(vault, case_id, "Second")
    away.rename(live.parent)

    assert not caught.value.full
    assert (titles(vault), vault.writable) == (["First"], False)
    with pytest.raises(DiskError, match="failed earlier"):
        save(vault, case_id, "Third")
    with pytest.raises(DiskError, match="failed earlier"):
        vault.put_blob(case_id, b"evidence")
    vault.close()
    os.close(reader)
    os.close(writer)
    with opened(path) as again:
        assert (titles(again), again.notices) == (["First"], ())


def _is_of(descriptor: Path, file: Path) -> bool:
    return descriptor.exists() and descriptor.samefile(file)


def test_a_ballast_that_does_not_fit_is_not_made(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "First")
    (path / "ballast").unlink()

    with _file_limit(100_000), opened(path) as vault:
        save(vault, vault.rows()[0].id, "Second")
        assert not (path / "ballast").exists()

    opened(path).close()
    assert (path / "ballast").stat().st_size == 1024 * 1024
