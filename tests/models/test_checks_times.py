from __future__ import annotations

from models.moment import Moment
from tests.models.evidence import IN_TIME, LATE, LONDON, evidence, findings, found, report


def test_a_report_without_fault_has_no_problem_and_every_check_but_the_reference_ran() -> None:
    result = findings()

    assert result.problems == ()
    assert result.not_run == ("K45",)  # no notice to individuals is in this form
    assert result.complete
    assert not result.stands


def test_k01_discovered_before_the_breach_happened() -> None:
    assert found(occurred=f"2026-06-01T09:01{LONDON}") == ["K01 error discovered"]
    assert found(occurred=f"2026-06-02{LONDON}") == ["K01 error discovered"]
    assert found(occurred=f"2026-06-01T09:00{LONDON}") == []


def test_k01_the_day_before_is_before_even_when_neither_time_is_known() -> None:
    known = {"aware": None, "reported": None}

    assert "K01 error discovered" in found(
        known=known, discovered=f"2026-06-01{LONDON}", occurred=f"2026-06-02{LONDON}"
    )
    assert (
        found(known=known, discovered=f"2026-06-01{LONDON}", occurred=f"2026-06-01{LONDON}") == []
    )


def test_k01_is_not_run_without_both_dates() -> None:
    assert "K01" in findings(occurred=None).not_run
    assert "K01" in findings(known={"aware": None}, discovered="T09:00").not_run


def test_k01_uses_the_recorded_awareness_too() -> None:
    early = {"aware": Moment.parse(f"2026-05-29{LONDON}"), "reported": None}

    assert found(known=early) == ["K01 error discovered"]


def test_k02_sent_before_discovery() -> None:
    early = {"reported": Moment.parse(f"2026-06-01T08:59{LONDON}")}

    assert "K02 error discovered" in found(known=early)
    assert "K02" in findings(known={"reported": None}).not_run


def test_k03_a_date_ahead_of_the_clock_by_more_than_any_zone() -> None:
    known = {"reported": None, "now": Moment.parse("2026-06-01T00:00Z")}

    assert found(known=known, discovered="2026-06-01T14:00Z") == []
    assert found(known={**known, "aware": None}, discovered="2026-06-01T14:01Z") == [
        "K03 error discovered"
    ]
    assert "K03" in findings(known={"now": None}).not_run
    assert "K03" in findings(known={"now": Moment.parse("T12:00Z")}).not_run


def test_k03_looks_at_steps_done_and_organisations_told_but_not_at_plans() -> None:
    ahead = f"2027-01-01{LONDON}"
    planned = {"name": "The police", "told_on": ahead, "planned": True}
    told = {"name": "The police", "told_on": ahead}
    step = {"text": "Encrypt", "due": ahead}
    done = {"text": "Encrypt", "done": ahead}

    fine = found(
        "follow_up", others_told="Yes", others_told_which=[planned], prevention_steps=[step]
    )
    wrong = found(
        "follow_up", others_told="Yes", others_told_which=[told], prevention_steps=[done, done]
    )

    assert fine == []
    assert wrong == ["K03 error prevention_steps", "K03 error others_told_which"]


def test_k03_looks_at_the_recorded_awareness_and_the_time_of_sending() -> None:
    ahead = Moment.parse(f"2027-01-01T10:00{LONDON}")

    problems = findings(known={"aware": ahead, "reported": ahead}, occurred=None).problems

    assert [problem.message for problem in problems] == [
        "check the time of awareness: it lies in the future",
        "check the time of sending: it lies in the future",
    ]


def test_k04_no_date_of_discovery() -> None:
    for discovered in (None, {"state": "not_yet_known"}, {"state": "not_applicable"}, "T16:42"):
        assert "K04 error discovered" in found(known={"aware": None}, discovered=discovered)
    assert found(known={"aware": None}, discovered={"state": "redacted"}) == []


def test_k05_the_missing_time_of_discovery_decides() -> None:
    day = f"2026-06-01{LONDON}"
    third_day = Moment.parse(f"2026-06-04T12:00{LONDON}")

    assert found(known={"reported": third_day}, discovered=day) == ["K05 incomplete discovered"]
    assert found(known={"reported": IN_TIME}, discovered=day) == []
    aware = Moment.parse(f"2026-06-02T09:00{LONDON}")
    assert found(known={"reported": third_day, "aware": aware}, discovered=day) == []


def test_k05_is_not_run_without_a_date_or_a_time_of_sending() -> None:
    assert "K05" in findings(discovered=f"2026-06-01{LONDON}", known={"reported": None}).not_run
    assert "K05" in findings(discovered="T09:00").not_run
    assert "K05" not in findings(known={"reported": None}).not_run


def test_k06_a_time_that_does_not_exist_is_an_error_and_a_doubled_one_incomplete() -> None:
    known = {"now": None, "reported": None}

    assert "K06 error discovered" in found(known=known, discovered=f"2026-03-29T01:30{LONDON}")
    assert "K06 error discovered" in found(
        known=known, discovered=f"2026-06-01T01:30+05:00{LONDON}"
    )
    assert "K06 incomplete occurred" in found(known=known, occurred=f"2025-10-26T01:30{LONDON}")
    settled = found(known=known, occurred=f"2025-10-26T01:30+01:00{LONDON}")
    assert settled == ["K10 warning discovered"]


def test_k06_names_the_time_that_is_wrong() -> None:
    sent = Moment.parse(f"2026-10-25T01:30{LONDON}")

    problems = findings(
        known={"now": None, "reported": sent}, delay_reason="We were very slow."
    ).problems

    assert [problem.message for problem in problems] == [
        "add an offset to the time of sending: the clocks showed it twice"
    ]


def test_k07_late_without_a_reason() -> None:
    assert found(known={"reported": LATE}) == ["K07 error delay_reason"]
    assert found(known={"reported": LATE}, delay_reason={"state": "not_yet_known"}) == [
        "K07 error delay_reason"
    ]
    assert found(known={"reported": LATE}, delay_reason="The supplier told us late.") == []
    assert found(known={"reported": LATE}, delay_reason={"state": "redacted"}) == []
    assert found() == []


def test_k07_holds_between_the_strict_end_and_the_one_by_regulation_1182_71() -> None:
    just_over = Moment.parse(f"2026-06-04T09:01{LONDON}")

    problems = findings(known={"reported": just_over, "rule_id": "gdpr-33-1"}).problems

    assert [(each.id, each.source) for each in problems] == [
        ("K07", "GDPR Art. 33(1); ICO form Q26")
    ]


def test_k07_to_k09_are_not_run_where_lateness_is_not_known_or_no_reason_is_asked() -> None:
    delay = {"K07", "K08", "K09"}

    assert delay <= set(findings(known={"reported": None}).not_run)
    assert delay <= set(findings(known={"aware": None}).not_run)
    day = f"2026-06-01{LONDON}"
    third_day = Moment.parse(f"2026-06-04T12:00{LONDON}")
    assert delay <= set(findings(known={"reported": third_day}, discovered=day).not_run)
    assert delay <= set(findings("follow_up", known={"reported": LATE}).not_run)


def test_k08_a_reason_in_time_is_noted_and_nothing_more() -> None:
    result = findings(delay_reason="The processor told us late.")

    assert [(each.id, each.severity) for each in result.problems] == [("K08", "note")]
    assert result.complete
    assert not result.stands


def test_k09_a_late_report_says_hardly_a_word() -> None:
    for reason in ("Too busy", "N/A", {"state": "not_applicable"}):
        assert found(known={"reported": LATE}, delay_reason=reason) == ["K09 warning delay_reason"]
    assert found(delay_reason={"state": "not_applicable"}) == []


def test_a_problem_says_its_id_question_and_source() -> None:
    (problem,) = findings(known={"reported": LATE}).problems

    assert problem.as_json() == {
        "id": "K07",
        "severity": "error",
        "question": "delay_reason",
        "message": "explain why the report is later than 72 hours after discovery",
        "source": "UK GDPR Art. 33(1); ICO form Q26",
    }


def test_evidence_of_a_report_alone_knows_its_discovery_and_nothing_else() -> None:
    alone = evidence(report()).of_report(report())

    assert alone.aware == Moment.parse(f"2026-06-01T09:00{LONDON}")
    assert (alone.reported, alone.now, alone.acknowledged_reference) == (None, None, None)
    assert alone.rule_id == "uk-gdpr-33-1"
