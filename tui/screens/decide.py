"""The decision builder: an outcome, reasons and recommendations in order, the version read."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from exports.desk import decide
from exports.sealing import Sealed
from models.errors import UsageError
from models.record import Message as Letter
from models.strictjson import JSON
from models.text import counted, kind_name
from tui.letters import carried_report
from tui.screens.desk import DeskScreen
from tui.screens.seal import Order, require
from tui.session import Session
from tui.widgets.caption import Caption
from tui.widgets.chain import short_moment
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.points import Points


class DecideScreen(DeskScreen):
    """Decides a case on one of the reports received; F3 shows the letter as it will read."""

    def __init__(self, session: Session, case_id: str) -> None:
        super().__init__(session, "decide", case_id)

    @property
    def heading(self) -> str:
        return f"Decide: {self.case.title}"

    def fields(self) -> ComposeResult:
        yield Caption("Outcome, in one sentence:")
        yield Entry(id="outcome")
        yield Caption("Reasons (n add, x remove, J K move):")
        yield Points(word="no reason yet", title="Reason", id="reasons")
        yield Caption("Recommendations (the same keys):")
        yield Points(word="no recommendation yet", title="Recommendation", id="recommendations")
        yield Caption("Decided on:")
        choice = Choice(tuple(map(self._version, self.reports)), word="choose", id="basis")
        choice.index = len(self.reports) - 1
        yield choice
        yield Caption("What else they should know, if anything:")
        yield Peek(id="note", about="What else the controller should know")
        yield Caption("When it is decided (empty: now):")
        yield Entry(id="at", word="now")
        yield from self.file_fields()

    def _version(self, letter: Letter) -> str:
        carried = carried_report(self.case, letter)
        name = carried.name if carried else kind_name(letter.kind)
        return f"{name} of {short_moment(letter.at, year=True)}"

    def _points(self, name: str) -> tuple[str, ...]:
        return self.query_one(f"#{name}", Points).said

    @property
    def _basis(self) -> int:
        index = self.query_one("#basis", Choice).index
        if index is None:
            raise UsageError("choose which report was read")
        return index

    def said(self) -> tuple[str, Mapping[str, JSON]]:
        return "decision", {
            "outcome": self.typed_text("outcome"),
            "reasons": list(self._points("reasons")),
            "recommendations": list(self._points("recommendations")),
            "basis": self.reports[self._basis].manifest,
            "note": self.typed_text("note"),
        }

    def order(self) -> Order:
        outcome = require(self.typed_text("outcome"), "give the outcome in one sentence")
        reasons, recommendations = self._points("reasons"), self._points("recommendations")
        basis, note, at = self._basis, self.typed_text("note"), self.typed_moment("at")

        def seal() -> Sealed:
            return decide(
                self.session.vault,
                self.case_id,
                outcome,
                reasons,
                recommendations,
                at=at,
                wall=self.session.wall(),
                basis=basis,
                note=note or None,
            )

        told = counted(len(reasons), "reason"), counted(len(recommendations), "recommendation")
        return Order(*self.order_to("Seal the decision to", f"{', '.join(told)}."), seal)
