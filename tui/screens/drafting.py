"""A case that may be cut short: what is typed is a draft at once, and offered the next time."""

from __future__ import annotations

from functools import partial

from textual import work

from tui.drafts import NOT_KEPT, Desk, Offer
from tui.screens.dialogs import MenuScreen
from tui.screens.editor import EditorScreen
from tui.screens.pages import Pages
from tui.session import Session
from tui.slip import Place
from tui.widgets.field import Field
from tui.widgets.form import SectionForm
from tui.widgets.peek import Peek

_WAYS = ("put the recovered text into the field", "discard it: the saved answer is newer")


class DraftPages(Pages):
    """Hands every key of an open field to the drafts, before anything is painted.

    A text of an earlier session is put back into its field; it is saved as if typed now.
    """

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__(session, case_id, form)
        self._desk = Desk(session, case_id)
        self._looked = False

    def keep_text(self, peek: Peek, text: str) -> None:
        """Take over what the editor says."""
        raise NotImplementedError

    async def reopen(self, kind: str) -> None:
        """Open a dialog that was cut short, or the screen it hangs on: it takes its text back."""
        raise NotImplementedError

    def drafts_failed(self, *, failed: bool) -> None:
        """Say whether what is typed is on disk."""
        self._said = NOT_KEPT if failed else ""
        self._draw_heading()

    async def _mount_section(self, index: int, *, focus: str) -> None:
        await super()._mount_section(index, focus=focus)
        for field in self.query_one(SectionForm).fields():
            field.typed = self._field_typed
        if not self._looked:
            self._looked = True
            self._recover()

    def _field_typed(self, field: Field) -> None:
        self._text_typed(field, field.asked.text)

    def _text_typed(self, field: Field, text: str) -> None:
        if field.differs(text):
            self._desk.keep(self._sheet, field.question.id, text)
        else:
            self._desk.drop(self._sheet, field.question.id)

    async def _edit(self, field: Field, peek: Peek, offer: Offer | None = None) -> None:
        """Open the editor on a field, on the recovered text if there is one: undo brings back."""
        hint = offer.line if offer else field.advice
        keep = partial(self.keep_text, peek)
        editor = EditorScreen(field.question.label, hint, peek.text, keep)
        editor.typed = partial(self._text_typed, field)
        editor.recovered = offer.text if offer else None
        self.keep_text(peek, await self.app.push_screen_wait(editor))

    @work
    async def _recover(self) -> None:
        """Open the field or dialog in which an earlier session left a text, the newest first."""
        for left in self._desk.offers(self._sheet):
            if isinstance(left, Place):
                await self.reopen(left.kind)
                return
            if not left.newer or await self._wanted(left):
                await self._take_up(left)
                return

    async def _wanted(self, offer: Offer) -> bool:
        """Ask, where an answer was saved after the text was typed; esc leaves it for later."""
        picked = await self.app.push_screen_wait(MenuScreen(offer.line, _WAYS))
        if picked == 1:
            self._desk.discard(offer)
        return picked == 0

    async def _take_up(self, offer: Offer) -> None:
        index = self._sheet.place(offer.question.id)
        if index is None:  # pragma: no cover - an offer is made for what is asked only
            return
        self._notice = (offer.question.id, offer.line)
        await self._go(index, focus=offer.question.id)
        field = self.query_one(SectionForm).field(offer.question.id)
        if field is not None and isinstance(field.asked, Peek):
            await self._edit(field, field.asked, offer)
        elif field is not None:
            field.recover(offer.text)
