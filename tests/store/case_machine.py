"""Three replicas, two sticks, and everything that may happen to a case between them.

The model is each change with the ops its author was shown and whether it counts. What is live
follows from it by set arithmetic, and each replica has to agree once all have exchanged. After
every step the list is the fold of the journal.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.strictjson import JSON
from store import team
from store.casework import new_case
from store.change import Change, DelOp, Op, SetOp, Setting
from store.conflict import conflicts, take
from store.fold import CaseState, value_key
from store.row import row_of, view
from store.undo import undo
from store.vault import Vault
from tests.store import answer_rules as answers
from tests.store.build import WALL, insider, opened
from tests.store.machine import NAMES, Replicas
from tests.store.replicas import digests, exchange, founded, home, let_in

FIELDS: Final = ("case/title", "case/zone", "party/p1")
VALUES: Final = ("Laptop", "Stick", "Letter")
WALLS: Final = (WALL, "1999-12-31T23:59:59Z", "2036-02-29T00:00:00+13:00")
OFFICERS: Final = "case/reference"  # no responder sets it
WHO: Final = st.integers(0, 2)
STICK: Final = st.integers(0, 1)


@dataclass(frozen=True)
class Made:
    """A change of the model: its ops, and whether its author was allowed them."""

    change: Change
    allowed: bool = True


class Cases(Replicas):
    """`made`: every change of the case. `out`: the third device was removed, with what counts."""

    @initialize()
    def begin(self) -> None:
        self.unpack()
        self.sticks = [self.stick, self.folder / "other"]
        self.shown: dict[int, CaseState] = {}
        self.made = {each.id: Made(each) for each in self._state(0).changes}
        self.backups: dict[int, Path] = {}
        self.counted: set[str] | None = None

    # --- what people do

    @rule(who=WHO)
    def open_form(self, who: int) -> None:
        self.shown[who] = self._state(who)

    @rule(
        who=WHO,
        fields=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True),
        value=st.sampled_from((*VALUES, None)),
        wall=st.sampled_from(WALLS),
    )
    def save(self, who: int, fields: list[str], value: str | None, wall: str) -> None:
        """Save a form, perhaps a stale one, under any clock."""
        vault = self.vaults[who]
        if vault.writable:
            shown = self.shown.pop(who, None) or self._state(who)
            ops = [DelOp(each) if value is None else SetOp(each, value) for each in fields]
            change = vault.commit(self.case_id, ops, shown=shown, wall=wall)
            for op in change.ops:
                assert set(op.over) == set(_held(shown, op.field)), "not over what was shown"
            self._made(change)

    @rule(who=WHO, chosen=st.sets(st.sampled_from(answers.OPTIONS)))
    def tick(self, who: int, chosen: set[str]) -> None:
        self._answer(who, lambda vault, shown: answers.tick(vault, self.case_id, shown, chosen))

    @rule(who=WHO, data=st.data())
    def relist(self, who: int, data: st.DataObject) -> None:
        """Add, take off, edit or move an item of the list as it stands."""
        if not self.vaults[who].writable:
            return
        self.shown.pop(who, None)  # what is edited here is what stands there now
        lines = answers.listed(self.vaults[who], self.case_id)
        deed = data.draw(st.sampled_from(("add", "delete", "edit", "move")), "deed")
        at = data.draw(st.integers(0, max(0, len(lines) - 1)), "at")
        self.list_deed(who, deed, at)

    def list_deed(self, who: int, deed: str, at: int) -> None:
        lines = answers.listed(self.vaults[who], self.case_id)
        new = f"Step {len(self.made)}"
        if deed == "add" or not lines:
            lines.insert(at, new)
        elif deed == "edit":
            lines[at] = new
        else:
            taken = lines.pop(at)
            lines += [taken] if deed == "move" else []
        self._answer(who, lambda vault, shown: answers.relist(vault, self.case_id, shown, lines))

    @rule(who=WHO, chosen=st.lists(st.sampled_from(answers.SENTENCES), unique=True))
    def tell(self, who: int, chosen: list[str]) -> None:
        self._answer(who, lambda vault, shown: answers.tell(vault, self.case_id, shown, chosen))

    @rule(who=WHO, question=st.sampled_from(answers.TIMES), day=st.integers(1, 3))
    def date(self, who: int, question: str, day: int) -> None:
        said = f"2026-01-0{day}"
        self._answer(
            who, lambda vault, shown: answers.time(vault, self.case_id, shown, question, said)
        )

    @rule(who=WHO)
    def accept(self, who: int) -> None:
        self._answer(who, lambda vault, _: answers.accept(vault, self.case_id))

    @rule(who=WHO)
    def review(self, who: int) -> None:
        self._answer(who, lambda vault, _: answers.review(vault, self.case_id))

    def _answer(self, who: int, deed: Callable[[Vault, CaseState], None]) -> None:
        """Do what saves one change, if it saves any, over what was shown."""
        vault = self.vaults[who]
        if vault.writable:
            shown = self.shown.pop(who, None) or self._state(who)
            known = {each.id for each in self._state(who).changes}
            deed(vault, shown)
            made = [each for each in self._state(who).changes if each.id not in known]
            assert len(made) <= 1, "a save is one record"
            for each in made:
                self._made(each)

    @rule(who=WHO, wall=st.sampled_from(WALLS))
    def take_back(self, who: int, wall: str) -> None:
        """What was saved just now and is taken back leaves the fields as they were."""
        vault = self.vaults[who]
        if not vault.writable:
            return
        before, field = self._state(who), FIELDS[0]
        if len(before.fields[field].values) > 1:
            return  # undo brings the same values back, under other ops
        change = vault.commit(self.case_id, [SetOp(field, "Slip")], shown=before, wall=wall)
        self._made(change)
        self._made(undo(vault, self.case_id, change.id, wall=wall).change)
        assert _values(self._state(who)) == _values(before), "an undo left something"

    @rule(who=WHO, data=st.data())
    def resolve(self, who: int, data: st.DataObject) -> None:
        vault = self.vaults[who]
        found = conflicts(self._state(who))
        if found and vault.writable:
            conflict = data.draw(st.sampled_from(found), "conflict")
            number = data.draw(st.integers(1, len(conflict.choices)), "number")
            change = take(vault, conflict, number, wall=WALL)
            self._made(change)
            assert set(change.ops[0].over) == set(conflict.op_ids), "closed without being shown"
            assert conflict.field not in self._state(who).conflicts

    @rule(who=st.integers(1, 2))
    def overstep(self, who: int) -> None:
        """A program that is not ours does what the device's role may not."""
        if not self.vaults[who].writable:
            return
        shown = self._state(who)
        path = self._close(who)
        op: dict[str, JSON] = {"o": "set", "f": OFFICERS, "v": "IC-1", "over": []}
        inside = insider(path)
        setting = Setting(self.case_id, shown.heads, shown.changes[-1].lam + 1, WALL)
        forged = inside.change(setting, [op], role="case_officer")
        inside.append((forged, forged.raw), case_id=self.case_id)
        self._open(who)
        self._made(forged, allowed=False)

    # --- what happens to replicas

    @rule(who=WHO)
    def restart(self, who: int) -> None:
        path = self._close(who)
        shutil.rmtree(path / "cache")
        self._open(who)

    @rule(who=WHO)
    def back_up(self, who: int) -> None:
        path = self._close(who)
        kept = self.folder / f"backup{who}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(path, kept)
        self.backups[who] = kept
        self._open(who)

    @rule(who=WHO, stick=STICK)
    def restore(self, who: int, stick: int) -> None:
        """An older copy takes the replica's place; what it saves from there on is a fork."""
        if who not in self.backups or not self.vaults[who].writable or self.counted is not None:
            return
        exchange(self.vaults[who], self.sticks[stick])
        exchange(self.vaults[(who + 1) % 3], self.sticks[stick])  # what was saved is elsewhere too
        path = self._close(who)
        shutil.rmtree(path)
        shutil.copytree(self.backups[who], path)
        self.shown.pop(who, None)
        self._open(who)

    @precondition(lambda self: self.counted is None)
    @rule(chance=st.integers(0, 5))
    def remove(self, chance: int) -> None:
        """The third device is put out: what ours does not know of it does not count."""
        if chance == 0:
            ours, third = self.vaults[0], self.vaults[2].device_id
            known = {each.id for each in self._state(0).changes}
            self.counted = {
                id_
                for id_, made in self.made.items()
                if made.change.device != third or id_ in known
            }
            team.remove(ours, third, "left", wall=WALL)

    # --- what happens between them

    @rule(who=WHO, stick=STICK)
    def sync(self, who: int, stick: int) -> None:
        if self.vaults[who].writable:
            before = _records(self.vaults[who])
            exchange(self.vaults[who], self.sticks[stick])
            assert before <= _records(self.vaults[who]), "a pull took something away"

    @rule(who=WHO, stick=STICK)
    def sync_again(self, who: int, stick: int) -> None:
        if self.vaults[who].writable:
            exchange(self.vaults[who], self.sticks[stick])
            before = digests(self.vaults[who])
            if self.vaults[who].writable:  # it may just have learnt that it is out
                exchange(self.vaults[who], self.sticks[stick])
            assert digests(self.vaults[who]) == before

    @rule(stick=STICK)
    def empty_stick(self, stick: int) -> None:
        shutil.rmtree(home(self.vaults[0], self.sticks[stick]), ignore_errors=True)

    @rule(data=st.data(), stick=STICK)
    def damage(self, data: st.DataObject, stick: int) -> None:
        """A bit of a segment on a stick changes, or its end is lost: nobody here notices."""
        found = sorted(self.sticks[stick].rglob("*.seg"))
        if found:
            victim = data.draw(st.sampled_from(found), "victim")
            raw = bytearray(victim.read_bytes())
            place = data.draw(st.integers(0, max(0, len(raw) - 1)), "place")
            if data.draw(st.booleans(), "cut") or not raw:
                del raw[place:]
            else:
                raw[place] ^= 1
            victim.write_bytes(raw)

    @rule(stick=STICK, place=st.integers(0, 10_000))
    def carry_damaged(self, stick: int, place: int) -> None:
        """A changed byte is told, changes nothing here, and a whole copy mends it."""
        theirs, ours = self.vaults[1], self.vaults[0]
        for vault in (theirs, ours, theirs, ours):
            exchange(vault, self.sticks[stick])
        self.save(1, [FIELDS[0]], "Parcel", WALL)
        exchange(theirs, self.sticks[stick])
        victim = max((home(ours, self.sticks[stick]) / "journal" / theirs.device_id).glob("*.seg"))
        raw = bytearray(victim.read_bytes())
        raw[place % len(raw)] ^= 1
        victim.write_bytes(raw)
        before = digests(ours)
        report = exchange(ours, self.sticks[stick])
        assert report.lines("damaged"), "a changed byte was not told"
        assert digests(ours) == before, "a damaged copy changed something"
        exchange(theirs, self.sticks[stick])
        exchange(ours, self.sticks[stick])
        assert digests(ours) == digests(theirs), "a whole copy did not mend it"

    # --- what has to hold

    def check(self) -> None:
        """All replicas hold the same, and that is what the model says."""
        within = self.vaults if self.counted is None else self.vaults[:2]
        first, *others = (digests(each) for each in within)
        assert all(each == first for each in others), "replicas differ"
        third = self.vaults[2].device_id
        held = self._state(0)
        ops = self._ops(third)
        over = {each for op in ops for each in op.over}
        live = {op.op_id: op for op in ops if op.op_id not in over}
        assert {op for each in held.fields.values() for op in each.op_ids} == live.keys()
        for field, register in held.fields.items():
            keys = {
                value_key(op.value, deleted=op.kind == "del")
                for op in live.values()
                if op.field == field
            }
            assert {each.key for each in register.values} == keys
            assert register.in_conflict == (len(keys) > 1)
        for vault in within:
            answers.check_answers(vault, self.case_id, live)
            made = self._counting(third)
            changes = sorted((each.change for each in made), key=lambda one: one.lam)
            void = {each.change.id for each in made if not each.allowed}
            answers.check_reviews(vault, self.case_id, changes, void)

    def _ops(self, third: str) -> list[Op]:
        """The ops of the model that count."""
        return [
            op
            for made in self._counting(third)
            if made.allowed
            for op in made.change.ops
            if not op.field.startswith("key/")
        ]

    def _counting(self, third: str) -> list[Made]:
        return [
            made
            for id_, made in self.made.items()
            if self.counted is None or made.change.device != third or id_ in self.counted
        ]

    def _state(self, who: int) -> CaseState:
        """The case as a replica has it, which is the fold of its changes, as is its row."""
        vault = self.vaults[who]
        held = vault.state(self.case_id)
        assert held.digest() == vault.state_of(self.case_id, held.changes).digest()
        assert [row for row in vault.rows() if row.id == self.case_id] == [row_of(held, view(held))]
        return held

    def _made(self, change: Change, *, allowed: bool = True) -> None:
        self.made[change.id] = Made(change, allowed)

    def _close(self, who: int) -> Path:
        self.vaults[who].close()
        return self.folder / NAMES[who]

    def _open(self, who: int) -> None:
        before = self.vaults[who]
        self.vaults[who] = opened(self.folder / NAMES[who])
        assert not any("damaged" in line for line in self.vaults[who].notices), before.notices


def _held(state: CaseState, field: str) -> tuple[str, ...]:
    return state.fields[field].op_ids if field in state.fields else ()


def _values(state: CaseState) -> dict[str, set[bytes]]:
    return {name: {each.key for each in field.values} for name, field in state.fields.items()}


def _records(vault: Vault) -> set[str]:
    """The segments that a replica holds; its own growing one closes under a new name."""
    return {each.name for each in (vault.replica.path / "journal").rglob("*.seg")}


def make_template(folder: Path) -> Path:
    """Three replicas of a vault with one case, and two sticks, all in step."""
    ours, _, stick = founded(folder)
    new_case(ours, "Laptop", wall=WALL)
    others = [let_in(ours, folder / name, stick, person=name) for name in NAMES[1:]]
    for vault in (*others, ours):
        exchange(vault, stick)
        vault.close()
    (folder / "other").mkdir()
    return folder


def run_machine(template: Path, count: int, steps: int) -> None:
    """Try so many histories; raises what does not hold, with the steps to it."""
    run_state_machine_as_test(
        type("Run", (Cases,), {"template": template}),
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
