"""Every state that a power cut may leave of a run: the vault opens and no promise is broken.

CI looks at a share of the states of each run; `benchmarks/soak.py` at all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from store import folder, ledger, medium, platform, remains
from tests.store.crash_check import Effort, explore
from tests.store.crash_runs import (
    RUNS,
    Run,
    attaches,
    recovery,
    rekeys,
    rolls,
    rolls_up,
    saves,
    shreds,
    syncs,
)

STATES = 120  # of each run


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.__name__)
def test_a_power_cut_loses_nothing_that_was_promised(run: Run) -> None:
    found = explore(run, Effort(most=STATES))

    assert found.faults == []
    assert found.states >= STATES


def no_sync_before_the_answer(patch: pytest.MonkeyPatch) -> None:
    sync = platform.sync
    patch.setattr(platform, "sync", lambda file: None if _is_live(file) else sync(file))


def no_sync_of_the_folder_of_a_new_segment(patch: pytest.MonkeyPatch) -> None:
    sync = platform.sync_folder

    def forgets(path: Path) -> None:
        if not any(path.glob("*.open")):
            sync(path)

    patch.setattr(platform, "sync_folder", forgets)


def no_sync_of_a_closed_segment(patch: pytest.MonkeyPatch) -> None:
    sync = platform.sync
    patch.setattr(platform, "sync", lambda file: None if ".seg." in _name(file) else sync(file))


def a_stale_temporary_file_is_appended_to(patch: pytest.MonkeyPatch) -> None:
    create = platform.create

    def appends(path: Path) -> int:
        if path.suffix != folder.TEMPORARY:
            return create(path)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    patch.setattr(platform, "create", appends)
    patch.setattr(folder, "secrets", SimpleNamespace(token_hex=lambda size: "00" * size))
    patch.setattr(remains, "drop", lambda *_: None)


def an_unlink_before_the_rename_is_sure(patch: pytest.MonkeyPatch) -> None:
    sync = platform.sync_folder

    def forgets(path: Path) -> None:
        if not {each.stem for each in path.glob("*.open")}.intersection(
            each.stem.partition("-")[0] for each in path.glob("*.seg")
        ):
            sync(path)

    patch.setattr(platform, "sync_folder", forgets)


def no_sync_of_the_folder_of_a_new_folder(patch: pytest.MonkeyPatch) -> None:
    """The bug that these states have found."""
    make = folder.make
    patch.setattr(folder, "make", lambda path, **_: make(path, durable=False))


def a_medium_that_is_not_settled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(medium.Folder, "settle", lambda _: None)


def a_roll_that_is_not_synced(patch: pytest.MonkeyPatch) -> None:
    sync = platform.sync
    patch.setattr(platform, "sync", lambda file: None if ".roll." in _name(file) else sync(file))


def a_shred_that_is_not_noted_before_it_begins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger.Ledger, "keep", lambda _: None)


def what_was_destroyed_left_under_the_old_key(patch: pytest.MonkeyPatch) -> None:
    """The bug that a walk by hand has found."""
    patch.setattr(ledger.Ledger, "keep_next", lambda *_: None)
    patch.setattr(folder, "put_in_place", _if_there(folder.put_in_place))


def _if_there(put: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
    return lambda source, target: put(source, target) if source.exists() else None


PLANTED: list[tuple[Callable[[pytest.MonkeyPatch], None], Run]] = [
    (no_sync_before_the_answer, saves),
    (no_sync_of_the_folder_of_a_new_segment, saves),
    (no_sync_of_a_closed_segment, saves),
    (a_stale_temporary_file_is_appended_to, recovery),
    (an_unlink_before_the_rename_is_sure, rolls),
    (no_sync_of_the_folder_of_a_new_folder, attaches),
    (a_medium_that_is_not_settled, syncs),
    (a_roll_that_is_not_synced, rolls_up),
    (a_shred_that_is_not_noted_before_it_begins, shreds),
    (what_was_destroyed_left_under_the_old_key, rekeys),
]


@pytest.mark.parametrize(("plant", "run"), PLANTED, ids=lambda each: each.__name__)
def test_a_planted_bug_is_caught(plant: Callable[[pytest.MonkeyPatch], None], run: Run) -> None:
    found = explore(run, Effort(first_fault=True), plant)

    assert found.faults


def _name(descriptor: int) -> str:
    return Path(f"/proc/self/fd/{descriptor}").readlink().name


def _is_live(descriptor: int) -> bool:
    return _name(descriptor).endswith(".open")
