"""Two people offline, a stick between them: what comes over, what is told, what is refused."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from store import platform, team
from store.change import BlobOp, SetOp
from store.conflict import find_conflict, take
from store.errors import NotEnrolledError, ReadOnlyError, StoreError
from store.joining import clone, find_vault, join
from store.journal import read_journal
from store.medium import vaults
from store.vault import Vault
from store.verify import verify
from tests.store.build import LATER, WALL, make, opened, passphrase, save, titles
from tests.store.replicas import (
    closing,
    digests,
    exchange,
    founded,
    home,
    let_in,
    newcomer,
    stick_in,
    two,
)


def test_what_one_saves_the_other_has_after_two_syncs(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Lost laptop")

        sent = exchange(ours, stick)
        got = exchange(theirs, stick)

        assert (sent.found, got.found) == (False, False)
        assert got.as_json()["new"] == [
            {"device": ours.device_id, "person": "a.officer", "segments": 1, "changes": 1}
        ]
        assert titles(theirs) == ["Lost laptop"]
        assert digests(ours) == digests(theirs)


def test_a_case_that_came_is_in_the_index_at_once_and_after_reopening(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        assert theirs.index.page("changed", "", 0, 9) == ()
        case_id = ours.new_case_id()
        for title in ("Lost laptop", "Lost laptop, found again"):
            save(ours, case_id, title)
            exchange(ours, stick)  # a segment each, and the last is pulled first

        exchange(theirs, stick)

        assert [row.id for row in theirs.index.search("laptop found")] == [case_id]
        assert theirs.find(case_id[:8]) == case_id
        digest = theirs.history.digest()
    with opened(tmp_path / "theirs") as again:
        assert again.history.digest() == digest
        assert [row.id for row in again.index.search("laptop found")] == [case_id]


def test_what_an_authority_no_longer_counts_leaves_the_index(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = theirs.new_case_id()
        save(theirs, case_id, "Planted")
        exchange(theirs, stick)
        exchange(ours, stick)
        assert [row.id for row in ours.index.search("planted")] == [case_id]
        digest = ours.history.digest()

        team.remove(ours, theirs.device_id, "thief", wall=LATER, last=0)

        assert ours.history.digest() != digest
        assert ours.index.search("planted") == ()
    with opened(tmp_path / "ours") as again:
        assert again.index.search("planted") == ()


def test_a_sync_with_nothing_new_changes_nothing_and_says_so(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        exchange(ours, stick)
        before = {each: each.stat().st_mtime_ns for each in stick.rglob("*") if each.is_file()}
        history = ours.history

        report = exchange(ours, stick)

        assert (report.new, report.copied, report.found) == ((), 0, False)
        assert report.duplicate == len(list(stick.rglob("*.seg")))
        assert ours.history is history
        after = {each: each.stat().st_mtime_ns for each in stick.rglob("*") if each.is_file()}
        assert after == before


def test_a_field_that_both_changed_is_a_conflict_that_either_can_settle(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        save(ours, case_id, "Lost laptop")
        save(theirs, case_id, "Stolen laptop")
        exchange(ours, stick)

        first = exchange(theirs, stick)
        second = exchange(ours, stick)

        told = f"{case_id[:8]} case: case/title has several values now"
        assert first.lines("conflicts") == (told,)
        assert second.lines("conflicts") == first.lines("conflicts")
        assert first.found
        take(theirs, find_conflict(theirs.state(case_id), "title"), 1, wall=LATER)
        exchange(theirs, stick)
        assert not exchange(ours, stick).found
        assert titles(ours) == titles(theirs)
        assert titles(ours)[0] in {"Lost laptop", "Stolen laptop"}


def test_different_fields_of_one_case_meet_without_a_conflict(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        ours.commit(case_id, [SetOp("case/zone", "Europe/London")], shown=None, wall=WALL)
        theirs.commit(case_id, [SetOp("case/state", "open")], shown=None, wall=WALL)
        for vault in (ours, theirs, ours):
            exchange(vault, stick)

        assert digests(ours) == digests(theirs)
        assert not ours.state(case_id).conflicts


def test_an_attachment_comes_with_its_case(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = attached(ours, b"evidence")
        exchange(ours, stick)
        blob = next(iter(ours.history.attachments([case_id])))
        there = home(ours, stick) / "blobs" / blob[:2] / blob
        aside = there.with_name("later")
        there.rename(aside)

        early = exchange(theirs, stick)
        aside.rename(there)
        late = exchange(theirs, stick)

        assert early.lines("waiting") == (
            f"attachment {blob[:8]} of case {case_id[:8]} is not on the medium yet",
        )
        assert late.attachments == 1
        assert theirs.get_blob(case_id, blob) == b"evidence"


def attached(vault: Vault, data: bytes) -> str:
    case_id = vault.new_case_id()
    save(vault, case_id, "Laptop")
    value = vault.put_blob(case_id, data)
    vault.commit(case_id, [BlobOp("file/00", value)], shown=None, wall=WALL)
    return case_id


def test_a_damaged_attachment_is_named_set_aside_and_comes_later(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = attached(ours, b"evidence")
        exchange(ours, stick)
        (blob,) = (each for each in (home(ours, stick) / "blobs").rglob("*") if each.is_file())
        blob.write_bytes(blob.read_bytes()[:-1])

        damaged = exchange(theirs, stick)
        exchange(ours, stick)
        healed = exchange(theirs, stick)

        assert "the copy is damaged" in damaged.lines("damaged")[0]
        assert healed.attachments == 1
        assert theirs.get_blob(case_id, blob.name) == b"evidence"


def test_changes_reach_a_third_by_way_of_the_second(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    third = let_in(ours, tmp_path / "third", stick, person="c.third")
    other = tmp_path / "other"
    other.mkdir()
    with closing(ours, theirs, third):
        save(ours, ours.new_case_id(), "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        exchange(theirs, other)

        report = exchange(third, other)

        assert titles(third) == ["Laptop"]
        assert {each.person for each in report.new} == {"a.officer"}


def test_what_was_relayed_is_whole_to_verify(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        attached(ours, b"evidence")
        add_entry_to(ours)
        exchange(ours, stick)
        exchange(theirs, stick)

    found = verify(tmp_path / "theirs", passphrase(), lambda *_: None)

    assert found.faults == ()
    with opened(tmp_path / "theirs") as vault:
        assert vault.notices == ()


def add_entry_to(vault: Vault) -> None:
    (case_id,) = vault.history.case_ids
    vault.commit(case_id, [SetOp("case/state", "open")], shown=None, wall=WALL)


def test_more_segments_than_a_head_lists_are_found_along_the_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.head.LISTED", 2)
    ours, _, stick = founded(tmp_path)
    case_id = ours.new_case_id()
    with closing(ours):
        for number in range(5):
            save(ours, case_id, f"Title {number}")
            ours.settle()

        theirs = let_in(ours, tmp_path / "theirs", stick)

        with closing(theirs):
            assert titles(theirs) == ["Title 4"]
            assert digests(ours) == digests(theirs)


def test_no_folder_no_sync_and_a_vault_is_no_medium(tmp_path: Path) -> None:
    ours, _ = make(tmp_path / "ours")
    with closing(ours):
        with pytest.raises(MissingError, match="no such folder"):
            exchange(ours, tmp_path / "stick")
        for place in (tmp_path / "ours", tmp_path / "ours" / "journal"):
            with pytest.raises(UsageError, match="vault"):
                exchange(ours, place)
    with opened(tmp_path / "ours", writable=False) as reader, pytest.raises(ReadOnlyError):
        exchange(reader, stick_in(tmp_path))


def test_a_link_on_the_medium_is_not_followed(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with closing(ours):
        home(ours, stick).mkdir()
        (home(ours, stick) / "keys").symlink_to(elsewhere)

        with pytest.raises(StoreError, match="keys on the medium is no folder"):
            exchange(ours, stick)

        assert list(elsewhere.iterdir()) == []


def test_a_medium_that_cannot_sync_a_folder_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _, stick = founded(tmp_path)
    sync_folder = platform.sync_folder

    def refuse(path: Path) -> None:
        if path.is_relative_to(stick):
            raise OSError(errno.EINVAL, "not here")
        sync_folder(path)

    monkeypatch.setattr(platform, "sync_folder", refuse)
    with closing(ours):
        assert not exchange(ours, stick).stopped


def test_a_read_only_colleague_reads_and_may_change_nothing(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path, "reader")
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)

        assert titles(theirs) == ["Laptop"]
        with pytest.raises(UsageError, match="not for the role reader"):
            save(theirs, case_id, "Other")
        with pytest.raises(UsageError, match="for an admin"):
            theirs.commit(theirs.log_id, [SetOp("contact/1", "x")], shown=None, wall=WALL)
        with pytest.raises(UsageError, match="only an admin"):
            team.remove(theirs, ours.device_id, "no", wall=WALL)


def test_a_clone_is_not_read_before_an_admin_let_it_in(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        clone(tmp_path / "theirs", passphrase(), bytes.fromhex(ours.id), newcomer())

        with pytest.raises(NotEnrolledError, match="not let into"):
            opened(tmp_path / "theirs")
        with pytest.raises(NotEnrolledError, match="not let into"):
            join(tmp_path / "theirs", passphrase(), stick)
        for number in ("", "1" * 30):
            with pytest.raises(UsageError, match="not the number"):
                find_vault(vaults(stick), number)
        assert find_vault(vaults(stick), ours.number).hex() == ours.id
        for place in (tmp_path / "none", tmp_path / "theirs"):
            with pytest.raises(MissingError):
                find_vault(vaults(place), ours.number)


def test_a_change_that_comes_twice_counts_once(tmp_path: Path) -> None:
    """A forked device may bring one record in two segments."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "Laptop")
        exchange(ours, stick)
        exchange(theirs, stick)
        (change,) = theirs.state(case_id).changes
        before = digests(theirs)

        journal, keyring = tmp_path / "theirs" / "journal", theirs.replica.keyring
        refs = read_journal(journal, keyring, lambda _: None).refs
        theirs.history.receive(change, next(each for each in refs if each.change_id == change.id))

        assert theirs.state(case_id).changes == (change,)
        assert digests(theirs) == before
