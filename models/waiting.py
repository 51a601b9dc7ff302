"""What waits for a person in a case, on either side of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from models.case import Case
from models.duty import duties, reading_on
from models.moment import Moment
from models.priority import PRIORITIES
from models.record import REPORT_KINDS, Message, moment, place
from models.request import Request, requests
from models.text import kind_name

WaitingKind = Literal[
    "unsent", "clock", "unacknowledged", "unanswered", "unread", "decided", "awaited", "unreceipted"
]
"""Sealed and not recorded as sent; a clock beside the main one that runs; a report without an
acknowledgement; questions to us; a letter that nobody looked at; a decision in an open case;
questions of ours; a letter without a receipt."""

KINDS: Final[tuple[WaitingKind, ...]] = (
    "unsent", "clock", "unacknowledged", "unanswered", "unread", "decided", "awaited",
    "unreceipted",
)  # fmt: skip
"""The most pressing first."""
_TO_READ: Final = frozenset(
    {"follow_up_report", "information_response", "withdrawal", "processor_notice"}
)
_ANSWERED_BY_RECEIPT: Final = REPORT_KINDS | {
    "processor_notice",
    "information_response",
    "decision",
    "withdrawal",
}
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: `text` says what to do.

    `message` is the id of the bundle it is about, empty for a clock. `due` is when it is wanted,
    None where nobody said; `passed` that this is over for certain. `since` is when it began to
    wait. `form` is the further form of the case to look at, if any.
    """

    case_id: str
    kind: WaitingKind
    text: str
    message: str
    priority: str
    since: Moment | None
    due: Moment | None = None
    passed: bool = False
    form: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands in a list, the most pressing first."""
        urgency = PRIORITIES.index(self.priority)
        order = (not self.passed, urgency, KINDS.index(self.kind))
        return (*order, *place(self.due), *place(self.since), self.case_id, self.message)


def waiting(case: Case, now: Moment | None) -> tuple[Waiting, ...]:
    """Return what waits for a person in a case, the most pressing first.

    What waits does not depend on `now`, only whether it is overdue does. In a closed case nothing
    waits but what came after it was closed.
    """
    found = [*_unread(case, now)]
    if case.state != "closed":
        for each in (_unsent, _clocks, _unacknowledged, _requests, _decided, _unreceipted):
            found += each(case, now)
    return tuple(sorted(found, key=lambda each: each.place))


def _unsent(case: Case, now: Moment | None) -> Iterator[Waiting]:
    letters = {each.id: each for each in case.messages if each.direction == "out"}
    for each in case.reports:
        letter = letters.get(each.frozen or "")
        if letter is None or each.sent_at is not None or _is_replied(case, letter):
            continue
        form = each.report.form if each.report.form in case.forms[1:] else ""
        course = next(one for one in case.courses if one.form == (form or case.forms[0]))
        initial = each.report.kind == "initial"
        due = moment(reading_on(case, course, now).deadline_min) if initial else None
        what = f"record when the {kind_name(letter.kind)} was sent"
        yield replace(_waiting(case, "unsent", what, letter, due=due, now=now), form=form)


def _clocks(case: Case, now: Moment | None) -> Iterator[Waiting]:
    """Yield the clocks beside the main one, which the list of cases does not show."""
    if case.side != "controller":
        return
    for duty in duties(case, now):
        due = moment(duty.reading.deadline_min)
        if not duty.main and due is not None and duty.reading.status == "running":
            yield Waiting(
                case_id=case.id,
                kind="clock",
                text=f"clock {duty.name}",
                message="",
                priority=case.priority,
                since=None,
                due=due,
                passed=duty.reading.overdue,
                form=duty.form,
            )


def _unacknowledged(case: Case, now: Moment | None) -> Iterator[Waiting]:
    if case.side != "regulator" or case.when("acknowledged") or case.acknowledgement:
        return
    for each in case.messages:
        if each.kind == "initial_report" and each.direction == "in":
            yield _waiting(case, "unacknowledged", "acknowledge the initial report", each, now=now)


def _requests(case: Case, now: Moment | None) -> Iterator[Waiting]:
    if any(each.kind in {"decision", "withdrawal"} for each in case.messages):
        return
    letters = {each.id: each for each in case.messages}
    for request in requests(case):
        if not request.open:
            continue
        numbers = ", ".join(str(number) for number in sorted(each.number for each in request.open))
        what = f"answer {numbers} of request {request.id[:8]}"
        if request.by_us:
            what = f"await answer {numbers} of request {request.id[:8]}"
        kind: WaitingKind = "awaited" if request.by_us else "unanswered"
        yield _waiting(case, kind, what, letters[request.id], due=_first_due(request), now=now)


def _first_due(request: Request) -> Moment | None:
    return next((each.due for each in request.open if each.due), None)


def _unread(case: Case, now: Moment | None) -> Iterator[Waiting]:
    acts = [each.at for each in case.messages if each.direction == "out" and each.kind != "receipt"]
    acts += [each.at for each in case.events if each.name == "closed"]
    for each in case.messages:
        if each.kind in _TO_READ and each.direction == "in" and not _is_seen(case, each, acts):
            yield _waiting(case, "unread", f"read the {kind_name(each.kind)}", each, now=now)


def _is_seen(case: Case, letter: Message, acts: Iterable[Moment | None]) -> bool:
    """Whether somebody said so, or went on with the case after the letter was filed."""
    if any(each.name == "seen" and each.message == letter.id for each in case.events):
        return True
    filed = _minute(_since(case, letter))
    return filed is not None and any(filed <= at for at in map(_minute, acts) if at is not None)


def _decided(case: Case, now: Moment | None) -> Iterator[Waiting]:
    letters = [each for each in case.messages if each.kind == "decision"]
    again = [each.at for each in case.events if each.name == "reopened"]
    for letter in letters[-1:]:
        if any(place(at) >= place(letter.at) for at in again):
            continue
        ours = letter.direction == "out"
        what = "close the case: it is decided" if ours else "read the decision and close the case"
        yield _waiting(case, "decided", what, letter, now=now)


def _unreceipted(case: Case, now: Moment | None) -> Iterator[Waiting]:
    if any(each.kind == "decision" and each.direction == "in" for each in case.messages):
        return  # who decided has read what there was
    unsent = {each.frozen for each in case.reports if each.sent_at is None}
    for each in case.messages:
        if (
            each.direction == "out"
            and each.kind in _ANSWERED_BY_RECEIPT
            and each.id not in unsent
            and not _is_replied(case, each)
        ):
            what = f"no receipt yet for the {kind_name(each.kind)}"
            yield _waiting(case, "unreceipted", what, each, now=now)


def _is_replied(case: Case, letter: Message) -> bool:
    return any(
        each.direction == "in" and each.in_reply_to == letter.manifest for each in case.messages
    )


def _waiting(  # noqa: PLR0913 -- the parts of one value, most of them the same each time
    case: Case,
    kind: WaitingKind,
    what: str,
    letter: Message,
    *,
    now: Moment | None,
    due: Moment | None = None,
) -> Waiting:
    return Waiting(
        case_id=case.id,
        kind=kind,
        text=what,
        message=letter.id,
        priority=case.priority,
        since=_since(case, letter),
        due=due,
        passed=_is_over(due, now),
    )


def _since(case: Case, letter: Message) -> Moment | None:
    return case.when("filed", letter.id) or letter.at


def _is_over(due: Moment | None, now: Moment | None) -> bool:
    """Whether every reading of `due` lies before `now`."""
    if due is None or now is None:
        return False
    end, span = now.span().earliest, due.span()
    if end is None or span.latest is None:
        return False
    return span.latest < end or (span.latest == end and not span.latest_attained)


def _minute(at: Moment | None) -> int | None:
    earliest = at.span().earliest if at else None
    return None if earliest is None else earliest // _MINUTE
