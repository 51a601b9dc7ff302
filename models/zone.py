"""Time zones: which names exist, and which instants a local time has in one.

Integer UTC seconds since 1970 everywhere: aware datetimes overflow near the years 1 and 9999, and
subtracting two of the same zone silently gives wall time.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY_S = 86_400
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MIDNIGHT = dt.time(0)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    # The list of the tzdata package, not the file system: a name is never tried as a path, and two
    # machines with different system zone files accept the same names.
    return frozenset((files("tzdata") / "zones").read_text("ascii").split())


def known(name: str) -> bool:
    """Return whether `name` is an IANA zone key, in its exact spelling."""
    return name == "UTC" or name in _names()


def names() -> tuple[str, ...]:
    """Return every IANA zone key, in order."""
    return tuple(sorted(_names()))


def wall(day: dt.date, clock: dt.time) -> int:
    """Return a local date and time as seconds since 1970 of that local clock."""
    days = day.toordinal() - _EPOCH.toordinal()
    return days * DAY_S + clock.hour * 3600 + clock.minute * 60 + clock.second


def local(seconds: int, zone: str) -> dt.datetime:
    """Return the local time of an instant; OverflowError outside the years 1 to 9999."""
    return (_EPOCH + dt.timedelta(seconds=seconds)).astimezone(ZoneInfo(zone))


def offset_s(moment: dt.datetime) -> int:
    """Return the offset of an aware datetime, in seconds east of UTC."""
    offset = moment.utcoffset() or dt.timedelta()
    return offset.days * DAY_S + offset.seconds


def readings(day: dt.date, clock: dt.time, zone: str) -> tuple[tuple[int, ...], bool]:
    """Return the instants a local time can mean, earliest first, and whether it exists.

    One reading is the rule; two that exist are a doubled autumn hour; two that do not exist are
    the readings of a skipped spring hour by the clock before and the clock after the change.
    """
    moment = dt.datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    first, second = (offset_s(moment.replace(fold=fold)) for fold in (0, 1))
    seconds = wall(day, clock)
    if first == second:
        return (seconds - first,), True
    return (seconds - max(first, second), seconds - min(first, second)), first > second


def _starts(day: dt.date, zone: str) -> tuple[int, int]:
    """Return the first and the last instant at which local midnight begins `day`."""
    found, exists = readings(day, _MIDNIGHT, zone)
    if exists:
        return found[0], found[-1]
    # Clocks that skip midnight (Beirut, Toronto 1919) begin the day at the change itself.
    window = range(found[0], found[1] + 1)
    start = window[bisect_left(window, day, key=lambda second: local(second, zone).date())]
    return start, start


def bounds(day: dt.date, zone: str) -> tuple[int, int]:
    """Return the instants a local day begins and ends (half-open; equal for a skipped day)."""
    start = _starts(day, zone)[0]
    if day == dt.date.max:
        return start, start + DAY_S
    return start, _starts(day + dt.timedelta(days=1), zone)[1]
