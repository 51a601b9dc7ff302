"""The one module that reads the clock: everything else takes the moment as an argument."""

from __future__ import annotations

import datetime as dt
import time

from models.errors import UsageError
from models.moment import Moment, from_instant


def wall() -> str:
    """Return this machine's clock as `2026-01-02T03:04:05.678Z`: evidence, never an arbiter."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now(zone: str = "UTC") -> Moment:
    """Return the present as a Moment in `zone` (an IANA name), its seconds left off."""
    seconds = int(time.time())
    return from_instant(seconds - seconds % 60, zone)


def today(zone: str) -> str:
    """Return the date in `zone` as `2026-01-02`."""
    return str(now(zone))[: len("2026-01-02")]


def typed_date(text: str) -> dt.date:
    """Return the date that is typed as `2031-01-01`; UsageError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError("that is no date", hint="write it like 2031-01-01") from None


def seconds() -> int:
    """Return this machine's clock in seconds since 1970, for what ends by itself."""
    return int(time.time())


def awake_or_asleep() -> float:
    """Return seconds that only ever grow, also while the machine sleeps where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
