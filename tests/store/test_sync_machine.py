"""Three replicas and two sticks under any order of saves and syncs: they converge, nothing is lost.

The model is every save with what its author was shown. What is live follows from it by one line
of set arithmetic; each replica has to agree once all have exchanged.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from store import fold, history, pen, pull
from store.change import SetOp
from store.errors import StoreError
from store.fold import CaseState
from store.vault import Vault
from tests.store.build import WALL, opened, save
from tests.store.machine import NAMES, Replicas
from tests.store.replicas import digests, exchange, founded, home, let_in

FIELDS = ("case/title", "case/zone")
VALUES = ("Laptop", "Stick", "Letter")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


def make_template(folder: Path) -> Path:
    """Three replicas of a vault with one case, and a stick, all in step."""
    ours, _, stick = founded(folder)
    save(ours, ours.new_case_id(), "Laptop")
    others = [let_in(ours, folder / name, stick, person=name) for name in NAMES[1:]]
    for vault in (*others, ours):
        exchange(vault, stick)
        vault.close()
    (folder / "other").mkdir()
    return folder


class Exchange(Replicas):
    """Saves, stale saves, syncs over either stick, and what happens to sticks."""

    @initialize()
    def begin(self) -> None:
        self.unpack()
        self.sticks = [self.stick, self.folder / "other"]
        self.shown: dict[int, CaseState] = {}
        self.saved: dict[str, tuple[str, str]] = {}
        self.over: set[str] = set()
        for field, register in self.vaults[0].state(self.case_id).fields.items():
            for each in register.values:
                self.saved[each.op_id] = (field, str(each.value))

    @rule(who=st.integers(0, 2))
    def open_form(self, who: int) -> None:
        self.shown[who] = self.vaults[who].state(self.case_id)

    @rule(who=st.integers(0, 2), field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES))
    def save(self, who: int, field: str, value: str) -> None:
        vault = self.vaults[who]
        shown = self.shown.pop(who, None) or vault.state(self.case_id)
        change = vault.commit(self.case_id, [SetOp(field, value)], shown=shown, wall=WALL)
        self.saved[f"{change.id}:0"] = (field, value)
        self.over.update(shown.fields[field].op_ids if field in shown.fields else ())

    @rule(who=st.integers(0, 2), stick=st.integers(0, 1))
    def sync(self, who: int, stick: int) -> None:
        before = files(self.vaults[who])
        exchange(self.vaults[who], self.sticks[stick])
        assert before <= files(self.vaults[who])  # nothing that was here has gone

    @rule(who=st.integers(0, 2), stick=st.integers(0, 1))
    def sync_again(self, who: int, stick: int) -> None:
        exchange(self.vaults[who], self.sticks[stick])
        before = digests(self.vaults[who])
        again = exchange(self.vaults[who], self.sticks[stick])
        assert (again.new, again.copied) == ((), 0)
        assert digests(self.vaults[who]) == before

    @rule(stick=st.integers(0, 1))
    def empty_stick(self, stick: int) -> None:
        shutil.rmtree(home(self.vaults[0], self.sticks[stick]), ignore_errors=True)

    @precondition(lambda self: any(self.sticks[0].rglob("*.seg")))
    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        found = sorted(self.sticks[0].rglob("*.seg"))
        victim = data.draw(st.sampled_from(found), "victim")
        victim.write_bytes(victim.read_bytes()[: data.draw(st.integers(0, 400), "size")])

    @rule(who=st.integers(0, 2))
    def restart(self, who: int) -> None:
        self.vaults[who].close()
        shutil.rmtree(self.folder / NAMES[who] / "cache")
        self.vaults[who] = opened(self.folder / NAMES[who])
        assert self.vaults[who].notices == ()

    def check(self) -> None:
        assert all(each.writable for each in self.vaults)
        first, *others = (digests(each) for each in self.vaults)
        assert all(each == first for each in others)
        live = {op: told for op, told in self.saved.items() if op not in self.over}
        state = self.vaults[0].state(self.case_id)
        assert {op for each in state.fields.values() for op in each.op_ids} == live.keys()
        for field, register in state.fields.items():
            values = {value for name, value in live.values() if name == field}
            assert {str(each.value) for each in register.values} == values
            assert register.in_conflict == (len(values) > 1)


def files(vault: Vault) -> set[str]:
    """The segments that a replica holds; its own growing one closes under a new name."""
    return {each.name for each in (vault.replica.path / "journal").rglob("*.seg")}


def run(template: Path, count: int, steps: int) -> None:
    run_state_machine_as_test(
        type("Run", (Exchange,), {"template": template}),
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_replicas_converge_and_no_save_is_lost_whatever_the_order(template: Path) -> None:
    run(template, 15, 15)


def last_writer_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    register = fold._register  # noqa: SLF001 - the bug is planted inside

    def wins(pairs: list[Any]) -> fold.Register:
        return register(pairs[-1:])

    monkeypatch.setattr(fold, "_register", wins)


def absence_deletes(monkeypatch: pytest.MonkeyPatch) -> None:
    take = pull.Pull._take  # noqa: SLF001 - the bug is planted inside

    def deletes(self: Any, card: Any, claimed: Any, roster: Any) -> bool:
        there = {
            f"{seq:010d}-{digest[:8]}" for head in claimed.values() for seq, digest in head.segments
        }
        for each in (self._journal / card.device_id).glob("*.seg"):
            if each.stem not in there:
                each.unlink()
        return take(self, card, claimed, roster)

    monkeypatch.setattr(pull.Pull, "_take", deletes)


def over_at_save(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = pen.Pen.commit

    def late(self: Any, draft: pen.Draft, vault_id: bytes) -> Any:
        shown = self._history.state(draft.case_id)
        return commit(self, replace(draft, shown=shown), vault_id)

    monkeypatch.setattr(pen.Pen, "commit", late)


def not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history.History, "receive", lambda *_: None)


def scripted(template: Path) -> None:
    """A stale save, and a stick that was left behind: what each of the bugs gets wrong."""
    run_ = type("Run", (Exchange,), {"template": template})()
    run_.begin()
    run_.open_form(who=1)
    run_.sync(who=0, stick=1)
    run_.save(who=0, field="case/title", value="Stick")
    run_.sync(who=0, stick=0)
    run_.sync(who=0, stick=1)
    run_.sync(who=1, stick=0)
    run_.save(who=1, field="case/title", value="Letter")
    run_.sync(who=1, stick=0)
    run_.teardown()


def test_a_stale_save_over_sticks_left_behind_converges(template: Path) -> None:
    scripted(template)


@pytest.mark.parametrize("plant", [last_writer_wins, absence_deletes, over_at_save, not_taken_in])
def test_the_machine_catches_a_planted_bug(
    template: Path,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)

    with pytest.raises((AssertionError, StoreError)):
        scripted(template)
