"""The messages of a case, both ways in order; what each says, and what can be done next."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from models.case import Case
from models.errors import CaseError
from models.record import Message
from models.text import kind_name
from models.thread import EVERY_FORM
from tui.actions import bindings
from tui.letters import Known, known, letter_line, letter_lines
from tui.reading import change_lines
from tui.screens.acts import Deed, deeds
from tui.screens.dialogs import MenuScreen, ReaderScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import OF_MESSAGES, newest
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_PAIR = 2


class MessagesScreen(ModalScreen[None]):
    """Lists the letters; enter reads one, `a` offers what to do, `d` compares two reports.

    The cursor starts on the letter `at` (a bundle id), else on the last one. In a case on several
    forms all letters stand here, each with its form; `form` is the one that a person came from.
    """

    SCOPE = "messages"
    BINDINGS = bindings("messages")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session, case_id: str, at: str = "", form: str = "") -> None:
        super().__init__()
        self._session = session
        self._case_id = case_id
        self._at = at
        self._form = form
        self._seen = -1
        self._case: Case = session.vault.case(case_id, EVERY_FORM)
        self._known = Known({})

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static(shown(one_line(f"Messages: {self._case.title}")), classes="title -one")
            yield RowList(
                id="letters", empty="no letter yet: a records one, F5 in the case seals one"
            )
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """List the letters; go on with what was cut short."""
        ids = [each.id for each in self._case.messages]
        cursor = ids.index(self._at) if self._at in ids else len(ids) - 1
        try:
            self._known = known(self._session.vault, self._case_id)
        except CaseError as error:  # the letters are read without: what they say is in the case
            self._seen = cursor
            self._tell(f"! {error.message} ({error.hint})")
        self._list(cursor)
        self._recover()

    def _list(self, cursor: int) -> None:
        lines = [one_line(letter_line(self._case, each, self._known)) for each in self._letters]
        rows = self.query_one("#letters", RowList)
        rows.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=cursor)

    @property
    def _letters(self) -> tuple[Message, ...]:
        return self._case.messages

    @property
    def _letter(self) -> Message | None:
        at = self.query_one("#letters", RowList).cursor
        return self._letters[at] if self._letters else None

    @on(RowList.Moved, "#letters")
    def _looked_at(self, event: RowList.Moved) -> None:
        if event.index == self._seen:
            return  # only come back to: what was said stays
        self._seen = event.index
        self._tell(letter_line(self._case, self._letters[event.index], self._known))

    @on(RowList.Opened, "#letters")
    def _opened(self, event: RowList.Opened) -> None:
        letter = self._letters[event.index]
        lines = letter_lines(self._case, letter, self._known)
        self.app.push_screen(ReaderScreen(kind_name(letter.kind).capitalize(), lines))

    def action_read(self) -> None:
        self.query_one("#letters", RowList).action_open()

    # what can be done

    @work
    async def action_act(self) -> None:
        offers = deeds(self._session, self._case, self._letter, self._form)
        if not offers:
            self._tell("this vault is only read here: nothing can be done")
            return
        menu = MenuScreen("What to do", tuple(each.word for each in offers))
        picked = await self.app.push_screen_wait(menu)
        if picked is not None:
            await self._do(offers[picked])

    async def _do(self, deed: Deed) -> None:
        before = len(self._letters)
        done = await self.app.push_screen_wait(deed.screen())
        self._case = self._session.vault.case(self._case_id, EVERY_FORM)
        if len(self._letters) != before:
            self._known = known(self._session.vault, self._case_id)
        rows = self.query_one("#letters", RowList)
        self._list(rows.cursor if len(self._letters) == before else len(self._letters) - 1)
        self._seen = rows.cursor
        if done is not None:
            self._tell(f"done: {deed.word}")

    @work
    async def _recover(self) -> None:
        place = newest(self._session, self._case_id, OF_MESSAGES)
        for letter in (None, *self._letters) if place else ():
            for deed in deeds(self._session, self._case, letter):
                if place is not None and (deed.kind, deed.about) == (place.kind, place.about):
                    await self._do(deed)
                    return

    # two versions of the report

    @work
    async def action_compare(self) -> None:
        # on one form: others have no questions in common
        last = self._case.reports[-1].report.form if self._case.reports else ""
        form = self._form or last
        reports = [each for each in self._case.reports if each.report.form == form]
        if len(reports) < _PAIR:
            self._tell("there is one version of the report at most: nothing to compare")
            return
        words = tuple(each.name for each in reports)
        first = await self._version("Compare which", words, len(reports) - 2)
        second = None if first is None else await self._version("with which", words, len(words) - 1)
        if first is None or second is None:
            return
        before, after = reports[first], reports[second]
        lines = change_lines(after.report.pack, before.report, after.report)
        title = f"From {before.name} to {after.name}"
        await self.app.push_screen_wait(ReaderScreen(title, lines))

    async def _version(self, title: str, words: tuple[str, ...], at: int) -> int | None:
        return await self.app.push_screen_wait(MenuScreen(title, words, at=at))

    def action_close(self) -> None:
        self.dismiss(None)

    def _tell(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))
