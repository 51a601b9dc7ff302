"""What a medium may hold and is not taken, and what a broken medium does to a sync."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from models.strictjson import dump
from store import journal, platform, team
from store.admission import Admission, digest_of
from store.age.file import seal_bytes
from store.chain import Link, segment_name
from store.change import Setting
from store.device import Device
from store.errors import DiskError
from store.frame import seal_record
from store.grant import grant_name
from store.head import Head
from store.journal import Reading, read_head
from store.medium import Folder
from store.segment import HEADER_SIZE, TRAILER_SIZE, trailer
from store.signing import sign
from store.verify import verify
from store.writer import Writer
from tests.store.build import WALL, Insider, insider, make, opened, passphrase, save, titles
from tests.store.colleague import set_op
from tests.store.replicas import closing, digests, exchange, founded, home, segments_of, two
from tests.store.test_sync import attached


def planted(inside: Insider, place: Path, raw: bytes, seq: int) -> None:
    """Put a segment on a medium under its right name, with a head that the device signed."""
    digest = digest_of(raw)
    (place / f"{segment_name(seq, digest)}.seg").write_bytes(raw)
    data = dump({"v": 1, "segments": [[seq, digest]]})
    signature = sign(inside.device.signing, "head", inside.keyring.vault_id, data)
    (place / "head").write_bytes(signature + data)


def closed_again(inside: Insider, content: bytes, count: int) -> bytes:
    """A segment of that content, with the trailer that its device would write."""
    return content + trailer(content, count, inside.device.signing)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Insider, Path, bytes, Path]:
    """The keys of the first device, its place on the stick, its last segment, their vault."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        for title in ("One", "Two", "Three"):
            save(ours, case_id, title)
        exchange(ours, stick)
        (*_, last) = segments_of(ours, stick, ours.device_id)
    inside = insider(tmp_path / "ours")
    raw = last.read_bytes()
    last.unlink()
    return inside, last.parent, raw, tmp_path / "theirs"


def told(path: Path, stick: Path, kind: str) -> tuple[str, ...]:
    with opened(path) as vault:
        report = exchange(vault, stick)
        assert titles(vault) == []
        return report.lines(kind)


def test_a_segment_of_a_newer_version_stays_on_the_medium(
    scene: tuple[Insider, Path, bytes, Path],
) -> None:
    inside, place, raw, theirs = scene
    newer = raw[:8] + struct.pack(">H", 2) + raw[10:-TRAILER_SIZE]
    planted(inside, place, newer + raw[-TRAILER_SIZE:], int.from_bytes(raw[58:66], "big"))

    (line,) = told(theirs, place.parents[2], "waiting")

    assert "needs a newer version" in line


def test_a_segment_with_a_frame_that_does_not_open_is_refused(
    scene: tuple[Insider, Path, bytes, Path],
) -> None:
    inside, place, raw, theirs = scene
    content = bytearray(raw[:-TRAILER_SIZE])
    content[HEADER_SIZE + 50] ^= 1
    seq = int.from_bytes(raw[58:66], "big")
    planted(inside, place, closed_again(inside, bytes(content), 3), seq)

    (line,) = told(theirs, place.parents[2], "refused")

    assert line.endswith("one of its changes does not open")


def test_a_segment_that_another_device_closed_is_refused(
    scene: tuple[Insider, Path, bytes, Path],
) -> None:
    inside, place, raw, theirs = scene
    content = raw[:-TRAILER_SIZE]
    foreign = content + trailer(content, 3, Device.generate().signing)
    planted(inside, place, foreign, int.from_bytes(raw[58:66], "big"))

    (line,) = told(theirs, place.parents[2], "refused")

    assert line.endswith("it is not signed by its device")


def test_a_segment_too_short_for_a_header_is_not_read(
    scene: tuple[Insider, Path, bytes, Path],
) -> None:
    inside, place, raw, theirs = scene
    planted(inside, place, raw[:40], 9)

    (line,) = told(theirs, place.parents[2], "waiting")

    assert "segment is cut short" in line


def test_a_record_that_a_stranger_signed_in_our_name_is_refused(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        state = ours.state(case_id)
        ours.close()
        inside = insider(tmp_path / "ours")
        setting = Setting(case_id, state.heads, 9, WALL)
        op = set_op(state, "case/title", "Other")
        name = inside.card.device_id
        change = inside.change(setting, [op], device=Device.generate(), name=name)
        inside.append((change, change.raw), case_id=case_id)
        with opened(tmp_path / "ours") as again:
            exchange(again, stick)

        report = exchange(theirs, stick)

        (line,) = report.lines("refused")
        assert line.endswith(f"record {change.id[:8]} is not signed by its device")
        assert titles(theirs) == ["Laptop"]


def test_a_frame_under_another_key_than_it_names_is_refused(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id, other = ours.new_case_id(), ours.new_case_id()
        save(ours, case_id, "Laptop")
        save(ours, other, "Other")
        state = ours.state(case_id)
        ours.close()
        inside = insider(tmp_path / "ours")
        change = inside.change(Setting(case_id, state.heads, 9, WALL), [])
        vault_id = inside.keyring.vault_id
        body = seal_record(inside.case_key(case_id), vault_id, change.id, change.raw)
        writer = Writer(tmp_path / "ours" / "journal", inside.device, inside.keyring)
        writer.recover()
        false = type(body)(inside.case_key(other).key_id, body.change_id, body.seed, body.sealed)
        writer.append(false)
        writer.close()
        with opened(tmp_path / "ours") as again:
            exchange(again, stick)

        (line,) = exchange(theirs, stick).lines("refused")

        assert line.endswith("its frame does not open")


def test_only_record_0_begins_a_vault(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        medium = Folder(stick, ours.replica.vault_id)
        admission = Admission(ours.replica, medium, ours.replica.keyring)
        file = segments_of(ours, stick, ours.device_id)[0]
        raw = file.read_bytes()
        right = Link(ours.device_id, 1, digest_of(raw), "")
        other = Link(theirs.device_id, 1, digest_of(raw), "")
        later = segments_of(ours, stick, ours.device_id)[1].read_bytes()

        record_0 = admission.first(raw, right)

        assert record_0 is not None
        assert record_0.id == ours.id
        assert admission.first(raw, other) is None
        assert admission.first(raw[:HEADER_SIZE], right) is None
        assert admission.first(later, Link(ours.device_id, 2, "", "")) is None


def test_odd_grants_are_named_or_passed_over(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        place = home(ours, stick) / "grants"
        (place / "notes.txt").write_text("not a grant")
        card = theirs.replica.device.card("", ())
        for text in (b"no json", b"[]", b'{"key":"00"}'):
            raw = seal_bytes(bytes(64) + text, [card.recipient])
            (place / grant_name(1, card, raw)).write_bytes(raw)

        lines = exchange(theirs, stick).lines("damaged")

        assert sorted(line.partition(": ")[2] for line in lines) == [
            "grant is for another vault, device or key",
            "grant is for another vault, device or key",
            "grant is no plain json",
        ]


def test_a_case_key_that_comes_later_or_damaged_keeps_its_segment_waiting(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        before = {*(home(ours, stick) / "keys").iterdir()}
        save(ours, ours.new_case_id(), "Laptop")
        exchange(ours, stick)
        (key,) = {*(home(ours, stick) / "keys").iterdir()} - before
        whole = key.read_bytes()
        key.unlink()
        absent = exchange(theirs, stick).lines("waiting")
        key.write_bytes(whole[:-1])
        damaged = exchange(theirs, stick).lines("waiting")
        exchange(ours, stick)
        exchange(theirs, stick)

        assert absent[0].endswith(f"case key {key.name[:8]} is not on the medium yet")
        assert damaged[0].endswith(f"the copy of case key {key.name[:8]} is damaged")
        assert digests(ours) == digests(theirs)


def test_what_is_damaged_here_is_named_and_not_passed_on(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        attached(ours, b"evidence")
        ours.settle()
        path = tmp_path / "ours"
        segment = max(path.glob("journal/*/*.seg"))
        segment.write_bytes(segment.read_bytes()[:-1])
        grant = min(path.glob("grants/*"))
        grant.write_bytes(b"x")
        (path / "blobs" / "notes").mkdir()
        (path / "blobs" / "notes.txt").write_text("ours")
        (path / "keys" / ("0" * 32)).symlink_to(path / "header")

        report = exchange(ours, stick)

        named = [line.partition(" of this")[0] for line in report.lines("damaged")]
        journal_name = f"journal/{ours.device_id}/{segment.name}"
        assert named == [f"grants/{grant.name}", journal_name, f"keys/{'0' * 32}"]
        assert not list(stick.rglob(segment.name))
        assert len([each for each in stick.rglob("blobs/*/*") if each.is_file()]) == 1


def test_a_copy_that_is_shorter_than_ours_is_written_again(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        attached(ours, b"evidence")
        exchange(ours, stick)
        (blob,) = (each for each in stick.rglob("blobs/*/*") if each.is_file())
        whole = blob.read_bytes()
        blob.write_bytes(whole[:10])

        report = exchange(ours, stick)

        assert (report.copied, blob.read_bytes() == whole) == (1, True)


def test_a_medium_that_cannot_be_listed_is_an_error_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _, stick = founded(tmp_path)
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).startswith(str(stick)):
            raise OSError(errno.EIO, "Input/output error")
        return scandir(path)

    with closing(ours):
        monkeypatch.setattr(os, "scandir", refuse)
        with pytest.raises(DiskError, match="medium cannot be read: input/output error"):
            exchange(ours, stick)


def test_a_medium_that_fails_at_the_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _, stick = founded(tmp_path)
    sync_folder = platform.sync_folder

    def fail(path: Path) -> None:
        if path.is_relative_to(stick):
            raise OSError(errno.EIO, "Input/output error")
        sync_folder(path)

    with closing(ours):
        monkeypatch.setattr(platform, "sync_folder", fail)

        report = exchange(ours, stick)

        assert report.stopped == "the medium took no more files: input/output error"


def test_a_medium_without_room_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, _, stick = founded(tmp_path)
    write_all = platform.write_all

    def full(descriptor: int, data: bytes) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(stick):
            raise OSError(errno.ENOSPC, "No space left on device")
        write_all(descriptor, data)

    with closing(ours):
        monkeypatch.setattr(platform, "write_all", full)

        report = exchange(ours, stick)

        assert report.stopped.endswith("no space left on device")
        assert not [each for each in stick.rglob("*") if each.is_file()]


def test_a_file_that_is_a_link_on_the_medium_is_a_damaged_copy(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        save(ours, ours.new_case_id(), "Laptop")
        exchange(ours, stick)
        (*_, last) = segments_of(ours, stick, ours.device_id)
        last.rename(tmp_path / "elsewhere")
        last.symlink_to(tmp_path / "elsewhere")
        (last.parent.parent.parent / "medium").unlink()
        (last.parent.parent.parent / "medium").symlink_to(tmp_path / "elsewhere")

        report = exchange(theirs, stick)

        assert "the copy is damaged" in report.lines("damaged")[0]


def test_heads_that_are_too_old_to_compare_count_as_covered() -> None:
    long = Head(((5, "a"), (6, "b")), b"")

    assert long.covers(Head(((4, "x"),), b""))
    assert long.covers(Head((), b""))
    assert long.covers(Head(((5, "a"),), b""))
    assert not long.covers(Head(((5, "x"),), b""))
    assert not Head((), b"").covers(long)


def test_a_head_that_is_replaced_while_it_is_read_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "head_files", lambda path: [path / "head"])
    found = Reading()

    read_head(tmp_path, [], found)

    assert (found.notices, found.claims) == ([], [])


def test_a_grant_under_another_name_is_damaged_to_verify(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "ours")
    vault.close()
    grant = min((tmp_path / "ours" / "grants").iterdir())
    grant.rename(grant.with_name(f"{grant.stem[:-8]}00000000.age"))

    found = verify(tmp_path / "ours", passphrase(), lambda *_: None)

    assert [line.partition(": ")[2] for line in found.faults] == [
        "it is another than its name says"
    ]


def test_an_epoch_is_not_begun_by_who_may_not(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        assert not team.rotate(theirs, wall=WALL)
        assert not team.rotate(ours, wall=WALL)
        assert not exchange(theirs, stick).found
