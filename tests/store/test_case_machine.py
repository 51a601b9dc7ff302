"""Random histories of a case on three replicas; and bugs that a short one has to catch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.errors import CaseError
from store import coupled, fold, index, pen, pull, roster
from tests.store import answer_rules as answers
from tests.store.build import WALL
from tests.store.case_machine import Cases, make_template, run_machine

HISTORIES, STEPS = 6, 15


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


def test_three_replicas_agree_whatever_happens_between_them(template: Path) -> None:
    run_machine(template, HISTORIES, STEPS)


def answer_at_once(case: Cases) -> None:
    """Two people at the same answers: boxes, a list, a text, the times; then one decides."""
    first, second, *more = answers.OPTIONS
    for who, deeds in enumerate(({first, second}, {second, *more})):
        case.tick(who, {first})
        case.tick(who, deeds)
    case.tell(0, [*answers.SENTENCES])
    case.list_deed(0, "add", 0)
    for who in (0, 1):
        case.sync(who, 0)
    case.open_form(1)
    case.tick(1, {second})
    case.list_deed(0, "edit", 0)
    case.list_deed(1, "delete", 0)
    case.list_deed(1, "add", 0)
    case.tell(0, [*answers.SENTENCES[1:]])
    case.tell(1, [*answers.SENTENCES, "It was found."])
    case.date(0, "discovered", 1)
    case.date(1, "occurred", 2)
    for who in (0, 1, 0):
        case.sync(who, 0)
    case.accept(0)
    case.review(0)


def scripted(template: Path) -> None:
    """A stale save, a forged role, a fork, a damaged stick, a removal: a history with all of it."""
    case = type("Run", (Cases,), {"template": template})()
    case.begin()
    try:
        case.open_form(1)
        case.save(0, ["case/title"], "Stick", WALL)
        for who in (0, 1):
            case.sync(who, 0)
        case.save(1, ["case/title"], "Letter", "1999-12-31T23:59:59Z")
        case.take_back(1, WALL)
        case.overstep(1)
        case.back_up(1)
        case.save(1, ["case/zone"], "Laptop", WALL)
        case.restore(1, 0)
        case.save(1, ["party/p1"], "Laptop", WALL)
        for who in (1, 0, 2):
            case.sync(who, 0)
        case.save(2, ["case/zone"], "Stick", WALL)
        answer_at_once(case)
        case.remove(0)
        case.sync(2, 0)
        case.carry_damaged(1, 500)
    finally:
        case.teardown()


def test_a_history_with_all_of_it_converges(template: Path) -> None:
    scripted(template)


def last_writer_wins(patch: pytest.MonkeyPatch) -> None:
    register = fold._register  # noqa: SLF001 - the bug is planted inside
    patch.setattr(fold, "_register", lambda pairs: register(pairs[-1:]))


def over_is_taken_at_save(patch: pytest.MonkeyPatch) -> None:
    commit = pen.Pen.commit

    def late(self: Any, draft: pen.Draft, vault_id: bytes) -> Any:
        shown = self._history.state(draft.case_id)
        return commit(self, replace(draft, shown=shown), vault_id)

    patch.setattr(pen.Pen, "commit", late)


def a_change_is_known_by_device_and_number(patch: pytest.MonkeyPatch) -> None:
    add = fold.Fold.add

    def unless_known(self: Any, change: Any) -> None:
        if (change.device, change.seq) not in {(one.device, one.seq) for one in self._changes}:
            add(self, change)

    patch.setattr(fold.Fold, "add", unless_known)


class _Same(str):
    """A digest that is the same as every other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)


def no_hash_is_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pull, "digest_of", lambda _: _Same())


def no_role_is_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(roster.Authority, "permits", lambda *_: True)


def a_removal_is_not_heeded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(roster.Authority, "accepts", lambda *_: True)


def the_list_is_not_kept_up(patch: pytest.MonkeyPatch) -> None:
    first = index.Index.listing
    known: dict[int, Any] = {}
    patch.setattr(
        index.Index, "listing", lambda self, *said: known.setdefault(id(self), first(self, *said))
    )


def a_tombstone_beats_an_edit(patch: pytest.MonkeyPatch) -> None:
    readings = fold.CaseState.readings

    def without(self: Any) -> Any:
        gone = {
            name
            for name, register in self.fields.items()
            if any(each.value is None for each in register.values)
        }
        return {name: value for name, value in readings(self).items() if name not in gone}

    patch.setattr(fold.CaseState, "readings", without)


def a_box_is_ticked_once_anybody_ticked_it(patch: pytest.MonkeyPatch) -> None:
    readings = fold.CaseState.readings

    def union(self: Any) -> Any:
        ops = (op for change in self.changes for op in change.ops if op.value is True)
        return {**readings(self), **{op.field: True for op in ops}}

    patch.setattr(fold.CaseState, "readings", union)


def nothing_is_to_be_reviewed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(coupled, "_review", lambda *_: None)


PLANTED: list[Callable[[pytest.MonkeyPatch], None]] = [
    last_writer_wins,
    over_is_taken_at_save,
    a_change_is_known_by_device_and_number,
    no_hash_is_checked,
    no_role_is_checked,
    a_removal_is_not_heeded,
    the_list_is_not_kept_up,
    a_tombstone_beats_an_edit,
    a_box_is_ticked_once_anybody_ticked_it,
    nothing_is_to_be_reviewed,
]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_the_machine_catches_a_planted_bug(
    template: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)

    with pytest.raises((AssertionError, CaseError)):
        scripted(template)
