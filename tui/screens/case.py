"""One case at work: its latest report is filled in, saved, sent; from here to all else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textual import on, work
from textual.screen import ModalScreen, Screen

from models.answer import Answer
from models.checks.personal import PERSONAL
from models.errors import CaseError
from models.override import OVERRIDABLE
from models.personal.finding import Finding
from models.problem import Problem
from store.casework import set_answers
from store.overriding import lift_override
from tui.screens.assessment import AssessmentScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.drafting import DraftPages
from tui.screens.findings import FindingsScreen, findings_of
from tui.screens.further import FurtherScreen
from tui.screens.incident import IncidentScreen
from tui.screens.messages import MessagesScreen
from tui.screens.more import offers_of
from tui.screens.overriding import OverrideScreen, cut_short
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.screens.shred import KeepScreen, ReviewScreen, ShredScreen
from tui.screens.timeline import TimelineScreen
from tui.session import Session
from tui.sheet import read_sheet
from tui.slip import OF_MESSAGES
from tui.widgets.choice import Choice
from tui.widgets.control import state_answers
from tui.widgets.field import UNREAD, Field
from tui.widgets.form import SectionForm
from tui.widgets.peek import Peek
from tui.widgets.problems import ProblemsPane

_SCREENS: Mapping[str, Callable[[Session, str], ModalScreen[Any]]] = {
    "send": SendScreen,
    "sent": SentScreen,
    "note": IncidentScreen,
    "conflict": ConflictsScreen,
    "override": cut_short,
    "further": FurtherScreen,
    "shred": ShredScreen,
    "keep": KeepScreen,
    "review": ReviewScreen,
    "assess": AssessmentScreen,
    "group": AssessmentScreen,
    **dict.fromkeys(OF_MESSAGES, MessagesScreen),
}


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
            self._notice = (unread.question.id, UNREAD)
            self._say(UNREAD)
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
                    form=self._form,
                )
        except CaseError as error:
            self._give_back(answers, error.message)
            return
        for question in answers:
            self._desk.drop(self._sheet, question)
        self._sheet = read_sheet(session.vault, self._case_id, self._form)
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
        if picked is None:
            return
        form = offers[picked].form
        screen = offers[picked].screen
        if screen is not None:
            said = await self.app.push_screen_wait(screen())
            form = said if isinstance(said, str) else ""  # a further form that has just begun
        if form:
            await self.app.push_screen_wait(CaseScreen(self._session, self._case_id, form))
        await self._read_again()

    @on(ProblemsPane.Overriding)
    @work
    async def _overriding(self, event: ProblemsPane.Overriding) -> None:
        """Let a problem stand with a reason, or take that back."""
        session, problem = self._session, event.problem
        if not self._sheet.writable:
            self._say("this vault is open for reading only")
            return
        if problem.open and problem.severity not in OVERRIDABLE:
            self._say(f"{problem.id} is {problem.severity.value}: only warnings and gaps may stand")
        elif problem.open:
            await self.app.push_screen_wait(OverrideScreen(session, self._sheet.case, problem))
        elif await self.app.push_screen_wait(
            ConfirmScreen("Take the override back?", problem.override)
        ):
            lift_override(session.vault, self._sheet.case, problem, wall=session.wall())
        await self._read_again()

    async def open_problem(self, problem: Problem) -> None:
        """Show what was found of personal data; of another problem, its question."""
        found = findings_of(self._sheet) if problem.id == PERSONAL and self.kept() else ()
        if found and self._sheet.writable:
            self._look_at(found)
        else:
            await super().open_problem(problem)

    @work
    async def _look_at(self, found: tuple[Finding, ...]) -> None:
        screen = FindingsScreen(self._session, self._case_id, found, self._form)
        place = await self.app.push_screen_wait(screen)
        await self._read_again()
        index = self._sheet.place(place) if place else None
        if place and index is not None:
            await self._go(index, focus=place)

    @work
    async def action_send(self) -> None:
        if self.kept():
            await self._show(SendScreen(self._session, self._case_id, self._form))

    @work
    async def action_sent(self) -> None:
        if self.kept():
            await self._show(SentScreen(self._session, self._case_id, self._form))

    @work
    async def action_timeline(self) -> None:
        if self.kept():
            await self._show(TimelineScreen(self._session, self._case_id, self._form))

    @work
    async def action_assess(self) -> None:
        if self.kept():
            await self.reopen("assess")

    @work
    async def open_messages(self, letter: str) -> None:
        """Show the messages of the case, the cursor on one of them (its bundle id)."""
        await self._show(MessagesScreen(self._session, self._case_id, letter, self._form))

    async def reopen(self, kind: str) -> None:
        """Open a dialog of the case, or the screen it hangs on, and read again what it did."""
        await self._show(_SCREENS[kind](self._session, self._case_id))

    async def _show(self, screen: Screen[Any]) -> None:
        await self.app.push_screen_wait(screen)
        await self._read_again()

    async def _read_again(self) -> None:
        before = self._sheet
        self._sheet = read_sheet(self._session.vault, self._case_id, self._form)
        if self._sheet.state.heads == before.state.heads:
            return
        field, listed = self._focused_field(), self.focused is self._problems
        self._said = ""
        self._draw()
        await self._mount_section(self._at, focus=field.question.id if field else "")
        if listed:  # a person goes through the problems, and stays there
            self._problems.focus()

    def action_close(self) -> None:
        if self.kept():
            self.dismiss(None)
