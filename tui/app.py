"""The app on an open vault: the cases, and the two ways out, leaving and locking."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from textual import events, on, work
from textual.message import Message

from models.moment import Moment
from store.errors import StoreError
from store.index import Compaction
from store.vault import Vault
from tui.drafts import NOT_KEPT, Stranded, sort_out
from tui.environment import check_terminal
from tui.lock import LOCKED, IdleLock
from tui.screens.assessment import AssessmentScreen
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.session import Session
from tui.shell import Shell
from tui.shown import shown
from tui.slip import place_of

_NOTICE_S = 30
_QUIET_S = 2  # without a key, until what was saved is brought into the caches as well
_WAITING = 64  # cases that wait for it, and no longer for quiet
_VAULT_WORK = frozenset({"receive", "seal"})  # workers whose threads use the vault
_LOOK_S = 10  # how often to look whether the person is away; every key looks as well


class BreachcaseApp(Shell[int]):
    """Opens on the list of cases, or on one of them.

    It answers with an exit code, or with LOCKED when the session has to be locked. Without
    `idle_lock` it is never locked: nobody knows the passphrase of a sample. `read_only` says why
    the vault is only read here, empty where it is not.
    """

    @dataclass
    class DraftsFailed(Message):
        """Drafts cannot be written, or can be again."""

        failed: bool

    def __init__(  # noqa: PLR0913 - each is one thing that a run is told
        self,
        vault: Vault,
        *,
        now: Callable[[], Moment],
        wall: Callable[[], str],
        case_id: str | None = None,
        idle_lock: IdleLock | None = None,
        read_only: str = "",
    ) -> None:
        super().__init__()
        self._case_id = case_id
        self._idle_lock = idle_lock
        self._typing = False
        self._may_pack = True
        self.session = Session(vault, now, wall, self.words, read_only)

    def get_default_screen(self) -> CasesScreen:
        """The list of cases, and no empty screen that is drawn before it."""
        self._cases = CasesScreen(self.session)
        return self._cases

    def on_mount(self) -> None:
        """Show the case that was asked for in front of the list."""
        newest, stranded = None, tuple[Stranded, ...]()
        if self.session.vault.writable:
            left = self.session.vault.drafts.start(self._drafts_told)
            newest, stranded = sort_out(self.session, left)
        case_id = self._case_id or (newest.case if newest else "")
        if case_id:
            self.push_screen(CaseScreen(self.session, case_id))
        elif newest is not None and (place := place_of(newest)) is not None:
            self._cases.reopen(place.kind)
        self._show_stranded(stranded)
        self.call_after_refresh(self._tell_notices)
        self.set_interval(_LOOK_S, self.look)
        if self.session.vault.writable:
            self.set_interval(_QUIET_S, self.write_behind)

    def _tell_notices(self) -> None:
        for notice in self.session.vault.notices:  # printed before, and hidden by this screen
            self.notify(shown(notice).plain, severity="warning", timeout=_NOTICE_S, markup=False)

    def _drafts_told(self, failed: bool) -> None:  # noqa: FBT001 - as store.drafting.Told calls it
        self.post_message(self.DraftsFailed(failed))

    @on(DraftsFailed)
    def _drafts_failed(self, event: DraftsFailed) -> None:
        if event.failed:
            self.notify(f"{NOT_KEPT}: the disk refuses it", severity="warning", markup=False)
        for screen in self.screen_stack:
            if isinstance(screen, CaseScreen | AssessmentScreen):
                screen.drafts_failed(failed=event.failed)

    @work
    async def _show_stranded(self, stranded: tuple[Stranded, ...]) -> None:
        """Show each text whose field is gone; it stays until the person lets it go."""
        for each in stranded:
            lines = tuple(each.kept.text.split("\n"))
            await self.push_screen_wait(ReaderScreen(each.line, lines))
            question = ConfirmScreen("Discard this text?", "It is shown again otherwise.")
            if await self.push_screen_wait(question):
                self.session.vault.drafts.drop(each.kept.slot, self.session.wall())

    def flush(self) -> None:
        """Save what is typed; what cannot be read is a draft on the medium."""
        try:
            super().flush()
        finally:
            self.session.vault.drafts.flush()

    def write_behind(self) -> None:
        """Bring the caches up to date if no key has come since this was last called."""
        quiet, self._typing = not self._typing, False
        vault = self.session.vault
        if any(worker.group in _VAULT_WORK for worker in self.workers if not worker.is_finished):
            return
        if vault.unfiled > (0 if quiet else _WAITING):
            vault.write_behind(compact=False)
        if quiet and self._may_pack and (due := vault.index.compaction()):
            self._compact(due)

    @work(exclusive=True, group="compact")
    async def _compact(self, due: Compaction) -> None:
        """Write a new pack of rows in a thread; where the disk refuses it, it waits for the end."""
        self._may_pack = False
        try:
            await asyncio.to_thread(due.write)
        except StoreError:
            return
        self._may_pack = True
        self.session.vault.index.adopt(due)
        for screen in self.screen_stack:
            if isinstance(screen, CasesScreen):  # it would hold the old pack in memory
                screen.load()

    async def on_event(self, event: events.Event) -> None:
        """Take note of keys; the first one after too long a time locks and does nothing else."""
        if isinstance(event, events.Key | events.Paste):
            self._typing = True
            if self._idle_lock is not None:
                if self.look():
                    return
                self._idle_lock.touch()
        await super().on_event(event)

    def look(self) -> bool:
        """Lock if no key has come for too long; return whether the session is locked."""
        if self._idle_lock is not None and self._idle_lock.due:
            self._lock(self._idle_lock)
        return self._idle_lock is not None and bool(self._idle_lock.said)

    def _lock(self, idle_lock: IdleLock) -> None:
        if not idle_lock.said:
            self.flush()
            idle_lock.close(unread=self.unread)
            self.exit(LOCKED)

    @property
    def unread(self) -> bool:
        """Whether some screen holds an answer that cannot be read, and so is not saved."""
        return any(getattr(screen, "unread", None) is not None for screen in self.screen_stack)

    def action_lock(self) -> None:
        if self._idle_lock is None:
            super().action_lock()
        else:
            self._lock_asked(self._idle_lock)

    @work
    async def _lock_asked(self, idle_lock: IdleLock) -> None:
        if await self._may_leave("Lock?"):
            self._lock(idle_lock)

    async def action_quit(self) -> None:
        self._leave()

    @work
    async def _leave(self) -> None:
        if await self._may_leave("Leave?"):
            self.exit(0)

    async def _may_leave(self, question: str) -> bool:
        """Save, and ask where something could not be."""
        self.flush()
        asked = ConfirmScreen(question, "One answer cannot be read; its text is kept as a draft.")
        return not self.unread or await self.push_screen_wait(asked)


def run_app(  # noqa: PLR0913 - as BreachcaseApp
    vault: Vault,
    *,
    now: Callable[[], Moment],
    wall: Callable[[], str],
    case_id: str | None = None,
    idle_lock: IdleLock | None = None,
    read_only: str = "",
) -> int:
    """Run the app on an open vault until the person leaves; return the exit code, or LOCKED.

    It starts on the list, or on the case `case_id`. CaseError where the terminal cannot show it.
    The environment is scrubbed before this module is imported (`tui.environment.scrub`).
    """
    check_terminal(os.environ.get("TERM"), sys.stderr.encoding)
    app = BreachcaseApp(
        vault, now=now, wall=wall, case_id=case_id, idle_lock=idle_lock, read_only=read_only
    )
    app.run(mouse=False)
    return app.return_code or app.return_value or 0
