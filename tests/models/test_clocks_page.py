from __future__ import annotations

from pathlib import Path

import pytest

from models.chain import Event, gap
from models.clock import Reading, read_rule, rule, rules
from models.moment import Moment, duration
from models.rule import Rule
from tests.models.test_clock import WORKED

PAGE = (Path(__file__).parents[2] / "docs" / "clocks.md").read_text("utf-8").split("\n")
L, BERLIN, PARIS, SYDNEY = (
    f"[{zone}]" for zone in ("Europe/London", "Europe/Berlin", "Europe/Paris", "Australia/Sydney")
)
Given = tuple[str, str, dict[str, str], str | None]

NOTIFIED = {"nis2-in": f"2026-01-31T12:00{PARIS}"}
MAJOR = {"aware": f"2026-07-03T20:00{BERLIN}", "classified": f"2026-07-04T10:00{BERLIN}"}
OTHERS: list[Given] = [
    *((str(case.number), "gdpr-33-1", {"aware": case.aware}, case.reported) for case in WORKED),
    ("41", "uk-pecr-611", {"detected": f"2025-07-01T10:00{L}"}, f"2025-07-02T12:00{L}"),
    ("42", "uk-pecr", {"aware": f"2025-09-01T10:00{L}"}, f"2025-09-02T12:00{L}"),
    ("43", "uk-pecr-611-second", {"uk-pecr-611": f"2025-07-02T12:00{L}"}, f"2025-07-05T23:59{L}"),
    ("44", "nis2-ew", {"significant": f"2026-01-28T14:00{PARIS}"}, None),
    ("44", "nis2-in", {"significant": f"2026-01-28T14:00{PARIS}"}, NOTIFIED["nis2-in"]),
    ("44", "nis2-fr", NOTIFIED, f"2026-02-28T23:59{PARIS}"),
    ("45", "dora-initial", MAJOR, f"2026-07-04T14:00{BERLIN}"),
    ("45", "dora-intermediate", {"dora-initial": f"2026-07-04T14:00{BERLIN}"}, None),
    ("45", "dora-final", {"dora-intermediate": f"2026-07-07T14:00{BERLIN}"}, None),
    (
        "46",
        "dora-initial",
        {**MAJOR, "classified": f"2026-07-04T22:00{BERLIN}"},
        f"2026-07-05T01:59{BERLIN}",
    ),
    ("47", "au-ndb-26wh", {"suspected": f"2026-09-15{SYDNEY}"}, f"2026-10-15{SYDNEY}"),
    ("48", "au-ndb-26wh", {"suspected": f"2026-12-10{SYDNEY}"}, f"2027-01-10T00:00{SYDNEY}"),
    ("51", "eu-omni-33-1", {"aware": f"2026-06-01T09:00{PARIS}"}, f"2026-06-05T08:59{PARIS}"),
    ("51", "gdpr-33-1", {"aware": f"2026-06-01T09:00{PARIS}"}, f"2026-06-05T08:59{PARIS}"),
]


def read(rule_id: str, events: dict[str, str], reported: str | None) -> Reading:
    return read_rule(
        rule(rule_id),
        {name: Moment.parse(text) for name, text in events.items()},
        reported=Moment.parse(reported) if reported else None,
        now=None,
    )


def worked_row(number: str, rule_id: str, events: dict[str, str], reported: str | None) -> str:
    found = read(rule_id, events, reported)
    status: str = found.status
    if rule_id == "gdpr-33-1" and read("uk-gdpr-33-1", events, reported).status != status:
        status = f"{status}, late"
    cells = [
        number,
        rule_id,
        "<br>".join(f"{name} {_short(text)}" for name, text in events.items()),
        _short(reported),
        _range(*(_lapse(each) for each in (found.elapsed_min_s, found.elapsed_max_s))),
        _range(*(_short(each) for each in (found.deadline_min, found.deadline_max))),
        _short(found.end_1182_71),
        status,
        "/".join(found.bands),
    ]
    return f"| {' | '.join(cell or '-' for cell in cells)} |"


def rule_row(rule: Rule) -> str:
    length = {"hours": rule.hours, "days": rule.days, "months": rule.months}
    told = [
        f"{number} {name}".replace("1 months", "1 month")
        for name, number in length.items()
        if number
    ]
    told += [f"{leg.hours} hours from {leg.trigger}" for leg in rule.legs]
    valid = f"{rule.valid_from or '-'} to {rule.valid_to}" if rule.valid_to else rule.valid_from
    return (
        f"| `{rule.id}` | {rule.trigger} | {' or '.join(told) or 'open'} |"
        f" {rule.status}{f', {valid}' if valid else ''} | {rule.source} |"
    )


def _short(text: str | None) -> str:
    if text is None:
        return ""
    at, _, zone = str(Moment.parse(text)).partition("[")
    return f"{at.replace('T', ' ')} {'L' if zone == 'Europe/London]' else zone[:-1]}".strip()


def _lapse(seconds: int | None) -> str:
    return "" if seconds is None else duration(seconds)


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def test_every_rule_stands_on_the_page_with_its_source() -> None:
    assert [line for line in PAGE if line.startswith("| `") and line.count("|") == 6] == [
        rule_row(each) for each in rules()
    ]


def test_every_worked_case_of_the_page_is_what_the_clock_says() -> None:
    told = [line for line in _numbered() if line.count("|") == 10]

    assert told == [worked_row(*case) for case in OTHERS]


def test_every_gap_of_the_page_is_what_the_delay_chain_counts() -> None:
    rows = [line for line in _numbered() if line.count("|") == 5]

    for row in rows:
        _, start, end, lapse = (cell.strip() for cell in row.strip("|").split("|"))
        a, b = (Moment.parse(each.replace(" L", L).replace(" ", "T")) for each in (start, end))
        assert gap(Event("a", "", a), Event("b", "", b)).text == lapse
    assert len(rows) == 5


def _numbered() -> list[str]:
    return [line for line in PAGE if line.startswith("| ") and line.split()[1].isdecimal()]


@pytest.mark.parametrize(
    ("number", "rule_id", "status", "elapsed", "deadline"),
    [
        ("41", "uk-pecr-611", "late", "26h00m", f"2025-07-02T10:00{L}"),
        ("42", "uk-pecr", "on_time", "26h00m", f"2025-09-04T10:00{L}"),
        ("43", "uk-pecr-611-second", "on_time", "83h59m", f"2025-07-05{L}"),
        ("44", "nis2-ew", "running", None, f"2026-01-29T14:00{PARIS}"),
        ("44", "nis2-in", "on_time", "70h00m", f"2026-01-31T14:00{PARIS}"),
        ("44", "nis2-fr", "on_time", "683h59m", f"2026-02-28{PARIS}"),
        ("45", "dora-initial", "on_time", "18h00m", f"2026-07-04T14:00{BERLIN}"),
        ("45", "dora-intermediate", "running", None, f"2026-07-07T14:00{BERLIN}"),
        ("45", "dora-final", "running", None, f"2026-08-07{BERLIN}"),
        ("46", "dora-initial", "on_time", "29h59m", f"2026-07-05T02:00{BERLIN}"),
        ("47", "au-ndb-26wh", "on_time", None, f"2026-10-15{SYDNEY}"),
        ("48", "au-ndb-26wh", "late", None, f"2027-01-09{SYDNEY}"),
        ("51", "eu-omni-33-1", "on_time", "95h59m", f"2026-06-05T09:00{PARIS}"),
        ("51", "gdpr-33-1", "late", "95h59m", f"2026-06-04T09:00{PARIS}"),
    ],
)
def test_the_other_clocks_read_as_published(
    number: str, rule_id: str, status: str, elapsed: str | None, deadline: str
) -> None:
    _, _, events, reported = next(each for each in OTHERS if each[:2] == (number, rule_id))

    found = read(rule_id, events, reported)

    assert found.status == status
    assert found.deadline_min == found.deadline_max == str(Moment.parse(deadline))
    if elapsed:
        assert duration(found.elapsed_min_s or 0) == elapsed
