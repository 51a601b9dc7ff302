"""What of a case the checks look at, and what they say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import acknowledgement, override
from models.checks import Evidence, check, check_dossier
from models.dossier import Dossier, Ruling
from models.links import links
from models.record import REPORT_KINDS, Decision, place

if TYPE_CHECKING:
    from models.case import Case
    from models.moment import Moment
    from models.problem import Findings


def findings(case: Case, now: Moment | None) -> Findings:
    """Return what the checks say of the latest report of a case, its overrides applied."""
    if case.reports:
        number, found = case.reports[-1].report.number, check(_evidence(case, now))
    else:
        number, found = 0, check_dossier(dossier(case, now), case.rule_id, now)
    return override.apply(found, case.overrides, case.form, number)


def _evidence(case: Case, now: Moment | None) -> Evidence:
    *earlier, latest = case.reports
    unsent = case.side == "controller" and latest.report.kind == "initial"
    return Evidence(
        report=latest.report,
        pack=latest.report.pack,
        aware=case.aware,
        reported=case.reported or (now if unsent else None),
        previous=earlier[-1].report if earlier else None,
        now=now,
        rule_id=case.rule_id,
        acknowledged_reference=case.reference,
        earlier_initial=any(each.report.kind == "initial" for each in earlier),
        dossier=dossier(case, now),
        links=links(case.parties, case.aware),
        dating=acknowledgement.dating(case.reports, acknowledgement.dated(case.messages)),
        confirmed=case.confirmed,
        assessment=case.assessment,
        suspected=case.times.get("suspected") or case.when("suspected"),
    )


def dossier(case: Case, now: Moment | None) -> Dossier:
    """Return what a case shows beside its reports, by its messages, events and clock."""
    reading = case.reading(now)
    reasons = (each.report.fact("delay_reason") for each in case.reports)
    later = bool(case.reports) and case.reports[-1].report.kind == "follow_up"
    late = reading.status in {"late", "late_strict_only"} and later
    return Dossier(
        ours=case.side == "controller",
        missed=case.reported is None and case.state == "closed",
        late=late and all(each.void for each in reasons),
        reason=case.unreported,
        rulings=tuple(_ruling(case, each) for each in case.decisions),
        unknown_forms=sum(
            each.kind in REPORT_KINDS and f"message/{each.id}" in case.odd for each in case.messages
        ),
    )


def _ruling(case: Case, decision: Decision) -> Ruling:
    came = [
        (case.when("filed", each.id) or each.at, each.manifest)
        for each in case.messages
        if each.kind in REPORT_KINDS and each.manifest
    ]
    before = [each for each in came if _not_after(each[0], decision.at)]
    before.sort(key=lambda each: place(each[0]))
    return Ruling(
        reasoned=bool(decision.reasons),
        recommends=bool(decision.recommendations),
        basis=decision.basis,
        latest=before[-1][1] if before else "",
        at=decision.at,
        followed=any(
            each.kind != "receipt" and not _not_after(each.at, decision.at)
            for each in case.messages
            if each.kind != "decision"
        ),
    )


def _not_after(at: Moment | None, end: Moment | None) -> bool:
    """Whether `at` is not known to lie after `end`."""
    return at is None or end is None or place(at) <= place(end)
