"""What else there is to a case beside its form: one menu, from which each is a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.screen import ModalScreen

from store.conflict import conflicts
from store.incident import notes
from tui.reading import change_lines, report_lines
from tui.screens.assessment import AssessmentScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.dialogs import ReaderScreen
from tui.screens.follow_up import FollowUpScreen
from tui.screens.history import HistoryScreen
from tui.screens.incident import IncidentScreen
from tui.screens.messages import MessagesScreen
from tui.session import Session
from tui.sheet import Sheet
from tui.timeline import timeline_lines

_PAIR = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the menu, and what makes its screen."""

    word: str
    screen: Callable[[], ModalScreen[None]]


def offers_of(session: Session, sheet: Sheet) -> tuple[Offer, ...]:
    """Return what there is to look at and to do in a case, as its sheet was read."""
    case_id, state = sheet.case.id, sheet.state
    lines = timeline_lines(sheet.case)
    counts = len(notes(state)), len(state.changes), len(conflicts(state))
    return (
        Offer(
            f"Messages ({len(sheet.case.messages)}): read, answer, record, compare",
            partial(MessagesScreen, session, case_id),
        ),
        Offer("Delay chain, messages, decision", partial(ReaderScreen, "Delay chain", lines)),
        Offer(f"Incident log ({counts[0]})", partial(IncidentScreen, session, case_id)),
        Offer(f"History ({counts[1]} changes)", partial(HistoryScreen, session, case_id)),
        Offer(f"Conflicts ({counts[2]})", partial(ConflictsScreen, session, case_id)),
        *_reports(session, sheet),
        Offer(
            "Assessment: steps, risk, severity (^g)", partial(AssessmentScreen, session, case_id)
        ),
    )


def _reports(session: Session, sheet: Sheet) -> Iterator[Offer]:
    case, pack = sheet.case, sheet.pack
    if pack is None:
        return
    if sheet.writable and case.draft is None and case.side == "controller":
        yield Offer("Start a follow-up report", partial(FollowUpScreen, session, case.id))
    if len(case.reports) >= _PAIR:
        before, after = case.reports[-2].report, case.reports[-1].report
        changed = change_lines(pack, before, after) if before.form == after.form else ()
        title = f"From {case.reports[-2].name} to {case.reports[-1].name}"
        if changed:
            yield Offer("What changed since the last report", partial(ReaderScreen, title, changed))
    for filed in case.reports:
        told = report_lines(filed.report.pack, filed.report)
        name = filed.name
        yield Offer(f"Read the {name}", partial(ReaderScreen, name.capitalize(), told))
