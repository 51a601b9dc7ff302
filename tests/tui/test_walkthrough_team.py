"""docs/walkthrough-team.sh, run whole: two people, a stick, a remote, and no server."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from store.vault import Vault
from tests.store.replicas import digests
from tests.tui.walk import Walk, walked


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    with pytest.MonkeyPatch.context() as patch:
        # an rclone beside us serves S3, Debian's does not; without any a folder stands for it
        beside = Path(sys.prefix, "bin")
        patch.setenv("PATH", os.pathsep.join((str(beside), os.environ["PATH"])))
        return walked("walkthrough-team.sh", tmp_path_factory.mktemp("walk"))


def opened(walk: Walk, name: str, words: str) -> Vault:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(walk.folder / f"{name}.state"))
        raw = (walk.folder / f"{words}.pass").read_bytes().strip()
        return Vault.open(walk.folder / name, bytearray(raw), writable=False)


def test_a_colleague_is_let_in_by_a_number(walk: Walk) -> None:
    part = walk.part("a colleague clones it")

    assert "let in; now breachcase sync here, then there" in part
    assert "changes from A. Responder (device " in part


def test_what_two_people_did_to_one_answer_is_kept_and_one_time_is_a_conflict(walk: Walk) -> None:
    part = walk.part("the stick goes round")

    assert part.count("conflict  ") == 2
    assert "discovered has several values now" in part
    assert "consequences has several values now" in part
    categories = "Health data; Identification data, eg usernames, passwords; Location data; Other"
    assert f"data_categories         {categories}" in part
    for name in ("Public Training Inspectorate", "Northmoor Bank", "Northmoor Works Council"):
        assert part.count(f"   {name}\n") == 1


def test_both_edits_of_a_text_are_put_together_by_a_person(walk: Walk) -> None:
    part = walk.part("a person decides")

    assert re.search(r"\+ Fraud against staff is possible\.  \[[12], A\. Responder\]", part)
    assert re.search(r"\+ We watch for more, with the supplier\.  \[[12], B\. Colleague\]", part)
    assert "settled; 0 in conflict" in part


def test_both_have_the_same_case_by_the_stick_and_by_the_remote(walk: Walk) -> None:
    assert walk.text.count("ann and ben have the same case: ") == 2
    with opened(walk, "lost", "ann") as ours, opened(walk, "new", "new") as recovered:
        (case_id,) = ours.history.case_ids
        assert digests(ours)[case_id] == digests(recovered)[case_id]
        assert recovered.history.case_ids == (case_id,)


def test_what_a_device_writes_after_its_removal_does_not_count(walk: Walk) -> None:
    part = walk.part("the colleague leaves")

    assert part.count("quarantined  segment ") == 1
    assert "error: this device was removed from the vault" in part
    with opened(walk, "new", "new") as recovered:
        (case_id,) = recovered.history.case_ids
        entries = [op.value for each in recovered.state(case_id).changes for op in each.ops]
    assert "The supplier has closed the folder." in str(entries)
    assert "Written by somebody who has left." not in str(entries)


def test_the_recovery_key_brings_the_vault_back_and_a_rekey_begins_an_epoch(walk: Walk) -> None:
    part = walk.part("then the only laptop is lost")

    assert "this device is an admin of it" in part
    assert "rekeyed; this copy is device " in part
    assert part.count("removed          A. Responder") == 2  # the lost one, the one before rekey


def test_a_hold_stops_a_shred_until_it_is_lifted(walk: Walk) -> None:
    part = walk.part("a case is held")

    assert "error: this case is held: it must not be destroyed" in part
    assert "by A. Responder: kept long enough" in part
    assert "Memory stick in a drawer" not in part


def test_all_is_whole_and_nothing_is_lost_but_what_was_destroyed(walk: Walk) -> None:
    part = walk.part("everything is whole")

    assert part.count("destroyed records 2") == 2  # the vault, and its backup
    assert "not readable" not in part
    assert "backup of " in part
    assert "ok    vault            header whole" in part
    assert "no word of a case in three vaults, a stick, a remote and a backup" in part


def test_no_name_of_a_file_or_folder_says_anything(walk: Walk) -> None:
    for side in ("lost", "ben", "new", "stick", "far", "backup"):
        names = [each.name for each in (walk.folder / side).rglob("*")]
        assert names
        assert not [each for each in names if "memory" in each or "staff" in each]
