"""A point in time as a person knows it: a date, a time of day, a zone, each perhaps unknown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from models import zone as zones
from models.errors import ShapeError

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

SHAPE_HINT = "write it like 2019-12-18T16:42[Europe/London]; the date or the time may be left out"

# Real calendar dates only, written without look-around so that any JSON Schema validator's regex
# engine takes it. Whether a zone of that shape exists is not for a pattern: `models.zone.known`.
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"  # 0001 to 9999
_BY_FOUR = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP = f"(?:[0-9]{{2}}{_BY_FOUR}|{_BY_FOUR}00)"
_DATE = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    f"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_ZONE = r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*"
_TAIL = rf"(?:Z|(?:[+\-]{_TIME})?(?:\[{_ZONE}\])?)"
MOMENT_PATTERN = rf"^(?:{_DATE}(?:\[{_ZONE}\])?|{_DATE}?T{_TIME}{_TAIL})$"

# The same shape with impossible numbers let through: they deserve a better word than "junk".
_LEXER = re.compile(
    r"(?:(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?P<offset>Z|[+\-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?)?"
    rf"(?:\[(?P<zone>{_ZONE})\])?"
)
_EASTMOST_S, _WESTMOST_S = 14 * 3600, -12 * 3600
_LONGEST_NAME_SHOWN = 40

SpanStatus = Literal[
    "exact",
    "ambiguous",
    "nonexistent",
    "contradictory",
    "date_only",
    "zone_unknown",
    "incomplete",
]


class MomentError(ShapeError):
    """Text that no moment is written as: impossible date or time, unknown zone, junk."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a moment denotes, in integer UTC seconds since 1970.

    `earliest` and `latest` are None when it denotes nothing. `latest_attained` is False where
    `latest` is the open end of a date without a time. `readings` holds both instants of a doubled
    hour, and both offers for a skipped one. `zone_unknown` wins over `date_only`.
    """

    status: SpanStatus
    earliest: int | None = None
    latest: int | None = None
    latest_attained: bool = True
    readings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date, a local time, or both, with what is known of the zone.

    `time` is naive, in minutes or seconds. `zone` is an IANA key ("UTC" for `Z`), None when
    unknown. `offset` is in seconds east of UTC; one that does not fit the zone is kept as stated.
    Raises MomentError for halves that cannot be written.
    """

    date: dt.date | None = None
    time: dt.time | None = None
    zone: str | None = None
    offset: int | None = None

    def __post_init__(self) -> None:
        if self.date is None and self.time is None:
            raise MomentError("neither a date nor a time is stated", hint=SHAPE_HINT)
        if self.time is not None and (self.time.microsecond or self.time.tzinfo is not None):
            raise MomentError("a time of day is whole seconds without a zone", hint=SHAPE_HINT)
        if self.offset is not None and (self.time is None or abs(self.offset) >= zones.DAY_S):
            raise MomentError("an offset is less than a day and goes with a time", hint=SHAPE_HINT)
        if self.zone is not None and not zones.known(self.zone):
            raise _unknown_zone(self.zone)

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Return the canonical moment that `text` states (design: RFC 9557 with halves allowed).

        Raises MomentError. An offset that does not fit the zone, and a local time that does not
        exist, are data: see `span`.
        """
        found = _LEXER.fullmatch(text)
        if found is None or (found["offset"] == "Z" and found["zone"]):
            raise MomentError("not a date, a time or both in a known form", hint=SHAPE_HINT)
        offset, zone = found["offset"], found["zone"]
        return cls(
            date=_date(found["date"]) if found["date"] else None,
            time=_time(found["time"]) if found["time"] else None,
            zone="UTC" if offset == "Z" else zone,
            offset=_offset(offset) if offset else None,
        ).canonical()

    def canonical(self) -> Moment:
        """Return the same moment with its offset wherever the zone settles it."""
        if self.offset is not None or self.time is None or self.zone is None:
            return self
        if self.zone == "UTC":
            return replace(self, offset=0)
        if self.date is None:
            return self
        found, _ = zones.readings(self.date, self.time, self.zone)
        if len(found) > 1:
            return self
        return replace(self, offset=zones.wall(self.date, self.time) - found[0])

    def __str__(self) -> str:
        """Return the one canonical text, `2019-12-18T16:42+00:00[Europe/London]`."""
        moment = self.canonical()
        zulu = moment.zone == "UTC" and moment.offset == 0
        text = moment.date.isoformat() if moment.date else ""
        if moment.time is not None:
            text += f"T{moment.time.isoformat('seconds' if moment.time.second else 'minutes')}"
        if moment.offset is not None:
            text += "Z" if zulu else _offset_text(moment.offset)
        return text if zulu or moment.zone is None else f"{text}[{moment.zone}]"

    def span(self) -> Span:
        """Return what the moment denotes: one instant, two, a half-open interval, or nothing."""
        if self.date is None:
            return Span("incomplete")
        if self.time is None:
            return _day_span(self.date, self.zone)
        if self.zone is not None:
            return _zoned_span(self.date, self.time, self.zone, self.offset)
        seconds = zones.wall(self.date, self.time)
        if self.offset is not None:
            return Span("exact", seconds - self.offset, seconds - self.offset)
        return Span("zone_unknown", seconds - _EASTMOST_S, seconds - _WESTMOST_S)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        """Let pydantic fields of this type take the text form (or a Moment) and give it back."""
        from pydantic_core import core_schema  # noqa: PLC0415 -- `clock` starts without pydantic

        return core_schema.no_info_plain_validator_function(
            _validated, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the JSON Schema of the text form, but for the list of zone names."""
        # Python's `$` also matches before a final newline; the second keyword closes that gap.
        return {"type": "string", "pattern": MOMENT_PATTERN, "not": {"pattern": "\\n"}}


def _validated(value: object) -> Moment:
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 -- as above

    if isinstance(value, Moment):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("moment_type", "a moment is text")
    try:
        return Moment.parse(value)
    except MomentError as error:
        raise PydanticCustomError("moment", "{reason}", {"reason": error.message}) from error


def _unknown_zone(name: str) -> MomentError:
    shown = f": {name}" if len(name) <= _LONGEST_NAME_SHOWN else ""
    return MomentError(
        f"unknown time zone{shown}", hint="use an IANA name such as Europe/London or UTC"
    )


def _date(text: str) -> dt.date:
    try:
        return dt.date(*map(int, text.split("-")))
    except ValueError as error:
        raise MomentError(f"no such date: {text}", hint=SHAPE_HINT) from error


def _time(text: str) -> dt.time:
    try:
        hour, minute, second = map(int, f"{text}:00".split(":")[:3])
        return dt.time(hour, minute, second)
    except ValueError as error:
        raise MomentError(f"no such time of day: {text}", hint=SHAPE_HINT) from error


def _offset(text: str) -> int:
    if text == "Z":
        return 0
    try:
        clock = _time(text[1:])
    except MomentError as error:
        raise MomentError(f"no such offset: {text}", hint=SHAPE_HINT) from error
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return -seconds if text[0] == "-" else seconds


def _offset_text(offset: int) -> str:
    minutes, seconds = divmod(abs(offset), 60)
    text = f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text  # local mean time before the zones


def _day_span(day: dt.date, zone: str | None) -> Span:
    if zone is None:
        start = zones.wall(day, dt.time(0))
        end = start + zones.DAY_S - _WESTMOST_S
        return Span("zone_unknown", start - _EASTMOST_S, end, latest_attained=False)
    start, end = zones.bounds(day, zone)
    if start == end:  # a zone that crossed the date line skipped this day (Apia, 2011-12-30)
        return Span("nonexistent", readings=zones.readings(day, dt.time(0), zone)[0])
    return Span("date_only", start, end, latest_attained=False)


def _zoned_span(day: dt.date, clock: dt.time, zone: str, offset: int | None) -> Span:
    found, exists = zones.readings(day, clock, zone)
    if offset is not None:
        instant = zones.wall(day, clock) - offset
        settled = exists and instant in found
        return Span("exact", instant, instant) if settled else Span("contradictory")
    if not exists:
        return Span("nonexistent", readings=found)
    if len(found) > 1:
        return Span("ambiguous", found[0], found[1], readings=found)
    return Span("exact", found[0], found[0])


def from_instant(seconds: int, zone: str) -> Moment:
    """Return the moment of an instant (UTC seconds since 1970) as the clocks of `zone` show it.

    Raises MomentError for an unknown zone, or an instant outside the years 1 to 9999.
    """
    if not zones.known(zone):
        raise _unknown_zone(zone)
    try:
        local = zones.local(seconds, zone)
    except OverflowError as error:
        raise MomentError("an instant outside the years 1 to 9999", hint=SHAPE_HINT) from error
    return Moment(local.date(), local.time().replace(fold=0), zone, zones.offset_s(local))


def combine(a: Moment, b: Moment) -> Moment | None:
    """Return the time of one joined with the date of the other, in either order.

    None unless one lacks the date and the other the time, in the same zone or one unknown.
    """
    clock, day = (a, b) if a.date is None else (b, a)
    if clock.date is not None or day.time is not None:
        return None
    if clock.zone and day.zone and clock.zone != day.zone:
        return None
    zone = clock.zone or day.zone
    return Moment(day.date, clock.time, zone, clock.offset).canonical()


def duration(seconds: int) -> str:
    """Return `49h34m`; odd seconds are shown too, so that one second over a limit shows."""
    minutes, odd = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else ''}{minutes // 60}h{minutes % 60:02}m"
    return f"{text}{odd:02}s" if odd else text
