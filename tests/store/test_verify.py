"""`verify` over vaults in which one thing is wrong: that thing is named, the rest is counted."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.strictjson import JSON
from store.change import BlobOp, Setting
from store.device import Device
from store.errors import StoreError, WrongPassphraseError
from store.grant import seal_grant
from store.keyring import Keyring
from store.vault import Vault
from store.verify import Verdict, verify
from tests.store.build import WALL, flip, insider, make, opened, passphrase, save, segments, silent
from tests.store.replicas import exchange, let_in, segments_of, two


def verdict(path: Path) -> Verdict:
    return verify(path, passphrase(), silent)


def attach(vault: Vault, case_id: str, data: bytes) -> None:
    told = vault.put_blob(case_id, data)
    shown = vault.state(case_id)
    vault.commit(case_id, [BlobOp("evidence/1", told)], shown=shown, wall=WALL)


def whole(path: Path) -> Path:
    """Two cases, one with an attachment; 2 + 2 + 1 + 1 records in three segments."""
    with make(path)[0] as vault:
        for title in ("Lost laptop", "Wrong address"):
            save(vault, vault.new_case_id(), title)
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        save(vault, case_id, "Lost laptop and phone")
        attach(vault, case_id, b"a list of names" * 10_000)
    return path


def files(path: Path) -> dict[Path, tuple[bytes, int]]:
    return {
        each: (each.read_bytes(), each.stat().st_mtime_ns)
        for each in path.rglob("*")
        if each.is_file()
    }


def test_a_whole_vault_is_counted_and_not_touched(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    before = files(path)
    told = []

    found = verify(path, passphrase(), lambda *step: told.append(step))

    assert (found.faults, found.notice) == ((), "")
    assert found.counts == {
        "devices": 1, "segments": 3, "records": 6, "cases": 2, "key files": 3, "grants": 2,
        "attachments": 1, "destroyed records": 0,
    }  # fmt: skip
    assert files(path) == before
    assert {what for what, _, _ in told} == {"devices", "records", "attachments"}
    assert found.as_json()["damaged"] == []
    assert found.as_json()["vault"] == insider(path).keyring.vault_id.hex()


def test_a_vault_in_use_is_whole(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    with opened(path) as vault:
        save(vault, vault.new_case_id(), "Third")
        found = verdict(path)
        [live] = segments(path, ".open")
        with live.open("ab") as file:
            file.write(b"a frame that is being written")

        assert (found.faults, found.counts["cases"]) == ((), 3)
        assert verdict(path).faults == ()


def test_the_recovery_key_verifies_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    vault.close()

    assert verify(tmp_path / "vault", bytearray(recovery.text.encode()), silent).faults == ()
    with pytest.raises(WrongPassphraseError):
        verify(tmp_path / "vault", passphrase(b"wrong horse battery"), silent)


def test_an_older_copy_is_told_and_is_no_damage(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    opened(path).close()
    shutil.copytree(path, tmp_path / "copy")
    with opened(path) as vault:
        save(vault, vault.new_case_id(), "Third")

    found = verdict(tmp_path / "copy")

    assert found.faults == ()
    assert found.notice.startswith("this vault is older")


def only(path: Path, pattern: str) -> Path:
    [found] = path.glob(pattern)
    return found


def at(pattern: str, offset: int) -> Callable[[Path], None]:
    return lambda path: flip(min(path.glob(pattern)), offset)


def gone(pattern: str) -> Callable[[Path], None]:
    return lambda path: min(path.glob(pattern)).unlink()


def linked(name: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        (path / name).rename(path.parent / "moved")
        (path / name).symlink_to(path.parent / "moved")

    return change


def piped(pattern: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        found = min(path.glob(pattern))
        found.unlink()
        os.mkfifo(found)

    return change


def shared(name: str) -> Callable[[Path], None]:
    return lambda path: (path / name).chmod(0o770)


def set_aside(path: Path) -> None:
    home = segments(path)[0].parent
    (home / "0000000009.damaged").write_bytes(b"what was left")


def homeless(path: Path) -> None:
    home = segments(path)[0].parent
    home.chmod(0o777)


def log_key(path: Path) -> None:
    insider(path).log_key.unlink()


def flip_in_key(file: Path) -> None:
    flip(file, 60)


def case_key(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        inside = insider(path)
        with opened(path, writable=False) as vault:
            busy = max(vault.rows(), key=lambda row: len(vault.state(row.id).changes))
        damage(path / "keys" / inside.case_key(busy.id).key_id)

    return change


def own_grant(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        damage(only(path, f"grants/1-{insider(path).card.device_id[:8]}-*.age"))

    return change


def flip_late(file: Path) -> None:
    flip(file, file.stat().st_size - 1)


def flip_early(file: Path) -> None:
    flip(file, 30)


def of_another_key(file: Path) -> None:
    inside = insider(file.parent.parent)
    other = Keyring(inside.keyring.vault_id, {1: bytes(32)})
    renamed(file, seal_grant(other, inside.device, inside.card, 1))


def of_no_admin(file: Path) -> None:
    inside = insider(file.parent.parent)
    renamed(file, seal_grant(inside.keyring, Device.generate(), inside.card, 1))


def renamed(file: Path, raw: bytes) -> None:
    """Put other bytes there, under the name that they have."""
    file.unlink()
    digest = hashlib.sha256(raw).hexdigest()
    file.with_name(f"{file.stem[:-8]}{digest[:8]}.age").write_bytes(raw)


@pytest.mark.parametrize(
    ("damage", "says", "left"),
    [
        (at("device.key", 100), "device.key: sealed file of kind device is damaged", 6),
        (gone("device.key"), "device.key: this is not a whole vault", 6),
        (piped("device.key"), "device.key: vault file device.key is not private", 6),
        (at("keyring", 100), "keyring: sealed file of kind keyring is damaged", 0),
        (gone("keyring"), "nothing can be read without it", 0),
        (at("journal/*/*1-*.seg", 20), "unreadable: it is of another vault", 4),
        (at("journal/*/*2-*.seg", 200), "1 of its changes may be missing; 1 change of it open", 5),
        (at("journal/*/*3-*.seg", -20), "is damaged: some of its changes may be missing", 6),
        (gone("journal/*/*2-*.seg"), "lists segments that are missing", 4),
        (gone("journal/*/*3-*.seg"), "lists segments that are missing", 4),
        (piped("journal/*/*3-*.seg"), "is unreadable", 4),
        (at("journal/*/head", 10), "head of device", 6),
        (at("journal/*/head", 64), "is unreadable: it is no plain json", 6),
        (gone("journal/*/head"), "is missing", 6),
        (set_aside, "was set aside as damaged", 6),
        (homeless, "is not private", 0),
        (linked("journal"), "vault folder journal is not private", 0),
        (linked("keys"), "vault folder keys is not private", 6),
        (shared("blobs"), "vault folder blobs is not private", 6),
        (at("blobs/*/*", 5000), "attachment is damaged", 6),
        (gone("blobs/*/*"), "attachment is not here", 6),
        (piped("blobs/*/*"), "is not a file", 6),
        (own_grant(flip_late), "age payload is damaged", 6),
        (own_grant(flip_early), "none of them yours", 6),
        (own_grant(of_another_key), "it grants nothing that this machine knows", 6),
        (own_grant(of_no_admin), "it grants nothing that this machine knows", 6),
        (at("grants/*", 3), "age header", 6),
        (case_key(flip_in_key), "is damaged; 3 changes stay closed", 3),
        (case_key(Path.unlink), "is not here; 3 changes stay closed", 3),
        (linked("lock"), "lock is not private", 6),
        (piped("lock"), "lock is not private", 6),
        (log_key, "record 0 cannot be read: no signature can be checked", 4),
    ],
)
def test_one_damaged_thing_is_named_and_the_rest_is_counted(
    tmp_path: Path, damage: Callable[[Path], None], says: str, left: int
) -> None:
    path = whole(tmp_path / "vault")
    damage(path)

    found = verdict(path)

    assert [line for line in found.faults if says in line], found.faults
    assert found.counts["records"] == left


def test_a_record_that_does_not_open_or_is_not_signed_is_named(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    with opened(path, writable=False) as vault:
        case_id = vault.rows()[0].id
    inside = insider(path)
    setting = Setting(case_id, (), 2, WALL)
    ops: list[dict[str, JSON]] = [{"o": "blob", "f": "evidence/2", "v": {"blob": "../x"}}]
    good, forged = inside.change(setting, ops), inside.change(setting, [], device=Device.generate())
    torn = inside.change(setting, [])
    inside.append(
        (good, good.raw), (torn, torn.raw[:64] + b"{}"), (forged, forged.raw), case_id=case_id
    )

    found = verdict(path)

    assert found.faults == (
        f"record {torn.id[:8]} of case {case_id[:8]} does not open",
        f"record {forged.id[:8]} of case {case_id[:8]} does not open",
        f"attachment ../x of case {case_id[:8]}: attachment has an impossible id",
    )
    assert found.counts["records"] == 7


def test_a_record_signed_by_a_stranger_is_named(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    with opened(path, writable=False) as vault:
        case_id, device = vault.rows()[0].id, vault.device_id
    inside = insider(path)
    forged = inside.change(Setting(case_id, (), 2, WALL), [], device=Device.generate(), name=device)
    inside.append((forged, forged.raw), case_id=case_id)

    assert verdict(path).faults == (
        f"record {forged.id[:8]} of case {case_id[:8]} is not signed by a known device",
    )


def test_segments_of_a_device_that_is_not_enrolled_are_named(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    with opened(path, writable=False) as vault:
        case_id = vault.rows()[0].id
    inside, stranger = insider(path), Device.generate()
    change = inside.change(Setting(case_id, (), 2, WALL), [], device=stranger)
    inside.append((change, change.raw), case_id=case_id, by=stranger)

    said = verdict(path).faults

    assert sum("is not signed by its device" in line for line in said) == 2
    assert sum("is not signed by a known device" in line for line in said) == 1


def test_what_may_be_missing_and_what_movers_leave_is_no_damage(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    for name in ("cache", "drafts"):
        shutil.rmtree(path / name)
    (path / "lock").unlink()
    for name in ("journal", "keys", "blobs", "grants"):
        (path / name / ".DS_Store").write_bytes(b"a mover's")

    assert verdict(path).faults == ()


@pytest.mark.parametrize("remove", [shutil.rmtree, lambda path: next(path.iterdir()).unlink()])
def test_a_missing_grant_is_named(tmp_path: Path, remove: Callable[[Path], None]) -> None:
    path = whole(tmp_path / "vault")
    grants = {each.name for each in (path / "grants").iterdir()}
    remove(path / "grants")
    left = {each.name for each in path.glob("grants/*")}

    gone = sorted(name[:10] for name in grants - left)  # what follows is the hash of the file
    assert verdict(path).faults == tuple(f"grant {name} is missing" for name in gone)


def test_a_missing_journal_is_named(tmp_path: Path) -> None:
    path = whole(tmp_path / "vault")
    shutil.rmtree(path / "journal")

    assert "folder journal is missing" in verdict(path).faults


@pytest.mark.parametrize("offset", [0, 70, 300])
def test_a_damaged_header_is_the_one_thing_said(tmp_path: Path, offset: int) -> None:
    path = whole(tmp_path / "vault")
    flip(path / "header", offset)

    with pytest.raises(StoreError):
        verdict(path)


def test_a_device_whose_last_segments_are_still_to_come_is_no_damage(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with ours, theirs:
        third = let_in(ours, tmp_path / "third", stick, person="c.third")
        with third:
            for title in ("Laptop", "Stick"):
                save(third, third.new_case_id(), title)
                exchange(third, stick)
            last = segments_of(third, stick, third.device_id)[-1]
        last.unlink()  # a mover has not brought it yet
        report = exchange(theirs, stick)

    found = verify(tmp_path / "theirs", passphrase(), lambda *_: None)

    assert len(report.lines("waiting")) == 1
    assert found.faults == ()
