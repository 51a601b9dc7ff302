"""An assessment on the screen: its pages, the items of one of them, the sums, the hint."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from store.assessing import SCORED, signed
from tui.actions import bindings, help_lines
from tui.assessment import tally
from tui.board import Board, Leaf, read_board
from tui.history import clock_time
from tui.screens.dialogs import ReaderScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.widgets.form import SectionForm
from tui.widgets.item import Item
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_HIGH = 22  # rows


class Leaves(ModalScreen[None]):
    """Shows one reading of an assessment, a page at a time, and goes from one to another."""

    SCOPE = "assessment"
    BINDINGS = bindings("assessment")
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (_HIGH, "-high")]

    # stock draws the whole screen when the cursor moves; the two fields draw themselves
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__()
        self.session = session
        self.case_id = case_id
        self.board: Board = read_board(session.vault, case_id)
        self.said = ""
        self.notice = ("", "")  # a question and what to say there once, in place of its help
        self._at = self.board.leaves[0].id  # an id: a group may be put before it

    def compose(self) -> ComposeResult:
        yield Static("", id="heading")
        yield Static("", id="sums")
        with Horizontal(id="body"):
            yield RowList(id="leaves", resting="*")
            with Vertical():
                yield Static("", id="leaf")
                yield SectionForm()
        yield Static("", id="hint")
        yield KeyLine(self.SCOPE)

    async def on_mount(self) -> None:
        """Show the first page, the cursor in its first item."""
        self.draw()
        await self._mount(0, focus="")
        self.begin()

    def on_resize(self) -> None:
        """Fit the heading into the new width; a question that was cut may be whole now."""
        self.draw_heading()
        self.call_after_refresh(self._explain)

    @property
    def leaf(self) -> Leaf:
        """The page that is shown."""
        return self.board.leaves[self.board.place(self._at)]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the page."""
        return tuple(
            each for each in self.query_one(SectionForm).fields() if isinstance(each, Item)
        )

    def item(self, name: str) -> Item | None:
        """Return the item of that question's id, if it is on this page."""
        return next((each for each in self.items if each.question.id == name), None)

    def focused_item(self) -> Item | None:
        """Return the item that the cursor is in."""
        return next((each for each in self.items if each.has_focus_within), None)

    def begin(self) -> object:
        """Go on where an earlier session was cut short."""
        raise NotImplementedError

    def kept(self) -> bool:
        """Save, and return whether the items shown can be left."""
        raise NotImplementedError

    def typed(self, item: Item) -> None:
        """Hear of every key in an item."""
        raise NotImplementedError

    # drawing

    def draw(self) -> None:
        """Draw all but the items."""
        rows = self.query_one("#leaves", RowList)
        at = self.board.place(self._at)
        rows.fill(len(self.board.leaves), self._leaf_line, cursor=at)
        leaf = self.leaf
        done = tally(leaf.questions, self.board.answers(leaf))
        place = f"{leaf.title} ({at + 1} of {len(self.board.leaves)}): {done}"
        self.query_one("#leaf", Static).update(shown(one_line(place)), layout=False)
        self.draw_heading()

    def draw_heading(self) -> None:
        """Draw the first rows: what is assessed, whether it is saved, severity, who is told."""
        sums = self.board.sums
        if self.leaf.place != SCORED and self.size.height < _HIGH:
            sums = sums[1], sums[0]  # there is room for one of them
        rows = "\n".join(fit(one_line(row), self.size.width) for row in sums)
        self.query_one("#sums", Static).update(shown(rows), layout=False)
        right = self.said if self.board.writable else "read only"
        left = fit(one_line(f"Assessment: {self.board.title}"), self.size.width - len(right) - 1)
        self.query_one("#heading", Static).update(shown(f"{left} {right}"), layout=False)

    def say(self, text: str) -> None:
        """Say something under the items."""
        self.query_one("#hint", Static).update(shown(one_line(text)), layout=False)

    def _leaf_line(self, index: int, width: int) -> str:
        leaf = self.board.leaves[index]
        count = len(self.board.open_items(leaf))
        return f"{fit(one_line(leaf.title), width - 3)}{count or '':>3}"

    # pages

    async def go(self, index: int, *, focus: str = "") -> None:
        """Show another page, unless an item of this one cannot be read."""
        if self.kept() and 0 <= index < len(self.board.leaves):
            await self._mount(index, focus=focus)

    async def read_again(self, leaf_id: str) -> None:
        """Read the assessment again and show a page of it."""
        self.board = read_board(self.session.vault, self.case_id)
        await self._mount(self.board.place(leaf_id), focus="")

    async def _mount(self, index: int, *, focus: str) -> None:
        board = self.board
        leaf = board.leaves[index]
        self._at = leaf.id
        self.draw()
        items = [
            Item(
                question,
                board.answer(leaf, question),
                zone=board.zone,
                editable=board.writable,
                contested=board.contested(leaf, question),
            )
            for question in leaf.questions
        ]
        await self.query_one(SectionForm).show(items, focus=focus)
        for item in items:
            item.typed = self._item_typed

    def _item_typed(self, item: object) -> None:
        if isinstance(item, Item):
            self.typed(item)

    @on(RowList.Opened, "#leaves")
    async def _leaf_opened(self, event: RowList.Opened) -> None:
        await self.go(event.index)

    @on(RowList.Moved, "#leaves")
    def _leaf_looked_at(self, event: RowList.Moved) -> None:
        self.say(f"{self.board.leaves[event.index].help} - enter goes there")

    async def action_next(self) -> None:
        await self.go(self.board.place(self._at) + 1)

    async def action_previous(self) -> None:
        await self.go(self.board.place(self._at) - 1)

    async def action_next_open(self) -> None:
        """Go to the next item that nobody answered or marked, round to the first."""
        if not self.kept():
            return
        places = [
            (index, name)
            for index, leaf in enumerate(self.board.leaves)
            for name in self.board.open_items(leaf)
        ]
        item = self.focused_item()
        asked = [each.id for each in self.leaf.questions]
        here = (self.board.place(self._at), asked.index(item.question.id) if item else -1)
        orders = {
            (index, each.id): (index, number)
            for index, leaf in enumerate(self.board.leaves)
            for number, each in enumerate(leaf.questions)
        }
        after = [place for place in places if orders[place] > here]
        for index, name in (after or places)[:1]:
            await self.go(index, focus=name)

    # items

    @on(Item.Entered)
    def _entered(self, event: Item.Entered) -> None:
        question, notice = self.notice
        if question == event.field.question.id:
            self.notice = ("", "")
            self.say(notice)
            return
        self._explain()

    def _explain(self) -> None:
        item = self.focused_item()
        if item is not None:
            rule = self.board.rule(self.leaf, item.question)
            self.say(" - ".join(part for part in (rule, item.hint) if part))

    @on(Item.Hinted)
    def _hinted(self, event: Item.Hinted) -> None:
        self.say(event.field.hint)

    def action_help(self) -> None:
        """Explain what the cursor is on, then the keys."""
        item, leaf = self.focused_item(), self.leaf
        about = [leaf.title, leaf.help]
        if item is not None:
            question = item.question
            author = signed(self.board.state, leaf.place).get(question.id)
            about = [f"{question.number} {question.label}", question.help]
            about += [f"why: {item.answer.note}"] if item.answer.note else []
            about += [f"answered by {author.who}, {clock_time(author.wall)}"] if author else []
            about.append(f"source: {question.source}")
        lines = (*(line for line in about if line), "", *help_lines(self.SCOPE))
        self.app.push_screen(ReaderScreen("Help", lines))
