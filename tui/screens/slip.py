"""A dialog in which text is typed, and which may be cut short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeAlias, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widgets import Static

from models.errors import CaseError
from models.text import normalise
from tui.actions import bindings
from tui.screens.dialogs import ConfirmScreen
from tui.screens.editor import Pad
from tui.shown import one_line, shown
from tui.slip import Slip
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.points import Points

Typed: TypeAlias = Entry | Pad | Peek | Points
"""What text is typed into."""
Answer = TypeVar("Answer")


class SlipScreen(ModalScreen[Answer | None]):
    """What is typed is a draft with every key, until the dialog is done or left.

    Left without an answer it gives None, after a question where something is typed: a slow line
    turns an arrow key into esc. While `busy` it stays.
    """

    SCOPE = "dialog"
    BINDINGS = bindings("dialog")
    CSS_PATH = "dialogs.tcss"

    busy = False

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self._slip = slip
        self._began: dict[str, str] = {}

    def on_mount(self) -> None:
        """Put back what an earlier session left. Textual calls this after the dialog's own."""
        left = self._slip.left()
        for name, control in self._controls():
            self._began[name] = normalise(control.text)
            control.typed = partial(self._typed, name, control)
        for name, control in self._controls():
            if name in left:
                control.put(left[name].text)
                control.focus()
                self.tell(self._slip.recovered_line(left[name]))

    def _controls(self) -> Iterator[tuple[str, Typed]]:
        for control in self.query("Entry, Pad, Peek, Points"):
            if isinstance(control, Typed) and control.id:
                yield control.id, control

    def _typed(self, name: str, control: Typed) -> None:
        self.keep(name, normalise(control.text))

    def keep(self, name: str, text: str) -> None:
        """Take note of what stands in a field, or is being written for it."""
        if text == self._began[name]:
            self._slip.drop(name)
        else:
            self._slip.keep(name, text)

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Let the save inside finish; once it has, what was typed is no draft any more."""
        with self._slip.session.words.held():
            yield
            self._slip.drop_all()

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer; what is still typed was not wanted."""
        self._slip.drop_all()
        return super().dismiss(result)

    @property
    def done(self) -> Answer | None:
        """What the dialog answers when it is left: something where its deed is done already."""
        return None

    def action_close(self) -> None:
        # no worker: a second esc at once is the next screen's
        if self.busy:
            return
        typed = any(normalise(each.text) != self._began[name] for name, each in self._controls())
        if typed and self.done is None:
            asked = ConfirmScreen("Go back?", "What is typed here is discarded.")
            self.app.push_screen(asked, self._answered)
        else:
            self.dismiss(self.done)

    def _answered(self, sure: bool | None) -> None:  # noqa: FBT001 - as the question answers
        if sure:
            self.call_later(self._leave)  # the question itself goes first

    def _leave(self) -> None:
        self.dismiss(None)

    def say(self, error: CaseError) -> None:
        """Say what went wrong."""
        self.tell(f"! {error.message}" + (f" ({error.hint})" if error.hint else ""))

    def tell(self, text: str) -> None:
        """Say something under the fields."""
        self.query_one("#said", Static).update(shown(one_line(text)))
