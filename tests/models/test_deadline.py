from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import read_rule
from models.deadline import counts, deadline
from models.moment import Moment
from models.rule import parse_rule, rule
from tests.models.moments import moments

ROOT = Path(__file__).parents[2]
L, BERLIN = "[Europe/London]", "[Europe/Berlin]"
DAYS, MONTH, DORA = rule("au-ndb-26wh"), rule("nis2-fr"), rule("dora-initial")


def status(rule_id: str, reported: str | None, now: str | None = None, **events: str) -> str:
    found = read_rule(
        rule(rule_id),
        {name.replace("_", "-"): Moment.parse(text) for name, text in events.items()},
        reported=Moment.parse(reported) if reported else None,
        now=Moment.parse(now) if now else None,
    )
    return f"{found.status}: {found.why}"


def ends(rule_id: str, name: str, text: str) -> tuple[str | None, str | None]:
    found = deadline(rule(rule_id), {name: Moment.parse(text)})
    assert found is not None
    return found.texts


@pytest.mark.parametrize(
    ("event", "last"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-01-28", "2026-02-28"),
        ("2026-11-30", "2026-12-30"),
        ("2026-12-31", "2027-01-31"),
        ("2026-10-31", "2026-11-30"),
    ],
)
def test_a_month_ends_on_the_same_date_or_on_the_last_day(event: str, last: str) -> None:
    assert ends("nis2-fr", "nis2-in", f"{event}T10:00{L}") == (f"{last}{L}",) * 2


def test_the_last_day_is_whole_and_the_midnight_after_it_late() -> None:
    suspected = f"2026-09-15T23:59{L}"

    assert status("au-ndb-26wh", f"2026-10-15T23:59{L}", suspected=suspected).startswith("on_time")
    assert status("au-ndb-26wh", f"2026-10-15{L}", suspected=suspected).startswith("on_time")
    assert status("au-ndb-26wh", f"2026-10-16T00:00{L}", suspected=suspected).startswith("late")
    assert status("au-ndb-26wh", f"2026-10-16{L}", suspected=suspected).startswith("late")


def test_an_assessment_is_no_report() -> None:
    suspected = f"2026-09-15{L}"

    assert "to assessment, limit 30 days" in status(
        "au-ndb-26wh", f"2026-10-01{L}", suspected=suspected
    )
    assert status("au-ndb-26wh", None, suspected=suspected) == (
        "running: no assessment yet, limit 30 days from suspicion"
    )


def test_thirty_days_across_a_clock_change_are_not_720_hours() -> None:
    found = deadline(DAYS, {"suspected": Moment.parse("2026-09-15[Australia/Sydney]")})

    assert found is not None
    start = Moment.parse("2026-09-15[Australia/Sydney]").span().latest
    assert start is not None
    assert found.first - start == 30 * 86400 - 3600


def test_an_unknown_zone_makes_the_end_of_a_day_26_hours_wide() -> None:
    found = deadline(DAYS, {"suspected": Moment.parse("2026-09-15")})

    assert found is not None
    assert found.last - found.first == 26 * 3600
    assert found.texts == ("2026-10-15", "2026-10-15")
    assert status("au-ndb-26wh", "2026-10-15T20:00Z", suspected="2026-09-15").startswith("indet")


def test_an_offset_without_a_zone_ends_the_day_by_that_offset() -> None:
    found = deadline(DAYS, {"suspected": Moment.parse("2026-09-15T10:00+05:30")})

    assert found is not None
    assert found.first == found.last == Moment.parse("2026-10-16T00:00+05:30").span().earliest


def test_the_end_of_a_period_beyond_the_calendar_is_not_told() -> None:
    assert ends("au-ndb-26wh", "suspected", f"9999-12-15{L}") == (None, None)
    assert ends("nis2-fr", "nis2-in", f"9999-12-15{L}") == (None, None)
    assert ends("nis2-fr", "nis2-in", f"9999-11-30{L}") == (f"9999-12-30{L}",) * 2
    assert status("nis2-fr", "9999-12-31T10:00Z", nis2_in="9999-12-15T10:00Z").startswith("on_time")


def test_a_day_is_not_counted_from_a_moment_without_a_date_or_of_two_minds() -> None:
    for text in (f"T10:00{L}", f"2026-06-01T10:00+05:00{L}"):
        assert deadline(DAYS, {"suspected": Moment.parse(text)}) is None
    assert deadline(DAYS, {}) is None


def test_dora_takes_the_earlier_of_classification_and_awareness() -> None:
    early = {"aware": f"2026-07-03T20:00{BERLIN}", "classified": f"2026-07-04T18:00{BERLIN}"}

    assert status("dora-initial", f"2026-07-04T20:00{BERLIN}", **early).startswith("on_time")
    assert status("dora-initial", f"2026-07-04T20:01{BERLIN}", **early).startswith("late")


def test_dora_classified_a_day_after_awareness_has_four_hours_from_then() -> None:
    late = {"aware": f"2026-07-03T20:00{BERLIN}", "classified": f"2026-07-04T20:01{BERLIN}"}

    assert status("dora-initial", f"2026-07-05T00:01{BERLIN}", **late).startswith("on_time")
    assert status("dora-initial", f"2026-07-05T00:02{BERLIN}", **late).startswith("late")


def test_dora_classified_on_a_day_of_unknown_hour_is_told_as_a_range() -> None:
    day = {"aware": f"2026-07-03T20:00{BERLIN}", "classified": f"2026-07-04{BERLIN}"}
    found = deadline(DORA, {name: Moment.parse(text) for name, text in day.items()})

    assert found is not None
    assert found.texts == (f"2026-07-04T04:00+02:00{BERLIN}", f"2026-07-05T04:00+02:00{BERLIN}")
    assert status("dora-initial", f"2026-07-04T22:00{BERLIN}", **day).startswith("indeterminate")


def test_dora_unclassified_runs_to_a_day_after_awareness_and_judges_no_report() -> None:
    aware = f"2026-07-03T20:00{BERLIN}"

    assert status("dora-initial", None, f"2026-07-04T10:00{BERLIN}", aware=aware) == (
        "running: 14h00m since awareness and no report yet, "
        "limit 4h00m from classification or 24h00m from awareness, the earlier"
    )
    assert status("dora-initial", None, f"2026-07-05{BERLIN}", aware=aware).endswith(
        "perhaps overdue"
    )
    assert status("dora-initial", f"2026-07-04T10:00{BERLIN}", aware=aware).startswith(
        "incomplete: the time of classification is not stated"
    )


def test_dora_without_awareness_is_incomplete() -> None:
    classified = f"2026-07-04T10:00{BERLIN}"

    assert status("dora-initial", f"2026-07-04T12:00{BERLIN}", classified=classified).startswith(
        "incomplete: the date of awareness is not stated"
    )
    assert deadline(DORA, {}) is None
    found = deadline(DORA, {"classified": Moment.parse(classified)})
    assert found is not None
    assert found.texts[0] == f"2026-07-04T14:00+02:00{BERLIN}"


def test_awareness_stands_for_detection_until_that_is_stated() -> None:
    aware = {"aware": Moment.parse(f"2026-06-01T09:00{L}")}

    assert deadline(rule("nis2-ew"), aware) == deadline(
        rule("nis2-ew"), {"significant": aware["aware"]}
    )
    assert counts(rule("eu-611"), "aware")
    assert not counts(rule("au-ndb-26wh"), "aware")


def test_a_rule_says_when_it_was_not_in_force() -> None:
    why = status("uk-pecr", f"2025-08-19T12:00{L}", aware=f"2025-08-19T10:00{L}")

    assert why.endswith(
        "; not in force on 2025-08-19: it holds from 2025-08-20, before it uk-pecr-611"
    )
    assert status("uk-pecr-611", None, detected="2025-08-20").endswith(
        "; not in force on 2025-08-20: it holds from 2013-08-25 to 2025-08-19"
    )
    assert status("eu-omni-33-1", None, aware="2026-06-01").endswith("; proposed, not law")


def test_the_limit_of_a_step_is_named_with_the_submission_it_runs_from() -> None:
    assert status("nis2-fr", "2026-02-01T10:00Z").startswith(
        "incomplete: the date of the submission of nis2-in is not stated"
    )
    assert status("nis2-fr", None, nis2_in="2026-02-01T10:00Z") == (
        "running: no report yet, limit 1 month from the submission of nis2-in"
    )
    two = parse_rule(
        "two.toml",
        b"""
        id = "two"
        title = "Two months"
        source = "invented"
        trigger = "aware"
        kind = "calendar_months"
        months = 2
        status = "proposed"
    """,
    )
    found = read_rule(two, {"aware": Moment.parse(f"2025-12-31{L}")}, reported=None, now=None)
    assert "limit 2 months" in found.why
    assert found.deadline_min == f"2026-02-28{L}"


def test_a_regulators_promise_of_seven_days_is_kept_as_case_8_says() -> None:
    promise = parse_rule(
        "promise.toml",
        b"""
        id = "promise"
        title = "A regulator's promise to answer"
        source = "the acknowledgement of the real case"
        trigger = "aware"
        kind = "calendar_days"
        days = 7
        status = "proposed"
    """,
    )
    sent, answered = (Moment.parse(f"2019-12-{at}{L}") for at in ("20T18:16", "23T11:23"))

    found = read_rule(promise, {"aware": sent}, reported=answered, now=None)

    assert (found.status, found.deadline_min) == ("on_time", f"2019-12-27{L}")


@given(start=moments(), end=moments())
def test_what_is_kept_is_not_missed(start: Moment, end: Moment) -> None:
    for each in (DAYS, MONTH, rule("gdpr-33-1"), DORA):
        found = deadline(each, dict.fromkeys(each.events, start))
        if found is not None:
            assert found.first <= found.last
            assert not (found.kept(end.span()) and found.missed(end.span()))


@given(day=st.dates(), held=st.integers(0, 86399))
def test_a_calendar_end_depends_on_the_day_and_not_on_the_hour(day: object, held: int) -> None:
    clock = f"{held // 3600:02}:{held // 60 % 60:02}"
    whole, timed = Moment.parse(f"{day}{BERLIN}"), Moment.parse(f"{day}T{clock}{BERLIN}")

    first = deadline(DAYS, {"suspected": whole})
    second = deadline(DAYS, {"suspected": timed})

    assert first == second


def test_zones_come_from_the_package_where_the_host_has_none() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from zoneinfo import TZPATH; from models.moment import Moment;"
        "print(len(TZPATH), Moment.parse('2026-06-01T09:00[Europe/London]'))"
    )

    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, str(ROOT)],
        env={**os.environ, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "0 2026-06-01T09:00+01:00[Europe/London]\n"
