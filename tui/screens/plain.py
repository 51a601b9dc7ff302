"""What the regulator answered in plain words: an acknowledgement or a decision is recorded."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult

from exports.plain import Letter, PlainAcknowledgement, PlainDecision, record_plain, stated
from models.errors import CaseError, UsageError
from models.moment import Moment
from tui.commands.params import FILE_LIMIT
from tui.commands.plain import WAYS
from tui.outfile import lent
from tui.screens.fields import FieldsScreen
from tui.screens.seal import require
from tui.session import Session
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.points import Points


class PlainScreen(FieldsScreen[bool]):
    """Records what nobody signed; answers True then. The letter's file is kept as it came."""

    def __init__(self, session: Session, kind: str, case_id: str, form: str = "") -> None:
        super().__init__(Slip(session, kind, case_id))
        self._session = session
        self._case_id = case_id
        self._forms = session.vault.case(case_id, form).forms
        self._at = self._forms.index(form) if form in self._forms else 0

    def about(self) -> ComposeResult:
        """Yield which form it is about, where the case is reported on several."""
        if len(self._forms) > 1:
            yield Caption("Which report it answers:")
            choice = Choice(self._forms, id="form")
            choice.index = self._at
            yield choice

    def words(self) -> PlainAcknowledgement | PlainDecision:
        """Return what it says as typed; CaseError."""
        raise NotImplementedError

    def way_fields(self) -> ComposeResult:
        """Yield how it came."""
        yield Caption("How it came:")
        choice = Choice(WAYS, word="choose", id="via")
        choice.index = WAYS.index("email")
        yield choice
        yield Caption("The letter's file, kept as it came (may stay empty):")
        yield Entry(id="file", word="its path")
        yield Caption("Its subject (empty: the e-mail's own):")
        yield Entry(id="subject")

    def why(self) -> str | None:
        """Return why it is taken all the same, None where nothing is said."""
        return None

    def written(self) -> Moment:
        """Return when it was written."""
        at = self.typed_moment("at")
        if at is None:
            raise UsageError("say when it was written", hint="2019-12-23T11:23[Europe/London]")
        return at

    def action_go(self) -> None:
        session = self._session
        try:
            words, letter = self.words(), self._letter()
            with self.saving():
                new = record_plain(
                    session.vault,
                    self._case_id,
                    words,
                    letter,
                    reason=self.why(),
                    wall=session.wall(),
                    form=self._form(),
                )
        except CaseError as error:
            self.say(error)
            return
        if new:
            self.dismiss(result=True)
        else:
            self.tell("recorded already, nothing changes")

    def _form(self) -> str:
        """Return the form that it is about, empty for the only one."""
        return self.typed_text("form") if len(self._forms) > 1 else ""

    def _letter(self) -> Letter:
        via = require(self.typed_text("via"), "say how it came")
        path, subject = self.typed_text("file"), self.typed_text("subject")
        if not path:
            return Letter(via, subject=subject)
        with lent(path, FILE_LIMIT) as file:
            return Letter(via, file.read(), Path(path).name, subject)


class AckedScreen(PlainScreen):
    """An acknowledgement: the reference, and the regulator's dates as its statement."""

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__(session, "acked", case_id, form)

    @property
    def heading(self) -> str:
        return "Record an acknowledgement in plain words"

    def fields(self) -> ComposeResult:
        yield from self.about()
        yield Caption("When it was written:")
        yield Entry(id="at", word="2019-12-23T11:23[Europe/London]")
        yield Caption("The case reference it gives:")
        yield Entry(id="reference")
        for name in ("reported", "received", "filed"):
            yield Caption(f"When they say it was {name} (may stay empty):")
            yield Entry(id=name)
        yield Caption("Why an unusual or another reference is taken:")
        yield Entry(id="why")
        yield from self.way_fields()

    def why(self) -> str | None:
        return self.typed_text("why") or None

    def words(self) -> PlainAcknowledgement:
        return stated(
            PlainAcknowledgement,
            acknowledged_at=self.written(),
            reference=" ".join(self.typed_text("reference").split()) or None,
            reported_at=self.typed_moment("reported"),
            received_at=self.typed_moment("received"),
            filed_at=self.typed_moment("filed"),
        )


class DecidedScreen(PlainScreen):
    """A decision: outcome, reasons, recommendations."""

    def __init__(self, session: Session, case_id: str, form: str = "") -> None:
        super().__init__(session, "decided", case_id, form)

    @property
    def heading(self) -> str:
        return "Record a decision in plain words"

    def fields(self) -> ComposeResult:
        yield from self.about()
        yield Caption("When it was written:")
        yield Entry(id="at", word="2020-03-02[Europe/London]")
        yield Caption("Outcome, in one sentence:")
        yield Entry(id="outcome")
        yield Caption("Reasons (n add, x remove, J K move):")
        yield Points(word="no reason yet", title="Reason", id="reasons")
        yield Caption("Recommendations (the same keys):")
        yield Points(word="no recommendation yet", title="Recommendation", id="recommendations")
        yield from self.way_fields()

    def words(self) -> PlainDecision:
        return stated(
            PlainDecision,
            decided_at=self.written(),
            outcome=require(self.typed_text("outcome"), "give the outcome in one sentence"),
            reasons=self.query_one("#reasons", Points).said,
            recommendations=self.query_one("#recommendations", Points).said,
        )
