"""What is deleted with a case, and what happens where that is cut short or refused."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from store import erasure, team
from store.change import BlobOp
from store.destruction import order_shred, shred_now
from store.draft import DraftFile, Slot
from store.errors import DiskError
from store.index import Index
from store.ledger import Ledger
from tests.store.build import (
    WALL,
    cache_of,
    day,
    make,
    opened,
    save,
    titles,
)
from tests.store.replicas import exchange, home, let_in, two
from tests.store.test_destruction import REASON, key_files


def test_nothing_of_the_case_stays_in_the_caches_or_drafts(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id, other = vault.new_case_id(), vault.new_case_id()
        save(vault, case_id, "Laptop")
        save(vault, other, "Stick")
        vault.index.rebuild()
        vault.index._hottest = 1  # noqa: SLF001 - so that there is a pack
        vault.write_behind()
        old = (path / "cache" / "rows.pack").read_bytes()
        vault.drafts.start(lambda _: None)
        vault.drafts.keep(Slot(case_id, "r", "details"), "half a sentence", WALL)
        vault.drafts.keep(Slot(other, "r", "details"), "another", WALL)
        vault.drafts.close()
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert (path / "cache" / "rows.pack").read_bytes() != old
        assert [each.text for each in vault.drafts.left()] == ["another"]
        assert not [*(path / "cache" / "cases").rglob(f"{case_id}.tdb")]
        assert [slip.id for slip in vault.index._hot.values()] in ([], [other])  # noqa: SLF001
    cache = cache_of(path)
    assert [*cache.load_pack().ids()] == [other]
    assert case_id not in [slip.id for slip in cache.load_hot().slips]


CUTS = ("unlink", "drafts", "purge", "ledger")


@pytest.mark.parametrize("cut", CUTS)
def test_a_kill_while_it_is_carried_out_is_gone_on_with_at_the_next_opening(
    tmp_path: Path, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v"
    vault, _ = make(path)
    case_id = vault.new_case_id()
    save(vault, case_id, "Laptop")
    order_shred(vault, case_id, REASON, wall=WALL)
    places = {
        "unlink": (erasure, "_unlink"),
        "drafts": (erasure, "_purge_drafts"),
        "purge": (Index, "purge"),
        "ledger": (Ledger, "keep"),
    }
    count = 0

    def killed(*said: Any) -> None:
        nonlocal count
        count += 1
        if cut == "ledger" and count == 1:
            keep(*said)
            return
        raise KeyboardInterrupt

    keep = Ledger.keep
    with monkeypatch.context() as patch:
        patch.setattr(*places[cut], killed)
        with pytest.raises(KeyboardInterrupt):
            shred_now(vault, case_id, wall=day(1))
    vault._lock.release()  # type: ignore[union-attr]  # noqa: SLF001 - what the end of the process does

    with opened(path) as again:
        assert titles(again) == []
        assert again.ledger.entries[case_id].clean
        assert len(key_files(path)) == 1


def test_the_numbers_of_a_devices_records_go_on_after_a_shred(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id, other = vault.new_case_id(), vault.new_case_id()
        save(vault, case_id, "Laptop")
        save(vault, other, "Stick")
        order_shred(vault, case_id, REASON, wall=WALL)
        last = vault.log_state().changes[-1].seq

        shred_now(vault, case_id, wall=day(1))
        save(vault, other, "Stick, found")

        assert vault.state(other).changes[-1].seq == last + 1


def test_a_file_that_cannot_be_deleted_is_told_and_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        (key,) = (each.key_id for each in vault.history.keys_of(case_id))
        order_shred(vault, case_id, REASON, wall=WALL)
        shred_now(vault, case_id, wall=day(1))
    (path / "keys" / key).mkdir()

    with opened(path) as vault:
        assert "files of destroyed cases are still here" in " ".join(vault.notices)
        assert titles(vault) == []
    (path / "keys" / key).rmdir()
    with opened(path) as vault:
        assert vault.notices == ()


def test_a_key_made_later_that_somebody_put_here_opens_nothing_and_is_deleted(
    tmp_path: Path,
) -> None:
    ours, theirs, stick = two(tmp_path, "admin", "responder")
    case_id = ours.new_case_id()
    save(ours, case_id, "Laptop")
    third = let_in(ours, tmp_path / "third", stick, person="c.newcomer")
    exchange(theirs, stick)
    order_shred(ours, case_id, REASON, wall=WALL)
    shred_now(ours, case_id, wall=day(1))
    team.remove(ours, third.device_id, "left", wall=day(1))  # a new epoch, so a new key
    exchange(ours, stick)
    exchange(theirs, stick)
    save(theirs, case_id, "Written by one who waits")
    (new,) = {key.key_id for key in theirs.history.keys_of(case_id) if key.epoch > 1}
    exchange(theirs, stick)
    for vault in (ours, theirs, third):
        vault.close()
    shutil.copytree(home(ours, stick), tmp_path / "ours", dirs_exist_ok=True)
    assert new in key_files(tmp_path / "ours")

    with opened(tmp_path / "ours") as again:
        assert titles(again) == []
        assert new in again.ledger.entries[case_id].keys

    assert new not in key_files(tmp_path / "ours")


def test_an_index_that_the_disk_refuses_is_told_and_written_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        order_shred(vault, case_id, REASON, wall=WALL)
        with monkeypatch.context() as patch:
            patch.setattr(Index, "purge", refuses)
            shred_now(vault, case_id, wall=day(1))
            assert "files of destroyed cases are still here: full" in vault.notices
        assert not vault.ledger.entries[case_id].clean
    with opened(path) as vault:
        assert vault.ledger.entries[case_id].clean


def refuses(*_: Any) -> None:
    raise DiskError("full")


def test_drafts_that_cannot_be_written_anew_stay_until_they_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        vault.drafts.start(lambda _: None)
        vault.drafts.keep(Slot(case_id, "r", "details"), "half a sentence", WALL)
        vault.drafts.keep(Slot("", "", "new /title"), "a title", WALL)
        vault.drafts.close()
        order_shred(vault, case_id, REASON, wall=WALL)
        with monkeypatch.context() as patch:
            patch.setattr(DraftFile, "add", no_room)
            shred_now(vault, case_id, wall=day(1))
        assert len(vault.drafts.left()) == 2
    with opened(path) as vault:
        assert [each.text for each in vault.drafts.left()] == ["a title"]
        assert len([*(path / "drafts").iterdir()]) == 1


def no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_drafts_of_other_cases_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        vault.drafts.start(lambda _: None)
        vault.drafts.keep(Slot("", "", "new /title"), "a title", WALL)
        vault.drafts.close()
        (draft,) = (path / "drafts").iterdir()
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert [*(path / "drafts").iterdir()] == [draft]


def test_drafts_of_the_case_alone_leave_no_file(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with make(path)[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        vault.drafts.start(lambda _: None)
        vault.drafts.keep(Slot(case_id, "r", "details"), "half a sentence", WALL)
        vault.drafts.close()
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert [*(path / "drafts").iterdir()] == []


def test_an_attachment_of_another_case_named_by_a_record_stays(tmp_path: Path) -> None:
    with make(tmp_path / "v")[0] as vault:
        case_id, other = vault.new_case_id(), vault.new_case_id()
        for each in (case_id, other):
            save(vault, each, "Laptop")
        blob = vault.put_blob(other, b"list of names")
        ops = [
            BlobOp("file/0011223344556677", {**blob, "name": "theirs"}),
            BlobOp("file/0011223344556678", {**blob, "sha256": "odd", "name": "odd"}),
            BlobOp("file/0011223344556679", {"name": "none"}),
        ]
        vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert vault.blobs.names() == {blob["blob"]}


def test_without_a_home_the_ledger_is_in_the_replica_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobodys)
    with make(tmp_path / "v")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Laptop")
        order_shred(vault, case_id, REASON, wall=WALL)

        shred_now(vault, case_id, wall=day(1))

        assert titles(vault) == []
        assert vault.ledger.copy is None


def nobodys() -> Path:
    raise RuntimeError
