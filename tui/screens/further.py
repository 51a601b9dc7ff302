"""A case on a further form: begun with what the others say, which a person then confirms."""

from __future__ import annotations

from textual.app import ComposeResult

from models.errors import CaseError
from models.form import load_pack, pack_ids
from store.further import add_form
from tui.screens.fields import FieldsScreen
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice


class FurtherScreen(FieldsScreen[str]):
    """Asks which form; answers with its id once the report on it has begun."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(Slip(session, "further", case_id))
        self._session = session
        self._case_id = case_id
        self._case = session.vault.case(case_id)
        self._free = tuple(form for form in pack_ids() if form not in self._case.forms)

    @property
    def heading(self) -> str:
        return f"Report on another form: {self._case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("What is known is taken over where it fits; you confirm each answer (F4).")
        yield Caption("Form:")
        titles = tuple(load_pack(form).title for form in self._free)
        yield Choice(titles, word="choose a form", id="form")

    def action_go(self) -> None:
        session, index = self._session, self.query_one(Choice).index
        if index is None:
            self.tell("! choose a form")
            return
        form = self._free[index]
        try:
            with self.saving():
                add_form(session.vault, self._case_id, form, wall=session.wall())
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(form)
