"""The conflicts of a case: each value with who gave it, what it leads to, and the choice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from store.conflict import Choice, Conflict, conflicts, settle, take
from store.fold import CaseState
from tui.actions import bindings
from tui.history import clock_time, field_name
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import Slip, abouts
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_TYPED = 0  # the number of "another one" among values from 1
_LONGEST = 400  # characters of a value in a question

Line = tuple[str, Conflict, int]
"""A row: what it shows, of which conflict, which value it takes."""


class ConflictsScreen(ModalScreen[None]):
    """Lists fields that people gave different values; enter takes one, or asks for another."""

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
        state = self._session.vault.state(self._case_id)
        found = conflicts(state)
        self._lines = tuple(line for each in found for line in _lines(state, each))
        texts = [one_line(text) if text.strip() else "" for text, _, _ in self._lines]
        indents = [text[: len(text) - len(text.lstrip())] for text, _, _ in self._lines]
        self.query_one("#values", RowList).fill(
            len(texts),
            lambda index, width: fit(indents[index] + texts[index], width),
            cursor=1,
        )

    @on(RowList.Opened, "#values")
    @work
    async def _opened(self, event: RowList.Opened) -> None:
        _, conflict, number = self._lines[event.index]
        name = field_name(self._session.vault.state(self._case_id), conflict.field)
        if number == _TYPED:
            await self._ask(conflict)
            return
        choice = conflict.choices[number - 1]
        details = f"{choice.text[:_LONGEST]}\n{_by(choice)}. The other values stay in the history."
        if await self.app.push_screen_wait(ConfirmScreen(f"Take this? {name}", details)):
            self._take(conflict, number)

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

    def _take(self, conflict: Conflict, number: int) -> None:
        session = self._session
        try:
            with session.words.held():
                take(session.vault, conflict, number, wall=session.wall())
        except CaseError as error:
            hint = f" ({error.hint})" if error.hint else ""
            self._say(f"! {error.message}{hint}")
            return
        self._settled()

    def _settled(self) -> None:
        self._load()
        left = len(self._session.vault.state(self._case_id).conflicts)
        self._say(f"settled; {left} left" if left else "settled; nothing is in conflict now")

    def action_take(self) -> None:
        self.query_one("#values", RowList).action_open()

    def action_close(self) -> None:
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))


def _lines(state: CaseState, conflict: Conflict) -> Iterator[Line]:
    yield field_name(state, conflict.field), conflict, 1
    for number, choice in enumerate(conflict.choices, 1):
        yield f"  {number}. {choice.text}", conflict, number
        yield f"     {_by(choice)}", conflict, number
        if choice.deadline:
            yield f"     deadline then: {choice.deadline}", conflict, number
    yield "  type another answer", conflict, _TYPED


def _by(choice: Choice) -> str:
    found = choice.found
    return f"{found.who}, {clock_time(found.wall)}, device {found.device[:8]}"
