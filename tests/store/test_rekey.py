"""All keys made anew: what opens before, after, and when it was cut off."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import UsageError
from store import folder, platform, replica
from store import rekey as store_rekey
from store.access import listed, unlocked
from store.age.keys import Identity
from store.age.ssh import SSH
from store.destruction import fates, order_shred, shred_now
from store.draft import Slot
from store.errors import DamagedError, ReadOnlyError, StoreError, WrongPassphraseError
from store.grant import FOLDER as GRANTS
from store.grant import SHORT
from store.kdf import cost_of
from store.ledger import NAME as LEDGER
from store.opener import Identities, Opener
from store.rekey import rekey
from store.repair import repair
from store.replica import NEXT, keep_next
from store.segment import HEADER_SIZE
from store.team import members, remove
from store.vault import Vault
from store.verify import verify
from tests.store.build import LATER, WALL, WORDS, closed, flip, make, opened, passphrase, save
from tests.store.build import titles as titles_of
from tests.store.replicas import digests, exchange, let_in, two

OTHER = b"another six words for today"


def rekeyed(path: Path, words: bytes = WORDS) -> store_rekey.Rekeyed:
    return rekey(path, bytearray(words), wall=LATER)


def active(vault: Vault) -> list[str]:
    """The devices that are in, but for the recovery key's."""
    found = [each for each in members(vault) if not each.removed]
    return [each.card.device_id for each in found if "recovery" not in each.card.roles]


def test_an_old_header_opens_nothing_of_the_replica_any_more(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    old = (path / "header").read_bytes()

    rekeyed(path)

    with opened(path) as vault:
        assert (titles_of(vault), vault.notices) == (["Lost laptop"], ())
    new = (path / "header").read_bytes()
    (path / "header").write_bytes(old)
    with pytest.raises(DamagedError):
        opened(path)
    (path / "header").write_bytes(new)
    assert verify(path, passphrase(), lambda *_: None).faults == ()


def test_whoever_has_an_old_copy_of_all_of_it_reads_and_signs_nothing_that_comes(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    copy = shutil.copytree(path, tmp_path / "copy")
    with opened(copy) as vault:
        before = vault.device_id

    made = rekeyed(path)
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        keys = len([*path.glob("keys/*")])
        save(vault, case_id, "Found laptop")
        assert len([*path.glob("keys/*")]) == keys + 1  # the case has a new key
        assert (vault.device_id, active(vault)) == (made.device, [made.device])
        assert before in vault.authority.removed
        assert before in vault.authority.epochs[made.epoch].without

    last = max((path / "journal" / made.device).glob("*.seg"))
    assert int.from_bytes(last.read_bytes()[66:70], "big") == made.epoch
    granted = [each.name for each in (path / GRANTS).glob(f"{made.epoch}-*")]
    assert not [name for name in granted if before[:SHORT] in name]
    assert len(granted) == 2  # to this device and the recovery key
    for name in ("journal", "keys", "grants"):
        shutil.copytree(path / name, copy / name, dirs_exist_ok=True)
    with opened(copy) as vault:
        assert titles_of(vault) == ["Lost laptop"]
        with pytest.raises(ReadOnlyError):
            save(vault, case_id, "Forged")


def test_colleagues_read_on_and_learn_of_the_new_device(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    save(ours, ours.new_case_id(), "Lost laptop")
    path = ours.replica.path
    ours.close()

    made = rekeyed(path)

    with opened(path) as vault, theirs:
        save(vault, vault.rows()[0].id, "Found laptop")
        exchange(vault, stick)
        exchange(theirs, stick)
        assert titles_of(theirs) == titles_of(vault)
        assert made.device in active(theirs)
        assert theirs.history.keyring.latest == made.epoch


def test_who_was_away_through_a_removal_and_a_rekey_comes_back(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with ours, theirs, let_in(ours, tmp_path / "third", stick, person="c.third") as third:
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        for vault in (ours, theirs):
            exchange(vault, stick)
        save(theirs, case_id, "Laptop, seen by a colleague")
        remove(ours, third.device_id, "left", wall=WALL)
        ours.settle()
        save(ours, case_id, "Stick")  # under the next epoch, and what the rekey pins
    for title in ("Letter", "Parcel"):
        rekeyed(tmp_path / "ours")
        with opened(tmp_path / "ours") as vault:
            save(vault, case_id, title)
            exchange(vault, stick)

    with opened(tmp_path / "theirs") as vault:
        report = exchange(vault, stick)
        assert (report.lines("unknown"), report.lines("refused"), report.lines("waiting")) == (
            (), (), (),
        )  # fmt: skip
        assert vault.notices == ()
        came = digests(vault)
    assert verify(tmp_path / "theirs", passphrase(), lambda *_: None).faults == ()
    with opened(tmp_path / "ours") as vault:
        exchange(vault, stick)
        assert digests(vault) == came


def test_one_damaged_segment_of_the_device_before_closes_nothing_else(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    for title in ("Stick", "Letter"):
        with opened(path) as vault:
            save(vault, vault.new_case_id(), title)
    stick = tmp_path / "stick"
    stick.mkdir()
    rekeyed(path)
    with opened(path) as vault:
        exchange(vault, stick)
        before = digests(vault)
        (old,) = vault.authority.removed
    spoilt = sorted((path / "journal" / old).glob("*.seg"))[2]
    flip(spoilt, 200)

    with opened(path) as vault:
        assert {"Lost laptop", "Letter"} <= {*titles_of(vault)}
        assert any("damaged" in line for line in vault.notices)
    found = repair(path, passphrase(), str(stick), lambda *_: None)

    assert (len(found.healed), found.verdict.faults) == (1, ())
    with opened(path) as vault:
        assert digests(vault) == before


def test_every_slot_whose_key_is_known_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    vault, recovery = make(path)
    save(vault, vault.new_case_id(), "Lost laptop")
    vault.close()
    keys = [Identity.generate(), Identity.generate(SSH)]
    for each in keys:
        with unlocked(path, passphrase()) as access:
            access.add_recipient(each.recipient().text())
    before, named = listed(path, passphrase())

    rekeyed(path)

    after, named_now = listed(path, passphrase())
    assert [each.kind for each in after.header.slots] == [each.kind for each in before.header.slots]
    assert not {each.name for each in after.header.slots} & {
        each.name for each in before.header.slots
    }
    assert [*named_now.values()] == [*named.values()]
    assert after.key != before.key
    openers: list[Opener] = [bytearray(recovery.text.encode())]
    openers += [Identities((each,)) for each in keys]
    for opener in openers:
        with Vault.open(path, opener) as again:
            assert (titles_of(again), again.notices) == (["Lost laptop"], ())


def test_a_slot_that_cannot_be_carried_over_stops_it_before_anything_is_done(
    tmp_path: Path,
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    identity = Identity.generate()
    with unlocked(path, passphrase()) as access:
        access.add_passphrase(bytearray(OTHER), cost_of(19))
        access.add_recipient(identity.recipient().text())
    before = (path / "header").read_bytes(), (path / "device.key").read_bytes()

    for opener in (passphrase(), bytearray(OTHER), Identities((identity,))):
        with pytest.raises(UsageError, match="passphrase that was not given"):
            rekey(path, opener, wall=LATER)
    with unlocked(path, bytearray(OTHER)) as access:
        assert access.entered.slot is not None
        access.remove(access.entered.slot)
    with opened(path) as vault:
        vault.replica.keep_keyring(replace(vault.replica.keyring, recipients={}))
    with pytest.raises(UsageError, match="does not say for whom"):
        rekeyed(path)

    assert (path / "device.key").read_bytes() == before[1]
    with opened(path) as vault:
        assert titles_of(vault) == ["Lost laptop"]


def test_only_an_admin_rekeys_and_nobody_who_was_put_out(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    path, them = theirs.replica.path, theirs.device_id
    theirs.close()
    before = (path / "header").read_bytes()

    with pytest.raises(UsageError, match="only an admin"):
        rekeyed(path)
    with ours:
        remove(ours, them, "left", wall=WALL)
        exchange(ours, stick)
    with opened(path) as vault:
        exchange(vault, stick)
    with pytest.raises(ReadOnlyError, match="removed"):
        rekeyed(path)

    assert (path / "header").read_bytes() == before


def test_what_stands_in_an_open_field_is_not_lost(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with opened(path) as vault:
        vault.drafts.start(lambda *_: None)
        case_id = vault.rows()[0].id
        vault.drafts.keep(Slot(case_id, "r", "q"), "half a sent", WALL)
        vault.drafts.flush()

    with pytest.raises(UsageError, match="waits to be saved"):
        rekeyed(path)

    with opened(path) as vault:
        assert [each.text for each in vault.drafts.left()] == ["half a sent"]


def test_a_wrong_passphrase_rekeys_nothing(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    before = (path / "header").read_bytes()

    with pytest.raises(WrongPassphraseError):
        rekeyed(path, OTHER)

    assert (path / "header").read_bytes() == before


def test_an_older_copy_of_all_of_it_is_told_after_a_rekey(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    copy = shutil.copytree(path, tmp_path / "copy")
    rekeyed(path)
    shutil.rmtree(path)
    copy.rename(path)

    with opened(path) as vault:
        assert "header is older" in vault.notices[0]


class Cut(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", ["keep_next", "put_header", "put_in_place", "renew", "remove"])
def test_a_rekey_that_was_cut_off_leaves_a_whole_vault_and_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(folder if step == "put_in_place" else store_rekey, step, cut)
        with pytest.raises(Cut):
            rekeyed(path)

    with opened(path, writable=False) as vault:
        assert titles_of(vault) == ["Lost laptop"]
    made = rekeyed(path)
    with opened(path) as vault:
        assert (titles_of(vault), vault.notices) == (["Lost laptop"], ())
        assert active(vault) == [made.device]
        assert vault.replica.keyring.leaving == ()
    assert not [*path.glob(f"*{NEXT}")]


def without_a_case(path: Path) -> str:
    """A vault in which one case of two was destroyed; the id of that one."""
    with opened(closed(path, "Lost laptop")) as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Stick")
        order_shred(vault, case_id, "kept long enough", wall=WALL)
        shred_now(vault, case_id, wall=WALL)
    return case_id


@pytest.mark.parametrize("step", ["", "keep_next", "put_header", "put_in_place", "renew"])
def test_what_was_destroyed_here_stays_known_through_a_rekey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "vault"
    case_id = without_a_case(path)

    def cut(*_: object, **__: object) -> None:
        raise Cut

    if step:
        with monkeypatch.context() as patch:
            patch.setattr(folder if step == "put_in_place" else store_rekey, step, cut)
            with pytest.raises(Cut):
                rekeyed(path)
        assert verify(path, passphrase(), lambda *_: None).faults == ()
        with opened(path, writable=False) as vault:
            assert case_id in vault.ledger.gone.cases
        opened(path).close()
        assert not [*path.glob(f"*{NEXT}")]
    rekeyed(path)

    with opened(path) as vault:
        assert fates(vault)[case_id].on == WALL[:10]
        assert (titles_of(vault), vault.notices) == (["Lost laptop"], ())
    assert verify(path, passphrase(), lambda *_: None).faults == ()


def test_an_older_copy_after_a_rekey_brings_nothing_back_that_was_destroyed(
    tmp_path: Path,
) -> None:
    path, older = tmp_path / "vault", tmp_path / "older"
    case_id = without_a_case(path)
    rekeyed(path)
    with opened(path) as vault:
        kept = vault.new_case_id()
        save(vault, kept, "Letter")
    shutil.copytree(path, older)
    with opened(path) as vault:
        order_shred(vault, kept, "kept long enough", wall=WALL)
        shred_now(vault, kept, wall=WALL)
    shutil.rmtree(path)
    older.rename(path)

    with opened(path) as vault:
        assert vault.ledger.gone.cases == {case_id, kept}
        assert titles_of(vault) == ["Lost laptop"]


def test_a_device_let_in_and_never_kept_is_put_out_by_the_next_rekey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")

    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(replica.Replica, "keep_device", cut)
        with pytest.raises(Cut):
            rekeyed(path)
    with opened(path) as vault:
        assert len(active(vault)) == 2

    made = rekeyed(path)

    with opened(path) as vault:
        assert active(vault) == [made.device]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 9, 12, 16])
def test_a_disk_that_refuses_leaves_the_old_keys_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    sync_file, left = platform.sync, number

    def refuses(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise OSError(5, "input/output error")
        sync_file(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(platform, "sync", refuses)
        with pytest.raises(StoreError):
            rekeyed(path)

    with opened(path) as vault:
        assert titles_of(vault) == ["Lost laptop"]


def test_files_of_a_rekey_that_never_counted_are_taken_away(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with opened(path) as vault:
        keep_next(replace(vault.replica, key=bytes(32)))

    with opened(path, writable=False) as vault:
        assert titles_of(vault) == ["Lost laptop"]
    assert len([*path.glob(f"*{NEXT}")]) == 2
    (path / f"{LEDGER}{NEXT}").write_bytes(b"of no key")
    opened(path).close()

    assert not [*path.glob(f"*{NEXT}")]


def test_a_damaged_file_beside_is_damage_and_stays(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    for name in ("device.key", f"device.key{NEXT}"):
        (path / name).write_bytes(b"neither" * (HEADER_SIZE))
        (path / name).chmod(0o600)

    with pytest.raises(DamagedError):
        opened(path)

    assert (path / f"device.key{NEXT}").exists()
