"""A new case needs a title, and the form that its regulator takes."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from models.errors import CaseError
from models.form import load_pack, pack_ids
from store.casework import DEFAULT_FORM, new_case
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry


class NewCaseScreen(FieldsScreen[str]):
    """Asks for the title and the form, and starts the case; answers with its id, or None."""

    def __init__(self, session: Session) -> None:
        super().__init__(Slip(session, "new"))
        self._session = session
        self._forms = pack_ids()

    @property
    def heading(self) -> str:
        """What stands over the fields."""
        return "New case"

    def fields(self) -> ComposeResult:
        """Yield the title, and the form: the ICO's unless another is chosen."""
        yield Caption("Title, without personal data of the people concerned:")
        yield Entry(id="case-title")
        yield Caption("Form:")
        choice = Choice(tuple(load_pack(name).title for name in self._forms), id="case-form")
        choice.index = self._forms.index(DEFAULT_FORM)
        yield choice

    @on(Entry.Submitted, "#case-title")
    def _titled(self, event: Entry.Submitted) -> None:
        event.prevent_default()  # the form is chosen already: enter needs no second field
        self.action_go()

    def action_go(self) -> None:
        title, form = self.typed_text("case-title"), self.query_one(Choice).index
        if not title:
            self.tell("! give the case a title")
            return
        if form is None:
            self.tell("! choose a form")
            return
        try:
            with self.saving():
                case_id = new_case(
                    self._session.vault, title, wall=self._session.wall(), form=self._forms[form]
                )
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(case_id)
