"""A report that no check objects to, and what is known beside it: one keyword breaks it."""

from __future__ import annotations

from typing import Any

from models.checks import Dating, Evidence, check
from models.dossier import Dossier, Ruling
from models.moment import Moment
from models.problem import Findings
from models.report import Report, report_from_json
from tests.models.assessed import assessed

LONDON = "[Europe/London]"
DISCOVERED = f"2026-06-01T09:00{LONDON}"
IN_TIME = Moment.parse(f"2026-06-03T09:00{LONDON}")
LATE = Moment.parse(f"2026-06-05T09:00{LONDON}")
NOW = Moment.parse(f"2026-06-10T12:00{LONDON}")
REFERENCE = "IC-12345-A1B2"
RULING = Ruling(
    reasoned=True, recommends=False, basis="a" * 64, latest="a" * 64, at=NOW, followed=False
)
DOSSIER = Dossier(
    ours=True, missed=False, late=False, reason="", rulings=(RULING,), unknown_forms=0
)
SOUND = assessed({}, {"R8": "No", "D1": "No"}, scores={"DPC1": "1", "FL2": "No"})
"""An assessment that no check objects to."""
UNASSESSED = ("K49", "K50", "K55", "K56")
"""The checks that do not run without an assessment."""

ANSWERS: dict[str, Any] = {
    "threshold": "I consider the incident meets the threshold to report",
    "what_happened": "A list of customers was sent to the wrong supplier.",
    "cyber": "No",
    "how_found": "The supplier telephoned.",
    "discovered": DISCOVERED,
    "occurred": f"2026-05-30{LONDON}",
    "data_categories": ["Health data"],
    "records_count": {"text": "120", "total": 120},
    "subjects_count": {"text": "100", "total": 100},
    "subject_categories": ["Customers or prospective customers"],
    "consequences": "Unwanted letters.",
    "likelihood": "Unlikely",
    "likelihood_details": "The supplier is bound to secrecy and had the list for an hour.",
    "staff_training": "Yes",
    "actions": "The supplier deleted the list and confirmed it in writing.",
    "subjects_told": "No, but we're planning to",
    "others_told": "No",
    "controller_name": "Harbour Books Ltd",
    "controller_address": "1 Quay Street, Exampleton",
    "reporter": {"name": "A. Sample", "email": "dp@harbour.example"},
    "dpo_same": True,
}
FOLLOW_UP: dict[str, Any] = {
    "case_reference": REFERENCE,
    "prior_measures": "Two people check every list before it leaves.",
    "prevention_steps": [{"text": "Encrypt lists", "due": f"2026-09-01{LONDON}"}],
}


def answer(given: Any) -> dict[str, Any]:
    """Return the JSON of an answer; a dict with a state is one already, None is blank."""
    if given is None:
        return {"state": "blank"}
    if isinstance(given, dict) and "state" in given:
        return given
    return {"state": "answered", "value": given}


def report(kind: str = "initial", **changes: Any) -> Report:
    answers = {**ANSWERS, **(FOLLOW_UP if kind == "follow_up" else {}), **changes}
    return report_from_json(
        {
            "form": "ico-2019",
            "kind": kind,
            "number": 0 if kind == "initial" else 1,
            "answers": {name: answer(given) for name, given in answers.items()},
        }
    )


def evidence(found: Report, **known: Any) -> Evidence:
    """Return a report with all known beside it: sent in time, acknowledged, clock at hand."""
    alone = Evidence.of_report(found)
    beside: dict[str, Any] = {
        "report": found,
        "pack": alone.pack,
        "aware": alone.aware,
        "reported": IN_TIME,
        "previous": None if found.kind == "initial" else report(),
        "now": NOW,
        "rule_id": alone.rule_id,
        "acknowledged_reference": REFERENCE,
        "earlier_initial": found.kind != "initial",
        "dossier": DOSSIER,
        "links": (),
        "dating": Dating(IN_TIME, IN_TIME, frozenset({IN_TIME.date})),
        "assessment": SOUND,
    }
    return Evidence(**{**beside, **known})


def findings(
    kind: str = "initial", known: dict[str, Any] | None = None, **changes: Any
) -> Findings:
    return check(evidence(report(kind, **changes), **(known or {})))


def found(kind: str = "initial", known: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """Return `K07 error delay_reason` for each problem."""
    return [
        f"{problem.id} {problem.severity} {problem.question}"
        for problem in findings(kind, known, **changes).problems
    ]
