from __future__ import annotations

from typing import Any

from models.checks import Dating
from models.links import links
from models.moment import Moment
from models.record import Party
from tests.models.evidence import IN_TIME, LONDON, findings, found

AWARE = Moment.parse(f"2026-06-01T09:00{LONDON}")


def chain(*upstream: tuple[str, str | None], target_s: int | None = None) -> dict[str, Any]:
    parties = [
        Party(f"p{at}", role, "", Moment.parse(text) if text else None, target_s=target_s)
        for at, (role, text) in enumerate(upstream)
    ]
    return {"links": links(parties, AWARE)}


def test_k10_a_breach_undetected_for_more_than_30_days_needs_a_word_on_why() -> None:
    long_ago = f"2026-05-01T08:59{LONDON}"

    assert found(occurred=long_ago) == ["K10 warning discovered"]
    assert found(occurred=f"2026-05-02T09:00{LONDON}") == []
    assert found(occurred=f"2026-05-01{LONDON}") == ["K10 warning discovered"]
    noted = {"state": "answered", "value": long_ago, "note": "nobody read that log"}
    assert found(occurred=noted) == []
    reason = "The log was read once a quarter."
    assert found(occurred=long_ago, delay_reason=reason) == ["K08 note delay_reason"]
    assert "K10" in findings(occurred=None).not_run


def test_k11_a_party_whose_awareness_nobody_recorded() -> None:
    dark = chain(("processor", None), ("sub_processor", None), ("processor", None))

    problems = findings(known=dark).problems

    assert [(each.id, each.severity, each.message) for each in problems] == [
        ("K11", "incomplete", "record when the processor became aware"),
        ("K11", "incomplete", "record when the sub-processor became aware"),
    ]
    assert "K11" in findings(known={"links": None}).not_run


def test_k12_a_link_longer_than_its_target() -> None:
    slow = ("processor", f"2026-05-31T08:59{LONDON}")

    (problem,) = findings(known=chain(slow)).problems

    assert (problem.id, problem.severity) == ("K12", "warning")
    assert problem.message == "ask why the processor told nobody for 24h01m: its target is 24h00m"
    assert problem.source == "UK GDPR Art. 33(2); ICO form Q8"
    assert found(known=chain(slow, target_s=48 * 3600)) == []
    assert found(known=chain(("processor", f"2026-05-31T09:00{LONDON}"))) == []
    assert found(known=chain(("processor", f"2026-05-31{LONDON}"))) == []
    assert "K12" in findings(known={"links": None}).not_run


def test_k57_an_acknowledgement_that_dates_the_report_by_its_filing() -> None:
    stated = Moment.parse(f"2026-06-05T11:12{LONDON}")

    (problem,) = findings(known={"dating": Dating(IN_TIME, stated, frozenset())}).problems

    assert (problem.id, problem.severity, problem.question) == ("K57", "warning", "case_reference")
    assert problem.message == (
        "ask the regulator to correct the date of the report: it is 50h12m after sending"
    )
    assert found(known={"dating": Dating(IN_TIME, stated, frozenset({stated.date}))}) == []
    assert "K57" in findings(known={"dating": None}).not_run
