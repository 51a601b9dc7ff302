"""A case is destroyed: by whom, when, and what is left of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import UsageError
from models.strictjson import JSON
from store import team
from store.change import BlobOp, DelOp, SetOp, Setting
from store.destruction import cancel_shred, fates, find_destroyed, look, order_shred, shred_now
from store.envelope import Envelope
from store.errors import UnknownCaseError
from store.hold import hold_case, lift_hold
from store.ledger import read_ledger
from store.shred import shreds
from store.sync import sync
from store.sync_report import SyncReport
from store.vault import Vault
from store.verify import verify
from tests.store.build import (
    WALL,
    day,
    flip,
    insider,
    make,
    opened,
    passphrase,
    save,
    titles,
)
from tests.store.replicas import closing, digests, exchange, home, let_in, two

REASON = "kept long enough"


def pass_days(vault: Vault, first: int, last: int) -> None:
    for number in range(first, last + 1):
        look(vault, wall=day(number))


def test_a_shred_is_carried_out_after_seven_days(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id, other = vault.new_case_id(), vault.new_case_id()
        save(vault, case_id, "Laptop")
        save(vault, other, "Stick")
        order_shred(vault, case_id, REASON, wall=WALL)
        pass_days(vault, 1, 6)
        assert titles(vault) == ["Laptop", "Stick"]

        pass_days(vault, 7, 7)

        assert titles(vault) == ["Stick"]
        assert len([*(tmp_path / "v" / "keys").iterdir()]) == 2
        with pytest.raises(UnknownCaseError):
            vault.state(case_id)
        assert fates(vault)[case_id].line.startswith("destroyed on 2026-01-09 by a.officer: kept")
    with opened(tmp_path / "v") as vault:
        assert titles(vault) == ["Stick"]
        assert vault.notices == ()


def test_what_became_of_an_order_is_said_in_a_few_words(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        order_shred(vault, case_id, REASON, wall=WALL)
        said = [fates(vault)[case_id].line]
        hold_case(vault, case_id, "an appeal", wall=WALL)
        said.append(fates(vault)[case_id].line)
        lift_hold(vault, case_id, "withdrawn", wall=WALL)
        cancel_shred(vault, case_id, "", wall=WALL)
        said.append(fates(vault)[case_id].line)
        assert vault.glance(case_id).title == "Laptop"
        assert find_destroyed(vault, case_id) is None
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert said == [
            "to be destroyed from 2026-01-09, ordered by a.officer: kept long enough",
            "to be destroyed by order of a.officer, stopped by a hold: kept long enough",
            "order of a.officer to destroy it, cancelled: kept long enough",
        ]
        assert find_destroyed(vault, case_id[:3]) is None
        found = find_destroyed(vault, f" {case_id[:6].upper()}")
        assert found == fates(vault)[case_id]
        assert found.as_json() == {
            "id": case_id,
            "status": "destroyed",
            "on": "2026-01-03",
            "reason": REASON,
            "who": "a.officer",
            "wall": WALL,
        }


def key_files(folder: Path) -> set[str]:
    return {each.name for each in (folder / "keys").iterdir()}


def on_stick(vault: Vault, stick: Path) -> set[str]:
    return key_files(home(vault, stick))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two replicas, ours an admin's and theirs too, and a stick, all in step."""
    folder = tmp_path_factory.mktemp("template")
    for vault in two(folder, "admin", "responder")[:2]:
        vault.close()
    return folder


@pytest.fixture
def both(template: Path, tmp_path: Path) -> Iterator[tuple[Vault, Vault, Path]]:
    """The same, open."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    vaults = opened(tmp_path / "ours"), opened(tmp_path / "theirs")
    with closing(*vaults):
        yield (*vaults, tmp_path / "stick")


Both = tuple[Vault, Vault, Path]


def ordered(both: Both) -> tuple[Vault, Vault, Path, str]:
    """Two replicas and a stick in step, with a case of two saves that ours ordered destroyed."""
    ours, theirs, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    save(ours, case_id, "Laptop, lost")
    order_shred(ours, case_id, REASON, wall=WALL)
    for vault in (ours, theirs, ours):
        exchange(vault, stick)
    return ours, theirs, stick, case_id


def week(vault: Vault, stick: Path) -> SyncReport:
    """Six days of looks, then a sync on the seventh: what is due is carried out."""
    pass_days(vault, 1, 6)
    return sync(vault, stick, wall=day(7))


def test_each_replica_waits_by_itself_and_the_medium_follows(both: Both) -> None:
    ours, theirs, stick, case_id = ordered(both)
    before = on_stick(ours, stick)

    report = week(ours, stick)

    assert "files of destroyed cases were deleted from it: 1" in report.lines("medium")
    assert len(on_stick(ours, stick)) == len(before) - 1
    assert titles(theirs) == ["Laptop, lost"]
    sync(theirs, stick, wall=day(8))  # six days count: it waits still
    assert titles(theirs) == ["Laptop, lost"]
    assert len(on_stick(ours, stick)) == len(before) - 1  # an old replica puts nothing back
    report = week(theirs, stick)
    assert titles(theirs) == []
    assert fates(theirs)[case_id].status == "destroyed"
    assert theirs.notices == ours.notices == ()
    assert digests(ours) == digests(theirs)


def test_a_newcomer_after_the_shred_reads_all_but_the_destroyed_case(
    both: Both, tmp_path: Path
) -> None:
    ours, _theirs, stick, case_id = ordered(both)
    save(ours, ours.new_case_id(), "Stick")
    week(ours, stick)

    third = let_in(ours, tmp_path / "third", stick, person="c.newcomer")

    with closing(third):
        assert titles(third) == ["Stick"]
        assert third.notices == ()
        assert fates(third)[case_id].line.startswith("destroyed elsewhere by a.officer")
        assert exchange(third, stick).lines("waiting") == ()


def test_now_is_for_this_replica_alone(both: Both) -> None:
    ours, theirs, stick, case_id = ordered(both)
    before = on_stick(ours, stick)

    shred_now(ours, case_id, wall=day(1))
    exchange(ours, stick)

    assert titles(ours) == []
    assert on_stick(ours, stick) == before
    exchange(theirs, stick)
    assert titles(theirs) == ["Laptop, lost"]
    week(ours, stick)
    assert len(on_stick(ours, stick)) == len(before) - 1


def test_a_hold_that_did_not_know_of_the_shred_stops_it_everywhere(both: Both) -> None:
    ours, theirs, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    exchange(theirs, stick)
    hold_case(theirs, case_id, "claim 12", wall=WALL)
    order_shred(ours, case_id, REASON, wall=WALL)
    for vault in (ours, theirs, ours):
        exchange(vault, stick)

    week(ours, stick)
    week(theirs, stick)

    assert titles(ours) == titles(theirs) == ["Laptop"]
    assert fates(ours)[case_id].status == "held"
    with pytest.raises(UsageError, match="no hold stops"):
        shred_now(ours, case_id, wall=day(9))
    lift_hold(ours, case_id, "settled", wall=day(9))
    pass_days(ours, 9, 15)
    assert titles(ours) == ["Laptop"]  # the week begins when the hold ends
    pass_days(ours, 16, 16)
    assert titles(ours) == []


def test_a_held_case_cannot_be_ordered_destroyed_and_an_order_needs_a_reason(
    tmp_path: Path,
) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        with pytest.raises(UsageError, match="reason"):
            order_shred(vault, case_id, " ", wall=WALL)
        hold_case(vault, case_id, "claim", wall=WALL)
        with pytest.raises(UsageError, match="held"):
            order_shred(vault, case_id, REASON, wall=WALL)
        lift_hold(vault, case_id, "", wall=WALL)
        with pytest.raises(UsageError, match="nobody ordered"):
            cancel_shred(vault, case_id, "", wall=WALL)
        order_shred(vault, case_id, REASON, wall=WALL)
        with pytest.raises(UsageError, match="already"):
            order_shred(vault, case_id, REASON, wall=WALL)

        cancel_shred(vault, case_id, "needed", wall=WALL)

        assert (
            fates(vault)[case_id].line == f"order of a.officer to destroy it, cancelled: {REASON}"
        )
        pass_days(vault, 1, 20)
        assert titles(vault) == ["Laptop"]
        assert vault.ledger.entries == {}
        order_shred(vault, case_id, "again", wall=day(20))
        assert fates(vault)[case_id].on == day(27)[:10]


def test_a_shred_of_a_device_without_the_role_has_no_effect(tmp_path: Path) -> None:
    ours, theirs, stick = two(tmp_path)
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    exchange(theirs, stick)
    with pytest.raises(UsageError, match="admin"):
        order_shred(theirs, case_id, REASON, wall=WALL)
    log = theirs.log_state()
    keys: list[JSON] = [key.key_id for key in theirs.history.keys_of(case_id)]
    theirs.close()
    inside = insider(tmp_path / "theirs")
    op: dict[str, JSON] = {"o": "set", "f": f"shred/{case_id}", "v": {"reason": "x", "keys": keys}}
    forged = inside.change(
        Setting(log.case_id, log.heads, log.changes[-1].lam + 1, WALL), [op], role="admin"
    )
    inside.append((forged, forged.raw), case_id=log.case_id)
    again = opened(tmp_path / "theirs")
    with closing(ours, again):
        exchange(again, stick)
        exchange(ours, stick)

        week(ours, stick)

        assert titles(ours) == ["Laptop"]
        assert fates(ours) == {}


def test_a_removed_admins_later_shred_has_no_effect(both: Both) -> None:
    ours, theirs, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    exchange(theirs, stick)
    team.remove(ours, theirs.device_id, "left", wall=WALL)
    order_shred(theirs, case_id, REASON, wall=WALL)
    for vault in (theirs, ours):
        exchange(vault, stick)

    week(ours, stick)

    assert titles(ours) == ["Laptop"]
    assert fates(ours) == {}


def test_a_planted_key_file_opens_nothing_after_the_shred(both: Both, tmp_path: Path) -> None:
    ours, theirs, stick, case_id = ordered(both)
    (name,) = (key.key_id for key in ours.history.keys_of(case_id))
    raw = (tmp_path / "ours" / "keys" / name).read_bytes()
    week(ours, stick)
    ours.close()
    for place in (tmp_path / "ours" / "keys", home(theirs, stick) / "keys"):
        (place / name).write_bytes(raw)

    with opened(tmp_path / "ours", writable=False) as reading:
        assert titles(reading) == []
    with opened(tmp_path / "ours") as vault:
        assert name not in key_files(tmp_path / "ours")
        sync(vault, stick, wall=day(9))
        assert titles(vault) == []
    assert name not in on_stick(theirs, stick)


def test_an_older_copy_of_the_vault_brings_nothing_back(both: Both, tmp_path: Path) -> None:
    ours, _theirs, stick, case_id = ordered(both)
    blob = ours.put_blob(case_id, b"list of names")
    ours.commit(
        case_id, [BlobOp("file/0011223344556677", {**blob, "name": "l"})], shown=None, wall=WALL
    )
    ours.close()
    shutil.copytree(tmp_path / "ours", tmp_path / "backup")
    with opened(tmp_path / "ours") as vault:
        week(vault, stick)
        assert vault.blobs.names() == set()
    shutil.rmtree(tmp_path / "ours")
    (tmp_path / "backup").rename(tmp_path / "ours")

    with opened(tmp_path / "ours") as vault:
        assert titles(vault) == []
        assert vault.blobs.names() == set()
        assert len(key_files(tmp_path / "ours")) == 1
    assert not [*(tmp_path / "ours" / "cache" / "cases").rglob("*.tdb")]


def test_a_clock_ten_years_ahead_destroys_nothing_at_once(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        order_shred(vault, case_id, REASON, wall=WALL)

        look(vault, wall="2036-01-02T03:04:05Z")
        assert titles(vault) == ["Laptop"]
        pass_days(vault, 1, 1)  # the clock is right again: what was counted stays counted
        assert titles(vault) == ["Laptop"]
        assert look(vault, wall="no clock") == ()


@pytest.mark.parametrize("wall", ["2016-01-02T03:04:05Z", "no clock", "2026-01-02T03:04:05.678Z"])
def test_an_authors_clock_never_shortens_the_week_seen_here(both: Both, wall: str) -> None:
    ours, theirs, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    order_shred(ours, case_id, REASON, wall=wall)
    exchange(ours, stick)
    sync(theirs, stick, wall=day(30))
    pass_days(theirs, 31, 36)
    assert titles(theirs) == ["Laptop"]

    pass_days(theirs, 37, 37)

    assert titles(theirs) == []


def test_a_shred_dated_in_the_future_waits_for_its_date(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        order_shred(vault, case_id, REASON, wall="2036-01-02T03:04:05Z")

        pass_days(vault, 1, 30)

        assert titles(vault) == ["Laptop"]


def test_a_key_of_another_case_named_by_a_shred_stays(both: Both, tmp_path: Path) -> None:
    ours, _theirs, stick = both
    victim, case_id = ours.new_case_id(), ours.new_case_id()
    save(ours, victim, "Victim")
    save(ours, case_id, "Laptop")
    every: JSON = [*sorted(key_files(tmp_path / "ours"))]
    order = SetOp(f"shred/{case_id}", {"reason": "x", "keys": every})
    log = SetOp(f"shred/{ours.log_id}", {"reason": "x", "keys": every})
    ours.commit(ours.log_id, [order, log], shown=ours.log_state(), wall=WALL)
    exchange(ours, stick)

    week(ours, stick)

    assert titles(ours) == ["Victim"]
    assert len(on_stick(ours, stick)) == 2
    assert ours.log_id not in fates(ours)


def test_a_later_key_of_a_destroyed_case_is_refused_named_and_deleted(
    both: Both, tmp_path: Path
) -> None:
    ours, theirs, stick, case_id = ordered(both)
    week(ours, stick)
    third = let_in(ours, tmp_path / "third", stick, person="c.newcomer")
    third.close()
    team.remove(ours, third.device_id, "left", wall=day(8))  # a new epoch, so a new key
    exchange(ours, stick)
    exchange(theirs, stick)
    save(theirs, case_id, "Written by one who waits")
    (new,) = {key.key_id for key in theirs.history.keys_of(case_id) if key.epoch > 1}
    exchange(theirs, stick)
    assert new in on_stick(ours, stick)

    sync(ours, stick, wall=day(9))

    assert new not in key_files(tmp_path / "ours")
    assert new not in on_stick(ours, stick)
    assert new in shreds(ours.log_state())[case_id].keys
    assert titles(ours) == []
    with pytest.raises(UsageError, match="was destroyed"):
        save(ours, case_id, "Anew")
    late = let_in(ours, tmp_path / "late", stick, person="d.newcomer")
    with closing(late):
        assert titles(late) == []
        assert late.notices == ()
        pass_days(late, 1, 9)
        assert fates(late)[case_id].on == day(7)[:10]


def test_a_shred_cancelled_after_it_was_carried_out_here_leaves_the_others_theirs(
    both: Both, tmp_path: Path
) -> None:
    ours, theirs, stick, case_id = ordered(both)
    before = on_stick(ours, stick)
    shred_now(ours, case_id, wall=day(1))

    cancel_shred(ours, case_id, "a mistake", wall=day(1))

    exchange(ours, stick)
    week(ours, stick)
    assert on_stick(ours, stick) == before
    exchange(theirs, stick)
    week(theirs, stick)
    assert titles(theirs) == ["Laptop, lost"]
    assert titles(ours) == []
    third = let_in(ours, tmp_path / "third", stick, person="c.newcomer")
    with closing(third):
        assert titles(third) == ["Laptop, lost"]


def test_what_was_saved_on_a_case_long_ordered_to_be_destroyed_holds_up_nothing_else(
    both: Both, tmp_path: Path
) -> None:
    ours, theirs, stick, case_id = ordered(both)
    other = ours.new_case_id()
    save(ours, other, "Stick")
    for vault in (ours, theirs):
        exchange(vault, stick)
    with let_in(ours, tmp_path / "third", stick, person="c.third") as third:
        team.remove(ours, third.device_id, "left", wall=WALL)
    week(ours, stick)
    sync(theirs, stick, wall=day(9))  # knows of the next epoch: each case gets another key
    save(theirs, case_id, "Laptop, found")
    save(theirs, other, "Stick, found")

    sync(theirs, stick, wall=day(9))
    report = sync(ours, stick, wall=day(9))

    assert report.lines("waiting") == ()
    assert titles(ours) == ["Stick, found"]
    sync(ours, stick, wall=day(9))
    sync(theirs, stick, wall=day(9))
    keys = {each.key_id for each in theirs.history.keys_of(case_id)}
    assert len(keys) == 2
    assert not keys & on_stick(ours, stick)  # named by an admin, and deleted there


def test_a_whole_check_counts_what_was_destroyed(both: Both, tmp_path: Path) -> None:
    ours, _, stick, _ = ordered(both)
    week(ours, stick)
    third = let_in(ours, tmp_path / "third", stick, person="c.newcomer")

    for vault, name in ((ours, "ours"), (third, "third")):
        vault.close()
        verdict = verify(tmp_path / name, passphrase(), lambda *_: None)

        assert verdict.faults == ()
        assert verdict.counts["destroyed records"] == 2
        assert verdict.lost.line() == ""
    flip(tmp_path / "ours" / "shreds", 100)
    (fault,) = verify(tmp_path / "ours", passphrase(), lambda *_: None).faults
    assert fault.startswith("shreds: ")
    with opened(tmp_path / "ours") as vault:  # the copy outside the vault says it too
        assert titles(vault) == []
    assert verify(tmp_path / "ours", passphrase(), lambda *_: None).faults == ()


def test_a_whole_check_reads_no_key_of_a_destroyed_case_that_was_put_back(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        entry = vault.put_blob(case_id, b"photograph")
        vault.commit(case_id, [BlobOp("file/0", entry)], shown=vault.state(case_id), wall=WALL)
        order_shred(vault, case_id, REASON, wall=WALL)
        before = {name: (path / "keys" / name).read_bytes() for name in key_files(path)}
        shred_now(vault, case_id, wall=WALL)
    for name, raw in before.items():
        (path / "keys" / name).write_bytes(raw)

    verdict = verify(path, passphrase(), lambda *_: None)

    assert (verdict.faults, verdict.lost.line()) == ((), "")
    assert (verdict.counts["cases"], verdict.counts["destroyed records"]) == (0, 2)


def test_a_ledger_of_another_shape_says_nothing(tmp_path: Path) -> None:
    envelope = Envelope(bytes(32), bytes(32), "shreds")
    for raw in (b"[]", b'{"v":1,"cases":{"x":{},"y":3}}'):
        (tmp_path / "shreds").write_bytes(envelope.seal(raw))

        assert read_ledger(tmp_path / "shreds", envelope) == {}


def test_an_order_of_another_program_may_say_less(both: Both) -> None:
    ours, theirs, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    exchange(theirs, stick)
    odd: list[JSON] = [
        None,
        {"reason": 3, "keys": "all"},
        {"reason": "x", "keys": [3, "x", "0" * 32]},
    ]
    for value in odd:
        op = SetOp(f"shred/{case_id}", value)
        ours.commit(ours.log_id, [op], shown=ours.log_state(), wall="9999-12-31T23:59:59Z")

        fate = fates(ours)[case_id]

        assert (fate.status, fate.shred.who) == ("waiting", "a.officer")
        look(ours, wall=WALL)
        assert fates(ours)[case_id].on == ""  # past the end of the calendar
    odd_fields = SetOp("shred/x", None), SetOp("shred/0/1/2", None), DelOp(f"shred/{'0' * 32}")
    ours.commit(ours.log_id, odd_fields, shown=ours.log_state(), wall=WALL)
    assert fates(ours).keys() == {case_id}


def test_what_was_destroyed_here_and_is_ordered_once_more_stays_so(both: Both) -> None:
    ours, theirs, stick, case_id = ordered(both)
    before = on_stick(ours, stick)
    shred_now(ours, case_id, wall=day(1))
    cancel_shred(ours, case_id, "a mistake", wall=day(1))
    exchange(ours, stick)
    exchange(theirs, stick)
    order_shred(theirs, case_id, "after all", wall=day(2))
    exchange(theirs, stick)

    sync(ours, stick, wall=day(2))

    assert fates(ours)[case_id].line == "destroyed on 2026-01-03 by b.colleague: after all"
    pass_days(ours, 3, 8)
    sync(ours, stick, wall=day(8))
    assert on_stick(ours, stick) == before  # the medium waits a week again
    sync(ours, stick, wall=day(9))
    assert len(on_stick(ours, stick)) == len(before) - 1


def test_a_damaged_key_file_on_the_medium_is_nobodys_and_stays(both: Both) -> None:
    ours, _, stick = both
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    exchange(ours, stick)
    name = "0" * 32
    (home(ours, stick) / "keys" / name).write_bytes(b"no key")
    (home(ours, stick) / "keys" / f"{'1' * 32}.copy").write_bytes(b"no key")
    value: JSON = {"reason": "x", "keys": [name, "1" * 32]}
    ours.commit(ours.log_id, [SetOp(f"shred/{case_id}", value)], shown=ours.log_state(), wall=WALL)

    look(ours, wall=WALL)

    week(ours, stick)

    assert name in on_stick(ours, stick)
