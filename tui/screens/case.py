"""One case: its sections, the form of one of them, what is missing, and the delay chain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static

from models.answer import Answer
from models.errors import CaseError
from models.problem import Problem
from store.casework import set_answers
from tui.actions import bindings
from tui.screens.dialogs import MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.screens.send import SendScreen
from tui.screens.sent import SentScreen
from tui.session import Session
from tui.sheet import Sheet, read_sheet
from tui.shown import fit, one_line, shown
from tui.timeline import timeline_lines
from tui.widgets.chain import ChainStrip
from tui.widgets.choice import Choice
from tui.widgets.field import Field, state_answers
from tui.widgets.form import SectionForm
from tui.widgets.keyline import KeyLine
from tui.widgets.peek import Peek
from tui.widgets.problems import ProblemsPane
from tui.widgets.rows import RowList

_MINUTE_S = 60
_UNREAD = "this answer cannot be read and is not saved: correct it, or clear it with F4"


class CaseScreen(Screen[None]):
    """Shows the latest report of a case; a draft can be edited, a sealed report only read.

    A field is on disk when it is left, before the screen says so.
    """

    SCOPE = "case"
    BINDINGS = bindings("case")
    CSS_PATH = "case.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._sheet: Sheet = read_sheet(session.vault, case_id)
        self._section = ""  # an id: an answer may put other sections before it
        self._said = ""
        self._notice = ("", "")  # a question and what to say there once, in place of its help

    def compose(self) -> ComposeResult:
        yield Static("", id="heading")
        yield ChainStrip()
        with Horizontal(id="body"):
            yield RowList(id="sections")
            with Vertical():
                yield Static("", id="section")
                yield SectionForm()
        yield Static("", id="hint")
        yield ProblemsPane(id="problems")
        yield KeyLine(self.SCOPE)

    async def on_mount(self) -> None:
        """Show the first section, the cursor in its first field."""
        self._draw()
        await self._mount_section(0, focus="")
        self.set_interval(_MINUTE_S, self._draw_heading)

    def on_resize(self) -> None:
        """Fit the heading into the new width."""
        self._draw_heading()

    @property
    def unread(self) -> Field | None:
        """The field whose text cannot be read, if there is one."""
        return self.query_one(SectionForm).unread()

    def flush(self) -> None:
        """Save what is typed and not saved yet."""
        self._save(self.query_one(SectionForm).take())

    # drawing

    def _draw(self) -> None:
        sheet = self._sheet
        self.query_one(ChainStrip).show(sheet.case.chain())
        problems = sheet.case.findings(self._session.now()).problems
        self.query_one("#problems", ProblemsPane).show(problems, sheet.numbers)
        rows = self.query_one("#sections", RowList)
        rows.fill(len(sheet.sections), self._section_line, cursor=self._at)
        self._draw_place()
        self._draw_heading()

    def _draw_place(self) -> None:
        sections = self._sheet.sections
        place = (
            f"{sections[self._at].title} ({self._at + 1} of {len(sections)})" if sections else ""
        )
        self.query_one("#section", Static).update(shown(one_line(place)), layout=False)

    @property
    def _at(self) -> int:
        ids = [section.id for section in self._sheet.sections]
        return ids.index(self._section) if self._section in ids else 0

    def _draw_heading(self) -> None:
        case, now = self._sheet.case, self._session.now()
        right = " - ".join(part for part in (self._said, case.clock_text(now)) if part)
        width = self.size.width
        left = fit(one_line(self._sheet.title), max(width - len(right) - 1, 0))
        self.query_one("#heading", Static).update(shown(f"{left} {right}"), layout=False)

    def _section_line(self, index: int, width: int) -> str:
        section = self._sheet.sections[index]
        asked = {question.id for question in self._sheet.questions(section.id)}
        problems = self.query_one("#problems", ProblemsPane).problems
        count = sum(problem.question in asked for problem in problems)
        return f"{fit(one_line(section.title), width - 3)}{count or '':>3}"

    def _say(self, text: str) -> None:
        self.query_one("#hint", Static).update(shown(one_line(text)), layout=False)

    # sections

    async def _go(self, index: int, *, focus: str) -> None:
        """Show another section, unless a field of this one cannot be read."""
        if self._kept() and 0 <= index < len(self._sheet.sections):
            await self._mount_section(index, focus=focus)

    async def _mount_section(self, index: int, *, focus: str) -> None:
        sections = self._sheet.sections
        if not sections:
            self._say("this case holds no report in a form that is known here")
            return
        section = sections[index]
        self._section = section.id
        self.query_one("#sections", RowList).cursor = index
        self._draw_place()
        fields = [
            Field(
                question,
                self._sheet.answer(question),
                zone=self._sheet.case.zone,
                editable=self._sheet.editable,
                contested=self._sheet.contested(question),
            )
            for question in self._sheet.questions(section.id)
        ]
        await self.query_one(SectionForm).show(fields, focus=focus)

    @on(RowList.Opened, "#sections")
    async def _section_opened(self, event: RowList.Opened) -> None:
        await self._go(event.index, focus="")

    @on(RowList.Opened, "#problems")
    async def _problem_opened(self, event: RowList.Opened) -> None:
        await self._visit(self.query_one("#problems", ProblemsPane).problems[event.index])

    async def action_next_problem(self) -> None:
        problem = self.query_one("#problems", ProblemsPane).next_problem()
        if problem is not None:
            await self._visit(problem)

    async def _visit(self, problem: Problem) -> None:
        index = self._sheet.place(problem.question)
        if index is None:
            self._say(problem.message)
            return
        said = f"{problem.id} {problem.message} - {problem.source}"
        self._notice = (problem.question, said)
        await self._go(index, focus=problem.question)

    async def action_next(self) -> None:
        await self._go(self._at + 1, focus="")

    async def action_previous(self) -> None:
        await self._go(self._at - 1, focus="")

    # fields

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        (question, notice), self._notice = self._notice, ("", "")
        self._say(notice if question == event.field.question.id else event.field.hint)

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

    def _kept(self) -> bool:
        """Save, and return whether every field could be read; the cursor goes to one that not."""
        self.flush()
        unread = self.unread
        if unread is not None:
            self._notice = (unread.question.id, _UNREAD)
            self._say(_UNREAD)
            unread.focus_control()
        return unread is None

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

    def _focused_field(self) -> Field | None:
        if self.focused is None:
            return None
        return next((node for node in self.focused.ancestors if isinstance(node, Field)), None)

    # dialogs

    @work
    async def action_state(self) -> None:
        field = self._focused_field()
        if field is None or not field.editable:
            return
        offers = state_answers(field.question)
        words = tuple(word for word, _ in offers)
        picked = await self.app.push_screen_wait(MenuScreen(field.question.label, words))
        if picked is not None:
            field.set(offers[picked][1])
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
        keep = partial(self._keep_text, event.peek)
        text = await self.app.push_screen_wait(
            EditorScreen(field.question.label, field.advice, event.peek.text, keep)
        )
        self._keep_text(event.peek, text)

    def _keep_text(self, peek: Peek, text: str) -> None:
        peek.text = text
        self.flush()

    def action_timeline(self) -> None:
        lines = timeline_lines(self._sheet.case)
        self.app.push_screen(ReaderScreen("Delay chain and messages", lines))

    @work
    async def action_send(self) -> None:
        if not self._kept():
            return
        await self.app.push_screen_wait(SendScreen(self._session, self._case_id))
        await self._read_again()

    @work
    async def action_sent(self) -> None:
        if not self._kept():
            return
        if await self.app.push_screen_wait(SentScreen(self._session, self._case_id)):
            await self._read_again()

    async def _read_again(self) -> None:
        self._sheet = read_sheet(self._session.vault, self._case_id)
        self._draw()
        await self._mount_section(self._at, focus="")

    def action_close(self) -> None:
        if self._kept():
            self.dismiss(None)
