from __future__ import annotations

from typing import Any

import pytest

from models.case import case_view
from models.moment import Moment
from models.waiting import Waiting, waiting
from tests import twin
from tests.models.test_case import (
    FOLLOW_UP,
    INITIAL,
    RECEIPT,
    SENT,
    Fields,
    controller,
    event,
    letter,
    registers,
    regulator,
)

LONDON = "[Europe/London]"
NOW = Moment.parse(f"2020-01-10T12:00{LONDON}")
REQUEST, RESPONSE = "e" * 32, "f" * 32
OPEN = {"case/state": "open"}


def asked(direction: str, *dues: str | None, **more: Any) -> Fields:
    """Return a request for information whose questions are due then."""
    questions = [
        {"number": number, "text": "How many?", "due": f"{due}{LONDON}" if due else None}
        for number, due in enumerate(dues, 1)
    ]
    return letter(
        "information_request",
        direction,
        "2020-01-02T10:00:00Z",
        manifest="5" * 64,
        payload={"questions": questions},
        **more,
    )


def answers(direction: str, *numbers: int) -> Fields:
    replies = [{"number": number, "text": "twelve"} for number in numbers]
    return letter(
        "information_response",
        direction,
        "2020-01-03T10:00:00Z",
        in_reply_to="5" * 64,
        payload={"replies": replies},
    )


def ours(**more: Any) -> Fields:
    """Return the twin at the controller, its initial report acknowledged."""
    said = controller()[f"message/{RECEIPT}"]
    return controller(**{f"message/{RECEIPT}": {**said, "in_reply_to": "0" * 64}, **more})


def theirs(**more: Any) -> Fields:
    """Return the twin at the regulator, open and not acknowledged, without its follow-up."""
    left_out = {f"message/{FOLLOW_UP}", "event/e4", "event/e5", "event/e6", "case/reference"}
    left_out |= {name for name in regulator() if name.startswith("decision/")}
    kept = {name: value for name, value in regulator().items() if name not in left_out}
    return {**kept, **OPEN, **more}


def told(fields: Fields, now: Moment | None = NOW) -> tuple[Waiting, ...]:
    return waiting(case_view("c" * 32, fields), now)


def kinds(fields: Fields) -> list[str]:
    return [each.kind for each in told(fields)]


# --- the controller


def test_nothing_waits_while_the_regulator_reads_an_acknowledged_report() -> None:
    assert told(ours()) == ()


def test_a_report_that_was_sealed_waits_to_be_recorded_as_sent_until_the_clock_runs_out() -> None:
    fields = ours()
    for name in ("event/e1", f"message/{RECEIPT}"):
        del fields[name]

    (found,) = told(fields)

    assert (found.kind, found.message) == ("unsent", INITIAL)
    assert found.text == "record when the initial report was sent"
    assert str(found.due) == "2019-12-21T16:42+00:00[Europe/London]"
    assert found.passed
    assert [each.passed for each in told(fields, twin.SENT)] == [False]


def test_a_reply_proves_that_a_report_arrived_though_nobody_recorded_it() -> None:
    fields = ours()
    del fields["event/e1"]

    assert told(fields) == ()


def test_a_sealed_follow_up_has_no_clock_of_its_own() -> None:
    sealed = letter("follow_up_report", "out", "2019-12-31T20:00:05Z", report="r1")
    fields = ours(
        **registers("r1", twin.FOLLOW_UP, FOLLOW_UP),
        **{f"message/{FOLLOW_UP}": {**sealed, "manifest": "7" * 64}},
    )

    (found,) = told(fields)

    assert (found.text, found.due) == ("record when the follow-up report was sent", None)


def test_a_report_given_by_portal_waits_for_nothing() -> None:
    fields = ours()
    del fields[f"message/{INITIAL}"]
    del fields["event/e1"]

    assert told(fields) == ()


def test_a_sent_report_waits_for_a_receipt() -> None:
    fields = ours()
    del fields[f"message/{RECEIPT}"]

    (found,) = told(fields)

    assert (found.kind, found.text) == ("unreceipted", "no receipt yet for the initial report")


def test_questions_wait_for_answers_the_first_due_one_says_when() -> None:
    fields = ours(
        **{
            f"message/{REQUEST}": asked("in", "2020-01-31", None, "2020-01-09"),
            f"message/{RESPONSE}": {**answers("out", 1), "manifest": "6" * 64},
        }
    )

    first, second = told(fields)

    assert (first.kind, first.text) == ("unanswered", "answer 2, 3 of request eeeeeeee")
    assert str(first.due) == f"2020-01-09{LONDON}"
    assert first.passed
    assert second.kind == "unreceipted"


def test_a_request_that_is_answered_whole_waits_no_more() -> None:
    fields = ours(
        **{
            f"message/{REQUEST}": asked("in", "2020-01-09"),
            f"message/{RESPONSE}": answers("out", 1),
        }
    )

    assert "unanswered" not in kinds(fields)


@pytest.mark.parametrize(
    ("due", "now", "passed"),
    [
        ("2020-01-10T12:00", NOW, False),
        ("2020-01-10T11:59", NOW, True),
        ("2020-01-10", NOW, False),
        ("2020-01-09", Moment.parse(f"2020-01-10T00:00{LONDON}"), True),
        ("T12:00", NOW, False),
        ("2020-01-09", Moment.parse(f"T12:00{LONDON}"), False),
        ("2020-01-09", None, False),
        (None, NOW, False),
    ],
)
def test_a_due_date_has_passed_when_every_reading_of_it_has(
    due: str | None, now: Moment | None, *, passed: bool
) -> None:
    fields = ours(**{f"message/{REQUEST}": asked("in", due)})

    assert [each.passed for each in told(fields, now)] == [passed]


def test_a_decision_waits_to_be_read_and_nothing_else_waits_beside_it() -> None:
    fields = ours(
        **{
            f"message/{REQUEST}": asked("in", "2020-01-09", None),
            f"message/{RESPONSE}": {**answers("out", 1), "manifest": "6" * 64},
            "message/" + "9" * 32: letter("decision", "in", "2020-01-14T15:47:00Z"),
        }
    )

    assert [each.text for each in told(fields)] == ["read the decision and close the case"]


def test_a_withdrawn_notification_has_no_questions_left() -> None:
    gone = letter("withdrawal", "out", "2020-01-03T10:00:00Z", manifest="6" * 64)
    fields = ours(**{f"message/{REQUEST}": asked("in", None), "message/" + "9" * 32: gone})

    assert kinds(fields) == ["unreceipted"]


def test_nothing_waits_in_a_closed_case() -> None:
    fields = ours(**{"case/state": "closed", f"message/{REQUEST}": asked("in", None)})

    assert told(fields) == ()


# --- the regulator


def test_a_report_waits_to_be_acknowledged_since_it_was_filed() -> None:
    receipt = letter("receipt", "out", SENT)

    (found,) = told(theirs(**{f"message/{RECEIPT}": receipt}))

    assert (found.kind, found.message, found.since) == ("unacknowledged", INITIAL, twin.FILED)
    assert told(theirs(**{"event/e9": event("acknowledged", SENT)})) == ()


def test_a_report_on_an_unknown_form_waits_too() -> None:
    unknown = letter("initial_report", "in", SENT, payload={"report": {"form": "ico-2031"}})

    assert kinds(theirs(**{f"message/{INITIAL}": unknown})) == ["unacknowledged"]


def test_a_follow_up_waits_until_somebody_looks_at_it() -> None:
    later = letter("follow_up_report", "in", "2020-01-05T10:00:00Z")
    fields = theirs(**{"event/e9": event("acknowledged", SENT), f"message/{FOLLOW_UP}": later})

    (found,) = told(fields)

    assert (found.kind, found.text) == ("unread", "read the follow-up report")
    assert told({**fields, "event/e8": event("seen", SENT, FOLLOW_UP)}) == ()


@pytest.mark.parametrize(
    ("filed", "act", "unread"),
    [
        ("2020-01-05T10:00", "2020-01-06T10:00:00Z", False),
        ("2020-01-05T10:00:30", "2020-01-05T10:00:00Z", False),
        ("2020-01-05T10:00", "2020-01-04T10:00:00Z", True),
        ("T10:00", "2020-01-06T10:00:00Z", True),
        ("2020-01-05T10:00", "", True),
    ],
)
def test_a_letter_is_looked_at_by_whoever_goes_on_with_the_case(
    filed: str, act: str, *, unread: bool
) -> None:
    fields = theirs(
        **{
            "event/e9": event("acknowledged", SENT),
            f"message/{FOLLOW_UP}": letter("follow_up_report", "in", "2019-12-31T10:00:00Z"),
            "event/e8": event("filed", f"{filed}{LONDON}", FOLLOW_UP),
            f"message/{RECEIPT}": letter("acknowledgement", "out", act),
        }
    )

    assert ("unread" in kinds(fields)) is unread


def test_a_receipt_sent_is_no_sign_that_anybody_read() -> None:
    fields = theirs(
        **{
            "event/e9": event("acknowledged", SENT),
            f"message/{FOLLOW_UP}": letter("follow_up_report", "in", "2019-12-31T10:00:00Z"),
            f"message/{RECEIPT}": letter("receipt", "out", "2020-01-06T10:00:00Z"),
        }
    )

    assert kinds(fields) == ["unread"]


def test_what_comes_after_closing_waits_to_be_read() -> None:
    late = letter("follow_up_report", "in", "2020-02-01T10:00:00Z")
    early = letter("information_response", "in", "2020-01-01T10:00:00Z")
    fields = regulator(**{f"message/{FOLLOW_UP}": late, f"message/{RESPONSE}": early})

    assert [each.message for each in told(fields)] == [FOLLOW_UP]


def test_questions_of_ours_are_awaited_and_decided_cases_ask_no_more() -> None:
    acknowledged = {"event/e9": event("acknowledged", SENT)}
    fields = theirs(**acknowledged, **{f"message/{REQUEST}": asked("out", "2020-01-09", None)})
    decision = letter("decision", "out", "2020-01-14T15:47:00Z", manifest="6" * 64)

    (found,) = told(fields)

    assert (found.kind, found.text) == ("awaited", "await answer 1, 2 of request eeeeeeee")
    assert found.passed
    decided = {**fields, "message/" + "9" * 32: decision}
    assert kinds(decided) == ["decided", "unreceipted"]
    assert told(decided)[0].text == "close the case: it is decided"


def test_a_case_reopened_after_its_decision_need_not_be_closed() -> None:
    fields = theirs(
        **{
            "event/e9": event("acknowledged", SENT),
            "event/e8": event("reopened", f"2020-01-20T10:00{LONDON}"),
            "message/" + "9" * 32: letter("decision", "out", "2020-01-14T15:47:00Z"),
        }
    )

    assert kinds(fields) == ["unreceipted"]


def test_what_is_overdue_comes_first_then_the_urgent_case_then_the_kind() -> None:
    late = told(ours(**{f"message/{REQUEST}": asked("in", "2020-01-09")}))
    urgent = told(theirs(**{"case/priority": "urgent"}))
    normal = told(theirs())
    odd = told(theirs(**{"case/priority": "whenever"}))

    order = sorted([*normal, *odd, *urgent, *late], key=lambda each: each.place)

    assert [each.priority for each in order] == ["normal", "urgent", "normal", "normal"]
    assert order[0].passed


def test_a_case_says_who_works_on_it_and_what_came_with_a_letter() -> None:
    enclosed = [{"name": "a.pdf", "size": 3, "sha256": "8" * 64}, {"name": "odd"}, 7]
    later = letter("follow_up_report", "in", SENT, attachments=enclosed)

    case = case_view(
        "c" * 32, theirs(**{"case/assignee": "C. Officer", f"message/{RESPONSE}": later})
    )

    assert (case.assignee, case.priority) == ("C. Officer", "normal")
    found = next(each for each in case.messages if each.id == RESPONSE)
    assert [(each.name, each.size) for each in found.enclosures] == [("a.pdf", 3)]
