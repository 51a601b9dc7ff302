from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.answer import BLANK, Answer
from models.case import Case, case_view
from models.clock import clock_text, read_clock, rule
from models.moment import Moment
from models.record import Message
from models.report import Report, amend
from tests import twin
from tests.models.evidence import LONDON, report
from tests.twin import REFERENCE

OCCURRED, DISCOVERED = str(twin.OCCURRED), str(twin.DISCOVERED)
SENT, FILED, ACKNOWLEDGED = str(twin.SENT), str(twin.FILED), str(twin.ACKNOWLEDGED)
FOLLOWED_UP, DECIDED = str(twin.FOLLOW_UP_SENT), str(twin.DECIDED)
INITIAL, FOLLOW_UP = "a" * 32, "b" * 32
RECEIPT, LETTER = "c" * 32, "d" * 32

Fields = dict[str, Any]


def registers(rid: str, found: Report, frozen: str | None = None) -> Fields:
    flat = found.as_json()
    answers: Any = flat.pop("answers")
    fields: Fields = {f"report/{rid}/{name}": value for name, value in {**flat, **answers}.items()}
    return {**fields, f"report/{rid}/frozen": frozen} if frozen else fields


def letter(kind: str, direction: str, created: str, **more: Any) -> Fields:
    return {
        "kind": kind,
        "direction": direction,
        "manifest": "0" * 64,
        "contact": "ico",
        "report": None,
        "stated_at": None,
        "created": created,
        "payload": {},
        "amber": False,
        **more,
    }


def event(name: str, at: str, message: str | None = None, by: str = "us") -> Fields:
    return {"name": name, "message": message, "at": at, "via": "bundle", "ref": "", "by": by}


def controller(**more: Any) -> Fields:
    """Return the registers of the twin at the controller, up to the acknowledgement."""
    stated = {"reference": REFERENCE, "reported_at": SENT, "received_at": SENT, "filed_at": FILED}
    return {
        "case/title": "Lost course records",
        "case/side": "controller",
        "case/form": "ico-2019",
        "case/rule": "uk-gdpr-33-1",
        "case/zone": "Europe/London",
        "case/state": "open",
        "case/aware": {"moment": DISCOVERED, "reason": "time and date from two copies"},
        "party/p1": {"role": "controller", "name": "Harbour Books Ltd", "aware": None},
        **registers("r0", twin.INITIAL, INITIAL),
        f"message/{INITIAL}": letter(
            "initial_report", "out", "2019-12-20T18:10:05.120Z", report="r0", stated_at=SENT
        ),
        f"evidence/{INITIAL}": {"blob": "x", "sha256": "0", "size": 1, "name": "n"},
        "event/e1": event("sent", SENT, INITIAL),
        f"message/{RECEIPT}": letter(
            "acknowledgement",
            "in",
            "2019-12-23T11:23:05.120Z",
            stated_at=ACKNOWLEDGED,
            payload=stated,
        ),
        **more,
    }


def regulator(**more: Any) -> Fields:
    """Return the registers of the twin at the regulator, up to the end."""
    return {
        "case/title": "Harbour Books Ltd",
        "case/side": "regulator",
        "case/zone": "Europe/London",
        "case/reference": REFERENCE,
        "case/state": "closed",
        "case/aware": {"moment": DISCOVERED, "reason": "merged"},
        "case/foreign": {"case_id": "1" * 32, "opener": "2" * 64},
        f"message/{INITIAL}": letter(
            "initial_report",
            "in",
            "2019-12-20T18:10:05.120Z",
            payload={"report": twin.INITIAL.as_json()},
        ),
        "event/e1": event("sent", SENT, INITIAL, "them"),
        "event/e2": event("received", SENT, INITIAL),
        "event/e3": event("filed", FILED, INITIAL),
        "event/e4": event("acknowledged", ACKNOWLEDGED, RECEIPT),
        f"message/{FOLLOW_UP}": letter(
            "follow_up_report",
            "in",
            "2019-12-31T20:00:05.120Z",
            payload={"report": twin.FOLLOW_UP.as_json()},
        ),
        "event/e5": event("sent", FOLLOWED_UP, FOLLOW_UP, "them"),
        f"decision/{LETTER}": {
            "outcome": "no further action",
            "reasons": ["isolated", "low sensitivity"],
            "recommendations": ["keep monitoring"],
            "basis": "0" * 64,
            "at": DECIDED,
        },
        "event/e6": event("closed", DECIDED),
        **more,
    }


def chain(case: Case) -> list[str]:
    return [f"{gap.from_} -> {gap.to}: {gap.text}" for gap in case.chain()]


def moment(text: str) -> Moment:
    return Moment.parse(text)


def test_the_twin_at_the_controller_reaches_its_numbers() -> None:
    case = case_view("1" * 32, controller())

    assert case.clock_text(None) == "49h34m on_time"
    assert case.aware_reason == "time and date from two copies"
    assert case.reference == REFERENCE
    assert chain(case) == [
        "occurrence -> awareness (controller): 256h42m .. 280h42m",
        "awareness (controller) -> sealed: 49h34m",
        "sealed -> sent: 0h00m",
        "sent -> received: 0h00m",
        "received -> filed: 64h56m",
        "filed -> acknowledged: 0h11m",
        "awareness (controller) -> sent: 49h34m",
        "sent -> filed: 64h56m",
    ]
    assert case.odd == ()


def test_the_twin_at_the_regulator_has_the_reports_its_messages_carried() -> None:
    case = case_view("3" * 32, regulator())

    assert [(each.report.kind, each.rid, each.frozen) for each in case.reports] == [
        ("initial", INITIAL, INITIAL),
        ("follow_up", FOLLOW_UP, FOLLOW_UP),
    ]
    assert case.draft is None
    assert case.reading(None).status == "on_time"
    assert case.clock_text(None) == "closed"
    assert chain(case) == [
        "occurrence -> awareness (controller): 256h42m .. 280h42m",
        "awareness (controller) -> sealed: 49h28m05s",
        "sealed -> sent: 0h05m55s",
        "sent -> received: 0h00m",
        "received -> filed: 64h56m",
        "filed -> acknowledged: 0h11m",
        "acknowledged -> follow-up: 200h39m",
        "follow-up -> decision: 331h45m",
        "decision -> closed: 0h00m",
        "awareness (controller) -> sent: 49h34m",
        "sent -> filed: 64h56m",
    ]


def test_the_decision_holds_reasons_recommendations_and_what_it_read() -> None:
    (decision,) = case_view("3" * 32, regulator()).decisions

    assert decision.reasons == ("isolated", "low sensitivity")
    assert decision.recommendations == ("keep monitoring",)
    assert decision.at == moment(DECIDED)


def test_a_decision_received_is_a_decision_of_the_case() -> None:
    said = {
        "outcome": "no further action",
        "reasons": ["isolated", "low sensitivity"],
        "recommendations": ["keep monitoring"],
        "basis": "0" * 64,
        "decided_at": DECIDED,
        "note": None,
    }
    received = letter("decision", "in", "2020-01-14T15:50:00.000Z", payload=said)

    case = case_view("1" * 32, controller(**{f"message/{LETTER}": received}))

    assert case.decisions == case_view("3" * 32, regulator()).decisions
    assert "acknowledged -> decision: 532h24m" in chain(case)


def test_a_decision_both_recorded_and_sent_is_one_decision() -> None:
    sent = letter("decision", "out", "2020-01-14T15:50:00.000Z", payload={"outcome": "other"})

    (decision,) = case_view("3" * 32, regulator(**{f"message/{LETTER}": sent})).decisions

    assert decision.outcome == "no further action"


def test_decisions_are_oldest_first_and_undated_ones_last() -> None:
    more = {
        f"decision/{name}": {"outcome": name, "at": at}
        for name, at in (("a", None), ("b", "2020-02-01T09:00Z"), ("e", "2020-01-01T09:00Z"))
    }

    case = case_view("3" * 32, regulator(**more))

    assert [each.id for each in case.decisions] == ["e", LETTER, "b", "a"]


def test_a_follow_up_that_states_no_moment_leaves_the_one_stated_before() -> None:
    for silent in ("redacted", "not_yet_known"):
        later = amend(report("follow_up"), discovered=Answer(state=silent), occurred=BLANK)

        case = case_view("1" * 32, {**registers("r0", report()), **registers("r1", later)})

        assert case.aware == report().answer("discovered").value
        assert case.occurred == report().answer("occurred").value


def test_without_a_recorded_awareness_the_halves_of_two_reports_start_the_clock() -> None:
    fields = regulator()
    del fields["case/aware"]

    case = case_view("3" * 32, {**fields, "case/state": "open"})

    assert case.aware == moment(DISCOVERED)
    assert case.aware_reason is None
    assert case.clock_text(None) == "49h34m on_time, inferred: confirm it"
    assert case.inferred is not None
    assert case.inferred.why == (
        "inferred from two messages: the time from the initial report,"
        " the date from follow-up report 1"
    )


def test_the_initial_copy_alone_has_no_date_and_the_clock_says_so() -> None:
    fields = controller()
    del fields["case/aware"]

    case = case_view("1" * 32, fields)

    assert case.clock_text(None) == "incomplete"
    assert [each.id for each in case.findings(None).problems] == ["K04", "K18"]


def test_a_report_is_ours_by_its_draft_and_not_twice_by_its_message() -> None:
    unfrozen = controller()
    del unfrozen["report/r0/frozen"]

    assert [each.rid for each in case_view("1" * 32, controller()).reports] == ["r0"]
    assert [each.rid for each in case_view("1" * 32, unfrozen).reports] == ["r0"]


def test_a_message_from_outside_cannot_stand_for_one_of_our_drafts() -> None:
    foreign = letter(
        "follow_up_report",
        "in",
        "2019-12-31T20:00:05Z",
        report="r0",
        payload={"report": twin.FOLLOW_UP.as_json()},
    )

    case = case_view("1" * 32, controller(**{f"message/{FOLLOW_UP}": foreign}))

    assert [each.rid for each in case.reports] == ["r0", FOLLOW_UP]


def test_the_draft_is_the_latest_report_that_is_not_sealed() -> None:
    case = case_view("1" * 32, controller(**registers("r1", twin.FOLLOW_UP)))

    assert case.draft is not None
    assert case.draft.rid == "r1"
    assert case.initial is not None
    assert (case.initial.sealed_at, case.initial.sent_at) == (moment(SENT), moment(SENT))


def test_a_report_sent_by_telephone_names_no_bundle_and_stops_the_clock() -> None:
    fields = {
        **registers("r0", report()),
        "event/e1": event("sent", f"2026-06-02T09:00{LONDON}"),
    }

    assert case_view("1" * 32, fields).clock_text(None) == "24h00m on_time"


def test_an_acknowledgement_stops_the_clock_where_we_recorded_nothing() -> None:
    fields = controller()
    del fields["event/e1"]

    assert case_view("1" * 32, fields).reported == moment(SENT)


def test_an_acknowledgement_of_unknown_time_of_sending_leaves_the_clock_running() -> None:
    fields = controller()
    del fields["event/e1"]
    fields[f"message/{RECEIPT}"] = letter("acknowledgement", "in", "", payload={"reported_at": 7})

    case = case_view("1" * 32, fields)

    assert case.reported is None
    assert case.reference is None
    assert "acknowledged" not in {gap.to.name for gap in case.chain()}


def test_processors_stand_before_the_controller_in_the_chain() -> None:
    parties = {
        "party/p2": {"role": "processor", "name": "P", "aware": f"2019-12-17T09:00{LONDON}"},
        "party/p3": {"role": "sub_processor", "name": "S", "aware": None},
    }

    case = case_view("1" * 32, controller(**parties))

    assert chain(case)[:3] == [
        "occurrence -> awareness (sub-processor): ?",
        "awareness (sub-processor) -> awareness (processor): ?",
        "awareness (processor) -> awareness (controller): 31h42m",
    ]
    assert "occurrence -> awareness (controller): 256h42m .. 280h42m" in chain(case)


def test_a_decision_letter_without_a_record_still_ends_the_chain() -> None:
    decided = letter("decision", "in", "2020-01-14T15:47:00.000Z")

    case = case_view("1" * 32, controller(**{f"message/{LETTER}": decided}))

    assert "acknowledged -> decision: 532h24m" in chain(case)


def test_a_stop_at_a_time_that_does_not_exist_stands_last() -> None:
    skipped = event("closed", f"2020-03-29T01:30{LONDON}")

    case = case_view("1" * 32, controller(**{"event/e9": skipped}))

    assert "acknowledged -> closed: ?" in chain(case)


def test_a_case_of_nothing_has_an_empty_chain_and_no_check_has_run() -> None:
    case = case_view("1" * 32, {})

    assert chain(case) == ["occurrence -> awareness (controller): ?"]
    assert case.findings(None).problems == ()
    assert "K04" in case.findings(None).not_run
    assert (case.slug, case.form, case.rule_id, case.zone) == (
        "case",
        "ico-2019",
        "uk-gdpr-33-1",
        "UTC",
    )
    assert (case.draft, case.initial, case.reference) == (None, None, None)


def test_our_unsent_initial_report_is_judged_as_if_it_were_sent_now() -> None:
    case = case_view("1" * 32, registers("r0", report()))

    late = case.findings(moment(f"2026-06-05T09:00{LONDON}"))

    assert [each.id for each in late.problems] == ["K07"]
    assert case.findings(moment(f"2026-06-02T09:00{LONDON}")).problems == ()
    assert "K07" in case.findings(None).not_run


def test_a_received_report_of_unknown_sending_is_not_judged_by_the_clock() -> None:
    fields = regulator()
    for name in ("event/e1", "event/e5", f"message/{FOLLOW_UP}"):
        del fields[name]

    case = case_view("3" * 32, fields)

    assert "K07" in case.findings(moment(f"2026-06-05T09:00{LONDON}")).not_run


def test_a_follow_up_is_compared_with_the_report_and_the_reference_before_it() -> None:
    elsewhere = Answer(state="answered", value="IC-55555-ZZZZ")
    later = amend(twin.FOLLOW_UP, case_reference=elsewhere, consequences=BLANK)

    problems = case_view("1" * 32, controller(**registers("r1", later))).findings(None).problems

    assert [each.id for each in problems] == ["K15", "K24", "K24", "K25", "K17"]


def test_a_follow_up_without_an_initial_report_is_found() -> None:
    case = case_view("1" * 32, registers("r1", report("follow_up")))

    assert "K16" in {each.id for each in case.findings(None).problems}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Lost laptop, Leeds", "lost-laptop-leeds"),
        ("Données perdues", "donnees-perdues"),
        ("失われた", "case"),
        ("a" * 39 + " bcd", "a" * 39),
    ],
)
def test_a_slug_is_plain_and_short(title: str, slug: str) -> None:
    assert case_view("1" * 32, {"case/title": title}).slug == slug


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-06-03T10:34:20Z", "21h25m left"),
        ("2026-06-04T08:00Z", "0h00m left"),
        ("2026-06-04T11:05Z", "overdue 3h05m"),
    ],
)
def test_the_running_clock_in_words(now: str, words: str) -> None:
    case = case_view("1" * 32, registers("r0", report()))

    assert case.clock_text(moment(now)) == words


def test_the_running_clock_of_a_day_without_a_time_is_perhaps_overdue() -> None:
    case = case_view("1" * 32, registers("r0", report(discovered=f"2026-06-01{LONDON}")))

    assert case.clock_text(moment(f"2026-06-04T03:05{LONDON}")) == "perhaps overdue 3h05m"
    assert clock_text(read_clock(rule(case.rule_id), aware=None, reported=None, now=None)) == (
        "incomplete"
    )


ODD: Fields = {
    "case/title": 7,
    "case/rule": "no-such-rule",
    "case/zone": "Mars/Base",
    "case/aware": {"moment": "yesterday"},
    "party/p1": [],
    "party/p2": {"role": ""},
    "message/m1": {"kind": 1},
    "message/m2": None,
    "event/e1": {"at": SENT},
    "event/e2": 7,
    "decision/d1": {"outcome": None},
    "decision/d2": "no",
    "report/r9": "not below a report",
    "report/r8/form": "ico-2999",
}


def test_odd_registers_are_named_and_skipped() -> None:
    case = case_view("1" * 32, ODD, frozenset({"case/state"}))

    assert set(case.odd) == (set(ODD) - {"report/r9"}) | {"report/r9/"}
    assert case.conflicts == {"case/state"}
    assert (case.parties, case.messages, case.events, case.reports) == ((), (), (), ())


def test_an_awareness_that_is_no_object_is_odd() -> None:
    assert case_view("1" * 32, {"case/aware": "now"}).odd == ("case/aware",)


def test_one_odd_answer_does_not_lose_the_others() -> None:
    fields = registers("r0", report())
    fields["report/r0/likelihood"] = {"state": "answered", "value": "Perhaps"}
    fields["report/r0/no_such_question"] = {"state": "blank"}

    case = case_view("1" * 32, fields)

    assert case.odd == ("report/r0/likelihood", "report/r0/no_such_question")
    assert case.fact("actions").state == "answered"
    assert case.fact("likelihood").state == "blank"


def test_a_message_whose_report_cannot_be_read_is_odd_and_stays_a_message() -> None:
    case = case_view(
        "3" * 32, regulator(**{f"message/{INITIAL}": letter("initial_report", "in", "")})
    )

    assert f"message/{INITIAL}" in case.odd
    assert INITIAL in {each.id for each in case.messages}


def test_a_message_is_dated_by_its_statement_or_else_by_its_machine() -> None:
    case = case_view("1" * 32, controller())
    by_id: dict[str, Message] = {each.id: each for each in case.messages}

    assert by_id[RECEIPT].at == moment(ACKNOWLEDGED)
    assert (
        str(
            case_view("1" * 32, {"message/m": letter("receipt", "in", "2020-01-02T03:04:05.678Z")})
            .messages[0]
            .at
        )
        == "2020-01-02T03:04:05Z"
    )


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", SENT, "initial"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["state", "value", "role", "name", "kind", "at", "moment", "payload"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted({*controller(), *regulator(), *ODD})), JUNK))
def test_no_register_value_makes_the_view_raise(junk: Fields) -> None:
    for fields in (controller(), regulator(), {}):
        case = case_view("1" * 32, {**fields, **junk})

        case.chain()
        case.findings(moment(SENT))
        assert case.clock_text(moment(SENT))
