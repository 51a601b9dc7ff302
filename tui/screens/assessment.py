"""The assessment of a case: steps in any order, groups of information, severity, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual import on, work

from models.answer import Answer
from models.errors import CaseError
from models.form import parse_answer
from store.assessing import Answered, remove_group, set_assessed, signed
from store.draft import Kept
from tui.assessment import Account
from tui.board import read_board
from tui.drafts import NOT_KEPT
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.editor import EditorScreen
from tui.screens.group import GroupScreen
from tui.screens.leaves import Leaves
from tui.session import Session
from tui.slip import Slip, newest
from tui.widgets.choice import Choice
from tui.widgets.field import UNREAD
from tui.widgets.form import SectionForm
from tui.widgets.item import Item, item_states
from tui.widgets.peek import Peek

_WHY = " why"
"""What follows an item's id in the name of the draft of its reason."""


class AssessmentScreen(Leaves):
    """A field is on disk when it is left, before the screen says so; a hint decides nothing."""

    CSS_PATH = "assessment.tcss"

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(session, case_id)
        self._slips: dict[str, Slip] = {}

    @property
    def unread(self) -> Item | None:
        """The item whose text cannot be read, if there is one."""
        return next((each for each in self.items if each.unread), None)

    def flush(self) -> None:
        """Save what is typed and not saved yet."""
        self._save(self.query_one(SectionForm).take())

    def kept(self) -> bool:
        """Save, and return whether every item could be read; the cursor goes to one that not."""
        self.flush()
        unread = self.unread
        if unread is not None:
            self.say(UNREAD)
            unread.focus_control()
        return unread is None

    def drafts_failed(self, *, failed: bool) -> None:
        """Say whether what is typed is on disk."""
        self.said = NOT_KEPT if failed else ""
        self.draw_heading()

    # saving

    @on(Item.Left)
    def _left(self) -> None:
        self.flush()

    def action_save(self) -> None:
        self.flush()

    def _save(self, answers: Mapping[str, Answer]) -> None:
        if not answers:
            return
        session, leaf = self.session, self.leaf
        try:
            with session.words.held():
                told = Answered(leaf.place, answers)
                shown = self.board.state
                set_assessed(session.vault, self.case_id, told, shown=shown, wall=session.wall())
        except CaseError as error:
            for name in answers:
                item = self.item(name)
                if item is not None:
                    item.give_back(error.message)
            self.said = "NOT SAVED"
            self.draw_heading()
            return
        for name in answers:
            self._slip.drop(name)
        self.board = read_board(session.vault, self.case_id)
        self.said = "saved"
        self.draw()

    # drafts

    @property
    def _slip(self) -> Slip:
        leaf = self.leaf.id
        if leaf not in self._slips:
            self._slips[leaf] = Slip(self.session, "assess", self.case_id, leaf)
        return self._slips[leaf]

    @work
    async def begin(self) -> None:
        """Put back what an earlier session left; it is saved as if typed now."""
        left = newest(self.session, self.case_id, ("assess", "group"))
        if left is None or not self.board.writable:
            return
        if left.kind == "group":
            await self._add_group()
            return
        await self.go(self.board.place(left.about))
        for name, kept in self._slip.left().items():
            item = self.item(name.removesuffix(_WHY))
            if item is None or not await self._wanted(item, kept):
                continue
            self.notice = (item.question.id, self._slip.recovered_line(kept))
            item.focus_control()
            if name.endswith(_WHY):
                await self._reason(item, kept.text)
            else:
                item.recover(kept.text)

    async def _wanted(self, item: Item, kept: Kept) -> bool:
        """Ask, where an answer was saved after the text was typed; no discards the text."""
        author = signed(self.board.state, self.leaf.place).get(item.question.id)
        if author is None or author.wall <= kept.at:
            return True
        asked = ConfirmScreen(
            f"Put back: {kept.text}", "The saved answer is newer; no discards it."
        )
        wanted = await self.app.push_screen_wait(asked)
        if not wanted:
            self.session.vault.drafts.drop(kept.slot, self.session.wall())
        return wanted

    def typed(self, item: Item) -> None:
        """Keep every key, before anything is painted."""
        self._typed(item, item.asked.text)

    def _typed(self, item: Item, text: str) -> None:
        if item.differs(text):
            self._slip.keep(item.question.id, text)
        else:
            self._slip.drop(item.question.id)

    # answers picked or written elsewhere

    @work
    async def action_state(self) -> None:
        item = self.focused_item()
        if item is None or not item.editable:
            return
        offers = item_states(item.question, item.answer)
        words = tuple(word for word, _ in offers)
        picked = await self.app.push_screen_wait(MenuScreen(item.question.label, words))
        if picked is not None:
            item.state(offers[picked][1])
            self._save({item.question.id: item.answer})

    @work
    async def action_why(self) -> None:
        item = self.focused_item()
        if item is not None and item.editable and self.kept():
            await self._reason(item)

    async def _reason(self, item: Item, recovered: str | None = None) -> None:
        name = f"{item.question.id}{_WHY}"
        before = item.answer.note or ""
        keep = partial(self._keep_reason, item)
        editor = EditorScreen("Why", item.question.label, before, keep)
        editor.typed = partial(self._slip.keep, name)
        editor.recovered = recovered
        text = await self.app.push_screen_wait(editor)
        self._keep_reason(item, text)
        if text.strip() == (item.answer.note or ""):
            self._slip.drop(name)
            self.say(item.hint)

    def _keep_reason(self, item: Item, text: str) -> None:
        note = text.strip() or None
        if note == item.answer.note:
            return
        try:
            answer = parse_answer(item.question, {**item.answer.as_json(), "note": note})
        except CaseError as error:  # longer than a text may be
            item.give_back(f"the reason: {error.message}")
            return
        item.set(answer)
        self._save({item.question.id: answer})

    @on(Choice.Asked)
    @work
    async def _choice_asked(self, event: Choice.Asked) -> None:
        choice = event.choice
        menu = MenuScreen("Pick one", choice.options, at=choice.index)
        picked = await self.app.push_screen_wait(menu)
        if picked is not None:
            choice.index = picked
            self.flush()

    @on(Peek.Asked)
    @work
    async def _text_asked(self, event: Peek.Asked) -> None:
        item, peek = self.focused_item(), event.peek
        if item is None:
            return
        if not item.editable:
            lines = tuple(peek.text.split("\n"))
            await self.app.push_screen_wait(ReaderScreen(item.question.label, lines))
            return
        keep = partial(self._keep_text, peek)
        editor = EditorScreen(item.question.label, item.advice, peek.text, keep)
        editor.typed = partial(self._typed, item)
        self._keep_text(peek, await self.app.push_screen_wait(editor))

    def _keep_text(self, peek: Peek, text: str) -> None:
        peek.text = text
        self.flush()

    # the rest

    @work
    async def action_more(self) -> None:
        if not self.kept():
            return
        group = self.board.group(self.leaf)
        words = ["Read the whole assessment"]
        if self.board.writable:
            words.append("Add a group of information")
            words += [f"Take out the group: {group.name}"] if group else []
        picked = await self.app.push_screen_wait(MenuScreen("Assessment", tuple(words)))
        match picked:
            case 0:
                lines = tuple(Account(self.board.assessment, self.board.state).lines())
                await self.app.push_screen_wait(ReaderScreen("Assessment", lines))
            case 1:
                await self._add_group()
            case 2 if group:
                await self._take_out(group.id, group.name)
            case _:
                pass

    async def _add_group(self) -> None:
        made = await self.app.push_screen_wait(GroupScreen(self.session, self.case_id))
        await self.read_again(f"{made}/risk" if made else self.leaf.id)

    async def _take_out(self, group_id: str, name: str) -> None:
        asked = ConfirmScreen(
            f"Take out {name}?", "The history keeps it; F3 of the case undoes it."
        )
        if await self.app.push_screen_wait(asked):
            session = self.session
            remove_group(session.vault, self.case_id, group_id, wall=session.wall())
            await self.read_again("step_2")

    def action_close(self) -> None:
        if self.kept():
            self.dismiss(None)
