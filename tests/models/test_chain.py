from __future__ import annotations

from models.chain import Event, delay_chain, gap, longest
from models.moment import Moment, combine

L = "[Europe/London]"


def event(name: str, text: str | None, party: str = "") -> Event:
    return Event(name, party, Moment.parse(text) if text else None)


OCCURRENCE = event("occurrence", f"2019-12-07{L}")
DISCOVERY = event("awareness", f"2019-12-18T16:42{L}", "controller")
SENT = event("sent", f"2019-12-20T18:16{L}")
FILED = event("filed", f"2019-12-23T11:12{L}")
ACKNOWLEDGED = event("acknowledged", f"2019-12-23T11:23{L}")
FOLLOW_UP = event("follow-up", f"2019-12-31T20:02{L}")
DECISION = event("decision", f"2020-01-14T15:47{L}")


def test_the_real_chain_is_told_gap_by_gap() -> None:
    chain = delay_chain([OCCURRENCE, DISCOVERY, SENT, FILED, ACKNOWLEDGED, FOLLOW_UP, DECISION])

    assert [f"{each.from_} -> {each.to}: {each.text}" for each in chain] == [
        "occurrence -> awareness (controller): 256h42m .. 280h42m",
        "awareness (controller) -> sent: 49h34m",
        "sent -> filed: 64h56m",
        "filed -> acknowledged: 0h11m",
        "acknowledged -> follow-up: 200h39m",
        "follow-up -> decision: 331h45m",
    ]


def test_any_two_events_have_a_gap() -> None:
    told = [
        gap(OCCURRENCE, SENT).text,
        gap(SENT, ACKNOWLEDGED).text,
        gap(SENT, FOLLOW_UP).text,
        gap(SENT, DECISION).text,
        gap(DISCOVERY, DECISION).text,
    ]

    assert told == ["306h16m .. 330h16m", "65h07m", "265h46m", "597h31m", "647h05m"]


def test_a_gap_counts_in_integer_seconds() -> None:
    found = gap(OCCURRENCE, DISCOVERY)

    assert (found.min_s, found.max_s) == (924120, 1010520)


def test_an_event_without_a_moment_stays_a_link() -> None:
    upstream = event("awareness", None, "processor")

    chain = delay_chain([OCCURRENCE, upstream, DISCOVERY])

    assert [(each.text, each.min_s, each.max_s) for each in chain] == [("?", None, None)] * 2
    assert chain[0].to is upstream
    assert gap(DISCOVERY, upstream).text == "?"


def test_an_event_without_a_date_has_no_gap() -> None:
    assert gap(event("awareness", f"T16:42{L}"), SENT).text == "?"


def test_the_halves_of_two_reports_joined_give_the_gap_that_neither_gives() -> None:
    joined = combine(Moment.parse(f"T16:42{L}"), Moment.parse(f"2019-12-18{L}"))

    assert gap(Event("awareness", "controller", joined), SENT).text == "49h34m"


def test_events_out_of_order_have_a_negative_gap() -> None:
    assert gap(SENT, DISCOVERY).text == "-49h34m"


def test_a_chain_of_one_event_has_no_gap() -> None:
    assert delay_chain([SENT]) == ()


def test_a_gap_of_two_days_and_more_is_told_in_days() -> None:
    assert gap(OCCURRENCE, DISCOVERY).days == "10d 16h .. 11d 16h"
    assert gap(DISCOVERY, SENT).days == "2d 1h"
    assert gap(FILED, ACKNOWLEDGED).days == "0h11m"
    assert gap(DISCOVERY, event("sent", None)).days == "?"


def test_of_several_gaps_the_one_longest_at_the_least_is_the_longest() -> None:
    assert longest([gap(DISCOVERY, SENT), gap(OCCURRENCE, DISCOVERY)]) == gap(OCCURRENCE, DISCOVERY)
    assert longest([gap(DISCOVERY, event("sent", None))]) is None


def test_the_controllers_awareness_is_brief() -> None:
    named = event("awareness", None, "processor")

    assert (DISCOVERY.brief, SENT.brief, named.brief) == (
        "awareness", "sent", "awareness (processor)",
    )  # fmt: skip
