from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import CaseError, UsageError
from store import slots
from store.age.file import seal_bytes
from store.age.keys import Identity
from store.errors import DamagedError, NotAVaultError, StoreError, WrongPassphraseError
from store.header import Header, parse_header, unlock
from store.kdf import Cost, cost_of, stretch
from store.passphrase import check_new
from store.slots import Slot, parse_slots, passphrase_slot, recovery_slot
from store.vault import Vault
from tests.store.build import WORDS, closed, flip, opened, passphrase

VAULT_ID = hashlib.sha256(b"record 0").digest()
REPLICA_KEY = bytes(range(32))
COST = cost_of(19)
IDENTITY = Identity.generate()
SLOT = passphrase_slot(VAULT_ID, REPLICA_KEY, passphrase(), COST)
HEADER = Header(VAULT_ID, 1, 0, (SLOT, recovery_slot(REPLICA_KEY, IDENTITY.recipient())))
RAW = HEADER.pack(REPLICA_KEY)


def test_a_header_reads_back_as_it_was_written() -> None:
    assert parse_header(RAW) == HEADER
    assert unlock(RAW, HEADER, passphrase()) == REPLICA_KEY
    assert unlock(RAW, HEADER, bytearray(IDENTITY.text().encode())) == REPLICA_KEY


def test_each_flipped_byte_of_a_header_is_damage_and_never_a_wrong_passphrase(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault")
    header = path / "header"
    for offset in range(header.stat().st_size):
        flip(header, offset)

        with pytest.raises(StoreError) as caught:
            opened(path)
        assert not isinstance(caught.value, WrongPassphraseError), offset
        flip(header, offset)

    opened(path).close()


def test_a_cut_or_longer_header_is_damaged() -> None:
    for size in (8, 20, 67, 68, 131, 132, len(RAW) - 1):
        with pytest.raises(DamagedError):
            parse_header(RAW[:size])
    with pytest.raises(DamagedError):
        parse_header(RAW + b"\0")


def test_a_slot_added_without_the_key_is_refused() -> None:
    mine = recovery_slot(REPLICA_KEY, IDENTITY.recipient())
    forged = Header(VAULT_ID, 1, 0, (*HEADER.slots, mine)).pack(bytes(32))

    with pytest.raises(DamagedError):
        unlock(forged, parse_header(forged), passphrase())


def test_a_newer_format_is_named() -> None:
    newer = bytearray(RAW)
    newer[11] = 2

    with pytest.raises(StoreError, match="newer"):
        parse_header(bytes(newer))


@pytest.mark.parametrize("kind", [slots.PASSPHRASE, slots.RECIPIENT])
def test_a_slot_of_another_shape_is_refused(kind: int) -> None:
    slot = Slot(kind, 0, bytes(16), b"short")
    raw = Header(VAULT_ID, 1, 0, (slot,)).pack(REPLICA_KEY)
    words = WORDS if kind == slots.PASSPHRASE else IDENTITY.text().encode()

    with pytest.raises(CaseError) as caught:
        unlock(raw, parse_header(raw), bytearray(words))
    assert caught.value.code == 65


def test_an_age_slot_moved_from_elsewhere_is_refused() -> None:
    sealed = seal_bytes(bytes(16) + REPLICA_KEY, [IDENTITY.recipient()])
    slot = Slot(slots.RECIPIENT, slots.RECOVERY, bytes([1] * 16), sealed)

    with pytest.raises(DamagedError):
        slots.open_with_identity(slot, IDENTITY)


@pytest.mark.parametrize(
    "cost", [Cost(19 * 1024 - 1), Cost(1024 * 1024 + 1), Cost(19456, 1), Cost(19456, 11)]
)
def test_kdf_numbers_out_of_limits_are_refused_before_deriving(cost: Cost) -> None:
    body = cost.memory.to_bytes(4, "big") + cost.passes.to_bytes(4, "big")
    slot = Slot(slots.PASSPHRASE, 0, SLOT.slot_id, body + SLOT.body[8:])

    with pytest.raises(StoreError, match="limits"):
        slots.open_with_passphrase(slot, VAULT_ID, passphrase())


@pytest.mark.parametrize("lanes", [0, 9])
def test_kdf_lanes_out_of_limits_are_refused(lanes: int) -> None:
    with pytest.raises(StoreError, match="limits"):
        stretch(passphrase(), bytes(32), Cost(19456, 3, lanes))


def test_any_passphrase_bytes_are_only_wrong() -> None:
    for words in (b"\xff\xfe" * 8, b"AGE-SECRET-KEY-1", "pässwörter".encode()):
        with pytest.raises(WrongPassphraseError):
            unlock(RAW, HEADER, bytearray(words))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_as_a_header_raise_only_our_errors(data: bytes, ours: bool) -> None:  # noqa: FBT001 - drawn
    raw = b"BCVAULT1\0\1\0\1" + data if ours else data

    with pytest.raises((DamagedError, NotAVaultError, StoreError)):
        parse_header(raw)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 64))
def test_any_bytes_as_slots_raise_only_our_errors(data: bytes, count: int) -> None:
    try:
        found = parse_slots(data, count)
    except DamagedError:
        return
    assert b"".join(slot.pack() for slot in found) == data


def test_a_rewritten_header_with_a_right_check_is_still_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    header = path / "header"
    raw = bytearray(header.read_bytes())
    raw[51] ^= 1  # the generation
    raw[-64:-32] = hashlib.sha256(raw[:-64]).digest()
    header.write_bytes(raw)

    with pytest.raises(DamagedError):
        opened(path)


def test_a_header_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    (path / "header").unlink()
    (path / "header").mkdir()

    with pytest.raises(StoreError):
        Vault.open(path, passphrase())


def test_a_mistyped_recovery_key_is_told_from_a_wrong_passphrase() -> None:
    text = IDENTITY.text()
    mistyped = text[:-1] + ("Q" if text[-1] != "Q" else "P")

    with pytest.raises(WrongPassphraseError, match="mistyped") as caught:
        unlock(RAW, HEADER, bytearray(mistyped.encode()))
    assert text[20:40] not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("written", [str.lower, str.upper])
def test_a_recovery_key_may_be_written_in_groups(written: Callable[[str], str]) -> None:
    text = written(IDENTITY.text())
    grouped = " " + " ".join(text[start : start + 5] for start in range(0, len(text), 5)) + "\n"

    # the first group is what tells it from a passphrase
    typed = grouped.replace(text[:5] + " " + text[5:10] + " " + text[10:15] + " ", text[:15])

    assert unlock(RAW, HEADER, bytearray(typed.encode())) == REPLICA_KEY


@pytest.mark.parametrize(
    "words",
    [b"", b" \t\n", b"x", b"   seven77   ", b"aaaaaaaaaaaa", b"ababcabcabc", "éééèèè".encode()],
)
def test_a_weak_passphrase_is_refused(words: bytes) -> None:
    with pytest.raises(UsageError):
        check_new(bytearray(words))


def test_a_recovery_key_cannot_become_the_passphrase() -> None:
    with pytest.raises(UsageError, match="recovery key"):
        check_new(bytearray(IDENTITY.text().encode()))


def test_eight_characters_of_any_script_will_do() -> None:
    check_new(bytearray("čřžšýáíé".encode()))
    check_new(bytearray(b" \xff\xfe\xfd\xfcbytes "))
