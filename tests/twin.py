"""The real case's twin as data: its two reports, and when each of its letters went.

Dates, times, numbers, categories and answer states are those of the real case; organisation,
people, wording and reference are invented. The files are the ones the sample vault is made of.
"""

from __future__ import annotations

from importlib.resources import files

from models.moment import Moment
from models.report import parse_report

INITIAL_JSON = (files("tui.sample") / "twin-initial.json").read_bytes()
FOLLOW_UP_JSON = (files("tui.sample") / "twin-follow-up.json").read_bytes()

INITIAL = parse_report(INITIAL_JSON)
FOLLOW_UP = parse_report(FOLLOW_UP_JSON)

REFERENCE = "IC-40717-T3W9"


def _at(text: str) -> Moment:
    return Moment.parse(f"{text}[Europe/London]")


OCCURRED = _at("2019-12-07")
DISCOVERED = _at("2019-12-18T16:42")
SENT = _at("2019-12-20T18:16")
FILED = _at("2019-12-23T11:12")
ACKNOWLEDGED = _at("2019-12-23T11:23")
FOLLOW_UP_SENT = _at("2019-12-31T20:02")
DECIDED = _at("2020-01-14T15:47")
