"""What opens a replica: age and SSH keys beside passphrases, let in, used, and taken out again."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import CaseError, MissingError, UsageError
from store import access as store_access
from store import slots
from store.access import Access, listed, unlocked
from store.age.hybrid import HYBRID
from store.age.keys import KINDS, Identity
from store.age.kind import Kind
from store.age.ssh import SSH
from store.age.x25519 import X25519
from store.errors import DamagedError, StoreError, WrongPassphraseError
from store.header import LARGEST, Header, parse_header, unlock
from store.joining import device_of, with_recovery
from store.kdf import cost_of
from store.keyring import Keyring
from store.opener import Identities, Opener
from store.slots import Slot
from store.vault import Vault
from store.verify import verify
from tests.store.build import WORDS, closed, make, opened, opened_key, passphrase, titles

COST = cost_of(19)
SECOND = b"another six words for today"
VAULT_ID = hashlib.sha256(b"record 0").digest()
REPLICA_KEY = bytes(range(32))


def let_in(path: Path, identity: Identity) -> Opener:
    """Let an identity open a closed vault."""
    with unlocked(path, passphrase()) as access:
        access.add_recipient(identity.recipient().text())
    return Identities((identity,))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_key_that_was_let_in_opens_all_that_a_passphrase_does(tmp_path: Path, kind: Kind) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    identity = Identity.generate(kind)
    stranger = Identities((Identity.generate(), Identity.generate(SSH), Identity.generate(HYBRID)))
    with pytest.raises(WrongPassphraseError, match="no identity"):
        Vault.open(path, Identities((identity,)))

    opener = let_in(path, identity)

    both = Identities((*stranger.keys, identity))
    with Vault.open(path, both) as vault:
        assert (titles(vault), vault.notices) == (["Lost laptop"], ())
    assert verify(path, opener, lambda *_: None).faults == ()
    assert device_of(path, opener)[1] == parse_header((path / "header").read_bytes()).vault_id
    with pytest.raises(WrongPassphraseError, match="no identity"):
        Vault.open(path, stranger)
    entered, recipients = listed(path, opener)
    assert entered.slot is not None
    assert slots.sealed_for(entered.slot) == identity.kind.name
    assert recipients == {entered.slot.name: identity.recipient().text()}


def test_a_key_opens_the_header_to_be_changed_and_a_forgotten_passphrase_is_replaced(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with unlocked(path, passphrase()) as access:
        access.add_passphrase(bytearray(SECOND), COST)
    opener = let_in(path, Identity.generate())

    with unlocked(path, opener) as access:
        assert access.change_passphrase(bytearray(b"six new words to open it"), COST) == ()

    for old in (WORDS, SECOND):
        with pytest.raises(WrongPassphraseError):
            Vault.open(path, bytearray(old))
    Vault.open(path, bytearray(b"six new words to open it")).close()


def test_changes_of_one_session_are_all_kept(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    identity = Identity.generate()
    with unlocked(path, passphrase()) as access:
        access.add_passphrase(bytearray(SECOND), COST)
        access.add_recipient(identity.recipient().text())

    for opener in (passphrase(), bytearray(SECOND), Identities((identity,))):
        Vault.open(path, opener).close()


def test_a_second_passphrase_opens_too_and_stays_when_the_first_is_changed(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with unlocked(path, passphrase()) as access:
        added = access.add_passphrase(bytearray(SECOND), COST)

    with unlocked(path, passphrase()) as access:
        others = access.change_passphrase(bytearray(b"six new words to open it"), COST)

    assert others == (added,)
    with Vault.open(path, bytearray(SECOND)) as vault:
        assert titles(vault) == ["Lost laptop"]
    with pytest.raises(WrongPassphraseError):
        opened(path)


def test_a_slot_that_was_taken_out_opens_no_more_but_in_an_old_header(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opener = let_in(path, Identity.generate())
    old = (path / "header").read_bytes()
    with unlocked(path, opener) as access:
        slot = access.entered.slot
        assert slot is not None
        access.remove(access.find(slot.name[:4]))

    with pytest.raises(WrongPassphraseError):
        Vault.open(path, opener)

    opened(path).close()
    (path / "header").write_bytes(old)
    with Vault.open(path, opener) as vault:
        assert "header is older" in vault.notices[0]


def test_the_last_slot_beside_the_recovery_key_is_never_taken_out(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    with unlocked(path, passphrase()) as access:
        mine, recovery = access.header.slots
        with pytest.raises(UsageError, match="only the recovery key"):
            access.remove(mine)
        access.remove(recovery)
    with unlocked(path, passphrase()) as access, pytest.raises(UsageError, match="nothing would"):
        access.remove(mine)

    opened(path).close()


def test_a_slot_is_named_by_enough_of_its_id(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    with unlocked(path, passphrase()) as access:
        first = access.header.slots[0]
        twice = replace(access.header, slots=(first, replace(first, body=b"")))
        for wanted in (first.name[:3], "0" * 32, ""):
            with pytest.raises(MissingError):
                access.find(wanted)
        with pytest.raises(UsageError, match="2 slots"):
            Access(path, access.entered, access.watch, twice).find(first.name)


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt", "plugin"),
        ("age1x/../../bin/sh", "mistyped"),
        ("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=", "kind of SSH key"),
        ("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t", "kind of SSH key"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ", "kind of SSH key"),
        ("ssh-ed25519 AAAA", "cut short"),
        ("", "not an age key"),
        (Identity.from_seed(bytes(range(32))).text(), "secret key"),
    ],
)
def test_a_recipient_that_will_not_do_is_refused_in_words_and_nothing_is_run(
    tmp_path: Path, recipient: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault")
    before = (path / "header").read_bytes(), (path / "keyring").read_bytes()
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setattr(os, "posix_spawn", None)

    with unlocked(path, passphrase()) as access, pytest.raises(CaseError, match=said) as caught:
        access.add_recipient(recipient)

    assert recipient.startswith("AGE") <= ("AGE-" not in caught.value.message)
    assert before == ((path / "header").read_bytes(), (path / "keyring").read_bytes())


def test_a_recipient_is_let_in_once(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    identity = Identity.generate()
    let_in(path, identity)

    with pytest.raises(UsageError, match="already"):
        let_in(path, identity)


def test_a_header_holds_64_slots_and_64_kib_and_no_more(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    recipient = Identity.generate().recipient()
    key, _ = opened_key(path)
    many = tuple(slots.recipient_slot(key, recipient) for _ in range(62))
    header = parse_header((path / "header").read_bytes())
    (path / "header").write_bytes(replace(header, slots=(*header.slots, *many)).pack(key))
    with unlocked(path, passphrase()) as access, pytest.raises(UsageError, match="no room"):
        access.add_passphrase(bytearray(SECOND), COST)
    large = slots.recipient_slot(key, Identity.generate(HYBRID).recipient())
    fits = (LARGEST - len(header.pack(key))) // len(large.pack())
    full = replace(header, slots=(*header.slots, *[large] * fits))
    (path / "header").write_bytes(full.pack(key))

    with unlocked(path, passphrase()) as access, pytest.raises(UsageError, match="no room"):
        access.add_recipient(Identity.generate(HYBRID).recipient().text())

    with opened(path) as vault:
        assert titles(vault) == ["Lost laptop"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_flipped_byte_of_a_header_with_age_slots_is_damage(kind: Kind) -> None:
    identity = Identity.generate(kind)
    slot = slots.recipient_slot(REPLICA_KEY, identity.recipient())
    raw = Header(VAULT_ID, 1, 0, (slot,)).pack(REPLICA_KEY)
    for offset in range(len(raw)):
        flipped = bytearray(raw)
        flipped[offset] ^= 1

        with pytest.raises(StoreError) as caught:
            unlock(bytes(flipped), parse_header(bytes(flipped)), Identities((identity,)))
        assert not isinstance(caught.value, WrongPassphraseError), offset

    assert unlock(raw, parse_header(raw), Identities((identity,))) == REPLICA_KEY


def test_each_flipped_byte_of_an_age_slot_with_the_check_made_right_is_refused() -> None:
    identity = Identity.generate()
    slot = slots.recipient_slot(REPLICA_KEY, identity.recipient())
    raw = Header(VAULT_ID, 1, 0, (slot,)).pack(REPLICA_KEY)
    for offset in range(68, len(raw) - 64):
        forged = bytearray(raw)
        forged[offset] ^= 1
        forged[-64:-32] = hashlib.sha256(forged[:-64]).digest()

        with pytest.raises(CaseError) as caught:
            unlock(bytes(forged), parse_header(bytes(forged)), Identities((identity,)))
        assert caught.value.code in {65, 77}


def test_the_kind_of_a_slot_is_read_off_it_and_damage_is_none() -> None:
    assert slots.sealed_for(Slot(slots.RECIPIENT, 0, bytes(16), b"no age file")) == ""


# another's vault in the place of ours


def substituted(path: Path, identity: Identity) -> None:
    """What somebody does who knows a recipient, has their own vault, and may write to the disk."""
    theirs = path.with_name("theirs")
    closed(theirs, "Planted")
    with unlocked(theirs, passphrase()) as access:
        access.add_recipient(identity.recipient().text())
    shutil.rmtree(path)
    theirs.rename(path)


def test_a_whole_vault_put_in_the_place_of_ours_is_not_opened_by_a_key(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    identity = Identity.generate()
    opener = let_in(path, identity)
    substituted(path, identity)
    before = {each: each.stat().st_mtime_ns for each in path.rglob("*")}

    for open_it in (
        lambda: Vault.open(path, opener),
        lambda: Vault.open(path, opener, writable=False),
        lambda: verify(path, opener, lambda *_: None),
        lambda: unlocked(path, opener).__enter__(),
        lambda: device_of(path, opener),
    ):
        with pytest.raises(StoreError, match="another vault stands where yours was"):
            open_it()

    after = {each: each.stat().st_mtime_ns for each in path.rglob("*")}
    changed = {each.name for each in after if before.get(each) != after[each]}
    assert changed <= {"lock"}


def test_another_replica_key_under_the_same_vault_id_is_not_opened_by_the_recovery_key(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault"
    vault, recovery = make(path)
    vault.close()
    opened(path).close()
    key, vault_id = os.urandom(32), parse_header((path / "header").read_bytes()).vault_id
    slot = slots.recovery_slot(key, Identity.parse(recovery.text).recipient())
    (path / "header").write_bytes(Header(vault_id, 1, 0, (slot,)).pack(key))

    with pytest.raises(StoreError, match="another vault stands"):
        Vault.open(path, bytearray(recovery.text.encode()))


def test_whoever_put_it_there_opens_it_once_with_its_passphrase(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    identity = Identity.generate()
    opener = let_in(path, identity)
    substituted(path, identity)

    opened(path).close()

    with Vault.open(path, opener) as vault:
        assert (titles(vault), vault.notices) == (["Planted"], ())


def test_a_copy_that_a_key_opens_at_first_sight_is_told_with_its_number(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opener = let_in(path, Identity.generate())
    path = path.rename(tmp_path / "moved")

    with Vault.open(path, opener) as vault:
        (notice,) = vault.notices
        assert vault.number in notice
    with Vault.open(path, opener) as vault:
        assert vault.notices == ()


def test_without_a_place_for_it_a_key_is_told_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opener = let_in(path, Identity.generate())
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(file))

    for _ in range(2):
        with Vault.open(path, opener) as vault:
            assert vault.number in vault.notices[0]


def test_in_nobodys_home_a_key_is_told_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opener = let_in(path, Identity.generate())
    monkeypatch.delenv("XDG_STATE_HOME")

    def nobodys(_: type[Path]) -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", classmethod(nobodys))
    for _ in range(2):
        with Vault.open(path, opener) as vault:
            assert vault.number in vault.notices[0]


def test_what_is_kept_of_a_place_is_private_and_says_no_key(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opened(path).close()
    key, _ = opened_key(path)

    (file,) = (Path(os.environ["XDG_STATE_HOME"]) / "breachcase" / "places").iterdir()

    assert file.stat().st_mode & 0o777 == 0o600
    assert key.hex() not in file.read_text()
    assert "Lost" not in file.read_text()


# the age program opens it too


@pytest.mark.skipif(not shutil.which("age"), reason="the age program is not installed")
@pytest.mark.parametrize("kind", [X25519, SSH], ids=lambda kind: kind.name)
def test_the_age_program_opens_the_body_of_a_slot(tmp_path: Path, kind: Kind) -> None:
    path = closed(tmp_path / "vault")
    identity = Identity.generate(kind)
    let_in(path, identity)
    (tmp_path / "key").write_text(identity.text())
    (tmp_path / "key").chmod(0o600)
    slot = parse_header((path / "header").read_bytes()).slots[-1]

    done = subprocess.run(  # noqa: S603 - the system's
        ["age", "-d", "-i", str(tmp_path / "key")],  # noqa: S607 - the system's
        input=slot.body,
        capture_output=True,
        check=True,
    )

    assert done.stdout == slot.slot_id + opened_key(path)[0]


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
def test_a_key_pair_of_ssh_keygen_is_let_in_by_its_public_line(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    file = tmp_path / "id"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", str(file)]
    subprocess.run(command, check=True)  # noqa: S603 - the system's

    with unlocked(path, passphrase()) as access:
        access.add_recipient(file.with_suffix(".pub").read_text())

    identity = Identity.parse(file.read_text(), KINDS)
    with Vault.open(path, Identities((identity,))) as vault:
        assert titles(vault) == ["Lost laptop"]


# the names of recipients, in the keyring


def test_names_of_slots_that_are_gone_are_forgotten_with_the_next(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    first = let_in(path, Identity.generate())
    with unlocked(path, first) as access:
        assert access.entered.slot is not None
        access.remove(access.entered.slot)
    let_in(path, Identity.generate())

    entered, recipients = listed(path, passphrase())

    assert recipients.keys() <= {each.name for each in entered.header.slots}
    assert len(recipients) == 1


def test_a_keyring_keeps_recipients_and_says_nothing_without() -> None:
    plain = Keyring.generate(VAULT_ID, bytes(32))
    told = replace(plain, recipients={"ab": "age1x"}, leaving=("cd",))

    assert Keyring.load(VAULT_ID, told.dump()) == told
    assert Keyring.load(VAULT_ID, plain.dump()) == plain
    assert b"recipients" not in plain.dump()
    for value in (b'"recipients":[]', b'"leaving":1', b'"recipients":1'):
        with pytest.raises(DamagedError):
            Keyring.load(VAULT_ID, b'{"v":1,"epochs":{},' + value + b"}")


def test_a_kill_between_name_and_slot_leaves_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    identity = Identity.generate()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store_access, "put_header", killed)
        with pytest.raises(KeyboardInterrupt):
            let_in(path, identity)

    with opened(path) as vault:
        assert titles(vault) == ["Lost laptop"]
    with Vault.open(path, let_in(path, identity)) as vault:
        assert titles(vault) == ["Lost laptop"]


def test_with_the_recovery_key_in_place_of_the_device_a_key_opens_too(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    vault.close()
    opener = let_in(tmp_path / "vault", Identity.generate())

    with with_recovery(tmp_path / "vault", opener, recovery) as again:
        assert again.notices == ()
