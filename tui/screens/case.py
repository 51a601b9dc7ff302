"""One case at work: its latest report is filled in, saved, sent; from here to all else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textual import on, work
from textual.screen import ModalScreen

from models.answer import Answer
from models.errors import CaseError
from store.casework import set_answers
from tui.screens.assessment import AssessmentScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.dialogs import MenuScreen, ReaderScreen
from tui.screens.drafting import DraftPages
from tui.screens.incident import IncidentScreen
from tui.screens.messages import MessagesScreen
from tui.screens.more import offers_of
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.session import Session
from tui.sheet import read_sheet
from tui.slip import OF_MESSAGES
from tui.widgets.choice import Choice
from tui.widgets.control import state_answers
from tui.widgets.field import Field
from tui.widgets.form import SectionForm
from tui.widgets.peek import Peek

_SCREENS: Mapping[str, Callable[[Session, str], ModalScreen[Any]]] = {
    "send": SendScreen,
    "sent": SentScreen,
    "note": IncidentScreen,
    "conflict": ConflictsScreen,
    "assess": AssessmentScreen,
    "group": AssessmentScreen,
    **dict.fromkeys(OF_MESSAGES, MessagesScreen),
}
_UNREAD = "this answer cannot be read and is not saved: correct it, or clear it with F4"


class CaseScreen(DraftPages):
    """Shows the latest report of a case; a draft can be edited, a sealed report only read.

    A field is on disk when it is left, before the screen says so.
    """

    CSS_PATH = "case.tcss"

    @property
    def unread(self) -> Field | None:
        """The field whose text cannot be read, if there is one."""
        return self.query_one(SectionForm).unread()

    def flush(self) -> None:
        """Save what is typed and not saved yet."""
        self._save(self.query_one(SectionForm).take())

    def kept(self) -> bool:
        """Save, and return whether every field could be read; the cursor goes to one that not."""
        self.flush()
        unread = self.unread
        if unread is not None:
            self._notice = (unread.question.id, _UNREAD)
            self._say(_UNREAD)
            unread.focus_control()
        return unread is None

    # saving

    @on(Field.Left)
    async def _left(self) -> None:
        await self._save_and_redraw()

    async def action_save(self) -> None:
        await self._save_and_redraw()

    async def _save_and_redraw(self) -> None:
        self.flush()
        asked = [question.id for question in self._sheet.questions(self._section)]
        mounted = [field.question.id for field in self.query_one(SectionForm).fields()]
        if asked != mounted and self.unread is None:  # an answer changed what the form asks
            field = self._focused_field()
            await self._mount_section(self._at, focus=field.question.id if field else "")

    def _save(self, answers: Mapping[str, Answer]) -> None:
        if not answers:
            return
        session = self._session
        try:
            with session.words.held():
                set_answers(
                    session.vault,
                    self._case_id,
                    answers,
                    shown=self._sheet.state,
                    wall=session.wall(),
                )
        except CaseError as error:
            self._give_back(answers, error.message)
            return
        for question in answers:
            self._desk.drop(self._sheet, question)
        self._sheet = read_sheet(session.vault, self._case_id)
        self._said = "saved"
        self._draw()

    def _give_back(self, answers: Mapping[str, Answer], reason: str) -> None:
        form = self.query_one(SectionForm)
        for question in answers:
            field = form.field(question)
            if field is not None:
                field.give_back(reason)
        self._said = "NOT SAVED"
        self._draw_heading()

    # answers picked or written elsewhere

    @work
    async def action_state(self) -> None:
        field = self._focused_field()
        if field is None or not field.editable:
            return
        offers = state_answers(field.question, field.answer)
        words = tuple(word for word, _ in offers)
        picked = await self.app.push_screen_wait(MenuScreen(field.question.label, words))
        if picked is not None:
            field.state(offers[picked][1])
            self._save({field.question.id: field.answer})

    @on(Choice.Asked)
    @work
    async def _choice_asked(self, event: Choice.Asked) -> None:
        choice = event.choice
        menu = MenuScreen("Pick one", choice.options, at=choice.index)
        picked = await self.app.push_screen_wait(menu)
        if picked is not None:
            choice.index = picked
            await self._save_and_redraw()

    @on(Peek.Asked)
    @work
    async def _text_asked(self, event: Peek.Asked) -> None:
        field = self._focused_field()
        if field is None:
            return
        if not field.editable:
            lines = tuple(event.peek.text.split("\n"))
            await self.app.push_screen_wait(ReaderScreen(field.question.label, lines))
            return
        await self._edit(field, event.peek)
        self._say(field.hint)

    def keep_text(self, peek: Peek, text: str) -> None:
        """Save what the editor says."""
        peek.text = text
        self.flush()

    # other screens

    @work
    async def action_more(self) -> None:
        if not self.kept():
            return
        offers = offers_of(self._session, self._sheet)
        words = tuple(offer.word for offer in offers)
        picked = await self.app.push_screen_wait(MenuScreen("This case", words))
        if picked is not None:
            await self.app.push_screen_wait(offers[picked].screen())
            await self._read_again()

    @work
    async def action_send(self) -> None:
        if self.kept():
            await self.reopen("send")

    @work
    async def action_sent(self) -> None:
        if self.kept():
            await self.reopen("sent")

    @work
    async def action_assess(self) -> None:
        if self.kept():
            await self.reopen("assess")

    @work
    async def open_messages(self, letter: str) -> None:
        """Show the messages of the case, the cursor on one of them (its bundle id)."""
        await self.app.push_screen_wait(MessagesScreen(self._session, self._case_id, letter))
        await self._read_again()

    async def reopen(self, kind: str) -> None:
        """Open a dialog of the case, or the screen it hangs on, and read again what it did."""
        screen = _SCREENS[kind](self._session, self._case_id)
        await self.app.push_screen_wait(screen)
        await self._read_again()

    async def _read_again(self) -> None:
        before, self._sheet = self._sheet, read_sheet(self._session.vault, self._case_id)
        if self._sheet.state.heads == before.state.heads:
            return
        field = self._focused_field()
        self._said = ""
        self._draw()
        await self._mount_section(self._at, focus=field.question.id if field else "")

    def action_close(self) -> None:
        if self.kept():
            self.dismiss(None)
