from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.strictjson import JSON
from store import team
from store.casekey import CaseKey, save_case_key
from store.change import Setting
from store.device import card_line, read_card_line
from store.errors import DamagedError, NotEnrolledError
from store.feed import Feed
from store.frame import seal_record
from store.joining import clone, join
from store.journal import read_journal
from store.recovery import RecoverySecret
from store.repair import repair
from store.roll import NAME, entries, is_whole, pack
from store.roller import ALONE, roll_up
from store.vault import Vault
from store.verify import verify
from store.writer import Writer
from tests.store.build import (
    WALL,
    cache_of,
    closed,
    flip,
    insider,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)
from tests.store.replicas import digests, exchange, home, let_in, newcomer, segments_of, stick_in


def rolls(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.roll"))


def sessions(path: Path, count: int) -> list[str]:
    """A vault of so many cases, each of a segment of its own."""
    closed(path, *(f"Case {number}" for number in range(count)))
    grow(path, count)
    with opened(path, writable=False) as vault:
        return titles(vault)


def grow(path: Path, count: int) -> None:
    """Write so many more segments, as sessions would, without opening the vault for each."""
    inside = insider(path)
    for _ in range(count):
        key = CaseKey.generate("ab" * 16)
        save_case_key(path / "keys", key, inside.keyring)
        name: dict[str, JSON] = {"o": "add", "f": f"key/{key.key_id}", "v": None, "over": []}
        change = inside.change(Setting(key.case_id, (), 1, WALL), [name])
        writer = Writer(path / "journal", inside.device, inside.keyring)
        writer.append(seal_record(key, inside.keyring.vault_id, change.id, change.raw))
        writer.close()


def own(path: Path) -> Path:
    return segments(path)[0].parent


def faults(path: Path) -> tuple[str, ...]:
    return verify(path, passphrase(), lambda *_: None).faults


def told(path: Path) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    with opened(path, writable=False) as vault:
        return digests(vault), vault.notices, faults(path)


@given(st.binary() | st.binary().map(lambda tail: b"BCROLL1\0" + tail))
def test_any_bytes_are_a_roll_or_damaged(raw: bytes) -> None:
    with contextlib.suppress(DamagedError):
        assert all(size >= 0 for _, _, size in entries(BytesIO(raw)))


def test_a_roll_gives_back_what_was_put_in() -> None:
    raw = pack([(1, b"one"), (7, b"seven")])

    found = [(stem[:10], raw[start : start + size]) for stem, start, size in entries(BytesIO(raw))]

    assert found == [("0000000001", b"one"), ("0000000007", b"seven")]


def test_a_session_rolls_up_when_too_many_segments_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 1)
    grow(path, ALONE - len(segments(path)))
    opened(path).close()
    assert rolls(path) == []
    before = told(path)
    grow(path, 1)
    with opened(path) as vault:
        after = digests(vault)

    (roll,) = rolls(path)
    assert len(segments(path)) == ALONE // 16
    assert NAME.fullmatch(roll.name)
    assert is_whole(roll.name, roll.read_bytes())
    assert told(path) == (after, before[1], ())


def test_what_is_rolled_up_reads_as_before_with_an_index_and_without(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    before = told(path)
    bytes_of = {each.stem: each.read_bytes() for each in segments(path)}

    roll_up(own(path), alone=2)

    (roll,) = rolls(path)
    raw = roll.read_bytes()
    parts = {stem: raw[start : start + size] for stem, start, size in entries(BytesIO(raw))}
    assert parts == {each: bytes_of[each] for each in sorted(bytes_of)[:-1]}
    assert told(path) == before
    opened(path).close()  # reads the roll once, and indexes it
    keyring = insider(path).keyring
    found = read_journal(path / "journal", keyring, Feed(cache_of(path), keyring).recall)
    assert (len(found.known), found.refs) == (len(bytes_of), [])
    shutil.rmtree(path / "cache" / "cases")
    assert told(path) == before


def test_a_kill_before_the_files_are_deleted_leaves_both_and_the_next_time_tidies(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    kept = shutil.copytree(own(path), tmp_path / "kept")
    before = told(path)
    roll_up(own(path), alone=2)
    for each in kept.glob("*.seg"):
        shutil.copy(each, own(path))

    assert told(path) == before
    roll_up(own(path), alone=2)

    assert (len(rolls(path)), len(segments(path))) == (1, 1)
    assert told(path) == before


def test_what_a_damaged_roll_should_hold_stays_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    kept = shutil.copytree(own(path), tmp_path / "kept")
    before = told(path)
    roll_up(own(path), alone=2)
    for each in kept.glob("*.seg"):
        shutil.copy(each, own(path))
    (roll,) = rolls(path)
    flip(roll, roll.stat().st_size - 1)

    roll_up(own(path), alone=2)

    assert told(path)[:2] == before[:2]


def test_a_roll_that_is_no_plain_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = sessions(path, 3)
    (own(path) / "0000000001-0000000002-00000000.roll").symlink_to(tmp_path / "elsewhere")

    with opened(path, writable=False) as vault:
        assert vault.notices[0].startswith("roll 0000000001-0000000002-00000000 of device")
        assert titles(vault) == names


def test_a_file_that_is_no_segment_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = sessions(path, 5)
    (own(path) / "0000000000-0badcafe.seg").write_bytes(b"x")

    roll_up(own(path), alone=2)

    assert len(segments(path)) == 2
    with opened(path, writable=False) as vault:
        assert titles(vault) == names


def test_a_damaged_segment_stays_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 7)
    spoilt = segments(path)[3]
    flip(spoilt, 200)
    before = told(path)

    roll_up(own(path), alone=2)

    assert (len(rolls(path)), spoilt.exists()) == (2, True)
    assert told(path) == before


def test_a_damaged_roll_is_named_and_what_is_whole_in_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = sessions(path, 5)
    roll_up(own(path), alone=2)
    (roll,) = rolls(path)
    flip(roll, roll.stat().st_size - 1)

    with opened(path, writable=False) as vault:
        assert titles(vault) == names
        assert any("is damaged" in line for line in vault.notices)
    assert faults(path)
    flip(roll, roll.stat().st_size - 1)
    for offset in (0, 8, 20, 60):  # magic, count, hash of the table, the table
        flip(roll, offset)
        with opened(path, writable=False) as vault:
            assert titles(vault) == names
            assert vault.notices == (
                f"roll {roll.stem} of device {roll.parent.name[:8]} is damaged",
            )
        flip(roll, offset)


@pytest.mark.parametrize("offset", [0, 8, 20, 60])
def test_a_damaged_table_of_a_roll_is_repaired_without_any_copy(
    tmp_path: Path, offset: int
) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    roll_up(own(path), alone=2)
    (roll,) = rolls(path)
    before = roll.read_bytes()
    flip(roll, offset)

    found = repair(path, passphrase(), None, lambda *_: None)

    name = f"roll {roll.stem} of device {roll.parent.name[:8]}"
    assert found.healed == (f"{name}: made whole of its segments",)
    assert found.verdict.faults == ()
    assert roll.read_bytes() == before
    assert len([*roll.parent.glob("*.roll.*.damaged")]) == 1


@pytest.mark.parametrize("by", ["repair", "sync"])
def test_a_segment_damaged_in_a_roll_is_taken_whole_and_so_is_the_roll(
    tmp_path: Path, by: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with rolled_vault(tmp_path) as (ours, _, stick):
        exchange(ours, stick)
        before = digests(ours)
    (roll,) = rolls(tmp_path / "ours")
    whole = roll.read_bytes()
    flip(roll, len(whole) // 2)

    if by == "repair":
        told_of = repair(tmp_path / "ours", passphrase(), str(stick), lambda *_: None).healed
    else:
        with opened(tmp_path / "ours") as vault:
            told_of = exchange(vault, stick).lines("healed")

    assert [line.partition(" ")[0] for line in told_of] == ["segment", "roll"]
    assert (roll.read_bytes(), faults(tmp_path / "ours")) == (whole, ())
    with opened(tmp_path / "ours") as vault:
        assert exchange(vault, other).lines("damaged") == ()
        with let_in(vault, tmp_path / "third", other) as third:
            assert {name: digests(third)[name] for name in before if name != vault.log_id} == {
                name: each for name, each in before.items() if name != vault.log_id
            }


def test_a_roll_whose_segments_no_copy_has_whole_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    roll_up(own(path), alone=2)
    (roll,) = rolls(path)
    for offset in (20, len(roll.read_bytes()) // 2):
        flip(roll, offset)
    before = roll.read_bytes()

    found = repair(path, passphrase(), None, lambda *_: None)

    assert (found.healed, roll.read_bytes()) == ((), before)
    assert found.verdict.faults


def test_what_is_no_roll_is_left_by_a_repair(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    sessions(path, 5)
    roll_up(own(path), alone=2)
    (roll,) = rolls(path)
    raw = roll.read_bytes()
    roll.unlink()
    roll.mkdir()
    (roll.parent / f"x{roll.name}").write_bytes(raw)

    found = repair(path, passphrase(), None, lambda *_: None)

    assert (found.healed, roll.is_dir()) == ((), True)
    assert found.verdict.faults


def test_a_reader_keeps_reading_when_the_owner_rolls_up(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = sessions(path, 5)
    opened(path).close()
    shutil.rmtree(path / "cache" / "cases")
    with opened(path, writable=False) as reader:
        roll_up(own(path), alone=2)

        assert {reader.case(row.id).title for row in reader.rows()} == {*names}
        assert reader.notices == ()
        shutil.rmtree(path / "journal")
        path.joinpath("journal").mkdir()


@contextlib.contextmanager
def rolled_vault(tmp_path: Path) -> Iterator[tuple[Vault, RecoverySecret, Path]]:
    """A vault with a roll, open, and a stick that had its segments one by one before."""
    stick = stick_in(tmp_path)
    vault, recovery = make(tmp_path / "ours")
    with vault:
        for number in range(3):
            save(vault, vault.new_case_id(), f"Case {number}")
            exchange(vault, stick)
    roll_up(own(tmp_path / "ours"), alone=2)
    with opened(tmp_path / "ours") as again:
        yield again, recovery, stick


def test_the_owners_roll_takes_the_place_of_its_segments_on_a_medium(tmp_path: Path) -> None:
    with rolled_vault(tmp_path) as (ours, _, stick):
        before = len(segments(home(ours, stick)))
        exchange(ours, stick)

        assert (before, len(rolls(stick))) == (4, 1)
        assert len(segments(home(ours, stick))) == 1
        with let_in(ours, tmp_path / "theirs", stick) as theirs:
            assert digests(theirs) == digests(ours)
            exchange(theirs, stick)  # has them one by one: and does not put them back
            assert exchange(theirs, stick).copied == 0
            assert len(segments_of(ours, stick, ours.device_id)) < 4
            assert len(rolls(stick)) == 1
            assert theirs.notices == ()


@pytest.mark.parametrize("offset", [0, -1])
def test_a_damaged_roll_on_a_medium_is_set_aside_and_copied_again(
    tmp_path: Path, offset: int
) -> None:
    with rolled_vault(tmp_path) as (ours, _, stick):
        exchange(ours, stick)
        (roll,) = rolls(stick)
        flip(roll, offset % roll.stat().st_size)
        vault_id = bytes.fromhex(ours.id)
        device = clone(tmp_path / "theirs", passphrase(), vault_id, newcomer())
        card = read_card_line(card_line(device, "b.colleague", vault_id), vault_id)
        team.add(ours, card, ("responder",), wall=WALL)
        exchange(ours, stick)
        with pytest.raises(NotEnrolledError):
            join(tmp_path / "theirs", passphrase(), stick)
        assert (rolls(stick), len(list(roll.parent.glob("*.damaged")))) == ([], 1)

        exchange(ours, stick)
        join(tmp_path / "theirs", passphrase(), stick)

        with opened(tmp_path / "theirs") as theirs:
            assert len(titles(theirs)) == 3


def test_a_roll_of_another_device_is_passed_on_where_its_segments_are_missing(
    tmp_path: Path,
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with rolled_vault(tmp_path) as (ours, _, _):
        team.renew(ours, wall=WALL)
    with opened(tmp_path / "ours") as renewed:
        exchange(renewed, other)
        assert len(rolls(other)) == 1
        before = len(segments(home(renewed, other)))
        assert exchange(renewed, other).copied == 0
        assert len(segments(home(renewed, other))) == before
