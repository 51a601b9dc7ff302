from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from models.strictjson import JSON
from store.age import Recipient, seal_bytes
from store.change import AddOp
from store.errors import DamagedError, WrongPassphraseError
from store.keyring import Keyring
from store.office import next_office
from store.vault import Founding, RecoverySecret, Vault

WALL = "2026-01-02T03:04:05.678Z"
WORDS = b"correct horse battery"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Vault, RecoverySecret]]:
    founding = Founding("a.person", "controller", "Example Agency", "Europe/London", 19)
    vault, recovery = Vault.create(tmp_path / "vault", bytearray(WORDS), founding, WALL)
    with vault:
        yield vault, recovery


def test_a_rotation_takes_the_key_that_was_committed_to_and_keeps_the_former_ones(
    made: tuple[Vault, RecoverySecret],
) -> None:
    vault, recovery = made
    before = vault.office

    vault.rotate_office(recovery, wall=WALL)
    vault.rotate_office(recovery, wall=WALL)

    first, second, third = vault.offices
    assert first.identity == before.identity
    for former, later in ((first, second), (second, third)):
        public = later.signing.public_key().public_bytes_raw()
        assert sha256(public).digest() == former.next_commitment
    assert vault.office_identities == (
        third.hybrid,
        third.identity,
        second.hybrid,
        second.identity,
        first.hybrid,
        first.identity,
    )
    assert len(set(vault.office_identities)) == 6


def test_an_office_that_is_classic_stays_so(tmp_path: Path) -> None:
    founding = Founding("a.person", "regulator", "Example", "Europe/London", 19, post_quantum=False)
    vault, recovery = Vault.create(tmp_path / "vault", bytearray(WORDS), founding, WALL)
    with vault:
        vault.rotate_office(recovery, wall=WALL)

        assert [keys.hybrid for keys in vault.offices] == [None, None]
        assert vault.office_identities == (vault.offices[1].identity, vault.offices[0].identity)


def test_a_rotation_is_there_when_the_vault_is_opened_again(
    made: tuple[Vault, RecoverySecret], tmp_path: Path
) -> None:
    vault, recovery = made
    vault.rotate_office(recovery, wall=WALL)
    keys = vault.office.identity
    vault.close()

    with Vault.open(tmp_path / "vault", bytearray(WORDS)) as again:
        assert again.office.identity == keys


def test_another_vaults_recovery_key_rotates_nothing(made: tuple[Vault, RecoverySecret]) -> None:
    vault, _ = made

    with pytest.raises(WrongPassphraseError, match="another vault's"):
        vault.rotate_office(RecoverySecret.generate(), wall=WALL)

    assert len(vault.offices) == 1


def _value(recovery: RecoverySecret, sealed: bytes, following: str) -> dict[str, JSON]:
    recipient: Recipient = recovery.device().identity.recipient()
    kept = b64encode(seal_bytes(sealed, [recipient])).decode()
    return {"next": following, "next_sealed": kept}


@pytest.mark.parametrize("sealed", [b"short", bytes(32), bytes(33)])
def test_a_next_key_that_is_not_the_committed_one_is_damage(sealed: bytes) -> None:
    recovery = RecoverySecret.generate()
    keyring = Keyring.generate(bytes(32), bytes(32))

    with pytest.raises(DamagedError):
        next_office(keyring, 1, _value(recovery, sealed, "00" * 32), recovery)


@pytest.mark.parametrize(
    "value", [None, {}, {"next": "00", "next_sealed": "?"}, {"next": "00", "next_sealed": "AAAA"}]
)
def test_an_office_that_keeps_no_next_key_is_damage(value: JSON) -> None:
    keyring = Keyring.generate(bytes(32), bytes(32))

    with pytest.raises(DamagedError):
        next_office(keyring, 1, value, RecoverySecret.generate())


def test_two_rotations_are_two_numbers_of_the_vault_log(
    made: tuple[Vault, RecoverySecret],
) -> None:
    vault, recovery = made
    vault.rotate_office(recovery, wall=WALL)
    vault.commit(vault.log_id, [AddOp("office/1/revoked", {})], shown=vault.log_state(), wall=WALL)

    fields = [name for name in vault.log_state().fields if name.startswith("office/")]

    assert sorted(fields) == ["office/1", "office/1/revoked", "office/2"]
    assert len(vault.offices) == 2
