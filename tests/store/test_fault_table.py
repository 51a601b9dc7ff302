"""The fault table of docs/format-vault.md, "Faults": a test for each row, the row in its docstring.

An acknowledged save is one whose id came through the pipe. Real files, processes and file systems.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from store import signing
from store.ballast import NAME, SIZE
from store.change import Change, SetOp, Setting
from store.errors import (
    DamagedError,
    DiskError,
    LockedError,
    ReadOnlyError,
    StoreError,
    WrongPassphraseError,
)
from store.segment import HEADER_SIZE
from store.vault import Vault
from tests.store import test_sync_faults as sync_faults
from tests.store.build import (
    WALL,
    cache_of,
    closed,
    flip,
    index_of,
    insider,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)
from tests.store.crash_check import Effort, explore
from tests.store.crash_runs import rolls
from tests.store.faults import (
    REPO,
    case_of,
    fill,
    mounted,
    packed,
    saved_in,
    small_disk,
    started,
    witness,
)
from tests.store.test_crash_states import an_unlink_before_the_rename_is_sure


def test_a_kill_before_the_append_loses_no_acknowledged_save(tmp_path: Path) -> None:
    """Row 1: the save that was not acknowledged is absent."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    # writes to the segment: its header, the first save, the second
    told = witness(path, case_id, 9, "inject=write:error=EIO:signal=KILL:when=3", only=live)

    assert len(told.saved) == 1
    there = saved_in(path)
    assert set(told.saved) <= there
    assert len(there) == 2


def test_a_kill_after_the_append_leaves_that_save_whole_or_absent(tmp_path: Path) -> None:
    """Row 2."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    told = witness(path, case_id, 9, "inject=fdatasync:error=EIO:signal=KILL:when=3", only=live)

    assert len(told.saved) == 2
    there = saved_in(path)
    assert set(told.saved) <= there
    with opened(path) as vault:
        assert vault.notices == ()
        assert titles(vault) in (["Save 1"], ["Save 2"])


@pytest.mark.parametrize("call", ["openat", "write", "fsync", "fdatasync", "unlink"])
def test_a_kill_at_any_call_of_a_session_loses_no_acknowledged_save(
    tmp_path: Path, call: str
) -> None:
    """Rows 1 and 2, at every kind of call that the journal makes."""
    path = tmp_path / "vault"
    case_id, live = started(path)
    only = live.parent if call == "fsync" else live

    told = witness(path, case_id, 2, f"inject=/^{call}:signal=KILL:when=1", only=only)

    assert len(told.saved) == (2 if call == "unlink" else 0)
    assert set(told.saved) <= saved_in(path)
    with opened(path) as vault:
        assert vault.notices == ()


@pytest.mark.parametrize("tail", ["lost", "torn", "zero-filled", "garbled"])
def test_a_power_cut_costs_only_the_tail_and_one_line_says_so(tmp_path: Path, tail: str) -> None:
    """Row 3: the tail is cut at the last good frame."""
    path = tmp_path / "vault"
    case_id, live = started(path)
    with opened(path) as vault:
        saved = [save(vault, case_id, f"Save {number}") for number in range(3)]
    segment = segments(path)[-1]
    whole = segment.read_bytes()
    frame = 4 + int.from_bytes(whole[HEADER_SIZE : HEADER_SIZE + 4], "big")
    good, last = HEADER_SIZE + 2 * frame, whole[HEADER_SIZE + 2 * frame : HEADER_SIZE + 3 * frame]
    segment.unlink()
    tails = {
        "lost": b"",
        "torn": last[: frame // 2],
        "zero-filled": last[:512] + bytes(frame - 512),
        "garbled": bytes(each ^ 0x5A for each in last),
    }
    live.write_bytes(whole[:good] + tails[tail])
    live.chmod(0o600)

    with opened(path) as vault:
        cut = [line for line in vault.notices if "cut" in line]
    assert len(cut) == (tail != "lost")
    assert set(saved) - saved_in(path) == {saved[2]}


def test_a_segments_name_is_on_the_medium_before_the_first_acknowledgement(tmp_path: Path) -> None:
    """Row 4: a power cut right after the segment was made."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    told = witness(path, case_id, 1, "trace=openat,fsync,fdatasync,write")

    lines = told.trace.splitlines()
    made = next(i for i, line in enumerate(lines) if live.name in line and "O_CREAT" in line)
    named = next(
        i for i, line in enumerate(lines) if "fsync(" in line and f"<{live.parent}>" in line
    )
    synced = next(i for i, line in enumerate(lines) if "fdatasync(" in line and live.name in line)
    spoken = next(i for i, line in enumerate(lines) if '"saved ' in line)
    assert made < named < synced < spoken


def test_a_kill_between_the_rename_and_the_unlink_makes_no_duplicates(tmp_path: Path) -> None:
    """Row 5."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    told = witness(path, case_id, 3, "inject=/^unlink:error=EIO:signal=KILL", only=live)

    assert live.exists()
    assert len([each for each in segments(path) if each.name.startswith(live.stem)]) == 1
    with opened(path) as vault:
        changes = [change.id for change in vault.state(case_id).changes]
        assert vault.notices == ()
    assert changes[1:] == list(told.saved)
    assert not live.exists()


def test_no_power_cut_leaves_an_unlink_without_the_rename_before_it() -> None:
    """Row 6: among the states of a run that closes segments is none; planted, one is found."""
    assert explore(rolls, Effort(most=40)).faults == []
    assert explore(rolls, Effort(first_fault=True), an_unlink_before_the_rename_is_sure).faults


def test_remains_of_a_crash_are_dropped_and_never_appended_to(tmp_path: Path) -> None:
    """Row 7: and nothing that is not ours."""
    path = tmp_path / "vault"
    _, live = started(path)
    keep = path / "journal" / ("0" * 32)
    keep.mkdir(mode=0o700)
    ours = [
        live.with_name(f"{live.stem}-12345678.seg.0a1b2c3d.tmp"),
        path / "header.00000000.tmp",
        path / "keys" / "aa.01234567.tmp",
        path / "cache" / "hot.tdb.01234567.tmp",
    ]
    theirs = [
        keep / "0000000001-aaaaaaaa.seg.01234567.tmp",
        live.with_name(".syncthing.0000000001-aaaaaaaa.seg.01234567.tmp"),
        path / "notes.tmp",
    ]
    for each in (*ours, *theirs):
        each.write_bytes(b"remains")

    with opened(path, writable=False):
        assert all(each.exists() for each in ours)
    with opened(path) as vault:
        save(vault, vault.new_case_id(), "Next")

    assert not [each for each in ours if each.exists()]
    assert [each.read_bytes() for each in theirs] == [b"remains"] * 3
    with opened(path, writable=False) as vault:
        assert titles(vault) == ["Next", "Start"]


@pytest.mark.parametrize("fault", ["torn", "old", "missing", "from another vault", "no file"])
def test_a_cache_file_that_is_no_good_is_made_again_in_silence(tmp_path: Path, fault: str) -> None:
    """Row 8."""
    path, other = closed(tmp_path / "vault", "Start"), closed(tmp_path / "other", "Other")
    case_id = case_of(path)
    (file,) = path.glob("cache/cases/*/*.tdb")
    (foreign,) = other.glob("cache/cases/*/*.tdb")
    old = file.read_bytes()
    with opened(path) as vault:
        save(vault, case_id, "Second")
        digest = vault.state(case_id).digest()
    file.unlink()
    match fault:
        case "torn":
            file.write_bytes(old[: len(old) // 2])
        case "old":
            file.write_bytes(old)
        case "from another vault":
            file.write_bytes(foreign.read_bytes())
        case "no file":
            file.mkdir()
        case _:
            pass

    with opened(path) as vault:
        assert vault.state(case_id).digest() == digest
        assert (titles(vault), vault.notices) == (["Second"], ())


def test_a_deleted_cache_is_made_again_with_the_same_digest(tmp_path: Path) -> None:
    """Row 9."""
    path = closed(tmp_path / "vault", "One", "Two")
    with opened(path) as vault:
        before = {row.id: vault.state(row.id).digest() for row in vault.rows()}
    shutil.rmtree(path / "cache")

    with opened(path) as vault:
        assert {row.id: vault.state(row.id).digest() for row in vault.rows()} == before
        assert vault.notices == ()
    assert len(list(path.glob("cache/cases/*/*.tdb"))) == 2


def test_after_one_failed_sync_the_save_is_made_again_elsewhere(tmp_path: Path) -> None:
    """Row 10: then acknowledged, without another sync of the old file."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    told = witness(path, case_id, 3, "inject=fdatasync:error=EIO:when=2", only=live)

    assert (len(told.saved), told.refused, told.holds) == (3, (), "4 True")
    syncs = [line for line in told.trace.splitlines() if "sync(" in line]
    assert len(syncs) == 2
    assert "EIO" in syncs[1]
    assert [int(each.name[:10]) for each in segments(path)][-2:] == [3, 4]
    assert set(told.saved) <= saved_in(path)


def test_when_every_sync_fails_nothing_is_called_saved_and_all_stays_readable(
    tmp_path: Path,
) -> None:
    """Row 11: the session ends its writing; what was acknowledged is there."""
    path = tmp_path / "vault"
    case_id, _ = started(path)

    told = witness(path, case_id, 4, "inject=fdatasync:error=EIO:when=2+")

    assert len(told.saved) == 1
    assert told.refused == (
        "not saved: input/output error",
        "not saved: the disk failed earlier in this session",
        "not saved: the disk failed earlier in this session",
    )
    assert told.holds == "2 False"
    assert set(told.saved) <= saved_in(path)


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_a_disk_that_is_full_for_once_costs_no_save(tmp_path: Path, call: str) -> None:
    """Row 12, each call of a save in turn: the ballast is given up and the save made again."""
    path = tmp_path / "vault"
    case_id, live = started(path)
    ballast = path / NAME
    assert ballast.stat().st_blocks * 512 == SIZE

    told = witness(path, case_id, 3, f"inject={call}:error=ENOSPC:when=2", only=live)

    assert (len(told.saved), told.refused, told.holds) == (3, (), "4 True")
    assert set(told.saved) <= saved_in(path)
    assert ballast.exists()  # there is room again


def test_a_disk_that_fills_up_refuses_and_keeps_what_was_saved(tmp_path: Path) -> None:
    """Row 12 without a ballast: short writes, the tail cut, earlier saves intact."""
    made = closed(tmp_path / "made", "Start")
    (made / NAME).unlink()
    with small_disk(tmp_path / "disk", "100k") as disk:
        path = shutil.copytree(made, disk / "vault")
        told = witness(path, case_of(path), 120)

        assert not (path / NAME).exists()
        assert told.refused
        assert set(told.refused) == {"not saved: no space left on device"}
        assert told.holds == f"{len(told.saved) + 1} True"
        kept = shutil.copytree(path, tmp_path / "kept")
    assert {*told.saved} <= saved_in(kept)
    assert len(saved_in(kept)) == len(told.saved) + 1


def test_a_short_write_is_cut_and_the_next_save_has_a_new_segment(tmp_path: Path) -> None:
    """Row 12: the index of a half-written frame is spent."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    short, full = "inject=write:retval=100:when=3", "inject=write:error=ENOSPC:when=4"
    told = witness(path, case_id, 3, short, full, only=live)

    assert (len(told.saved), told.refused) == (3, ())
    assert set(told.saved) <= saved_in(path)


def test_the_ballast_lets_a_last_save_through_and_is_made_again(tmp_path: Path) -> None:
    """Row 12: once, and again when there is room."""
    with small_disk(tmp_path / "disk", "6m") as disk:
        vault, _ = make(disk / "vault")
        ballast = disk / "vault" / NAME
        case_id = vault.new_case_id()
        save(vault, case_id, "Before")
        assert ballast.stat().st_size == SIZE
        filler = fill(disk)

        save(vault, case_id, "Last")
        save(vault, vault.new_case_id(), "Another")
        assert not ballast.exists()
        vault.write_behind()
        fill(disk)
        refused = [_refusal(vault, case_id, f"Late {number}") for number in range(10)]
        assert refused[-1] == "not saved: no space left on device"
        with pytest.raises(DiskError, match="no space left"):
            save(vault, vault.new_case_id(), "Too late as well")
        assert not ballast.exists()
        assert vault.writable

        filler.unlink()
        save(vault, case_id, "After")
        vault.write_behind()
        assert ballast.stat().st_size == SIZE
        vault.close()
        with opened(disk / "vault") as again:
            assert (titles(again), again.notices) == (["After", "Another"], ())


def test_a_new_case_may_take_the_ballasts_room(tmp_path: Path) -> None:
    """Row 12: the key file of a case comes before its first save."""
    with small_disk(tmp_path / "disk", "6m") as disk, make(disk / "vault")[0] as vault:
        fill(disk)

        save(vault, vault.new_case_id(), "Last")

        assert not (disk / "vault" / NAME).exists()
        assert titles(vault) == ["Last"]


def test_what_a_crash_left_is_closed_in_the_ballasts_room(tmp_path: Path) -> None:
    """Row 12, at the opening of a vault on a full disk."""
    with small_disk(tmp_path / "disk", "6m") as disk:
        path = disk / "vault"
        case_id, live = started(path)
        told = witness(path, case_id, 9, "inject=/^unlink:error=EIO:signal=KILL", only=live)
        for each in segments(path):
            if each.name.startswith(live.stem):
                each.unlink()
        filler = fill(disk)

        with opened(path) as vault:
            assert len(vault.state(case_id).changes) == len(told.saved) + 1
            assert not (path / NAME).exists()
        live.with_name("0000000009.open").write_bytes(segments(path)[-1].read_bytes()[:-148])
        fill(disk)
        with pytest.raises(DiskError, match="no space left"):
            opened(path)
        with opened(path, writable=False) as vault:
            assert len(vault.state(case_id).changes) == len(told.saved) + 1
        filler.unlink()
        opened(path).close()


def test_a_cache_without_room_fails_no_save(tmp_path: Path) -> None:
    """Row 13: the save is acknowledged, the cache is stale and is made again."""
    path = closed(tmp_path / "vault", "Start")
    case_id = case_of(path)
    with small_disk(path / "cache", "4k"), opened(path) as vault:
        save(vault, case_id, "Second")
        vault.write_behind()
        save(vault, case_id, "Third")

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["Third"], ())


def test_a_cache_that_the_system_refuses_fails_no_save(tmp_path: Path) -> None:
    """Row 13, by another error."""
    path = closed(tmp_path / "vault", "Start")
    case_id = case_of(path)
    (path / "cache" / "hot.tdb").unlink(missing_ok=True)
    (path / "cache" / "hot.tdb").mkdir()

    with opened(path) as vault:
        save(vault, case_id, "Second")
        assert titles(vault) == ["Second"]

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["Second"], ())


def test_a_read_only_medium_opens_for_reading(tmp_path: Path) -> None:
    """Row 14: what cannot be locked or written is refused by name and crashes nothing."""
    path = closed(tmp_path / "vault", "Start")
    with mounted(tmp_path / "medium", "--bind", str(path)) as medium:
        remount = ["mount", "-o", "remount,ro,bind", str(medium)]
        subprocess.run(remount, check=True)  # noqa: S603 - the system's
        with pytest.raises(ReadOnlyError, match="read-only file system"):
            opened(medium)
        with opened(medium, writable=False) as vault:
            case_id = vault.find("start")
            assert (titles(vault), vault.writable, vault.notices) == (["Start"], False, ())
            with pytest.raises(ReadOnlyError):
                save(vault, case_id, "Second")
            vault.write_behind()


def test_a_medium_that_turns_read_only_refuses_saves_and_stays_readable(tmp_path: Path) -> None:
    """Row 14, in the middle of a session."""
    path = tmp_path / "vault"
    case_id, live = started(path)

    told = witness(path, case_id, 2, "inject=openat:error=EROFS", only=live)

    assert told.saved == ()
    assert told.refused == (
        "not saved: read-only file system",
        "not saved: the disk failed earlier in this session",
    )
    assert told.holds == "1 False"
    assert len(saved_in(path)) == 1


def test_a_second_process_is_told_who_holds_the_vault_and_writes_nothing(tmp_path: Path) -> None:
    """Row 15."""
    path = closed(tmp_path / "vault", "Start")
    with opened(path) as holder:
        before = _content(path)
        told = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-m", "tests.store.witness", str(path), holder.find("start"), "1"],
            cwd=REPO,
            capture_output=True,
            text=True,
            check=False,
        )
        with opened(path, writable=False) as reader, pytest.raises(ReadOnlyError):
            save(reader, reader.find("start"), "Second")
        assert _content(path) == before

    assert told.returncode != 0
    assert f"vault is being written to by process {os.getpid()} on " in told.stderr


def test_a_holder_that_is_killed_frees_the_lock_at_once(tmp_path: Path) -> None:
    """Row 16: and what it saved is there."""
    path = closed(tmp_path / "vault", "Start")
    command = [sys.executable, "-m", "tests.store.saver", str(path), case_of(path), "1000000"]
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 - our own
        assert holder.stdout is not None
        told = [holder.stdout.readline() for _ in range(4)]
        with pytest.raises(LockedError, match=f"process {holder.pid} on "):
            opened(path)
        holder.send_signal(signal.SIGKILL)
        told += holder.stdout.readlines()

    assert {line.strip() for line in told[1:] if line.endswith("\n")} <= saved_in(path)


@pytest.mark.parametrize("what", ["segment", "head", "blob", "header"])
def test_a_flipped_bit_is_named_and_the_rest_still_counts(tmp_path: Path, what: str) -> None:
    """Row 20."""
    path = closed(tmp_path / "vault", "One")
    with opened(path) as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Two")
        blob = str(vault.put_blob(case_id, b"evidence")["blob"])
    files = {
        "segment": (segments(path)[-1], HEADER_SIZE + 99),
        "head": (segments(path)[-1].with_name("head"), 99),
        "blob": (path / "blobs" / blob[:2] / blob, 99),
        "header": (path / "header", 99),
    }
    flip(*files[what])
    if what == "header":
        with pytest.raises(DamagedError, match="header"):
            opened(path)
        return
    with opened(path, writable=False) as vault:
        assert "One" in titles(vault)
        assert ("Two" in titles(vault)) == (what != "segment")
        assert bool(vault.notices) == (what != "blob")
        assert all(what in line for line in vault.notices)
        if what == "blob":
            with pytest.raises(DamagedError, match="attachment"):
                vault.get_blob(case_id, blob)


def test_a_wrong_passphrase_says_so_and_touches_nothing(tmp_path: Path) -> None:
    """Row 28."""
    path = closed(tmp_path / "vault", "Start")
    before = _content(path)

    with pytest.raises(WrongPassphraseError) as caught:
        Vault.open(path, passphrase(b"another correct horse"))

    after = _content(path)
    assert caught.value.code == 77
    assert {name for name in before if before[name] != after[name]} <= {"lock"}


def test_a_record_of_a_newer_version_is_kept_and_passed_on_unchanged(tmp_path: Path) -> None:
    """Row 29: an unknown op, an unknown field, a later version of the record."""
    path = closed(tmp_path / "vault", "Start")
    case_id = case_of(path)
    inside = insider(path)
    newer = [
        _forged(path, {"ops": [{"o": "merge", "f": "case/title", "with": [1]}]}),
        _forged(path, {"mood": "later", "ops": []}),
        _forged(path, {"v": 2, "ops": [{"o": "set", "f": "case/title", "v": "x", "over": []}]}),
    ]
    inside.append(*((change, change.raw) for change in newer), case_id=case_id)

    with opened(path) as vault:
        save(vault, case_id, "Saved again")
    shutil.rmtree(path / "cache")

    with opened(path) as vault:
        kept = {change.id: change.raw for change in vault.state(case_id).changes}
        assert (titles(vault), vault.notices) == (["Saved again"], ())
    assert [kept[change.id] for change in newer] == [change.raw for change in newer]


def test_a_newer_format_of_the_vault_is_refused_by_name(tmp_path: Path) -> None:
    """Row 29, for the whole vault."""
    path = closed(tmp_path / "vault", "Start")
    raw = bytearray((path / "header").read_bytes())
    raw[8:12] = bytes([0, 9, 0, 9])
    (path / "header").write_bytes(raw)

    with pytest.raises(StoreError, match="newer"):
        opened(path)


def test_a_record_that_claims_a_million_ops_is_void(tmp_path: Path) -> None:
    """Row 30: it is measured before it is read."""
    path = closed(tmp_path / "vault", "Start")
    case_id = case_of(path)
    bomb = _forged(path, {"ops": [0] * 1_000_001})
    insider(path).append((bomb, bomb.raw), case_id=case_id)

    with opened(path, writable=False) as vault:
        assert titles(vault) == ["Start"]
        (notice,) = vault.notices
    assert notice.startswith(f"record {bomb.id[:8]} is void: ")


def test_an_attachment_of_two_gigabytes_that_nobody_saved_is_not_read(tmp_path: Path) -> None:
    """Row 30."""
    path = closed(tmp_path / "vault", "Start")
    with opened(path) as vault:
        case_id = case_of(path)
        blob = str(vault.put_blob(case_id, b"evidence")["blob"])
        os.truncate(path / "blobs" / blob[:2] / blob, 2 * 1024**3)

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob)


def test_a_form_that_was_open_while_its_field_changed_makes_a_conflict(tmp_path: Path) -> None:
    """Row 31: neither value is overwritten."""
    path = closed(tmp_path / "vault", "Start")
    with opened(path) as vault:
        case_id = case_of(path)
        form = vault.state(case_id)
        save(vault, case_id, "From elsewhere")

        vault.commit(case_id, [SetOp("case/title", "From the form")], shown=form, wall=WALL)

        values = [each.value for each in vault.state(case_id).fields["case/title"].values]
    assert sorted(map(str, values)) == ["From elsewhere", "From the form"]


@pytest.mark.parametrize(
    ("calls", "only"),
    [
        *((f"inject=write:signal=KILL:when={count}", "") for count in range(1, 7)),
        ("inject=fdatasync:signal=KILL", ""),
        ("inject=/^rename:error=EIO:signal=KILL:when=1", ""),
        ("inject=/^rename:signal=KILL:when=1", ""),
        ("inject=fsync:signal=KILL", "."),
        ("inject=/^rename:error=EIO:signal=KILL:when=2", ""),
    ],
)
def test_a_kill_while_the_rows_are_packed_leaves_the_old_pack_or_the_new_one(
    tmp_path: Path, calls: str, only: str
) -> None:
    """Row 32: never none."""
    path = closed(tmp_path / "vault", *"ABCDE")
    index = index_of(path)
    index.write_behind()
    with opened(path) as vault:
        for title in "ABCDE":
            save(vault, vault.find(title.casefold()), f"{title} anew")
    before = cache_of(path).load_pack()

    packed(path, calls, only=path / "cache" / only if only else None)

    after = cache_of(path).load_pack()
    assert (before.count, after.count) == (5, 5)
    assert [row.title for row in index_of(path).listing("title").all()] == [
        f"{title} anew" for title in "ABCDE"
    ]
    with opened(path) as vault:
        assert [row.title for row in vault.index.listing("title").all()] == [
            f"{title} anew" for title in "ABCDE"
        ]
        assert vault.index.remade == 0


def test_every_row_of_the_table_has_a_test_and_every_test_its_row() -> None:
    page = (REPO / "docs" / "format-vault.md").read_text()
    table = page.partition("## Faults")[2].partition("## Errors")[0]
    rows = {int(row) for row in re.findall(r"^\| ([0-9]+) \|", table, re.MULTILINE)}
    both = {**globals(), **vars(sync_faults)}
    tests = [each.__doc__ or "" for name, each in both.items() if name.startswith("test_")]
    told = [re.match(r"Rows? ([0-9]+)(?: and ([0-9]+))?", each) for each in tests]

    assert {int(row) for each in told if each for row in each.groups() if row} == rows
    assert told.count(None) == 1


def _refusal(vault: Vault, case_id: str, title: str) -> str:
    try:
        save(vault, case_id, title)
    except DiskError as error:
        return error.message
    return ""


def _content(path: Path) -> dict[str, bytes]:
    files = (each for each in path.rglob("*") if each.is_file())
    return {str(each.relative_to(path)): each.read_bytes() for each in files}


def _forged(path: Path, fields: dict[str, object]) -> Change:
    """A signed record that our own code would not write."""
    inside = insider(path)
    plain = inside.change(Setting(case_of(path), (), 1, WALL), [])
    value = {**json.loads(plain.raw[signing.SIGNATURE_SIZE :]), **fields}
    data = json.dumps(value).encode()
    signature = signing.sign(inside.device.signing, "record", inside.keyring.vault_id, data)
    return replace(plain, id=hashlib.sha256(data).hexdigest(), raw=signature + data)
