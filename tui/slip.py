"""What is typed into a dialog and not done yet: kept with every key, offered again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Final

from models.case import case_view
from models.moment import from_instant
from store.draft import Kept, Slot
from store.fold import CaseState
from store.incident import notes
from tui.session import Session

OF_CONTACTS: Final = ("contact", "verify", "card")
OF_THE_LIST: Final = ("new", "receive", *OF_CONTACTS)
OF_MESSAGES: Final = (
    "ack", "acked", "again", "answer", "ask", "close", "decide", "decided", "eml", "extract",
    "receipt", "sheet", "triage", "withdraw",
)  # fmt: skip
"""The dialogs that the messages of a case offer."""
OF_THE_END: Final = ("shred", "keep", "review")
_OF_A_CASE: Final = ("send", "sent", "further", "group", *OF_MESSAGES, *OF_THE_END)


@dataclass(frozen=True, slots=True)
class Place:
    """Which dialog: its kind, and what in the case it is about, where a case has several."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Slip:
    """The texts of one dialog, of a case or of none, in a session that may write.

    Their slots name no report; a slot's field is `kind about/name`.
    """

    session: Session
    kind: str
    case_id: str = ""
    about: str = ""
    _typed: set[Slot] = field(default_factory=set)

    def keep(self, name: str, text: str) -> None:
        """Take note of what stands in a field."""
        if self.session.vault.writable:
            self._typed.add(self._slot(name))
            self.session.vault.drafts.keep(self._slot(name), text, self.session.wall())

    def drop(self, name: str) -> None:
        """Take note that a field says again what the dialog came with."""
        self._drop(self._slot(name))

    def drop_all(self) -> None:
        """Take note that the dialog is done, or was left by the person."""
        for slot in tuple(self._typed):
            self._drop(slot)

    def left(self) -> dict[str, Kept]:
        """Return what an earlier session left here and nobody has decided on, by field."""
        found = ((kept, kept.slot.field.rpartition("/")) for kept in self._undecided())
        head = f"{self.kind} {self.about}"
        return {name: kept for kept, (before, _, name) in found if before == head}

    def recovered_line(self, kept: Kept) -> str:
        """Return `recovered from 2019-12-19 10:00`, in the zone of the case or the office."""
        vault = self.session.vault
        zone = vault.case(self.case_id).zone if self.case_id else vault.settings.zone
        return recovered_from(kept, zone)

    def _undecided(self) -> Iterator[Kept]:
        return (
            kept
            for kept in self.session.vault.drafts.undecided
            if kept.slot.case == self.case_id and not kept.slot.report
        )

    def _drop(self, slot: Slot) -> None:
        if slot in self._typed:
            self._typed.discard(slot)
            self.session.vault.drafts.drop(slot, self.session.wall())

    def _slot(self, name: str) -> Slot:
        return Slot(self.case_id, "", f"{self.kind} {self.about}/{name}")


def place_of(slot: Slot) -> Place | None:
    """Return which dialog a slot is of; None for a question of a report."""
    if slot.report:
        return None
    kind, _, about = slot.field.rpartition("/")[0].partition(" ")
    return Place(kind, about)


def stands(place: Place, state: CaseState | None) -> bool:
    """Return whether a dialog can still be opened, on a case or on the list (None)."""
    if state is None:
        return place.kind in OF_THE_LIST
    match place.kind:
        case "note":
            found = place.about in ("", *(note.id for note in notes(state)))
        case "conflict":
            found = place.about in state.conflicts
        case "override":
            found = place.about in _problems(state)
        case "assess":
            group, mark, _ = place.about.partition("/")
            found = not mark or f"group/{group}/pos" in state.values()
        case "answer" | "receipt" | "again":
            found = f"message/{place.about}" in state.fields
        case kind:
            found = kind in _OF_A_CASE
    return found


def _problems(state: CaseState) -> set[str]:
    """Return each problem that stands in a case, by its check and question."""
    found = case_view(state.case_id, state.readings(), state.conflicts).findings(None).problems
    return {f"{each.id} {each.question}" for each in found}


def newest(session: Session, case_id: str, kinds: Container[str]) -> Place | None:
    """Return which dialog of these kinds was cut short last, of a case or of none."""
    places = (
        place_of(kept.slot) for kept in session.vault.drafts.undecided if kept.slot.case == case_id
    )
    return next((each for each in places if each and each.kind in kinds), None)


def abouts(session: Session, kind: str, case_id: str) -> tuple[str, ...]:
    """Return what in a case the undecided dialogs of a kind are about, the newest first."""
    places = [
        place_of(kept.slot) for kept in session.vault.drafts.undecided if kept.slot.case == case_id
    ]
    return tuple(place.about for place in places if place is not None and place.kind == kind)


def recovered_from(kept: Kept, zone: str | None) -> str:
    """Return `recovered from 2019-12-19 10:00`: when it was typed, in `zone`."""
    seconds = int(dt.datetime.fromisoformat(kept.at).timestamp())
    return f"recovered from {str(from_instant(seconds, zone or 'UTC'))[:16].replace('T', ' ')}"
