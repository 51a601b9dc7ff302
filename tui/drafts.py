"""Open fields and their drafts: kept with every key, offered again after a lost session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.errors import CaseError
from models.form import Question
from store.draft import Kept, Slot
from store.fold import CaseState
from tui.session import Session
from tui.sheet import Sheet, read_sheet
from tui.slip import Place, place_of, recovered_from, stands
from tui.widgets.control import control_text

NOT_KEPT = "draft not kept"
"""What the status says while a draft cannot be written."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that an earlier session left in a field.

    `newer`: the answer was saved after it; `differs`: it says something else than the answer.
    """

    kept: Kept
    question: Question
    newer: bool
    differs: bool
    line: str

    @property
    def text(self) -> str:
        """What was typed."""
        return self.kept.text


@dataclass(frozen=True, slots=True)
class Stranded:
    """A text that no field can take back: its report is sealed, or its question gone."""

    kept: Kept
    line: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The drafts of one case, in a session that may write."""

    session: Session
    case_id: str
    _typed: set[Slot] = field(default_factory=set)

    def keep(self, sheet: Sheet, question: str, text: str) -> None:
        """Take note of what stands in an open field."""
        slot = self._slot(sheet, question)
        if slot is not None:
            self._typed.add(slot)
            self.session.vault.drafts.keep(slot, text, self.session.wall())

    def drop(self, sheet: Sheet, question: str) -> None:
        """Take note that nothing in the field waits to be saved.

        A text of an earlier session that nobody has decided on yet stays.
        """
        slot = self._slot(sheet, question)
        if slot in self._typed:
            self._typed.discard(slot)
            self.session.vault.drafts.drop(slot, self.session.wall())

    def discard(self, offer: Offer) -> None:
        """Forget a text that was offered, as the person asked."""
        self.session.vault.drafts.drop(offer.kept.slot, self.session.wall())

    def offers(self, sheet: Sheet) -> Iterator[Offer | Place]:
        """Yield what was left in fields of the report shown and dialogs, the newest first.

        Less what says the same as the answer.
        """
        for kept in self.session.vault.drafts.undecided:
            place = place_of(kept.slot)
            offer = self.offer(sheet, kept)
            if offer is not None and offer.differs:
                yield offer
            elif (
                place is not None and kept.slot.case == self.case_id and stands(place, sheet.state)
            ):
                yield place

    def offer(self, sheet: Sheet, kept: Kept) -> Offer | None:
        slot = kept.slot
        question = _questions(sheet).get(slot.field)
        if question is None or slot != self._slot(sheet, question.id):
            return None
        newer = _saved_at(sheet.state, slot) > kept.at
        line = recovered_line(kept, f"{question.number} {question.label}", sheet)
        differs = kept.text != control_text(question, sheet.answer(question))
        return Offer(kept, question, newer, differs, line)

    def _slot(self, sheet: Sheet, question: str) -> Slot | None:
        if not sheet.editable or sheet.filed is None:
            return None
        return Slot(self.case_id, sheet.filed.rid, question)


def sort_out(session: Session, left: tuple[Kept, ...]) -> tuple[Slot | None, tuple[Stranded, ...]]:
    """Return where the newest text to offer belongs, if any, and the texts without a field.

    What says the same as its answer was saved, and is dropped.
    """
    found = [_judged(session, kept) for kept in left]
    newest = next((each for each in found if isinstance(each, Slot)), None)
    return newest, tuple(each for each in found if isinstance(each, Stranded))


def _judged(session: Session, kept: Kept) -> Slot | Stranded | None:
    slot, place = kept.slot, place_of(kept.slot)
    if not slot.case and place is not None and stands(place, None):
        return slot
    try:
        sheet = read_sheet(session.vault, slot.case)
    except CaseError:
        return Stranded(kept, recovered_from(kept, None))
    if place is not None and stands(place, sheet.state):
        return slot
    offer = Desk(session, slot.case).offer(sheet, kept)
    if offer is None:
        return Stranded(kept, recovered_line(kept, slot.field, sheet))
    if offer.differs:
        return slot
    session.vault.drafts.drop(slot, session.wall())
    return None


def _questions(sheet: Sheet) -> Mapping[str, Question]:
    """Return what the report asks, by id."""
    return {each.id: each for part in sheet.sections for each in sheet.questions(part.id)}


def _saved_at(state: CaseState, slot: Slot) -> str:
    register = state.fields.get(f"report/{slot.report}/{slot.field}")
    return max((value.wall for value in register.values), default="") if register else ""


def recovered_line(kept: Kept, asked: str, sheet: Sheet) -> str:
    """Return `recovered from 2019-12-19 10:00: Q5 What happened of TITLE`."""
    return f"{recovered_from(kept, sheet.case.zone)}: {asked} of {sheet.case.title}"
