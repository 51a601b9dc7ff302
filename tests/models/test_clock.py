from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import Reading, read_clock, rule, rules
from models.moment import Moment, from_instant
from tests.models.moments import moments

UK, EU = rule("uk-gdpr-33-1"), rule("gdpr-33-1")
L, BERLIN, AUCKLAND = "[Europe/London]", "[Europe/Berlin]", "[Pacific/Auckland]"


@dataclass(frozen=True)
class Worked:
    """A worked case: elapsed in h:mm, deadlines as moment texts, `eu` where the rules differ."""

    number: int
    aware: str
    reported: str | None
    elapsed: tuple[str, ...]
    deadlines: tuple[str, ...]
    end: str | None
    status: str
    bands: str
    eu: str | None = None


WORKED = [
    Worked(1, f"2019-12-18T16:42{L}", f"2019-12-20T18:16{L}", ("49:34",),
           (f"2019-12-21T16:42{L}",), f"2019-12-21T17:00{L}", "on_time", "B"),
    Worked(2, f"2019-12-18{L}", f"2019-12-20T18:16{L}", ("42:16", "66:16"),
           (f"2019-12-21T00:00{L}", f"2019-12-22T00:00{L}"), None, "on_time", "B"),
    Worked(3, f"T16:42{L}", f"2019-12-20T18:16{L}", (), (), None, "incomplete", ""),
    Worked(4, f"2019-12-18{L}", f"2019-12-20{L}", ("24:00", "72:00"),
           (f"2019-12-21T00:00{L}", f"2019-12-22T00:00{L}"), None, "on_time", "B"),
    Worked(5, f"2019-12-18T16:42{L}", f"2019-12-23T11:12{L}", ("114:30",),
           (f"2019-12-21T16:42{L}",), f"2019-12-21T17:00{L}", "late", "C"),
    Worked(11, f"2026-10-23T10:00{L}", f"2026-10-26T09:30{L}", ("72:30",),
           (f"2026-10-26T09:00{L}",), f"2026-10-26T10:00{L}", "late", "C", "late_strict_only"),
    Worked(13, f"2026-03-27T10:00{L}", f"2026-03-30T11:00{L}", ("72:00",),
           (f"2026-03-30T11:00{L}",), f"2026-03-30T12:00{L}", "on_time", "B"),
    Worked(14, f"2026-10-25T01:30{L}", f"2026-10-28T01:00{L}", ("71:30", "72:30"),
           (f"2026-10-28T00:30{L}", f"2026-10-28T01:30{L}"), None, "indeterminate", "BC"),
    Worked(15, f"2026-03-29T01:30{L}", None, (),
           (f"2026-04-01T01:30{L}", f"2026-04-01T02:30{L}"), None, "error", ""),
    Worked(16, f"2026-06-01T09:00{L}", f"2026-06-04T09:00{L}", ("72:00",),
           (f"2026-06-04T09:00{L}",), f"2026-06-04T10:00{L}", "on_time", "B"),
    Worked(17, f"2026-06-01T09:00{L}", f"2026-06-04T09:01{L}", ("72:01",),
           (f"2026-06-04T09:00{L}",), f"2026-06-04T10:00{L}", "late", "C", "late_strict_only"),
    Worked(19, f"2020-12-22T12:17{BERLIN}", f"2020-12-25T12:30{BERLIN}", ("72:13",),
           (f"2020-12-25T12:17{BERLIN}",), f"2020-12-25T13:00{BERLIN}",
           "late", "C", "late_strict_only"),
    Worked(20, f"2026-04-03T17:00{L}", f"2026-04-07T09:00{L}", ("88:00",),
           (f"2026-04-06T17:00{L}",), f"2026-04-06T18:00{L}", "late", "C"),
    Worked(21, f"2025-12-31T23:30{L}", f"2026-01-03T23:30{L}", ("72:00",),
           (f"2026-01-03T23:30{L}",), f"2026-01-04T00:00{L}", "on_time", "B"),
    Worked(22, f"2028-02-27T15:00{L}", f"2028-03-01T14:59{L}", ("71:59",),
           (f"2028-03-01T15:00{L}",), f"2028-03-01T16:00{L}", "on_time", "B"),
    Worked(23, f"2026-05-11{L}", f"2026-05-13{L}", ("24:00", "72:00"),
           (f"2026-05-14T00:00{L}", f"2026-05-15T00:00{L}"), None, "on_time", "B"),
    Worked(24, f"2026-05-11{L}", f"2026-05-14{L}", ("48:00", "96:00"),
           (f"2026-05-14T00:00{L}", f"2026-05-15T00:00{L}"), None, "indeterminate", "BC"),
    Worked(26, f"2026-05-11{L}", f"2026-05-16{L}", ("96:00", "144:00"),
           (f"2026-05-14T00:00{L}", f"2026-05-15T00:00{L}"), None, "late", "C"),
    Worked(27, f"2026-10-24{L}", f"2026-10-26{L}", ("25:00", "73:00"),
           (f"2026-10-26T23:00{L}", f"2026-10-27T23:00{L}"), None, "indeterminate", "BC"),
    Worked(28, f"2026-03-28{L}", f"2026-04-01{L}", ("71:00", "119:00"),
           (f"2026-03-31T01:00{L}", f"2026-04-01T01:00{L}"), None, "indeterminate", "BC"),
    Worked(29, f"2026-03-27{L}", f"2026-03-30{L}", ("47:00", "95:00"),
           (f"2026-03-30T01:00{L}", f"2026-03-31T01:00{L}"), None, "indeterminate", "BC"),
    Worked(32, f"2026-06-11T08:00{AUCKLAND}", f"2026-06-13T22:00{L}", ("73:00",),
           (f"2026-06-13T21:00{L}",), f"2026-06-13T22:00{L}", "late", "C", "late_strict_only"),
    Worked(36, "2026-10-24T23:30Z", f"2026-10-27T23:45{L}", ("72:15",),
           ("2026-10-27T23:30Z",), "2026-10-28T00:00Z", "late", "C", "late_strict_only"),
    Worked(37, "2026-06-10", "2026-06-12T12:00Z", ("24:00", "74:00"),
           ("2026-06-12T10:00Z", "2026-06-14T12:00Z"), None, "indeterminate", "BC"),
    Worked(38, f"2026-06-10{L}", f"2026-06-10T09:15{L}", ("0:00", "9:15"),
           (f"2026-06-13T00:00{L}", f"2026-06-14T00:00{L}"), None, "on_time", "A"),
    Worked(39, f"2026-06-10T10:00{L}", f"2026-06-09T10:00{L}", ("-24:00",), (), None,
           "error", ""),
]  # fmt: skip


def read(aware: str | None, reported: str | None = None, now: str | None = None) -> Reading:
    return read_clock(UK, **_moments(aware=aware, reported=reported, now=now))


def _moments(**texts: str | None) -> dict[str, Moment | None]:
    return {name: Moment.parse(text) if text else None for name, text in texts.items()}


def _seconds(text: str) -> int:
    hours, minutes = text.lstrip("-").split(":")
    return (-1 if text.startswith("-") else 1) * (int(hours) * 3600 + int(minutes) * 60)


def _instant(text: str | None) -> int | None:
    return Moment.parse(text).span().earliest if text else None


@pytest.mark.parametrize("rule_id", ["uk-gdpr-33-1", "gdpr-33-1"])
@pytest.mark.parametrize("case", WORKED, ids=lambda case: str(case.number))
def test_every_worked_case_reads_as_published(case: Worked, rule_id: str) -> None:
    eu = rule_id == "gdpr-33-1"

    found = read_clock(
        rule(rule_id), **_moments(aware=case.aware, reported=case.reported, now=None)
    )

    seconds = tuple(_seconds(text) for text in case.elapsed) or (None,)
    ends = tuple(_instant(text) for text in case.deadlines) or (None,)
    assert found.status == ((eu and case.eu) or case.status)
    assert (found.elapsed_min_s, found.elapsed_max_s) == (seconds[0], seconds[-1])
    assert (_instant(found.deadline_min), _instant(found.deadline_max)) == (ends[0], ends[-1])
    assert _instant(found.end_1182_71) == (_instant(case.end) if eu else None)
    assert "".join(found.bands) == case.bands
    assert found.overdue == (found.status in {"late", "late_strict_only"})


def test_a_reading_is_published_with_ten_fields_in_order() -> None:
    found = read(f"2019-12-18T16:42{L}", f"2019-12-20T18:16{L}")

    assert json.dumps(found.as_json()) == (
        '{"rule": "uk-gdpr-33-1", "status": "on_time", "elapsed_min_s": 178440, '
        '"elapsed_max_s": 178440, "deadline_min": "2019-12-21T16:42+00:00[Europe/London]", '
        '"deadline_max": "2019-12-21T16:42+00:00[Europe/London]", "end_1182_71": null, '
        '"bands": ["B"], "why": "49h34m from awareness to report, limit 72h00m", '
        '"source": "UK GDPR Art. 33(1)"}'
    )


def test_deadlines_are_told_in_the_zone_of_awareness() -> None:
    found = read(f"2026-06-11T08:00{AUCKLAND}")

    assert found.deadline_min == "2026-06-14T08:00+12:00[Pacific/Auckland]"


def test_deadlines_of_an_unknown_zone_are_told_in_utc() -> None:
    assert read("2026-06-10T10:00+02:00").deadline_min == "2026-06-13T08:00Z"
    assert read("2026-06-10T10:00").deadline_max == "2026-06-13T22:00Z"


def test_without_a_report_the_clock_runs() -> None:
    found = read(f"2026-06-10T10:00{L}")

    assert (found.status, found.elapsed_min_s, found.left_s) == ("running", None, None)
    assert found.why == "no report yet, limit 72h00m from awareness"


def test_a_running_clock_counts_to_now_and_says_what_is_left() -> None:
    found = read(f"2026-06-10T10:00{L}", now="2026-06-11T09:00Z")

    assert (found.status, found.elapsed_min_s, found.left_s) == ("running", 86400, 172800)
    assert (found.overdue, found.bands) == (False, ())
    assert found.why == "24h00m since awareness and no report yet, limit 72h00m"


def test_a_running_clock_past_its_limit_is_overdue() -> None:
    found = read(f"2026-06-10T10:00{L}", now=f"2026-06-13T10:00:01{L}")

    assert (found.status, found.overdue, found.left_s) == ("running", True, -1)
    assert found.why == "72h00m01s since awareness and no report yet, limit 72h00m, overdue"


def test_a_running_clock_that_only_may_be_past_its_limit_is_not_called_overdue() -> None:
    found = read(f"2026-06-10{L}", now=f"2026-06-13T10:00{L}")

    assert (found.status, found.overdue, found.left_s) == ("running", False, -36000)
    assert found.why.endswith("limit 72h00m, perhaps overdue")


def test_a_clock_against_a_now_that_denotes_nothing_still_runs() -> None:
    assert read(f"2026-06-10T10:00{L}", now="T10:00").elapsed_max_s is None


def test_awareness_after_now_is_an_error() -> None:
    found = read(f"2027-06-10T10:00{L}", now="2026-06-11T09:00Z")

    assert (found.status, found.deadline_min) == ("error", None)
    assert found.why.endswith("from awareness to now: one of the two is wrong")


def test_no_awareness_at_all_is_incomplete() -> None:
    found = read(None, f"2019-12-20T18:16{L}")

    assert (found.status, found.deadline_min) == ("incomplete", None)
    assert found.why == "the date of awareness is not stated"


def test_a_report_without_a_date_is_incomplete_but_its_deadline_is_known() -> None:
    found = read(f"2019-12-18T16:42{L}", f"T18:16{L}")

    assert (found.status, found.why) == ("incomplete", "the date of the report is not stated")
    assert found.deadline_min == "2019-12-21T16:42+00:00[Europe/London]"


def test_a_report_time_that_does_not_exist_is_an_error_even_without_awareness() -> None:
    found = read(f"T16:42{L}", f"2026-03-29T01:30{L}")

    assert found.status == "error"
    assert found.why == "the local time of the report does not exist in its zone"


def test_an_offset_that_does_not_fit_its_zone_is_an_error() -> None:
    found = read(f"2019-12-18T16:42+05:00{L}", f"2019-12-20T18:16{L}")

    assert (found.status, found.elapsed_min_s, found.deadline_min) == ("error", None, None)
    assert found.why == "the UTC offset of awareness does not fit its zone"


def test_a_report_dated_wholly_before_awareness_is_an_error_at_the_open_end_too() -> None:
    found = read(f"2026-06-10T00:00{L}", f"2026-06-09{L}")

    assert (found.status, found.elapsed_max_s) == ("error", 0)


def test_72_hours_reached_by_one_reading_of_a_doubled_hour_is_indeterminate() -> None:
    found = read(f"2026-10-25T01:30{L}", "2026-10-28T01:30Z")

    assert (found.elapsed_min_s, found.status) == (72 * 3600, "indeterminate")


def test_72_hours_never_reached_by_a_date_alone_is_late() -> None:
    aware, reported = f"2026-06-10{L}", f"2026-06-14T00:00{L}"

    assert read(aware, reported).status == "late"
    # 23:59 counts from midnight under Regulation 1182/71, so not every reading is past its end
    found = read_clock(EU, **_moments(aware=aware, reported=reported, now=None))
    assert found.status == "late_strict_only"


def test_the_end_by_regulation_1182_71_follows_the_hours_of_the_local_clock() -> None:
    aware = Moment.parse("2026-06-01T09:40[Asia/Kolkata]")

    found = read_clock(EU, aware=aware, reported=None, now=None)

    assert found.end_1182_71 == "2026-06-04T10:00+05:30[Asia/Kolkata]"


def test_bands_meet_at_24_72_and_168_hours() -> None:
    aware = "2026-06-01T09:00Z"
    told = {
        "2026-06-02T08:59:59Z": "A",
        "2026-06-02T09:00Z": "B",
        "2026-06-04T09:00Z": "B",
        "2026-06-04T09:00:01Z": "C",
        "2026-06-08T09:00Z": "C",
        "2026-06-08T09:00:01Z": "D",
    }

    assert {reported: "".join(read(aware, reported).bands) for reported in told} == told


def test_a_deadline_past_the_year_9999_is_not_told() -> None:
    found = read("9999-12-31T10:00Z", "9999-12-31T11:00Z")

    assert (found.status, found.deadline_min) == ("on_time", None)


@given(aware=st.none() | moments(), reported=st.none() | moments(), now=st.none() | moments())
def test_the_clock_reads_any_moments(
    aware: Moment | None, reported: Moment | None, now: Moment | None
) -> None:
    for each in rules():
        found = read_clock(each, aware=aware, reported=reported, now=now)

        json.dumps(found.as_json(), allow_nan=False)
        if found.elapsed_min_s is not None and found.elapsed_max_s is not None:
            assert found.elapsed_min_s <= found.elapsed_max_s
            assert found.status == "error" or found.elapsed_min_s >= 0


@given(
    aware=moments(),
    start=st.integers(1_500_000_000, 1_900_000_000),
    later=st.integers(0, 700_000),
    zone=st.sampled_from(["UTC", "Europe/London", "Australia/Lord_Howe"]),
)
def test_reporting_later_never_improves_the_verdict(
    aware: Moment, start: int, later: int, zone: str
) -> None:
    worse = [
        "error",
        "no_limit",
        "incomplete",
        "on_time",
        "indeterminate",
        "late_strict_only",
        "late",
    ]
    early, late = from_instant(start, zone), from_instant(start + later, zone)

    for each in rules():
        first = read_clock(each, aware=aware, reported=early, now=None)
        second = read_clock(each, aware=aware, reported=late, now=None)

        if first.elapsed_min_s is not None and second.elapsed_min_s is not None:
            assert first.elapsed_min_s <= second.elapsed_min_s
            assert worse.index(first.status) <= worse.index(second.status)


@given(start=st.integers(1_500_000_000, 1_900_000_000), took=st.integers(0, 400_000))
def test_knowing_less_never_turns_a_report_in_time_into_a_late_one(start: int, took: int) -> None:
    aware, reported = (from_instant(second, "Europe/London") for second in (start, start + took))
    vague = Moment(aware.date, None, aware.zone)

    certain = read_clock(UK, aware=aware, reported=reported, now=None)
    unsure = read_clock(UK, aware=vague, reported=reported, now=None)

    assert unsure.status in {certain.status, "indeterminate"}
    assert certain.bands[0] in unsure.bands
