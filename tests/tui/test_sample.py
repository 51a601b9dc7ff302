"""The sample vault shows each part of a case at work."""

from __future__ import annotations

from pathlib import Path

from models.case import Case
from models.moment import Moment
from tui.sample.story import Sample, build

NOW = Moment.parse("2026-11-26T10:00Z")


def test_the_sample_shows_every_part_of_a_case_at_work(tmp_path: Path) -> None:
    seconds = NOW.span().earliest or 0
    with build(Sample(tmp_path, seconds, "2026-11-26T10:00:00.000Z")) as vault:
        cases = {row.title: vault.case(row.id) for row in vault.rows()}
        waits = {row.title: row.waits for row in vault.rows()}

    phished = cases["Phishing of a payroll mailbox"]
    assert phished.assessment is not None
    decided = [group.decision.word for group in phished.assessment.groups]
    assert decided == ["Yes", ""]
    assert phished.assessment.severity is not None
    assert phished.forms == ("ico-2019", "gdpr-art33")
    assert waits[phished.title] == 1
    supplied = cases["Supplier's backup found open"].parties
    assert {each.role for each in supplied} == {"processor", "sub_processor"}
    assert let_stand(cases["Letter in the wrong envelope"]) == ["K32"]
    twin = cases["Staff records at a training supplier"]
    assert twin.classed.sector == "Education and childcare"


def let_stand(case: Case) -> list[str]:
    return [each.id for each in case.findings(NOW).problems if each.override]
