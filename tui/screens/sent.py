"""Sent: when and how the report left, which is what stops the clock."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from exports.outbox import record_sent
from models.errors import CaseError, UsageError
from models.moment import Moment, from_instant
from tui.commands.sending import WAYS
from tui.screens.dialogs import ConfirmScreen, MenuScreen
from tui.screens.slip import SlipScreen
from tui.session import Session
from tui.sheet import read_sheet
from tui.shown import one_line, shown
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine


class SentScreen(SlipScreen[bool]):
    """Records that the report was sent; answers True then."""

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__(Slip(session, "sent", case_id))
        self._session = session
        self._case_id = case_id
        self._form = form
        self._sheet = read_sheet(session.vault, case_id, form)

    def compose(self) -> ComposeResult:
        # the present in the zone of the case, to be corrected: a report is often recorded later
        now = self._session.now().span().earliest
        at = str(from_instant(now, self._sheet.case.zone)) if now is not None else ""
        with Vertical(classes="box"):
            yield Static(shown(one_line(f"Sent: {self._sheet.title}")), classes="title")
            with Stack():
                yield Caption("When it was sent:")
                yield Entry(at, id="at")
                yield Caption("How (a bundle must be sealed first; else the draft is frozen):")
                yield Choice(WAYS, word="choose a way", id="way")
                yield Caption("What their portal or clerk gave you, if anything:")
                yield Entry(id="ref")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start with the time; a sealed report went as a bundle most of the time."""
        filed = self._sheet.filed
        self.query_one("#way", Choice).index = 0 if filed is not None and filed.frozen else None
        self.query_one("#at", Entry).focus()

    @on(Choice.Asked)
    @work
    async def _asked(self, event: Choice.Asked) -> None:
        picked = await self.app.push_screen_wait(MenuScreen("Sent by", event.choice.options))
        if picked is not None:
            event.choice.index = picked

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @work
    async def action_go(self) -> None:
        try:
            at, way = self._stated()
        except CaseError as error:
            self.say(error)
            return
        question = ConfirmScreen("Record it as sent?", f"{at} by {way}; this stops the clock.")
        if not await self.app.push_screen_wait(question):
            return
        session = self._session
        ref = self.query_one("#ref", Entry).text.strip() or None
        try:
            with self.saving():
                record_sent(
                    session.vault,
                    self._case_id,
                    at,
                    via=way,
                    ref=ref,
                    wall=session.wall(),
                    form=self._form,
                )
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(result=True)

    def _stated(self) -> tuple[Moment, str]:
        way = self.query_one("#way", Choice).text
        if not way:
            raise UsageError("say how it was sent")
        return Moment.parse(self.query_one("#at", Entry).text.strip()), way
