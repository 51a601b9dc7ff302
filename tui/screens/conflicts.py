"""The conflicts of a case: each value with who gave it, what it leads to, and the choice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from store.change import Change
from store.conflict import Conflict, conflicts, settle, take, take_proposal
from store.coupled import Review, keep, reviews
from tui.actions import bindings
from tui.contested import (
    PROPOSED,
    TYPED,
    Line,
    by_whom,
    contested_lines,
    diff_lines,
    review_name,
    side_text,
)
from tui.history import field_name
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import Slip, abouts
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_LONGEST = 400  # characters of a value in a question


class ConflictsScreen(ModalScreen[None]):
    """Lists fields that people gave different values, and what is to be reviewed together.

    Enter takes a value or the proposal, asks for another, or keeps what was reviewed.
    """

    SCOPE = "conflicts"
    BINDINGS = bindings("conflicts")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._lines: tuple[Line, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static("Conflicts: nobody had seen the other's answer", classes="title")
            yield RowList(id="values", empty="nothing is in conflict")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """List the conflicts, the cursor on the first value; go on with an answer cut short."""
        self._load()
        self._recover()

    def _load(self) -> None:
        self._lines = contested_lines(self._session.vault.state(self._case_id))
        texts = [one_line(line.text) if line.text.strip() else "" for line in self._lines]
        indents = [each.text[: len(each.text) - len(each.text.lstrip())] for each in self._lines]
        self.query_one("#values", RowList).fill(
            len(texts),
            lambda index, width: fit(indents[index] + texts[index], width),
            cursor=1,
        )

    @on(RowList.Opened, "#values")
    @work
    async def _opened(self, event: RowList.Opened) -> None:
        line = self._lines[event.index]
        match line.about:
            case Conflict():
                await self._settle(line.about, line.number)
            case Review():
                await self._keep(line.about)
            case None:
                self._say("it has no effect, and nothing is to be done about it")

    async def _settle(self, conflict: Conflict, number: int) -> None:
        vault = self._session.vault
        name = field_name(vault.state(self._case_id), conflict.field)
        if number == TYPED:
            await self._ask(conflict)
        elif number == PROPOSED and conflict.proposal is not None:
            lines = (*diff_lines(conflict, conflict.proposal), "", "esc goes on to the question")
            await self.app.push_screen_wait(ReaderScreen(f"Proposal: {name}", lines))
            details = "One new answer with what both did. The two stay in the history."
            if await self.app.push_screen_wait(ConfirmScreen("Take the proposal?", details)):
                self._do(lambda: take_proposal(vault, conflict, wall=self._session.wall()))
        else:
            choice = conflict.choices[number - 1]
            text = f"{choice.text[:_LONGEST]}\n{by_whom(choice)}."
            details = f"{text} The other values stay in the history."
            if await self.app.push_screen_wait(ConfirmScreen(f"Take this? {name}", details)):
                self._do(lambda: take(vault, conflict, number, wall=self._session.wall()))

    async def _keep(self, review: Review) -> None:
        vault = self._session.vault
        state = vault.state(self._case_id)
        details = "\n".join(side_text(state, each) for each in review.sides)
        question = f"{review_name(review)}. Do they go together as they are?"
        if await self.app.push_screen_wait(ConfirmScreen(question, details)):
            self._do(lambda: keep(vault, self._case_id, review, wall=self._session.wall()))

    @work
    async def _recover(self) -> None:
        for field in abouts(self._session, "conflict", self._case_id):
            for each in conflicts(self._session.vault.state(self._case_id)):
                if each.field == field:
                    await self._ask(each)
                    return

    async def _ask(self, conflict: Conflict) -> None:
        session = self._session
        slip = Slip(session, "conflict", self._case_id, conflict.field)
        name = field_name(session.vault.state(self._case_id), conflict.field)
        typed = partial(settle, session.vault, conflict, wall=session.wall())
        if await self.app.push_screen_wait(AskScreen(slip, name, "Type what is true:", typed)):
            self._settled()

    def _do(self, deed: Callable[[], Change]) -> None:
        try:
            with self._session.words.held():
                deed()
        except CaseError as error:
            hint = f" ({error.hint})" if error.hint else ""
            self._say(f"! {error.message}{hint}")
            return
        self._settled()

    def _settled(self) -> None:
        self._load()
        state = self._session.vault.state(self._case_id)
        left = len(state.conflicts)
        said = f"settled; {left} left" if left else "settled; nothing is in conflict now"
        more = len(reviews(state))
        self._say(f"{said}; {more} to review together" if more else said)

    def action_take(self) -> None:
        self.query_one("#values", RowList).action_open()

    def action_close(self) -> None:
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))
