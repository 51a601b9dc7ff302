"""Who is in and who is out, and every way in that is none: the attacks of design.md 4 by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.strictjson import JSON, dump
from store import team
from store.admission import digest_of
from store.age.file import seal_bytes
from store.casekey import CaseKey, save_case_key
from store.change import SetOp, Setting
from store.device import Device, DeviceCard, card_line, read_card_line
from store.errors import ReadOnlyError, StoreError, WrongPassphraseError
from store.frame import seal_record
from store.grant import grant_name, seal_grant
from store.joining import Newcomer, clone, device_of, join, recover, with_recovery
from store.keyring import Keyring
from store.medium import Folder
from store.recovery import RecoverySecret
from store.signing import sign
from store.vault import Vault
from store.verify import verify
from store.writer import Writer
from tests.store.build import (
    LATER,
    WALL,
    Insider,
    insider,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)
from tests.store.colleague import set_op
from tests.store.replicas import (
    closing,
    digests,
    exchange,
    founded,
    home,
    let_in,
    newcomer,
    two,
)


def field_of(vault: Vault, case_id: str, field: str) -> list[JSON]:
    register = vault.state(case_id).fields.get(field)
    return [each.value for each in register.values] if register else []


# --- in


def test_a_device_card_reads_back_for_its_vault_only() -> None:
    device = Device.generate()
    line = card_line(device, "Ö. Colleague (2)", bytes(32))

    card = read_card_line(f" {line}\n", bytes(32))

    assert line.isascii()
    assert (card.device_id, card.person) == (device.card("", ()).device_id, "Ö. Colleague (2)")
    for other in (line[:-2] + "ff", "x " + line, line.replace("age1", "age2"), "", "é", line[:-1]):
        with pytest.raises(UsageError, match="no device card"):
            read_card_line(other, bytes(32))
    with pytest.raises(UsageError, match="no device card"):
        read_card_line(line, bytes(31) + b"1")


def test_a_device_is_let_in_once_and_with_a_role(tmp_path: Path) -> None:
    ours, _, _ = founded(tmp_path)
    card = Device.generate().card("b.colleague", ())
    with closing(ours):
        for roles in ((), ("recovery",), ("officer",)):
            with pytest.raises(UsageError, match="with a role"):
                team.add(ours, card, roles, wall=WALL)
        team.add(ours, card, ("reader", "reader"), wall=WALL)
        with pytest.raises(UsageError, match="before"):
            team.add(ours, card, ("admin",), wall=WALL)

        member = team.find_member(ours, card.device_id[:6])
        assert member.as_json()["roles"] == ["reader"]
        with pytest.raises(MissingError):
            team.find_member(ours, "zzzz")
        with pytest.raises(MissingError):
            team.find_member(ours, "")


def test_an_id_that_two_devices_begin_with_is_refused(tmp_path: Path) -> None:
    ours, _, _ = founded(tmp_path)
    seen: dict[str, DeviceCard] = {}
    card = Device.generate().card("b", ())
    while card.device_id[:4] not in seen:  # some 300 of them: two of 65,536 beginnings are alike
        seen[card.device_id[:4]] = card
        card = Device.generate().card("b", ())
    with closing(ours):
        for each in (card, seen[card.device_id[:4]]):
            team.add(ours, each, ("reader",), wall=WALL)

        with pytest.raises(UsageError, match="2 devices begin so"):
            team.find_member(ours, card.device_id[:4])


def test_the_recovery_key_opens_a_clone_once_it_was_let_in(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    with closing(ours, let_in(ours, tmp_path / "theirs", stick)):
        pass

    with Vault.open(tmp_path / "theirs", bytearray(recovery.text.encode())) as vault:
        assert vault.settings.person == "b.colleague"


def test_a_clone_needs_a_person_and_an_empty_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a person needs a name"):
        clone(tmp_path / "v", passphrase(), bytes(32), Newcomer(" ", 19, WALL))
    (tmp_path / "v").write_text("there")
    with pytest.raises(StoreError, match="something there"):
        clone(tmp_path / "v", passphrase(), bytes(32), newcomer())


# --- out


def test_what_a_removed_device_writes_afterwards_does_not_count(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        save(theirs, case_id, "Before")
        exchange(theirs, stick)
        exchange(ours, stick)
        team.remove(ours, theirs.device_id, "left", wall=LATER)
        save(theirs, case_id, "After")
        exchange(theirs, stick)

        report = exchange(ours, stick)
        seen = exchange(theirs, stick)

        assert report.lines("quarantined")[0].endswith("it was removed")
        assert titles(ours) == ["Before"]
        assert digests(ours) == digests(theirs)
        assert not seen.found or seen.lines("quarantined")
        with pytest.raises(ReadOnlyError, match="was removed"):
            save(theirs, case_id, "Again")
        with pytest.raises(ReadOnlyError, match="was removed"):
            exchange(theirs, stick)
        assert (theirs.writable, ours.writable) == (False, True)
        assert any("can be read only" in line for line in theirs.notices)


def test_a_case_that_only_a_removed_device_has_is_no_case(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        team.remove(ours, theirs.device_id, "stolen", wall=LATER)
        save(theirs, theirs.new_case_id(), "By the thief")
        exchange(theirs, stick)

        report = exchange(ours, stick)

        assert report.lines("quarantined")
        assert titles(ours) == []


def test_a_quarantined_segment_counts_once_an_admin_adopts_it_by_name(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        team.remove(ours, theirs.device_id, "left", wall=LATER)
        save(theirs, case_id, "After")
        exchange(theirs, stick)
        exchange(ours, stick)
        (link,) = ours.history.quarantined

        with pytest.raises(MissingError, match="no segment of that name"):
            team.adopt(ours, "0000000099-00000000", "why", wall=LATER)
        with pytest.raises(UsageError, match="reason"):
            team.adopt(ours, link.name, "", wall=LATER)
        team.adopt(ours, link.name, "checked with them", wall=LATER)

        assert titles(ours) == ["After"]
        assert not ours.history.quarantined


def test_a_removal_needs_a_reason_and_spares_the_recovery_key_and_oneself(tmp_path: Path) -> None:
    ours, recovery, _ = founded(tmp_path)
    with closing(ours):
        key = recovery.device().card("", ()).device_id
        for device in (key, ours.device_id):
            with pytest.raises(UsageError, match="stay"):
                team.remove(ours, device, "why", wall=WALL)
        card = team.add(ours, Device.generate().card("b", ()), ("reader",), wall=WALL)
        with pytest.raises(UsageError, match="reason"):
            team.remove(ours, card.device_id, " ", wall=WALL)

        team.remove(ours, card.device_id, "never came", wall=WALL)

        value = ours.log_state().values()[f"removal/{card.device_id}"]
        assert value == {"seq": 0, "sha256": "0" * 64}
        with pytest.raises(UsageError, match="out"):
            team.remove(ours, card.device_id, "again", wall=WALL)


def test_a_removal_rotates_the_epoch_and_the_office_and_each_case_gets_a_new_key(
    tmp_path: Path,
) -> None:
    ours, recovery, stick = founded(tmp_path)
    theirs = let_in(ours, tmp_path / "theirs", stick)
    third = let_in(ours, tmp_path / "third", stick, person="c.third")
    with closing(ours, theirs, third):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        before = ours.office.signing.public_key().public_bytes_raw()
        keys = {each.key_id for each in ours.history.keys_of(case_id)}
        team.remove(ours, theirs.device_id, "left", wall=LATER, recovery=recovery)
        save(ours, case_id, "Secret from now on")
        exchange(ours, stick)

        report = exchange(theirs, stick)
        exchange(third, stick)

        assert ours.history.keyring.latest > 1
        assert ours.office.signing.public_key().public_bytes_raw() != before
        assert (len(ours.offices), len(third.offices), len(theirs.offices)) == (2, 2, 1)
        assert len({each.key_id for each in ours.history.keys_of(case_id)} - keys) == 1
        assert any("no key for epoch" in line for line in report.lines("waiting"))
        assert titles(theirs) == ["Laptop"]
        assert titles(third) == ["Secret from now on"]
        assert digests(third) == digests(ours)
        assert third.office.next_commitment == ours.office.next_commitment


def test_without_the_recovery_key_a_removal_leaves_the_office_its_keys(tmp_path: Path) -> None:
    ours, theirs, _ = two(tmp_path)
    other = RecoverySecret.generate()
    with closing(ours, theirs):
        with pytest.raises(WrongPassphraseError, match="another vault's"):
            team.remove(ours, theirs.device_id, "left", wall=LATER, recovery=other)
        assert not ours.authority.removed

        team.remove(ours, theirs.device_id, "left", wall=LATER)

        assert set(ours.authority.removed) == {theirs.device_id}
        assert (len(ours.history.keyring.epochs), ours.office_number) == (2, 1)


def test_the_epoch_of_a_removal_is_granted_to_all_others(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        team.remove(ours, theirs.device_id, "left", wall=LATER)
        exchange(ours, stick)

    assert verify(tmp_path / "ours", passphrase(), lambda *_: None).faults == ()


# --- two admins


def admins(folder: Path) -> tuple[Vault, Vault, Vault, Path]:
    """Two admins and a third who looks on, in step."""
    ours, theirs, stick = two(folder, "admin", "responder")
    third = let_in(ours, folder / "third", stick, "admin", "responder", person="c.third")
    exchange(theirs, stick)
    return ours, theirs, third, stick


def test_two_admins_who_remove_each_other_are_both_out_on_every_replica(tmp_path: Path) -> None:
    ours, theirs, third, stick = admins(tmp_path)
    with closing(ours, theirs, third):
        team.remove(ours, theirs.device_id, "mallory", wall=WALL)
        team.remove(theirs, ours.device_id, "no, you", wall=LATER)
        our_id, their_id = ours.device_id, theirs.device_id
        exchange(ours, stick)
        exchange(theirs, stick)
        exchange(third, stick)
        vaults = (theirs, third)

        for vault in vaults:
            assert set(vault.authority.removed) == {our_id, their_id}
        for path in ("ours", "theirs", "third"):
            pull_only(tmp_path / path, stick)
        assert not team.stale(third)
        save(third, third.new_case_id(), "Goes on")


def pull_only(path: Path, stick: Path) -> None:
    """What a device that is out still does: nothing it holds goes away."""
    assert segments(path)
    assert stick.is_dir()


def test_whoever_comes_to_the_medium_first_the_outcome_is_the_same(tmp_path: Path) -> None:
    outcomes = []
    for order in ((0, 1, 2), (1, 0, 2)):
        folder = tmp_path / f"{order[0]}"
        folder.mkdir()
        ours, theirs, third, stick = admins(folder)
        with closing(ours, theirs, third):
            team.remove(ours, theirs.device_id, "mallory", wall=WALL)
            team.remove(theirs, ours.device_id, "no, you", wall=LATER)
            for number in order:
                exchange((ours, theirs, third)[number], stick)
            names = {ours.device_id: "ours", theirs.device_id: "theirs"}
            outcomes.append({names[each] for each in third.authority.removed})

    assert outcomes == [{"ours", "theirs"}] * 2


def test_concurrent_removals_leave_an_epoch_that_neither_of_the_removed_can_read(
    tmp_path: Path,
) -> None:
    ours, theirs, third, stick = admins(tmp_path)
    fourth = let_in(ours, tmp_path / "fourth", stick, person="d.fourth")
    fifth = let_in(ours, tmp_path / "fifth", stick, person="e.fifth")
    exchange(theirs, stick)
    with closing(ours, theirs, third, fourth, fifth):
        team.remove(ours, fourth.device_id, "left", wall=WALL)
        team.remove(theirs, fifth.device_id, "left", wall=WALL)
        exchange(ours, stick)
        exchange(theirs, stick)

        report = exchange(third, stick)

        assert not team.stale(theirs)
        assert not team.stale(third)
        assert not report.lines("medium")
        epoch = third.authority.epochs[third.history.keyring.latest]
        assert epoch.without == {fourth.device_id, fifth.device_id}


def test_a_device_let_in_while_another_admin_began_an_epoch_gets_its_key(tmp_path: Path) -> None:
    ours, theirs, third, stick = admins(tmp_path)
    fourth = let_in(ours, tmp_path / "fourth", stick, person="d.fourth")
    exchange(theirs, stick)
    with closing(ours, theirs, third, fourth):
        team.remove(theirs, fourth.device_id, "left", wall=WALL)
        save(theirs, theirs.new_case_id(), "Under the new epoch")
        fifth = let_in(ours, tmp_path / "fifth", stick, person="e.fifth")
        with closing(fifth):
            carry(tmp_path / "theirs", stick, closed=theirs)
            early = exchange(fifth, stick)
            exchange(theirs, stick)
            exchange(third, stick)
            late = exchange(fifth, stick)

            assert any("no key for epoch" in line for line in early.lines("waiting"))
            assert not late.found
            assert digests(fifth) == digests(third)
            assert fifth.history.keyring.latest == theirs.history.keyring.latest


def test_the_recovery_key_settles_who_is_out(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    theirs = let_in(ours, tmp_path / "theirs", stick, "admin", "responder")
    third = let_in(ours, tmp_path / "third", stick, person="c.third")
    with closing(theirs, third):
        exchange(theirs, stick)
        save(theirs, theirs.new_case_id(), "Honest work")
        exchange(theirs, stick)
        exchange(ours, stick)
        team.remove(theirs, ours.device_id, "takeover", wall=WALL)
        save(theirs, theirs.new_case_id(), "Not any more")
        exchange(theirs, stick)
        exchange(ours, stick)
        assert not ours.writable
        ours.close()

        with with_recovery(tmp_path / "ours", passphrase(), recovery) as vault:
            for last in (99, 1000):
                with pytest.raises(UsageError, match="no segment"):
                    team.remove(vault, theirs.device_id, "why", wall=LATER, last=last)
            with pytest.raises(UsageError, match="for the role recovery"):
                vault.commit(vault.log_id, [SetOp("contact/1", "x")], shown=None, wall=WALL)
            team.remove(vault, theirs.device_id, "takeover", wall=LATER, last=1)

        with opened(tmp_path / "ours") as again:
            assert "a new epoch" in exchange(again, stick).lines("medium")[0]
            exchange(third, stick)
            for vault in (again, third):
                assert set(vault.authority.removed) == {theirs.device_id}
                assert titles(vault) == ["Honest work"]
            save(again, again.new_case_id(), "Goes on")
            exchange(again, stick)
            exchange(third, stick)
            assert titles(third) == ["Goes on", "Honest work"]


def test_a_recovery_key_may_be_typed_with_blanks_and_in_lower_case() -> None:
    secret = RecoverySecret.generate()
    typed = f" {secret.text[:9]} {secret.text[9:].lower()}\n"

    assert RecoverySecret.read(bytearray(typed.encode())) == secret


def test_the_device_of_a_clone_is_known_before_it_is_let_in(tmp_path: Path) -> None:
    vault_id = bytes(range(32))
    device = clone(tmp_path / "theirs", passphrase(), vault_id, newcomer())

    assert device_of(tmp_path / "theirs", passphrase()) == (device, vault_id)


def test_the_recovery_key_settles_it_where_both_are_out_already(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    theirs = let_in(ours, tmp_path / "theirs", stick, "admin", "responder")
    with closing(theirs):
        exchange(ours, stick)
        team.remove(theirs, ours.device_id, "takeover", wall=WALL)
        team.remove(ours, theirs.device_id, "takeover", wall=WALL)
        exchange(theirs, stick)
        exchange(ours, stick)
        assert set(ours.authority.removed) == {ours.device_id, theirs.device_id}
        ours.close()

        with with_recovery(tmp_path / "ours", passphrase(), recovery) as vault:
            team.remove(vault, theirs.device_id, "takeover", wall=LATER, last=0)

        with opened(tmp_path / "ours") as again:
            assert set(again.authority.removed) == {theirs.device_id}
            save(again, again.new_case_id(), "Goes on")


def test_another_vaults_recovery_key_acts_on_nothing(tmp_path: Path) -> None:
    ours, _, _ = founded(tmp_path)
    ours.close()

    other = RecoverySecret.generate()
    with (
        pytest.raises(UsageError, match="opens nothing of this vault"),
        with_recovery(tmp_path / "ours", passphrase(), other),
    ):
        pass
    opened(tmp_path / "ours").close()  # the lock is free


def exchange_from(path: Path, stick: Path) -> None:
    """Carry over what lies in a vault, whoever's it is."""
    for each in (path / "journal").iterdir():
        for file in each.iterdir():
            if file.suffix == ".seg" or file.name == "head":
                place = next(stick.glob("*")) / "journal" / each.name
                place.mkdir(exist_ok=True)
                shutil.copy(file, place / file.name)


# --- recovery


def test_a_vault_whose_only_device_is_lost_comes_back_with_the_recovery_key(
    tmp_path: Path,
) -> None:
    ours, recovery, stick = founded(tmp_path)
    with closing(ours):
        save(ours, ours.new_case_id(), "Laptop")
        exchange(ours, stick)
        vault_id, lost = bytes.fromhex(ours.id), ours.device_id

    recover(tmp_path / "new", passphrase(), Folder(stick, vault_id), recovery, newcomer("a.new"))

    with opened(tmp_path / "new") as vault:
        assert titles(vault) == ["Laptop"]
        assert vault.settings.role == "responder"
        assert not exchange(vault, stick).found
        team.remove(vault, lost, "stolen", wall=LATER)
        save(vault, vault.new_case_id(), "Goes on")
        assert not exchange(vault, stick).found
        assert vault.office.next_commitment


def test_another_vaults_recovery_key_recovers_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        medium = Folder(stick, bytes.fromhex(ours.id))

    with pytest.raises(UsageError, match="opens nothing of this vault"):
        recover(
            tmp_path / "new", passphrase(), medium, RecoverySecret.generate(), newcomer("a.new")
        )
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ours", "stick"]


# --- attacks


def rogue(path: Path) -> Insider:
    """Whoever has the files and keys of a colleague's replica, and writes what we never would."""
    return insider(path)


def carry(path: Path, stick: Path, closed: Vault | None = None) -> None:
    """Bring a replica's segments to the stick as a mover would, `closed` before."""
    if closed:
        closed.settle()
    exchange_from(path, stick)


def test_a_forged_grant_gives_no_key(tmp_path: Path) -> None:
    """Anybody can seal something to a device card: only the key that the log commits to counts."""
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        vault_id = bytes.fromhex(ours.id)
        device = clone(tmp_path / "theirs", passphrase(), vault_id, newcomer())
        card = device.card("b.colleague", ())
        mallory = Device.generate()
        team.add(ours, card, ("responder",), wall=WALL)
        for epoch, key in ((1, bytes(32)), (7, bytes(32)), (1, ours.replica.keyring.epoch_key(1))):
            keyring = Keyring(vault_id, {epoch: key})
            raw = seal_grant(keyring, mallory, card, epoch)
            (home(ours, stick) / "grants" / grant_name(epoch, card, raw)).write_bytes(raw)
        junk = seal_bytes(bytes(64) + b"{}", [card.recipient])
        (home(ours, stick) / "grants" / grant_name(1, card, junk)).write_bytes(junk)
        exchange(ours, stick)

        notes = join(tmp_path / "theirs", passphrase(), stick)

        told = [text for kind, text in notes.told if kind == "refused"]
        assert len({*told}) == 2
        assert all("not by an admin" in text for text in told)
        with opened(tmp_path / "theirs") as vault:
            assert vault.replica.keyring.epochs == ours.replica.keyring.epochs


def test_only_forged_grants_let_nobody_in(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        vault_id = bytes.fromhex(ours.id)
        device = clone(tmp_path / "theirs", passphrase(), vault_id, newcomer())
        card = device.card("b.colleague", ())
        raw = seal_grant(Keyring(vault_id, {1: bytes(32)}), Device.generate(), card, 1)
        (home(ours, stick) / "grants" / grant_name(1, card, raw)).write_bytes(raw)

    with pytest.raises(StoreError, match="not let into"):
        join(tmp_path / "theirs", passphrase(), stick)


def test_backdated_records_of_a_removed_device_do_not_count(tmp_path: Path) -> None:
    """Low lamport and wall, first parents: the pin names a segment, not a time."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        theirs.close()
        exchange(ours, stick)
        state = ours.state(case_id)
        inside = rogue(tmp_path / "theirs")
        team.remove(ours, inside.card.device_id, "left", wall=LATER)
        setting = Setting(case_id, (), 1, "2020-01-01T00:00:00Z")
        change = inside.change(setting, [set_op(state, "case/title", "Backdated")])
        inside.append((change, change.raw), case_id=case_id)
        carry(tmp_path / "theirs", stick)

        report = exchange(ours, stick)

        assert report.lines("quarantined")
        assert titles(ours) == ["Laptop"]


def test_a_removed_device_cannot_put_other_segments_below_its_pin(tmp_path: Path) -> None:
    """A chain that leaves the pinned one before its end is another chain."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        theirs.close()
        shutil.copytree(tmp_path / "theirs", tmp_path / "earlier")
        with opened(tmp_path / "theirs") as again:
            save(again, case_id, "Accepted")
            exchange(again, stick)
        exchange(ours, stick)
        inside = rogue(tmp_path / "earlier")
        team.remove(ours, inside.card.device_id, "left", wall=LATER)
        state = ours.state(case_id)
        setting = Setting(case_id, state.heads, 9, WALL)
        change = inside.change(setting, [set_op(state, "case/title", "Slipped in")])
        inside.append((change, change.raw), case_id=case_id)
        carry(tmp_path / "earlier", stick)

        report = exchange(ours, stick)

        assert report.lines("forked")
        assert report.lines("quarantined")
        assert titles(ours) == ["Accepted"]


def test_an_unauthorised_over_takes_nothing_away(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path, "reader")
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        theirs.close()
        state = ours.state(case_id)
        inside = rogue(tmp_path / "theirs")
        for role in ("reader", "responder", "admin"):
            setting = Setting(case_id, state.heads, 9, WALL)
            op = set_op(state, "case/title", f"Taken as {role}")
            change = inside.change(setting, [op], role=role)
            inside.append((change, change.raw), case_id=case_id)
        carry(tmp_path / "theirs", stick)

        report = exchange(ours, stick)

        assert [each.changes for each in report.new] == [3]
        assert field_of(ours, case_id, "case/title") == ["Laptop"]
        assert len(ours.state(case_id).void) == 3


def test_a_planted_case_key_seals_nothing(tmp_path: Path) -> None:
    """A key file, and a frame under it: neither is an op of somebody who may bring keys in."""
    ours, theirs, stick = two(tmp_path, "reader")
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        theirs.close()
        inside = rogue(tmp_path / "theirs")
        planted = CaseKey.generate(case_id)
        save_case_key(tmp_path / "theirs" / "keys", planted, inside.keyring)
        state = ours.state(case_id)
        setting = Setting(case_id, state.heads, 9, WALL)
        op: dict[str, JSON] = {"o": "add", "f": f"key/{planted.key_id}", "v": None}
        change = inside.change(setting, [op], role="reader")
        writer = Writer(tmp_path / "theirs" / "journal", inside.device, inside.keyring)
        writer.recover()
        body = seal_record(planted, inside.keyring.vault_id, change.id, change.raw)
        writer.append(body)
        writer.close()
        carry(tmp_path / "theirs", stick)
        for each in (tmp_path / "theirs" / "keys").iterdir():
            shutil.copy(each, home(ours, stick) / "keys" / each.name)
        exchange(ours, stick)

        save(ours, case_id, "Secret")

        assert planted in ours.history.keys_of(case_id)
        assert ours.history.key_of(case_id)[0] != planted


def test_segments_of_an_unknown_device_stay_on_the_medium(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        theirs.close()
        inside, stranger = rogue(tmp_path / "theirs"), Device.generate()
        state = ours.state(case_id)
        change = inside.change(
            Setting(case_id, state.heads, 9, WALL),
            [set_op(state, "case/title", "Stranger")],
            device=stranger,
        )
        inside.append((change, change.raw), case_id=case_id, by=stranger)
        carry(tmp_path / "theirs", stick)
        name = stranger.card("", ()).device_id

        report = exchange(ours, stick)
        known = titles(ours)
        team.add(ours, stranger.card("c.late", ()), ("responder",), wall=WALL)
        later = exchange(ours, stick)

        assert report.lines("unknown") == (f"device {name} is not enrolled: left on the medium",)
        assert known == ["Laptop"]
        assert not (tmp_path / "ours" / "journal" / name).exists() or later.new
        assert titles(ours) == ["Stranger"]


def test_segments_of_another_vault_are_refused(tmp_path: Path) -> None:
    """The same device key in two vaults, as a careless copy would have it."""
    ours, theirs, stick = two(tmp_path)
    other, _ = make(tmp_path / "other")
    with closing(ours, theirs, other):
        place = home(ours, stick) / "journal" / ours.device_id
        save(other, other.new_case_id(), "Theirs")
        exchange(other, stick)
        for each in (home(other, stick) / "journal" / other.device_id).iterdir():
            shutil.copy(each, place / each.name)

        report = exchange(theirs, stick)

        assert "not signed by it" in report.lines("refused")[0]
        assert titles(theirs) == []


def test_a_head_that_lists_another_vaults_segment_does_not_make_it_ours(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    other, _ = make(tmp_path / "other")
    with closing(theirs, other):
        exchange(other, stick)
        ours.close()
        inside = insider(tmp_path / "ours")
        (segment, *_) = segments(tmp_path / "other")
        place = home(theirs, stick) / "journal" / inside.card.device_id
        shutil.copy(segment, place / segment.name)
        data = dump({"v": 1, "segments": [[1, digest_of(segment.read_bytes())]]})
        signature = sign(inside.device.signing, "head", inside.keyring.vault_id, data)
        (place / "head").write_bytes(signature + data)

        report = exchange(theirs, stick)

        assert "of another vault or device" in report.lines("refused")[0]


def test_a_replayed_older_head_takes_nothing_back(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        head = home(ours, stick) / "journal" / ours.device_id / "head"
        before = head.read_bytes()
        save(ours, ours.new_case_id(), "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        head.write_bytes(before)

        report = exchange(theirs, stick)

        assert report.lines("older")
        assert titles(theirs) == ["Laptop"]
        assert head.read_bytes() != before  # the newer one was put back


def test_a_role_that_was_never_given_is_no_role(tmp_path: Path) -> None:
    """A responder who signs as an admin enrols nobody and removes nobody."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours):
        theirs.close()
        inside, friend = rogue(tmp_path / "theirs"), Device.generate()
        card = friend.card("mallory", ("admin",))
        log = ours.log_state()
        ops: list[dict[str, JSON]] = [
            {"o": "add", "f": f"device/{card.device_id}", "v": card.as_json()},
            {"o": "add", "f": f"removal/{ours.device_id}", "v": {"seq": 0, "sha256": "0" * 64}},
            {"o": "add", "f": "epoch/9", "v": {"sha256": "0" * 64}},
        ]
        change = inside.change(Setting(log.case_id, log.heads, 9, WALL), ops, role="admin")
        inside.append((change, change.raw), case_id=log.case_id)
        carry(tmp_path / "theirs", stick)

        exchange(ours, stick)

        assert card.device_id not in ours.authority.devices
        assert not ours.authority.removed
        assert 9 not in ours.authority.epochs
        assert ours.writable


def test_an_admin_cannot_put_out_or_rewrite_the_recovery_key(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    theirs = let_in(ours, tmp_path / "theirs", stick, "admin", "responder")
    with closing(ours):
        theirs.close()
        inside, key = rogue(tmp_path / "theirs"), recovery.device().card("recovery key", ())
        log = ours.log_state()
        ops: list[dict[str, JSON]] = [
            {"o": "add", "f": f"device/{key.device_id}", "v": key.as_json()},
            {"o": "add", "f": f"removal/{key.device_id}", "v": {"seq": 0, "sha256": "0" * 64}},
            {"o": "add", "f": "removal/odd", "v": "odd"},
            {"o": "add", "f": "epoch/odd", "v": "odd"},
        ]
        change = inside.change(Setting(log.case_id, log.heads, 9, WALL), ops, role="admin")
        inside.append((change, change.raw), case_id=log.case_id)
        carry(tmp_path / "theirs", stick)

        exchange(ours, stick)

        assert ours.authority.devices[key.device_id].roles == ("recovery",)
        assert not ours.authority.removed


def test_an_epoch_of_an_admin_who_is_out_is_not_written_under(tmp_path: Path) -> None:
    ours, theirs, third, stick = admins(tmp_path)
    with closing(ours, theirs, third):
        card = team.add(theirs, Device.generate().card("d", ()), ("reader",), wall=WALL)
        team.remove(ours, theirs.device_id, "left", wall=WALL)
        exchange(ours, stick)
        latest = ours.history.keyring.latest
        team.remove(theirs, card.device_id, "why not", wall=WALL)
        exchange(theirs, stick)

        exchange(third, stick)
        exchange(ours, stick)

        assert ours.history.keyring.latest == third.history.keyring.latest == latest
        assert card.device_id not in ours.authority.devices
