"""A case on the screen: its sections, the form of one of them, what is missing, the delay chain."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from models.duty import duties
from models.override import OVERRIDABLE
from models.problem import Problem
from tui.actions import acts, bindings, help_lines
from tui.explain import problem_lines, question_lines
from tui.screens.dialogs import ReaderScreen
from tui.session import Session
from tui.sheet import Sheet, read_sheet
from tui.shown import fit, one_line, shown
from tui.widgets.chain import ChainStrip
from tui.widgets.field import Field
from tui.widgets.form import SectionForm
from tui.widgets.keyline import KeyLine
from tui.widgets.problems import ProblemsPane
from tui.widgets.rows import RowList

_MINUTE_S = 60


class Pages(Screen[None]):
    """Shows one reading of a case, a section at a time, and goes from one place to another."""

    SCOPE = "case"
    BINDINGS = bindings("case")
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-wide"), (110, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]

    # stock draws the whole screen when the cursor moves; the two fields draw themselves
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._form = form
        self._sheet: Sheet = read_sheet(session.vault, case_id, form)
        self._section = ""  # an id: an answer may put other sections before it
        self._said = ""
        self._notice = ("", "")  # a question and what to say there once, in place of its help

    def compose(self) -> ComposeResult:
        yield Static("", id="heading")
        yield ChainStrip()
        with Horizontal(id="body"):
            yield RowList(id="sections", resting="*")
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

    def kept(self) -> bool:
        """Return whether the fields shown can be left."""
        return True

    def set_focus(
        self,
        widget: Widget | None,
        scroll_visible: bool = False,  # noqa: ARG002, FBT001, FBT002 - Textual's signature
        from_app_focus: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        """Move the cursor; a field comes into the window by itself, in one step."""
        super().set_focus(widget, scroll_visible=False, from_app_focus=from_app_focus)

    # drawing

    def _draw(self) -> None:
        sheet = self._sheet
        self.query_one(ChainStrip).show(sheet.case.chain())
        problems = sheet.case.findings(self._session.now()).problems
        self._problems.show(problems, sheet.numbers)
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

    @property
    def _problems(self) -> ProblemsPane:
        return self.query_one("#problems", ProblemsPane)

    def _draw_heading(self) -> None:
        case, now = self._sheet.case, self._session.now()
        others = [each for each in duties(case, now) if not each.main]
        self.query_one(ChainStrip).tell(tuple(f"{each.name} {each.text}" for each in others))
        right = " - ".join(part for part in (self._said, case.clock_text(now)) if part)
        width = self.size.width
        left = fit(one_line(self._sheet.title), max(width - len(right) - 1, 0))
        self.query_one("#heading", Static).update(shown(f"{left} {right}"), layout=False)

    def _section_line(self, index: int, width: int) -> str:
        section = self._sheet.sections[index]
        asked = {question.id for question in self._sheet.questions(section.id)}
        problems = self._problems.problems
        count = sum(problem.open and problem.question in asked for problem in problems)
        return f"{fit(one_line(section.title), width - 3)}{count or '':>3}"

    def _say(self, text: str) -> None:
        self.query_one("#hint", Static).update(shown(one_line(text)), layout=False)

    # sections

    async def _go(self, index: int, *, focus: str) -> None:
        """Show another section, unless a field of this one cannot be read."""
        if self.kept() and 0 <= index < len(self._sheet.sections):
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

    @on(RowList.Moved, "#sections")
    def _section_looked_at(self) -> None:
        self._say("enter goes to the section; tab goes on to its fields, then to the problems")

    @on(RowList.Opened, "#problems")
    async def _problem_opened(self, event: RowList.Opened) -> None:
        await self.open_problem(self._problems.problems[event.index])

    async def open_problem(self, problem: Problem) -> None:
        """Go to the question of a problem."""
        await self._visit(problem)

    @on(RowList.Moved, "#problems")
    def _problem_looked_at(self, event: RowList.Moved) -> None:
        problem = self._problems.problems[event.index]
        # the ways before the reason and the source: those may be long and are cut first
        ways = f"enter goes there, F1 the law's words{self._standing(problem)}"
        self._say(f"{problem.id} {problem.message} - {ways} - {_basis(problem)}")

    def _standing(self, problem: Problem) -> str:
        """Return how to let a problem stand, or how to take that back, where it can be."""
        if not self._sheet.writable or (problem.open and problem.severity not in OVERRIDABLE):
            return ""
        return ", o lets it stand" if problem.open else ", o takes that back"

    async def action_next_problem(self) -> None:
        problem = self._problems.next_problem()
        if problem is not None:
            await self._visit(problem)

    async def _visit(self, problem: Problem) -> None:
        index = self._sheet.place(problem.question)
        if index is None:
            (way,) = (act.shown_keys for act in acts(self.SCOPE) if act.name == "assess")
            where = "" if problem.question else f" - {way} goes to the assessment"
            self._say(f"{_told(problem)}{where}")
            return
        self._notice = (problem.question, _told(problem))
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

    @on(Field.Hinted)
    def _hinted(self, event: Field.Hinted) -> None:
        self._say(event.field.hint)

    def _focused_field(self) -> Field | None:
        if self.focused is None:
            return None
        return next((node for node in self.focused.ancestors if isinstance(node, Field)), None)

    def action_help(self) -> None:
        """Explain what the cursor is on, then the keys."""
        field, sheet = self._focused_field(), self._sheet
        about: tuple[str, ...] = ()
        if field is not None and sheet.pack is not None and sheet.filed is not None:
            about = question_lines(sheet.pack, field.question, sheet.filed.report)
        elif self._problems.has_focus and self._problems.problems:
            about = problem_lines(self._problems.problems[self._problems.cursor], sheet.numbers)
        lines = (*about, "", *help_lines(self.SCOPE)) if about else help_lines(self.SCOPE)
        self.app.push_screen(ReaderScreen("Help" if about else "Keys", lines))


def _told(problem: Problem) -> str:
    return f"{problem.id} {problem.message} - {_basis(problem)}"


def _basis(problem: Problem) -> str:
    """Return the reason for which a problem may stand, if there is one, and its source."""
    return (
        f"overridden: {problem.override} - {problem.source}" if problem.override else problem.source
    )
