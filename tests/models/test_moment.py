from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from typing import Literal

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from models.moment import (
    MOMENT_PATTERN,
    Moment,
    MomentError,
    Span,
    combine,
    duration,
    from_instant,
)
from tests.models.moments import ZONES, moments

L = "[Europe/London]"


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC).timestamp())


class Holder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Moment


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (f"2019-12-18T16:42{L}", f"2019-12-18T16:42+00:00{L}"),
        (f"2019-06-18T16:42:30{L}", f"2019-06-18T16:42:30+01:00{L}"),
        (f"2019-12-18T16:42:00{L}", f"2019-12-18T16:42+00:00{L}"),
        (f"2019-12-18{L}", f"2019-12-18{L}"),
        (f"T16:42{L}", f"T16:42{L}"),
        ("2019-12-18T16:42Z", "2019-12-18T16:42Z"),
        ("2019-12-18T16:42[UTC]", "2019-12-18T16:42Z"),
        ("2019-12-18T16:42+00:00[UTC]", "2019-12-18T16:42Z"),
        ("2019-12-18T16:42+00:00[Etc/UTC]", "2019-12-18T16:42+00:00[Etc/UTC]"),
        ("2019-12-18[UTC]", "2019-12-18[UTC]"),
        ("T16:42[UTC]", "T16:42Z"),
        ("2019-12-18T16:42-03:30", "2019-12-18T16:42-03:30"),
        ("2019-12-18T16:42-00:00", "2019-12-18T16:42+00:00"),
        ("2019-12-18T16:42", "2019-12-18T16:42"),
        ("2019-12-18", "2019-12-18"),
        ("T16:42", "T16:42"),
        (f"2026-10-25T01:30{L}", f"2026-10-25T01:30{L}"),
        (f"2026-10-25T01:30+00:00{L}", f"2026-10-25T01:30+00:00{L}"),
        (f"2026-03-29T01:30{L}", f"2026-03-29T01:30{L}"),
        (f"2019-12-18T16:42+05:00{L}", f"2019-12-18T16:42+05:00{L}"),
        (f"1800-01-01T12:00{L}", f"1800-01-01T12:00-00:01:15{L}"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_a_moment_has_one_canonical_text(text: str, canonical: str) -> None:
    moment = Moment.parse(text)

    assert str(moment) == canonical
    assert Moment.parse(canonical) == moment
    assert re.search(MOMENT_PATTERN, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither a date nor a time is stated"),
        (L, "neither a date nor a time is stated"),
        ("2019-02-30", "no such date: 2019-02-30"),
        ("1900-02-29", "no such date: 1900-02-29"),
        ("0000-01-01", "no such date: 0000-01-01"),
        ("2019-12-18T24:00", "no such time of day: 24:00"),
        ("T16:42:60", "no such time of day: 16:42:60"),
        ("T16:42+24:00", "no such offset: +24:00"),
        ("18/12/2019 16:42", "not a date, a time or both in a known form"),
        ("2019-12-18 16:42", "not a date, a time or both in a known form"),
        ("2019-12-18T16:42Z[Europe/London]", "not a date, a time or both in a known form"),
        ("2019-12-18Z", "not a date, a time or both in a known form"),
        ("2019-12-18T16:42.5Z", "not a date, a time or both in a known form"),
        ("\u0662019-12-18", "not a date, a time or both in a known form"),
        ("2019-12-18\n", "not a date, a time or both in a known form"),
    ],
)
def test_text_that_is_no_moment_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(MomentError) as caught:
        Moment.parse(text)

    assert caught.value.message == message
    assert "2019-12-18T16:42[Europe/London]" in caught.value.hint
    assert caught.value.code == 65


@pytest.mark.parametrize("name", ["Europe/Londn", "europe/london", "localtime", "posix/UTC"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(MomentError, match=f"unknown time zone: {name}"):
        Moment.parse(f"2019-12-18T16:42[{name}]")


def test_an_endless_zone_name_is_not_repeated() -> None:
    with pytest.raises(MomentError) as caught:
        Moment.parse(f"2019-12-18[{'A' * 5000}]")

    assert caught.value.message == "unknown time zone"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/localtime", "Europe/../UTC", "Europe/"])
def test_a_zone_name_never_becomes_a_path(name: str) -> None:
    with pytest.raises(MomentError):
        Moment.parse(f"2019-12-18[{name}]")
    with pytest.raises(MomentError):
        from_instant(0, name)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (f"T16:42{L}", Span("incomplete")),
        ("T16:42Z", Span("incomplete")),
        (f"2019-12-18T16:42{L}", Span("exact", 1576687320, 1576687320)),
        ("2019-12-18T17:42+01:00", Span("exact", 1576687320, 1576687320)),
        (
            "2019-12-18T16:42",
            Span("zone_unknown", utc(2019, 12, 18, 2, 42), utc(2019, 12, 19, 4, 42)),
        ),
        (
            "2026-06-10",
            Span(
                "zone_unknown",
                utc(2026, 6, 9, 10),
                utc(2026, 6, 11, 12),
                latest_attained=False,
            ),
        ),
        (
            f"2026-10-25{L}",  # 25 hours
            Span("date_only", utc(2026, 10, 24, 23), utc(2026, 10, 26), latest_attained=False),
        ),
        (
            "2026-03-29[Asia/Beirut]",  # begins at 01:00
            Span("date_only", utc(2026, 3, 28, 22), utc(2026, 3, 29, 21), latest_attained=False),
        ),
        (
            "1919-03-30[America/Toronto]",  # ends at 23:30
            Span("date_only", utc(1919, 3, 30, 5), utc(1919, 3, 31, 4, 30), latest_attained=False),
        ),
        (
            "2006-10-28[America/St_Johns]",  # midnight came twice
            Span(
                "date_only",
                utc(2006, 10, 28, 2, 30),
                utc(2006, 10, 29, 3, 30),
                latest_attained=False,
            ),
        ),
        (
            "9999-12-31[America/New_York]",
            Span("date_only", 253402232400, 253402318800, latest_attained=False),
        ),
        (
            "2011-12-30[Pacific/Apia]",  # skipped at the date line
            Span("nonexistent", readings=(utc(2011, 12, 29, 10), utc(2011, 12, 30, 10))),
        ),
        (
            f"2026-10-25T01:30{L}",
            Span(
                "ambiguous",
                utc(2026, 10, 25, 0, 30),
                utc(2026, 10, 25, 1, 30),
                readings=(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
            ),
        ),
        (
            f"2026-10-25T01:30+00:00{L}",
            Span("exact", utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 1, 30)),
        ),
        (
            f"2026-03-29T01:30{L}",
            Span("nonexistent", readings=(utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30))),
        ),
        (f"2026-03-29T01:30+00:00{L}", Span("contradictory")),
        (f"2019-12-18T16:42+05:00{L}", Span("contradictory")),
    ],
)
def test_a_moment_denotes_what_its_zone_makes_of_it(text: str, span: Span) -> None:
    assert Moment.parse(text).span() == span


def test_halves_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(MomentError, match="offset is less than a day"):
        Moment(dt.date(2019, 12, 18), None, None, 3600)
    with pytest.raises(MomentError, match="offset is less than a day"):
        Moment(None, dt.time(16, 42), None, 86400)
    with pytest.raises(MomentError, match="whole seconds"):
        Moment(None, dt.time(16, 42, 0, 1))
    with pytest.raises(MomentError, match="whole seconds"):
        Moment(None, dt.time(16, 42, tzinfo=dt.UTC))


def test_an_instant_is_told_in_a_zone() -> None:
    assert str(from_instant(1792891800, "Europe/London")) == f"2026-10-25T01:30+00:00{L}"
    assert str(from_instant(1792888200, "Europe/London")) == f"2026-10-25T01:30+01:00{L}"
    assert str(from_instant(0, "UTC")) == "1970-01-01T00:00Z"


@pytest.mark.parametrize("seconds", [10**10 * 30, 10**30, -(10**12)])
def test_an_instant_outside_the_calendar_is_refused(seconds: int) -> None:
    with pytest.raises(MomentError, match="outside the years 1 to 9999"):
        from_instant(seconds, "Europe/London")


@pytest.mark.parametrize(
    ("a", "b", "joined"),
    [
        (f"T16:42{L}", f"2019-12-18{L}", f"2019-12-18T16:42+00:00{L}"),
        (f"2019-12-18{L}", f"T16:42{L}", f"2019-12-18T16:42+00:00{L}"),
        ("T16:42", f"2019-12-18{L}", f"2019-12-18T16:42+00:00{L}"),
        (f"T16:42{L}", "2019-12-18", f"2019-12-18T16:42+00:00{L}"),
        ("T16:42", "2019-12-18", "2019-12-18T16:42"),
        ("T16:42+01:00", "2019-12-18", "2019-12-18T16:42+01:00"),
        ("T16:42Z", f"2019-12-18{L}", None),
        (f"T16:42{L}", f"2019-12-18T16:42{L}", None),
        (f"T16:42{L}", f"T16:42{L}", None),
        (f"2019-12-18{L}", f"2019-12-18{L}", None),
    ],
)
def test_halves_join_only_within_one_zone(a: str, b: str, joined: str | None) -> None:
    found = combine(Moment.parse(a), Moment.parse(b))

    assert (str(found) if found else None) == joined


def test_a_duration_is_told_in_hours_and_minutes() -> None:
    told = [duration(seconds) for seconds in (178440, 0, 59, -86400, 259201)]

    assert told == ["49h34m", "0h00m", "0h00m59s", "-24h00m", "72h00m01s"]


def test_a_model_field_takes_the_text_or_a_moment_and_gives_the_text_back() -> None:
    text = f"2019-12-18T16:42+00:00{L}"

    holder = Holder.model_validate({"at": text}, strict=True)

    assert holder == Holder(at=Moment.parse(text))
    assert json.loads(holder.model_dump_json()) == {"at": text}
    assert holder.model_dump(mode="json") == {"at": text}


@pytest.mark.parametrize("value", [5, None, "2019-02-30", "{at}", ["2019-12-18"]])
def test_a_model_field_refuses_what_is_no_moment(value: object) -> None:
    with pytest.raises(ValidationError):
        Holder.model_validate({"at": value})


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("text", ["2019-12-18", "2019-02-30", "2019-12-18\n", "T16:42Z", ""])
def test_the_json_schema_of_a_field_agrees_with_the_parser(
    text: str, mode: Literal["validation", "serialization"]
) -> None:
    schema = Holder.model_json_schema(mode=mode)
    accepted = jsonschema.Draft202012Validator(schema).is_valid({"at": text})

    try:
        Holder.model_validate({"at": text})
    except ValidationError:
        assert not accepted
    else:
        assert accepted


def test_moments_come_without_pydantic() -> None:
    code = "import sys, models.clock, models.chain; sys.exit('pydantic_core' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 -- our own interpreter


@given(moments())
@example(Moment(dt.date.max, dt.time(23, 59), "Etc/GMT+12"))
@example(Moment(dt.date.min, dt.time(0), "Pacific/Kiritimati"))
def test_any_moment_survives_its_text(moment: Moment) -> None:
    text = str(moment)

    assert Moment.parse(text) == moment.canonical()
    assert Moment.parse(text).span() == moment.span()
    assert re.search(MOMENT_PATTERN, text)


@given(st.text() | st.from_regex(r"[0-9:T+\-Z\[\]a-zA-Z/]{0,40}"))
def test_any_text_is_a_moment_or_refused_as_one(text: str) -> None:
    try:
        moment = Moment.parse(text)
    except MomentError:
        return
    assert Moment.parse(str(moment)) == moment


@given(
    st.from_regex(
        r"([0-9]{2}(00|04|19)-(0[0-9]|1[0-3])-(0[0-9]|2[89]|3[0-2]))?"
        r"(T[0-2][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|[+\-][0-2][0-9]:00)?)?(\[UTC\])?",
        fullmatch=True,
    )
)
def test_the_published_pattern_and_the_parser_agree(text: str) -> None:
    matched = re.fullmatch(MOMENT_PATTERN, text) is not None

    try:
        Moment.parse(text)
    except MomentError:
        assert not matched
    else:
        assert matched


@given(st.integers(-62135500000, 253402200000), st.sampled_from(ZONES))
def test_an_instant_survives_every_zone(seconds: int, zone: str) -> None:
    span = from_instant(seconds, zone).span()

    assert (span.status, span.earliest, span.latest) == ("exact", seconds, seconds)
