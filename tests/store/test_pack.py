from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.binder import write_pack
from store.chunks import Seal
from store.envelope import Envelope
from store.errors import DamagedError
from store.pack import CHUNK, MAGIC, Column, Pack, empty, open_pack
from store.slip import SORTS, Slip
from tests.store.build import flip

KEY = bytes(range(32))
COVERS = "ab" * 32


def seal(name: str, *, vault: int = 0) -> Envelope:
    return Envelope(KEY, bytes([vault] * 32), "pack", name)


def slip(number: int, *, text: str = "", title: str = "Lost laptop") -> Slip:
    row = {
        "id": f"{number:032x}",
        "title": title,
        "state": "open",
        "deadline": number,
        "wall": f"2026-01-{28 - number % 28:02d}",
    }
    told = json.dumps(row).encode()
    return Slip.of(told, (text or f"text {number}").encode(), f"{number:064x}")


def packed(path: Path, *slips: Slip) -> Path:
    write_pack(path, seal, COVERS, sorted(slips, key=lambda each: each.keys[0]))
    return path


def large(path: Path) -> tuple[Path, list[Slip]]:
    """A pack whose texts take three chunks."""
    slips = [slip(number, text=f"{number} " * 16_000) for number in range(1, 41)]
    return packed(path / "rows.pack", *slips), slips


def test_a_pack_gives_back_what_was_put_in(tmp_path: Path) -> None:
    path, slips = large(tmp_path)

    pack = open_pack(path, seal)

    assert (pack.count, pack.covers, len(pack.rows)) == (40, COVERS, 40)
    assert [pack.slip(number) for number in range(40)] == slips
    assert pack.texts[38:40] == [each.text for each in slips[38:]]
    assert pack.covered(3) == slips[3].covers
    assert list(pack.ids()) == [each.id for each in slips]
    for rank, sort in enumerate(SORTS):
        told = [slips[number].keys[rank] for number in pack.order(sort)]
        assert told == sorted(told) == pack.keys[sort][:]


def test_a_case_is_found_by_its_id_and_by_how_that_begins(tmp_path: Path) -> None:
    pack = open_pack(packed(tmp_path / "p", *(slip(each) for each in (16, 17, 1, 300))), seal)

    assert [pack.number(f"{each:032x}") for each in (1, 16, 300)] == [0, 1, 3]
    assert [pack.number(f"{each:032x}") for each in (0, 15, 301)] == [None] * 3
    assert list(pack.beginning("0" * 30 + "1")) == [f"{16:032x}", f"{17:032x}"]
    assert list(pack.beginning("0" * 28 + "012c")) == [f"{300:032x}"]
    assert list(pack.beginning("f")) == []


def test_a_pack_of_nothing_has_nothing(tmp_path: Path) -> None:
    for pack in (empty(seal), open_pack(packed(tmp_path / "p"), seal)):
        assert (pack.count, list(pack.ids()), list(pack.order("clock"))) == (0, [], [])
        assert pack.number("a" * 32) is None
        assert not pack.texts.cold or pack.name


def test_nothing_of_a_case_stands_in_clear(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1, text="quokka", title="Quokka"))

    raw = path.read_bytes()

    assert b"uokka" not in raw
    assert b"clock" not in raw
    assert raw.startswith(MAGIC)
    assert len(raw) > 10 * 4096
    assert path.stat().st_mode & 0o777 == 0o600


def test_search_text_is_taken_into_memory_once(tmp_path: Path) -> None:
    path, slips = large(tmp_path)
    pack = open_pack(path, seal)

    before = pack.texts.cold
    pack.texts.warm()
    assert (before, pack.texts.cold) == (True, False)
    path.write_bytes(b"")
    pack.texts.warm()

    assert pack.texts[39] == slips[39].text
    holds = pack.texts.finder((b"5 5", b"5"))
    assert [number for number in range(40) if holds(number)] == [4]
    holds = pack.texts.finder((b"5", b"none such"))
    assert not any(holds(number) for number in range(40))


def test_a_column_keeps_what_it_read_first() -> None:
    asked: list[int] = []

    def load(number: int) -> bytes:
        asked.append(number)
        return struct.pack(">III", 1, 12, 13) + bytes([number])

    column = Column(load, [0, 1, 2, 3], 4, kept=2)
    for _ in range(2):
        assert column[:] == [b"\0", b"\1", b"\2", b"\3"]

    assert asked.count(0) == 1
    assert asked.count(3) == 2


def test_no_record_is_cut_in_two(tmp_path: Path) -> None:
    whole = "x" * (CHUNK + 5)
    pack = open_pack(packed(tmp_path / "p", slip(1, text=whole), slip(2), slip(3)), seal)

    assert [len(each) for each in pack.texts] == [CHUNK + 5, 6, 6]


def spoilt(path: Path) -> Iterator[Path]:
    """The ways in which the file of a pack is none."""
    raw = path.read_bytes()
    for part in (b"", raw[:8], raw[:9000], raw[:-1], raw + b"\0", b"x" + raw[1:], raw[:-8]):
        path.write_bytes(part)
        yield path
    path.write_bytes(raw[:-8] + b"\0" * 8)
    yield path
    path.write_bytes(raw)
    flip(path, len(raw) - 100)
    yield path
    path.unlink()
    path.mkdir()
    yield path
    path.rmdir()
    path.symlink_to(path.parent / "elsewhere")
    yield path


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1))
    for each in spoilt(path):
        with pytest.raises(DamagedError):
            open_pack(each, seal)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        open_pack(path, seal)


def test_a_pack_of_another_vault_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1))

    with pytest.raises(DamagedError):
        open_pack(path, lambda name: seal(name, vault=1))


def test_a_pack_of_another_version_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1))
    sealed = seal("toc").seal(b'{"v":2,"by":"0.0.1"}', b"")
    path.write_bytes(MAGIC + sealed + struct.pack(">Q", len(sealed)))

    with pytest.raises(DamagedError):
        open_pack(path, seal)


def test_damage_shows_where_it_is_read_and_nowhere_else(tmp_path: Path) -> None:
    path, slips = large(tmp_path)
    raw = path.read_bytes()
    at = raw.index(MAGIC) + len(MAGIC) + 70  # the first chunk that was full: of texts
    flip(path, at)
    pack = open_pack(path, seal)

    with pytest.raises(DamagedError):
        _ = pack.texts[0]
    assert (pack.texts[39], pack.rows[0]) == (slips[39].text, slips[0].row)


def test_chunks_of_an_older_pack_do_not_pass_for_those_of_a_newer_one(tmp_path: Path) -> None:
    old, new = packed(tmp_path / "a", slip(1)), packed(tmp_path / "b", slip(1))
    raw, other = bytearray(new.read_bytes()), old.read_bytes()
    raw[8:4000] = other[8:4000]
    raw[4000:4148] = other[4000:4148]
    new.write_bytes(raw)

    with pytest.raises(DamagedError):
        _ = open_pack(new, seal).rows[0]


def test_a_pack_that_was_replaced_can_still_be_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1, title="Old"))
    before = open_pack(path, seal)
    packed(path, slip(1, title="New"))

    assert b"Old" in before.rows[0]
    assert b"New" in open_pack(path, seal).rows[0]


def test_an_open_pack_gives_its_descriptor_back(tmp_path: Path) -> None:
    path = packed(tmp_path / "rows.pack", slip(1))
    before = _descriptors()
    packs: list[Pack] = [open_pack(path, seal) for _ in range(3)]
    assert _descriptors() == before + 3

    packs.clear()

    assert _descriptors() == before


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_seal_of_a_part_names_it() -> None:
    names: Seal = seal

    assert names("a").seal(b"x", b"") != names("b").seal(b"x", b"")
    with pytest.raises(DamagedError):
        names("b").unseal(names("a").seal(b"x", b""), b"")
