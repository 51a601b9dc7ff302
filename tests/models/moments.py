"""Strategies for moments: any that can be stated, the odd ones often."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from models.moment import Moment

ZONES = [
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Africa/Monrovia",
    "Etc/GMT+12",
]
_AT_A_CHANGE = [
    dt.date(2026, 3, 29),
    dt.date(2026, 10, 25),
    dt.date(2011, 12, 30),
    dt.date(2011, 12, 31),
    dt.date(1919, 3, 30),
    dt.date(1919, 3, 31),
    dt.date(2018, 11, 4),
    dt.date(2006, 10, 29),
    dt.date.min,
    dt.date.max,
]


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    halves = draw(st.sampled_from(["both", "both", "date", "time"]))
    date = None if halves == "time" else draw(st.sampled_from(_AT_A_CHANGE) | st.dates())
    if halves == "date":
        return Moment(date, None, draw(st.none() | st.sampled_from(ZONES)))
    time = draw(
        st.builds(dt.time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 59]))
    )
    zone = draw(st.none() | st.sampled_from(ZONES))
    offset = draw(
        st.none() | st.sampled_from([0, 3600, -16200, 50400]) | st.integers(-86399, 86399)
    )
    return Moment(date, time, zone, offset)
