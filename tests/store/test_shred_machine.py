"""Shreds and holds in any order on three replicas: nothing is destroyed that a hold protects.

The model counts for each replica the days in which it saw an order that stood and no hold. A case
goes from a replica after seven of them and not before, and what is gone never comes back there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from models.errors import UsageError
from store import destruction, ledger
from store import sync as sync_module
from store.change import SetOp
from store.destruction import cancel_shred, order_shred
from store.errors import StoreError
from store.hold import hold_case, lift_hold
from store.ledger import Ledger
from store.shred import NOTHING, shreds, standing
from store.sync import sync
from store.vault import Vault
from tests.store.build import day, opened, save
from tests.store.machine import NAMES, Replicas
from tests.store.replicas import digests, exchange, founded, let_in

ADMINS = st.integers(0, 1)
WHO = st.integers(0, 2)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


def make_template(folder: Path) -> Path:
    """Three replicas of a vault with one case, two of them an admin's, and a stick, in step."""
    ours, _, stick = founded(folder)
    save(ours, ours.new_case_id(), "Laptop")
    others = [
        let_in(ours, folder / name, stick, *roles, person=name)
        for name, roles in (("theirs", ("admin", "responder")), ("third", ("responder",)))
    ]
    for vault in (*others, ours):
        exchange(vault, stick)
        vault.close()
    return folder


class Shreds(Replicas):
    """`waited`: days by replica; `gone`: the replicas that destroyed the case."""

    @initialize()
    def begin(self) -> None:
        self.unpack()
        self.today = 0
        self.seen = [""] * 3
        self.waited = [0] * 3
        self.last = [0] * 3
        self.gone: set[int] = set()
        self.saved: dict[int, set[str]] = {0: set(), 1: set(), 2: set()}

    @rule(who=WHO, title=st.sampled_from(("Laptop", "Stick")))
    def save(self, who: int, title: str) -> None:
        vault = self.vaults[who]
        if who not in self.gone:
            shown = vault.state(self.case_id)
            change = vault.commit(
                self.case_id, [SetOp("case/title", title)], shown=shown, wall=self._wall()
            )
            self.saved[who].add(change.id)

    @rule(who=ADMINS)
    def order(self, who: int) -> None:
        if who not in self.gone and self._try(order_shred, who, "old"):
            self._noticed(who)

    @rule(who=ADMINS)
    def cancel(self, who: int) -> None:
        self._try(cancel_shred, who, "needed")

    @rule(who=ADMINS)
    def hold(self, who: int) -> None:
        if who not in self.gone:
            self._try(hold_case, who, "claim")

    @rule(who=ADMINS)
    def lift(self, who: int) -> None:
        if who not in self.gone:
            self._try(lift_hold, who, "settled")

    @rule(days=st.integers(1, 9))
    def let_days_pass(self, days: int) -> None:
        self.today += days

    @rule(who=WHO)
    def look(self, who: int) -> None:
        destruction.look(self.vaults[who], wall=self._wall())
        self._looked(who)

    @rule(who=WHO)
    def sync(self, who: int) -> None:
        sync(self.vaults[who], self.stick, wall=self._wall())
        self._looked(who)

    @rule(who=WHO)
    def restart(self, who: int) -> None:
        self.vaults[who].close()
        shutil.rmtree(self.folder / NAMES[who] / "cache")
        self.vaults[who] = opened(self.folder / NAMES[who])
        self._looked(who, aged=False)

    def settle(self) -> None:
        for who in (0, 1, 2, 0, 1, 2):
            self.sync(who)

    def check(self) -> None:
        """Who still has the case has all that was saved on it, unless others destroyed theirs."""
        logs = [vault.log_state().digest() for vault in self.vaults]
        assert len({*logs}) == 1, "the vault logs differ"
        alive = [who for who in range(3) if who not in self.gone]
        for who in alive:
            known = {change.id for change in self.vaults[who].state(self.case_id).changes}
            assert self.saved[who] <= known, "a save is lost without a shred"
        if len(alive) == len(NAMES):
            first, *others = map(digests, self.vaults)
            assert all(each == first for each in others)

    def _try(self, act: Callable[..., object], who: int, reason: str) -> bool:
        try:
            act(self.vaults[who], self.case_id, reason, wall=self._wall())
        except UsageError:
            return False  # what the present state does not allow
        self.vaults[who].settle()
        return True

    def _looked(self, who: int, *, aged: bool = True) -> None:
        """Compare what a replica has with what the model says it must have."""
        vault = self.vaults[who]
        if aged:
            self._age(who)
        has = vault.history.knows(self.case_id)
        if who in self.gone:
            assert not has, "what was destroyed came back"
        elif not has:
            assert self.case_id in standing(vault.log_state()), "destroyed against a hold"
            assert self.waited[who] >= 7, "destroyed before its time"
            self.gone.add(who)
        else:
            assert self.waited[who] < 7 or not aged or not self._old(vault), "not destroyed"

    def _old(self, vault: Vault) -> bool:
        """Whether the record's own clock is seven days past too."""
        wall = shreds(vault.log_state())[self.case_id].wall
        return day(self.today - 7) >= wall

    def _age(self, who: int) -> None:
        order = standing(self.vaults[who].log_state()).get(self.case_id)
        told = order.order if order else ""
        if told and told == self.seen[who]:
            self.waited[who] += min(self.today - self.last[who], 6)
        else:
            self.waited[who] = 0
        self.seen[who], self.last[who] = told, self.today

    def _noticed(self, who: int) -> None:
        """An order is looked at as it is given."""
        self._age(who)

    def _wall(self) -> str:
        return day(self.today)


def run(template: Path, count: int, steps: int) -> None:
    run_state_machine_as_test(
        type("Run", (Shreds,), {"template": template}),
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


def test_nothing_goes_before_its_week_or_against_a_hold_and_nothing_comes_back(
    template: Path,
) -> None:
    run(template, 6, 20)


def scripted(template: Path) -> None:
    """A hold that crosses an order; then the order alone, and a replica that comes late."""
    run_ = type("Run", (Shreds,), {"template": template})()
    run_.begin()
    try:
        run_.hold(1)
        run_.order(0)
        for who in (0, 1, 0):
            run_.sync(who)
        for _ in range(3):
            run_.let_days_pass(5)
            run_.look(0)
            run_.look(1)
        run_.lift(1)
        for who in (1, 0):
            run_.sync(who)
        for _ in range(4):
            run_.let_days_pass(2)
            run_.look(0)
        run_.save(2, "Stick")
        run_.sync(2)
        run_.sync(0)
        run_.restart(0)
    finally:
        run_.teardown()


def test_a_hold_that_crosses_an_order_wins_until_it_is_lifted(template: Path) -> None:
    scripted(template)


def no_hold_is_heeded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(destruction, "standing", shreds)


def the_week_is_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "WAIT_S", 0)


def what_is_gone_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ledger, "gone", property(lambda _: NOTHING))
    patch.setattr(sync_module, "follow", lambda *_, **__: None)  # which would destroy it again


@pytest.mark.parametrize(
    "plant", [no_hold_is_heeded, the_week_is_not_waited_for, what_is_gone_is_forgotten]
)
def test_the_machine_catches_a_planted_bug(
    template: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)

    with pytest.raises((AssertionError, StoreError, KeyError)):
        scripted(template)
