"""The rows of the fault table (docs/format-vault.md, "Faults") that belong to a sync.

The row stands in the docstring. The medium is a real folder; what is done to it people, movers
and sticks do.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from store import platform, team
from store.admission import digest_of
from store.change import SetOp, Setting
from store.device import Device
from store.envelope import Envelope
from store.errors import NotEnrolledError, StoreError
from store.head import parse_head
from store.joining import join
from store.kdf import derive
from store.vault import Vault
from tests.store.build import (
    LATER,
    WALL,
    flip,
    insider,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)
from tests.store.colleague import set_op
from tests.store.replicas import closing, digests, exchange, founded, home, let_in, segments_of, two


def three_saves(vault: Vault, stick: Path) -> list[Path]:
    """Three segments of a vault on the stick that a colleague has not seen, oldest first."""
    before = {*segments_of(vault, stick, vault.device_id)}
    for title in ("One", "Two", "Three"):
        save(vault, vault.new_case_id(), title)
        vault.settle()
    exchange(vault, stick)
    return [each for each in segments_of(vault, stick, vault.device_id) if each not in before]


# --- row 17: one device, two copies


def copied(folder: Path) -> tuple[Vault, Vault, Path]:
    """A vault that was copied to a second laptop with its keys, and both go on with it."""
    ours, _, stick = founded(folder)
    save(ours, ours.new_case_id(), "Before")
    exchange(ours, stick)
    ours.close()
    shutil.copytree(folder / "ours", folder / "copy")
    ours, copy = opened(folder / "ours"), opened(folder / "copy")
    save(ours, ours.new_case_id(), "Here")
    save(copy, copy.new_case_id(), "There")
    return ours, copy, stick


def test_a_vault_copied_to_two_laptops_is_flagged_and_both_histories_are_kept(
    tmp_path: Path,
) -> None:
    """Row 17: fork flagged, both histories kept, new device id demanded."""
    ours, copy, stick = copied(tmp_path)
    with closing(ours, copy):
        assert not exchange(ours, stick).lines("forked")

        first = exchange(copy, stick)
        second = exchange(ours, stick)
        third = let_in(ours, tmp_path / "third", stick)

        for report in (first, second):
            assert "team renew" in report.lines("forked")[0]
        with closing(third):
            for vault in (ours, copy, third):
                assert titles(vault) == ["Before", "Here", "There"]
                own = any("team renew" in line for line in vault.notices)
                assert own == (vault is not third)


def test_a_copy_that_takes_a_new_device_writes_on_a_chain_of_its_own(tmp_path: Path) -> None:
    """Row 17: with the new device nothing forks any more."""
    ours, copy, stick = copied(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        exchange(copy, stick)
        before = copy.device_id
        _, let_in_already = team.renew(copy, wall=LATER)
        copy.close()
        with opened(tmp_path / "copy") as again:
            exchange(again, stick)
            save(again, again.new_case_id(), "Renewed")
            exchange(again, stick)
            exchange(ours, stick)
            assert let_in_already
            assert again.device_id != before
            assert not any("forked" in line for line in again.notices)
            assert again.device_id in ours.authority.devices
            assert titles(ours) == ["Before", "Here", "Renewed", "There"]


def test_a_colleague_whose_vault_was_copied_asks_an_admin_for_the_new_device(
    tmp_path: Path,
) -> None:
    """Row 17: who is no admin is let in again."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours):
        device, let_in_already = team.renew(theirs, wall=LATER)
        theirs.close()
        team.add(ours, device.card("b.colleague", ()), ("responder",), wall=LATER)
        exchange(ours, stick)
        with pytest.raises(NotEnrolledError, match="not let into"):
            opened(tmp_path / "theirs")
        join(tmp_path / "theirs", passphrase(), stick)
        with opened(tmp_path / "theirs") as again:
            assert not let_in_already
            assert digests(again) == digests(ours)


def test_a_machine_restored_from_a_backup_gets_its_own_changes_back(tmp_path: Path) -> None:
    """Row 17: what the older copy lacks comes back, and it is told."""
    ours, _, stick = founded(tmp_path)
    exchange(ours, stick)
    ours.close()
    shutil.copytree(tmp_path / "ours", tmp_path / "backup")
    with opened(tmp_path / "ours") as vault:
        save(vault, vault.new_case_id(), "Later")
        exchange(vault, stick)

    with opened(tmp_path / "backup") as restored:
        report = exchange(restored, stick)
        save(restored, restored.new_case_id(), "Goes on")
        exchange(restored, stick)

        assert "own changes came back" in report.lines("forked")[0]
        assert titles(restored) == ["Goes on", "Later"]
        assert not any("forked" in line for line in restored.notices)


# --- row 18: clocks


@pytest.mark.parametrize(
    "wall", ["2036-01-02T03:04:05Z", "1999-01-02T03:04:05Z", "2026-03-29T01:30:00Z"]
)
def test_a_clock_that_is_wrong_changes_neither_order_nor_conflicts(
    tmp_path: Path, wall: str
) -> None:
    """Row 18: order and conflicts unchanged."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        case_id = ours.new_case_id()
        save(ours, case_id, "First")
        exchange(ours, stick)
        exchange(theirs, stick)
        shown = theirs.state(case_id)
        theirs.commit(case_id, [SetOp("case/title", "Second")], shown=shown, wall=wall)
        exchange(theirs, stick)
        exchange(ours, stick)
        save(ours, case_id, "Third")
        exchange(ours, stick)
        exchange(theirs, stick)

        for vault in (ours, theirs):
            values = [each.ops[0].value for each in vault.state(case_id).changes]
            assert values == ["First", "Second", "Third"]
            assert not vault.state(case_id).conflicts


# --- rows 19, 20, 22: copies that are cut, flipped, out of order, missing, doubled


def test_a_segment_cut_on_the_stick_is_named_and_a_later_good_copy_heals(tmp_path: Path) -> None:
    """Row 19: "damaged copy", nothing of it applied; a later good copy heals."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        files = three_saves(ours, stick)
        files[1].write_bytes(files[1].read_bytes()[:-100])

        damaged = exchange(theirs, stick)
        partly = titles(theirs)
        exchange(ours, stick)
        healed = exchange(theirs, stick)

        name = f"segment {files[1].stem} of device {ours.device_id[:8]}"
        assert damaged.lines("damaged") == (f"{name}: the copy is damaged; copy it again",)
        assert partly == ["One", "Three"]
        assert not healed.found
        assert digests(ours) == digests(theirs)


@pytest.mark.parametrize("what", ["segment", "head", "key", "grant", "magic"])
def test_a_bit_flipped_on_the_stick_is_named_and_the_others_apply(
    tmp_path: Path, what: str
) -> None:
    """Row 20: rejected, named; others still applied."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        third = let_in(ours, tmp_path / "third", stick, person="c.third")
        third.close()
        save(theirs, theirs.new_case_id(), "Theirs")
        exchange(theirs, stick)
        one, two_, _ = three_saves(ours, stick)
        place = home(ours, stick)
        keys = sorted((place / "keys").iterdir(), key=lambda each: each.stat().st_mtime_ns)
        grants = [each for each in (place / "grants").iterdir() if third.device_id[:8] in each.name]
        victim, offset = {
            "segment": (two_, 300),
            "magic": (two_, 3),
            "head": (one.parent / "head", 80),
            "key": (keys[-1], 70),
            "grant": (grants[0], 300),
        }[what]
        for path in grants:
            (tmp_path / "theirs" / "grants" / path.name).unlink()
        flip(victim, offset)

        report = exchange(theirs, stick)

        lines = [*report.lines("damaged"), *report.lines("refused"), *report.lines("waiting")]
        assert len(lines) == 1, report.as_json()
        assert "Theirs" in titles(theirs)
        assert len(titles(theirs)) == {"segment": 3, "magic": 3, "head": 1, "key": 3}.get(what, 4)


def test_a_segment_that_no_device_of_ours_signed_is_refused(tmp_path: Path) -> None:
    """Row 21: whole seals and a foreign or absent signature: refused."""
    ours, theirs, stick = two(tmp_path)
    ours.close()
    inside = insider(tmp_path / "ours")
    with closing(theirs):
        log = theirs.log_state()
        change = inside.change(
            Setting(log.case_id, log.heads, 99, WALL),
            [set_op(log, "contact/1", "x")],
            role="admin",
            device=Device.generate(),
            name=theirs.device_id,
        )
        # the segment is signed by its device, the record in it by nobody we know
        inside.append((change, change.raw), case_id=log.case_id, by=None)
        with opened(tmp_path / "ours") as again:
            exchange(again, stick)

        report = exchange(theirs, stick)

        assert "another record than its frame says" in report.lines("refused")[0]
        assert "contact/1" not in theirs.log_state().fields


def test_segments_out_of_order_doubled_or_missing_converge(tmp_path: Path) -> None:
    """Row 22: converge; the waiting list names the gap."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        files = three_saves(ours, stick)
        aside = tmp_path / "aside"
        shutil.move(files[1], aside)
        shutil.copy(files[2], files[2].with_name("0000000099-00000000.seg"))

        gap = exchange(theirs, stick)
        shutil.move(aside, files[1])
        whole = exchange(theirs, stick)

        name = f"segment {files[1].stem} of device {ours.device_id[:8]}"
        assert gap.lines("waiting") == (f"{name} is not on the medium yet",)
        assert not whole.found
        assert digests(ours) == digests(theirs)


def test_an_emptied_or_a_wrong_folder_takes_nothing_away(tmp_path: Path) -> None:
    """Row 23: nothing deleted locally; says which."""
    ours, theirs, stick = two(tmp_path)
    other, _ = make(tmp_path / "other")
    with closing(ours, theirs, other):
        save(ours, ours.new_case_id(), "Laptop")
        before = digests(ours)
        shutil.rmtree(home(ours, stick))
        exchange(other, stick)

        report = exchange(ours, stick)

        assert report.lines("medium") == (
            "nothing of this vault was there: a new medium, or the wrong or an emptied folder",
            "the folder also holds files of other vaults: 1",
        )
        assert digests(ours) == before
        assert exchange(theirs, stick).new[0].changes == 1


def test_an_older_copy_of_the_medium_is_told_and_takes_nothing_back(tmp_path: Path) -> None:
    """Row 24: warned "older copy", no rollback."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        save(ours, ours.new_case_id(), "Before")
        exchange(ours, stick)
        shutil.copytree(stick, tmp_path / "older")
        save(ours, ours.new_case_id(), "After")
        exchange(ours, stick)
        exchange(theirs, stick)
        shutil.rmtree(stick)
        (tmp_path / "older").rename(stick)

        report = exchange(theirs, stick)
        again = exchange(theirs, stick)

        assert report.lines("older")[0].startswith("the medium is an older copy: device")
        assert titles(theirs) == ["After", "Before"]
        assert not again.found  # what the stick had lost was put back
        assert titles(ours) == ["After", "Before"]


@pytest.mark.parametrize("lost", ["memory", "shape", "id", "long id", "damaged"])
def test_without_a_memory_of_the_medium_only_the_warning_is_lost(tmp_path: Path, lost: str) -> None:
    """Row 24: the memory is a cache."""
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        memory, name = tmp_path / "ours" / "cache" / "media", home(ours, stick) / "medium"
        key = derive(ours.replica.key, ours.replica.vault_id, b"breachcase/vault/1/cache")
        if lost == "memory":
            memory.unlink()
        elif lost == "shape":
            memory.write_bytes(Envelope(key, ours.replica.vault_id, "media").seal(b"[]"))
        elif lost == "damaged":
            flip(memory, 100)
        else:
            name.write_text("x" if lost == "id" else "0" * 99)

        assert not exchange(ours, stick).found
        assert not exchange(ours, stick).found


def test_junk_beside_the_segments_is_ignored_and_a_whole_conflict_copy_is_used(
    tmp_path: Path,
) -> None:
    """Row 25: ignored; a conflict copy with a valid hash is used."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        files = three_saves(ours, stick)
        place = files[0].parent
        for name in (".DS_Store", "desktop.ini", ".syncthing.x.tmp", f"{files[0].stem}.seg.part"):
            (place / name).write_bytes(b"junk")
        moved = f"{files[1].stem}.sync-conflict-20260101-120000-ABCDEFG.seg"
        files[1].rename(place / moved)
        (place / "head").rename(place / "head.sync-conflict-20260101-120000-ABCDEFG")
        (place / "head").write_bytes(b"half a head")

        report = exchange(theirs, stick)

        assert titles(theirs) == ["One", "Three", "Two"]
        whole = parse_head((place / "head").read_bytes())  # written again over the half
        assert whole.last == (int(files[2].stem[:10]), digest_of(files[2].read_bytes()))
        assert [line.partition(" ")[0] for line in report.lines("ignored")] == [
            ".DS_Store", ".syncthing.x.tmp", f"{files[0].stem}.seg.part", "desktop.ini",
        ]  # fmt: skip
        assert not report.lines("waiting")


def test_two_segments_of_one_number_are_both_kept_under_their_hashes(tmp_path: Path) -> None:
    """Row 26: both kept under their hash names, also where they are relayed."""
    ours, copy, stick = copied(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    with closing(ours, copy):
        exchange(ours, stick)
        exchange(copy, stick)
        third = let_in(copy, tmp_path / "third", stick)
        with closing(third):
            exchange(third, other)
            exchange(third, other)

        for place in (stick, other):
            names = [each.name for each in segments_of(ours, place, ours.device_id)]
            numbers = [name.partition("-")[0] for name in names]
            assert len(names) == len({*names})
            assert len(numbers) - len({*numbers}) == 1
            heads = list((home(ours, place) / "journal" / ours.device_id).glob("head*"))
            assert len(heads) == 2


@pytest.mark.parametrize("after", range(0, 12, 2))
def test_a_stick_pulled_out_has_whole_files_only_and_the_next_sync_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Row 27: whole files only; the next sync completes."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        for title in ("One", "Two"):
            save(ours, ours.new_case_id(), title)
            ours.settle()
        write_all, left = platform.write_all, [after]

        def pulled_out(descriptor: int, data: bytes) -> None:
            if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(stick):
                left[0] -= 1
                if left[0] < 0:
                    write_all(descriptor, data[: len(data) // 2])
                    raise OSError(errno.EIO, "Input/output error")
            write_all(descriptor, data)

        with monkeypatch.context() as patch:
            patch.setattr(platform, "write_all", pulled_out)
            stopped = exchange(ours, stick)
        between = exchange(theirs, stick)
        completed = exchange(ours, stick)
        exchange(theirs, stick)

        assert bool(stopped.stopped) == (left[0] < 0)
        assert not between.lines("damaged")
        assert not completed.found
        assert digests(ours) == digests(theirs)


def test_a_stick_without_room_is_told_and_what_came_from_it_is_here(tmp_path: Path) -> None:
    """Row 27: the pull counts although the push stopped."""
    ours, theirs, stick = two(tmp_path)
    with closing(ours, theirs):
        save(theirs, theirs.new_case_id(), "Theirs")
        exchange(theirs, stick)
        save(ours, ours.new_case_id(), "Ours")
        journal = home(ours, stick) / "journal" / ours.device_id
        shutil.move(journal, tmp_path / "aside")
        journal.write_bytes(b"no folder")

        with pytest.raises(StoreError, match="no folder"):
            exchange(ours, stick)

        assert "Theirs" in titles(ours)
        assert segments(tmp_path / "ours")
