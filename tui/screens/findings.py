"""Personal data found in what is to leave, looked at one by one: it stays, or it is edited out."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exports.clearance import unconfirmed
from models.errors import CaseError
from models.personal.finding import Finding
from store.confirmation import confirm
from tui.actions import bindings
from tui.found import excerpt, what, where
from tui.screens.editor import EditorScreen
from tui.session import Session
from tui.sheet import Sheet
from tui.shown import one_line, shown
from tui.widgets.keyline import KeyLine

ALL_CONFIRMED = ""
_WHY = "Why may it leave? One reason for all that is kept; recorded with your name"


def findings_of(sheet: Sheet) -> tuple[Finding, ...]:
    """Return what is found in the report shown and nobody has confirmed."""
    return unconfirmed(sheet.case, sheet.filed.report) if sheet.filed else ()


class FindingsScreen(ModalScreen[str | None]):
    """Shows a finding at a time, masked; answers with "" once each one was said to stay.

    Else with the place of the one to edit out, or None where the person stopped. What was kept
    until then is recorded and not asked again. `form` is the one whose questions name the places.
    """

    SCOPE = "findings"
    BINDINGS = bindings("findings")
    CSS_PATH = "dialogs.tcss"

    def __init__(
        self, session: Session, case_id: str, found: tuple[Finding, ...], form: str = ""
    ) -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._form = session.vault.case(case_id, form).form
        self._found = found
        self._at = 0
        self._why = ""
        self._revealed = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static("", id="which", classes="title")
            yield Static("", id="what", classes="details")
            yield Static("", id="around", classes="details")
            yield Static("It may be none: an invented number, an office's telephone.", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Show the first."""
        self._show()

    def _show(self) -> None:
        each = self._found[self._at]
        place = f"Personal data? {self._at + 1} of {len(self._found)}, {where(each, self._form)}"
        around = excerpt(each, self._found, revealed=self._revealed)
        for name, text in (("which", place), ("what", what(each)), ("around", around)):
            self.query_one(f"#{name}", Static).update(shown(one_line(text)))

    def action_reveal(self) -> None:
        self._revealed = not self._revealed
        self._show()

    @work
    async def action_keep(self) -> None:
        if not self._why:
            editor = EditorScreen("Why may it leave?", _WHY, "", lambda _: None)
            self._why = (await self.app.push_screen_wait(editor)).strip()
        if not self._why:
            return
        self._at += 1
        self._revealed = False
        if self._at < len(self._found):
            self._show()
        else:
            self._leave(ALL_CONFIRMED)

    def action_edit(self) -> None:
        self._leave(self._found[self._at].place)

    def action_close(self) -> None:
        self._leave(None)

    def _leave(self, answer: str | None) -> None:
        """Record what was kept, as one change, then answer."""
        session = self._session
        try:
            if self._at:
                kept = self._found[: self._at]
                with session.words.held():
                    confirm(session.vault, self._case_id, kept, self._why, wall=session.wall())
        except CaseError as error:
            self._at = 0
            self._why = ""
            self._show()
            self.query_one("#said", Static).update(shown(one_line(f"! {error.message}")))
            return
        self.dismiss(answer)
