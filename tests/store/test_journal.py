from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.strictjson import JSON
from store.casekey import CaseKey
from store.change import Setting
from store.device import Device
from store.errors import DamagedError
from store.frame import Body, open_record, parse_body, seal_record
from store.journal import Reading, read_segment
from store.keyring import Keyring
from store.roll import Place
from store.segment import (
    HEADER_SIZE,
    TRAILER_SIZE,
    SegmentCipher,
    SegmentHeader,
    closing_claim,
    parse_header,
    trailer,
)
from tests.store.build import WALL, closed, flip, insider, make, opened, save, segments, titles

KEYRING = Keyring(bytes(range(32)), {1: bytes(32)})
DEVICE = Device.generate()
HEADER = SegmentHeader(KEYRING.vault_id, "a" * 32, 1, 1, bytes(32), bytes(32))
CIPHER = SegmentCipher(HEADER, KEYRING)
KEY = CaseKey.generate("c" * 32)


def _body(size: int = 10) -> Body:
    return seal_record(KEY, KEYRING.vault_id, os.urandom(32).hex(), os.urandom(size))


def _file(*bodies: Body) -> bytes:
    return HEADER.pack() + b"".join(CIPHER.seal(i, body) for i, body in enumerate(bodies))


def _many(path: Path, count: int) -> str:
    """A closed vault whose second segment has one save a frame."""
    closed(path)
    with opened(path) as vault:
        case_id = vault.new_case_id()
        for number in range(count):
            save(vault, case_id, f"Save {number}")
    shutil.rmtree(path / "cache")
    (path / "cache").mkdir(mode=0o700)
    return case_id


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000), st.binary(min_size=32, max_size=32))
def test_a_record_comes_back_from_its_frame(record: bytes, change: bytes) -> None:
    body = seal_record(KEY, KEYRING.vault_id, change.hex(), record)
    frame = CIPHER.seal(3, body)

    assert (len(frame) - 20) % 256 == 0
    assert CIPHER.open(3, frame) == body
    assert CIPHER.open(4, frame) is None
    assert open_record(KEY, KEYRING.vault_id, body) == record
    assert open_record(KEY, bytes(32), body) is None
    assert open_record(CaseKey("d" * 32, KEY.key), KEYRING.vault_id, body) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_body_are_a_body_or_none(data: bytes) -> None:
    body = parse_body(data)

    assert body is None or len(body.sealed) <= len(data)


def test_a_segment_header_reads_back() -> None:
    assert len(HEADER.pack()) == HEADER_SIZE == 134
    assert parse_header(HEADER.pack() + b"more") == HEADER
    for raw in (b"", HEADER.pack()[:-1], b"x" + HEADER.pack()[1:]):
        with pytest.raises(DamagedError):
            parse_header(raw)


def test_a_walk_gives_every_frame_in_order() -> None:
    bodies = [_body(10), _body(1000), _body(10)]
    raw = _file(*bodies)

    assert [frame.body for frame in CIPHER.walk(raw)] == bodies
    assert [frame.body for frame in CIPHER.walk(raw + trailer(raw, 3, DEVICE.signing))] == bodies


@pytest.mark.parametrize("offset", [0, 1, 2, 3, 4, 100, -1])
def test_a_damaged_frame_does_not_hide_those_after_it(offset: int) -> None:
    bodies = [_body(10), _body(1000), _body(300), _body(10)]
    raw = bytearray(_file(*bodies))
    second = HEADER_SIZE + len(CIPHER.seal(0, bodies[0]))
    third = second + len(CIPHER.seal(1, bodies[1]))
    raw[(second if offset >= 0 else third) + offset] ^= 1

    frames = list(CIPHER.walk(bytes(raw)))

    assert [frame.body for frame in frames] == [bodies[0], None, *bodies[2:]]
    assert [frame.index for frame in frames] == [0, 1, 2, 3]


def test_a_wiped_block_does_not_hide_the_frames_after_it() -> None:
    bodies = [_body(10) for _ in range(12)]
    raw = bytearray(_file(*bodies))
    raw[HEADER_SIZE + 300 : HEADER_SIZE + 1500] = bytes(1200)

    found = [frame.body for frame in CIPHER.walk(bytes(raw))]

    assert found == [bodies[0], None, None, None, None, None, *bodies[6:]]


def test_a_trailer_speaks_for_these_bytes_only() -> None:
    raw = _file(_body())
    whole = raw + trailer(raw, 1, DEVICE.signing)

    assert len(whole) == len(raw) + TRAILER_SIZE == len(raw) + 148
    assert closing_claim(whole, HEADER) is not None
    assert closing_claim(raw, HEADER) is None
    assert closing_claim(b"", HEADER) is None
    for offset in (0, HEADER_SIZE, len(raw), len(raw) + 4, len(raw) + 20, len(raw) + 60):
        broken = bytearray(whole)
        broken[offset] ^= 1
        assert closing_claim(bytes(broken), HEADER) is None


def test_a_flipped_byte_anywhere_in_a_segment_is_named_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    case_id = _many(path, 3)
    last = segments(path)[-1]
    size = last.stat().st_size
    places = (0, 9, 20, 50, 64, 69, 80, 120, HEADER_SIZE, HEADER_SIZE + 30, size // 2, size - 200)
    for offset in (*places, size - 140, size - 130, size - 100, size - 70, size - 1):
        flip(last, offset)

        with opened(path, writable=False) as vault:
            assert vault.notices, offset
            assert all("segment 0000000002" in line or "head" in line for line in vault.notices)
            if offset >= HEADER_SIZE:
                assert len(vault.state(case_id).changes) >= 2
        flip(last, offset)

    with opened(path, writable=False) as vault:
        assert (vault.notices, titles(vault)) == ((), ["Save 2"])


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    closed(path, "One")
    for title in ("Two", "Three"):
        with opened(path) as vault:
            save(vault, vault.new_case_id(), title)
    middle, last = segments(path)[-2:]
    middle.rename(tmp_path / "kept")

    with opened(path, writable=False) as vault:
        assert titles(vault) == ["One", "Three"]
        assert any("does not follow" in line for line in vault.notices)
        assert any("head" in line and ": 3" in line for line in vault.notices)
    shutil.move(tmp_path / "kept", middle)
    last.unlink()
    with opened(path, writable=False) as vault:
        assert any("head" in line and ": 4" in line for line in vault.notices)


@pytest.mark.parametrize("content", [b"", b"x" * 70, bytes(64) + b"[]", b"y" * 100_000])
def test_a_damaged_head_is_named_and_the_next_session_writes_a_new_one(
    tmp_path: Path, content: bytes
) -> None:
    path = closed(tmp_path / "vault", "One")
    (head,) = path.glob("journal/*/head")
    head.write_bytes(content)

    with opened(path) as vault:
        assert any("head" in line for line in vault.notices)
        save(vault, vault.new_case_id(), "Two")

    with opened(path) as vault:
        assert vault.notices == ()


def test_a_head_of_odd_rows_lists_nothing_for_them(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    (head,) = path.glob("journal/*/head")
    head.write_bytes(bytes(64) + b'{"v":1,"segments":[[1],"x",["1","2"]]}')

    with opened(path, writable=False) as vault:
        assert vault.notices == (
            f"head of device {vault.device_id[:8]} is not signed by its device",
        )


def test_a_vault_without_a_head_is_read(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    for head in path.glob("journal/*/head"):
        head.unlink()

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["One"], ())


def test_files_that_are_not_ours_are_ignored(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    home = segments(path)[0].parent
    (home / ".DS_Store").write_bytes(b"x")
    (home / "0000000007-aaaaaaaa.seg.1234.tmp").write_bytes(b"x")
    (path / "journal" / "desktop.ini").write_bytes(b"x")

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["One"], ())


def test_a_segment_of_another_name_ends_no_reading(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    (segments(path)[0].parent / "zz\x1b.seg").write_bytes(b"x")

    with opened(path, writable=False) as vault:
        assert titles(vault) == ["One"]
        assert not any("\x1b" in line for line in vault.notices)
    with opened(path) as vault, pytest.raises(DamagedError, match="no name of a segment"):
        save(vault, vault.new_case_id(), "Two")


def test_a_segment_under_another_devices_name_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    home = segments(path)[0].parent
    shutil.copytree(home, home.with_name("0" * 32))

    with opened(path, writable=False) as vault:
        assert titles(vault) == ["One"]
        assert any("another vault or device" in line for line in vault.notices)
        assert any("not signed by its device" in line for line in vault.notices)


def test_a_reader_keeps_what_it_read_when_the_writer_closes_the_segment(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        save(vault, case_id, "Two")
        reader = opened(path, writable=False)
    try:
        assert [change.seq for change in reader.state(case_id).changes] == [3, 4]
    finally:
        reader.close()


def test_a_record_that_is_not_what_its_frame_says_is_void(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    with opened(path, writable=False) as vault:
        case_id = vault.rows()[0].id
    inside = insider(path)
    good = inside.change(Setting(case_id, (), 2, WALL), [])
    elsewhere = inside.change(Setting("e" * 32, (), 2, WALL), [])
    inside.append((good, good.raw[:64] + b"{}"), (elsewhere, elsewhere.raw), case_id=case_id)

    with opened(path, writable=False) as vault:
        assert titles(vault) == ["One"]
        assert sorted(line.partition("void: ")[2] for line in vault.notices) == [
            "it is another record than its frame says",
            "record lacks a field, or has one of another type",
        ]


def test_a_record_with_a_foreign_signature_is_void(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    with opened(path, writable=False) as vault:
        case_id, own = vault.rows()[0].id, vault.device_id

    notices = _lie_as(path, case_id, own)

    assert [line.partition("void: ")[2] for line in notices] == ["no known device signed it"]


def _lie_as(path: Path, case_id: str, device_id: str) -> list[str]:
    inside = insider(path)
    ops: list[dict[str, JSON]] = [{"o": "set", "f": "case/title", "v": "lie", "over": []}]
    setting = Setting(case_id, (), 2, WALL)
    change = inside.change(setting, ops, device=Device.generate(), name=device_id)
    inside.append((change, change.raw), case_id=case_id)
    with opened(path, writable=False) as vault:
        assert titles(vault) == ["One"]
        return list(vault.notices)


def test_a_case_key_that_is_missing_or_damaged_closes_that_case_only(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One", "Two")
    inside = insider(path)
    with opened(path, writable=False) as vault:
        case_id = vault.find("one")
    file = path / "keys" / inside.case_key(case_id).key_id
    raw = file.read_bytes()
    for content in (raw[:-1], b"x" + raw[1:], raw[:-1] + bytes([raw[-1] ^ 1]), None):
        file.unlink()
        if content is not None:
            file.write_bytes(content)

        with opened(path, writable=False) as vault:
            assert titles(vault) == ["Two"]
            assert any("case key" in line for line in vault.notices)
        file.write_bytes(raw)


def test_a_frame_that_rots_while_the_vault_is_open_is_void(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    case_id = _many(path, 2)
    with opened(path, writable=False) as vault:
        flip(segments(path)[-1], HEADER_SIZE + 30)
        assert len(vault.state(case_id).changes) == 1
        assert vault.notices[-1].endswith("its frame does not open")
    flip(segments(path)[-1], HEADER_SIZE + 30)
    with opened(path, writable=False) as vault:
        segments(path)[-1].unlink()
        assert vault.state(case_id).changes == ()


def test_no_case_word_stands_in_any_path_or_clear_byte(tmp_path: Path) -> None:
    canaries = ["Zanzibar", "IC-99999-Q7Q7", "Marram", "a.officer", "quokka"]
    vault, _ = make(tmp_path / "vault")
    case_id = vault.new_case_id()
    save(vault, case_id, "Zanzibar payroll IC-99999-Q7Q7")
    vault.put_blob(case_id, b"quokka " * 1000)
    vault.write_behind()
    save(vault, case_id, "Zanzibar again")
    names = [str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*")]
    clear = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    vault.close()
    names += [str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*")]
    clear += b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())

    for word in canaries:
        assert not [name for name in names if word.lower() in name.lower()]
        assert word.encode().lower() not in clear.lower()


def test_a_live_segment_that_its_writer_closed_meanwhile_is_read_under_its_new_name(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "One")
    keyring = insider(path).keyring
    last = segments(path)[-1]
    live = last.with_name(f"{last.stem.partition('-')[0]}.open")
    found, missing = Reading(), Reading()

    absent = live.with_name("0000000009.open")
    read_segment(Place(live, live.stem), keyring, [bytes(32)], found)
    read_segment(Place(absent, absent.stem), keyring, [bytes(32)], missing)

    assert len(found.refs) == 1
    assert missing == Reading()


def test_a_reader_says_nothing_of_a_live_segment_that_is_just_beginning(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    last = segments(path)[-1]
    last.with_name("0000000009.open").write_bytes(last.read_bytes()[:50])

    with opened(path, writable=False) as vault:
        assert (titles(vault), vault.notices) == (["One"], ())


def test_a_body_that_says_more_than_it_holds_is_none() -> None:
    data = bytes(80) + (1000).to_bytes(4, "big") + bytes(172)

    assert parse_body(data) is None
    assert parse_body(data[:80] + (172).to_bytes(4, "big") + bytes(172)) is not None
