"""What else there is to a case beside its form: one menu, from which each is a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.screen import Screen

from models.thread import EVERY_FORM
from store.alike import alike_cases
from store.conflict import conflicts
from store.coupled import reviews
from store.destruction import fates
from store.incident import notes
from store.team import is_admin
from tui.reading import change_lines, report_lines
from tui.screens.assessment import AssessmentScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.dialogs import ReaderScreen
from tui.screens.discovery import DiscoveryScreen
from tui.screens.follow_up import FollowUpScreen
from tui.screens.further import FurtherScreen
from tui.screens.history import HistoryScreen
from tui.screens.incident import IncidentScreen
from tui.screens.messages import MessagesScreen
from tui.screens.shred import KeepScreen, ReviewScreen, ShredScreen
from tui.screens.timeline import TimelineScreen
from tui.session import Session
from tui.sheet import Sheet
from tui.timeline import timeline_lines
from tui.widgets.chain import short_moment

_PAIR = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the menu, and what makes its screen; or the form on which to show the case."""

    word: str
    screen: Callable[[], Screen[Any]] | None = None
    form: str = ""


def offers_of(session: Session, sheet: Sheet) -> tuple[Offer, ...]:
    """Return what there is to look at and to do in a case, as its sheet was read.

    What waits to be confirmed comes first, then what is looked at most, then the reports, and the
    end of the case last.
    """
    return (
        *_inferred(session, sheet),
        *_views(session, sheet),
        *_alike(session, sheet),
        *_forms(sheet),
        *_reports(session, sheet),
        *_end(session, sheet.case.id),
    )


def _inferred(session: Session, sheet: Sheet) -> Iterator[Offer]:
    inferred = sheet.case.inferred
    if inferred is not None:
        when = short_moment(inferred.moment, year=True)
        screen = partial(DiscoveryScreen, session, sheet.case.id, inferred)
        yield Offer(f"Confirm the discovery, {when}: inferred from two messages", screen)


def _alike(session: Session, sheet: Sheet) -> Iterator[Offer]:
    lines = tuple(each.line for each in alike_cases(session.vault, sheet.case.id, session.today))
    if lines:
        word = f"Looks like another case ({len(lines)})"
        yield Offer(word, partial(ReaderScreen, "Perhaps the same incident", lines))


def _views(session: Session, sheet: Sheet) -> Iterator[Offer]:
    case, state = sheet.case, sheet.state
    lines = timeline_lines(case, session.now())
    together = len(reviews(state))
    review = f", {together} to review together" if together else ""
    letters = len(session.vault.case(case.id, EVERY_FORM).messages)
    yield Offer(
        f"Messages ({letters}): read, answer, record, compare",
        partial(MessagesScreen, session, case.id, form=case.form),
    )
    yield Offer(
        "Assessment: steps, risk, severity (^r)", partial(AssessmentScreen, session, case.id)
    )
    word = "Timeline: where the time went (^g)"
    yield Offer(word, partial(TimelineScreen, session, case.id, case.form))
    screens = {
        f"Incident log ({len(notes(state))})": IncidentScreen,
        f"History ({len(state.changes)} changes)": HistoryScreen,
        f"Conflicts ({len(conflicts(state))}{review})": ConflictsScreen,
    }
    for word, screen in screens.items():
        yield Offer(word, partial(screen, session, case.id))
    word = "Clocks, delay chain, messages, decision"
    yield Offer(word, partial(ReaderScreen, "Delay chain", lines))


def _forms(sheet: Sheet) -> Iterator[Offer]:
    for form in sheet.case.forms:
        if form != sheet.case.form:
            yield Offer(f"The report on {form}", form=form)


def _reports(session: Session, sheet: Sheet) -> Iterator[Offer]:
    case, pack = sheet.case, sheet.pack
    if pack is None:
        return
    ours = sheet.writable and case.side == "controller"
    if ours and case.draft is None:
        screen = partial(FollowUpScreen, session, case.id, case.form)
        yield Offer("Start a follow-up report", screen)
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
    if ours:
        yield Offer("Report on another form too", partial(FurtherScreen, session, case.id))


def _end(session: Session, case_id: str) -> Iterator[Offer]:
    """Yield what may be done about the end of a case: a review, by an admin its destruction."""
    vault = session.vault
    if not vault.writable:
        return
    yield Offer("Say when it is reviewed", partial(ReviewScreen, session, case_id))
    if not is_admin(vault):
        return
    fate = fates(vault).get(case_id)
    if fate is None or fate.status == "cancelled":
        yield Offer("Order that it be destroyed", partial(ShredScreen, session, case_id))
    else:
        yield Offer("Take back the order to destroy it", partial(KeepScreen, session, case_id))
