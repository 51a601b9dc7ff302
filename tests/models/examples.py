"""For every check one report, or one file of a case, that it objects to, and one that it passes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from models.checks import Dating, Evidence, check
from models.links import links
from models.moment import Moment
from models.problem import Findings
from models.record import Party
from models.report import report_from_json
from tests.models.assessed import assessed
from tests.models.evidence import (
    DOSSIER,
    IN_TIME,
    LATE,
    LONDON,
    NOW,
    REFERENCE,
    RULING,
    answer,
    findings,
)

OTHER = "Other (please give details below)"
NO = "No, we've decided not to"
TOLD = "Yes, we've told affected data subjects"
ELSE = "Something else (please give details below)"
CYBER: dict[str, Any] = {
    "cyber": "Yes",
    "systems_affected": "Yes",
    "systems_affected_which": ["Confidentiality", "Availability"],
    "organisation_impact": "Low (no or little loss of efficiency, "
    "critical services still provided)",
    "recovery_time": "Complete (recovered)",
}
STATEMENT: dict[str, Any] = {
    "controller_name": "Harbour Books Pty Ltd",
    "reporter": {"email": "dp@harbour.example"},
    "what_happened": "A list of customers was sent to the wrong supplier.",
    "data_categories": "Names and addresses",
    "recommended_steps": "Watch for unusual letters.",
}
UNKNOWN = {"state": "not_yet_known"}


class Example(NamedTuple):
    """A kind of report, what is known beside it, and how it differs from one without fault."""

    kind: str = "initial"
    known: dict[str, Any] | None = None
    changes: dict[str, Any] = {}  # noqa: RUF012 - never changed
    form: str = "ico-2019"

    def findings(self) -> Findings:
        if self.form != "ico-2019":
            found = {name: answer(given) for name, given in self.changes.items()}
            made: Any = {"form": self.form, "kind": self.kind, "number": 0, "answers": found}
            return check(Evidence.of_report(report_from_json(made), now=NOW))
        return findings(self.kind, self.known, **self.changes)


def initial(known: dict[str, Any] | None = None, **changes: Any) -> Example:
    return Example("initial", known, changes)


def follow_up(known: dict[str, Any] | None = None, **changes: Any) -> Example:
    return Example("follow_up", known, changes)


def file(**changes: Any) -> Example:
    return initial({"dossier": replace(DOSSIER, **changes)})


def ruling(**changes: Any) -> Example:
    return file(ours=False, rulings=(replace(RULING, **changes),))


def at(text: str) -> Moment:
    return Moment.parse(f"{text}{LONDON}")


def told_by(aware: Moment | None) -> Example:
    """Return a report whose processor became aware then, the controller on 1 June at 9."""
    processor = Party("p1", "processor", "Harbour Hosting", aware)
    return initial({"links": links([processor], at("2026-06-01T09:00"))})


def beside(
    items: dict[str, Any] | None = None, *groups: dict[str, Any], scores: Any = None
) -> Example:
    """Return a report with an assessment beside it."""
    return initial({"assessment": assessed(items or {}, *groups, scores=scores)})


def suspected(now: str) -> Example:
    """Return the report of an Australian case that was suspected on 1 March in Sydney."""
    sydney = "[Australia/Sydney]"
    return initial(
        {
            "rule_id": "au-ndb-26wk",
            "now": Moment.parse(f"{now}{sydney}"),
            "suspected": Moment.parse(f"2026-03-01T23:00{sydney}"),
            "aware": None,
            "assessment": assessed({"S1.6": "a cause"}),
        }
    )


FAIL: dict[str, Example] = {
    "K01": initial(occurred=f"2026-06-02{LONDON}"),
    "K02": initial({"reported": at("2026-05-31T09:00")}),
    "K03": initial({"now": at("2026-05-01T09:00")}),
    "K04": initial({"aware": None}, discovered=None),
    "K05": initial(
        {"aware": at("2026-06-01"), "reported": at("2026-06-04T12:00")},
        discovered=f"2026-06-01{LONDON}",
    ),
    "K06": initial(occurred=f"2026-03-29T01:30{LONDON}"),
    "K07": initial({"reported": LATE}),
    "K08": initial(delay_reason="The supplier told us late."),
    "K09": initial({"reported": LATE}, delay_reason="N/A"),
    "K10": initial(occurred=f"2026-04-01{LONDON}"),
    "K11": told_by(None),
    "K12": told_by(at("2026-05-30T09:00")),
    "K13": follow_up(case_reference=None),
    "K14": initial(case_reference=REFERENCE),
    "K15": follow_up(case_reference="12345"),
    "K16": follow_up({"earlier_initial": False}),
    "K17": follow_up(how_found=None),
    "K18": initial(subject_categories=None),
    "K19": initial(data_categories=None),
    "K20": initial(subjects_count=None),
    "K21": initial(subjects_count={"text": "0", "total": 0}),
    "K22": initial(records_count={"text": "10", "total": 10}),
    "K23": initial(
        records_count={"text": "120", "total": 120, "parts": [{"label": "x", "count": 121}]}
    ),
    "K24": initial(data_categories=["Health data", OTHER]),
    "K25": initial(subject_categories=["Employees", "Not yet known"]),
    "K26": follow_up({"now": at("2026-07-10T09:00")}, records_count=UNKNOWN),
    "K27": initial(likelihood_details=None),
    "K28": initial(subject_categories=["Children"], likelihood="Very unlikely"),
    "K29": initial(likelihood="Likely", subjects_told=NO),
    "K30": initial(likelihood="Neutral - neither likely nor unlikely", subjects_told=NO),
    "K31": initial(subjects_told=ELSE),
    "K32": initial(subjects_told=TOLD, subjects_told_details="We told them."),
    "K33": initial(others_told="Yes"),
    "K34": initial(what_happened="A laptop was stolen from a car."),
    "K35": initial(cyber="Yes"),
    "K36": initial(**{**CYBER, "systems_affected_which": None}),
    "K37": initial(**{**CYBER, "organisation_impact": UNKNOWN}),
    "K38": initial(
        **{**CYBER, "systems_affected_which": ["Integrity"]},
        what_happened="Ransomware locked the file server; the police know.",
    ),
    "K39": initial(
        threshold="I do not consider the incident meets the threshold to report, "
        "however I want you to be aware",
        likelihood="Likely",
    ),
    "K40": initial(staff_training="No"),
    "K41": follow_up(prior_measures=None),
    "K42": follow_up(prevention_steps=[{"text": "Encrypt", "done": f"2026-05-01{LONDON}"}]),
    "K43": initial(consequences="Two customers have already been defrauded."),
    "K44": initial(how_found="Her NI number QQ 12 34 56 C stood on the list."),
    "K45": Example(
        changes={
            **STATEMENT,
            "what_happened": "Not patched against CVE-2026-12345.",
        },
        form="oaic-ndb",
    ),
    "K46": initial(reporter={"name": "A. Sample"}),
    "K47": initial(consequences=None),
    "K48": file(missed=True),
    "K49": beside(scores={"DPC4": "4", "EI": "1.00 maximum", "CB1": "0.25"}),
    "K50": beside({}, {"R11": "Yes", "D1": "No"}),
    "K51": ruling(latest="b" * 64),
    "K52": ruling(reasoned=False),
    "K53": Example(changes={**STATEMENT, "recommended_steps": None}, form="oaic-ndb"),
    "K54": suspected("2026-04-01T00:00"),
    "K55": beside({}, {"R8": "Yes", "D1": "No"}),
    "K56": beside({}, {"M1": "Letter; Website", "D1": "Yes"}),
    "K57": initial({"dating": Dating(IN_TIME, LATE, frozenset({IN_TIME.date}))}),
    "K58": file(unknown_forms=1),
}
PASS: dict[str, Example] = {
    "K05": initial({"aware": at("2026-06-01")}, discovered=f"2026-06-01{LONDON}"),
    "K07": initial({"reported": LATE}, delay_reason="The supplier told us late."),
    "K08": initial({"reported": LATE}, delay_reason="The supplier told us late."),
    "K09": initial({"reported": LATE}, delay_reason="The supplier told us late."),
    "K12": told_by(at("2026-05-31T12:00")),
    "K17": follow_up(how_found={"state": "blank", "note": "It was wrong."}),
    "K22": initial(
        records_count={"text": "10", "total": 10}, subjects_count={"text": "5", "total": 5}
    ),
    "K24": initial(data_categories=["Health data", OTHER], data_categories_other="Tax numbers"),
    "K26": follow_up({"now": at("2026-06-20T09:00")}, records_count=UNKNOWN),
    "K27": initial(),
    "K28": initial(subject_categories=["Children"], likelihood="Unlikely"),
    "K29": initial(
        likelihood="Likely", subjects_told=NO, subjects_told_details="Art. 34(3)(a): encrypted."
    ),
    "K30": initial(
        likelihood="Likely", subjects_told=NO, subjects_told_details="Art. 34(3)(a): encrypted."
    ),
    "K31": initial(subjects_told=ELSE, subjects_told_details="A notice hangs in the hall."),
    "K32": initial(
        subjects_told=TOLD, subjects_told_details="All 100 customers by letter on 3 June."
    ),
    "K33": initial(others_told="Yes", others_told_which=[{"name": "Another regulator"}]),
    "K34": initial(
        what_happened="A laptop was stolen from a car.",
        actions="Reported to the police the same day.",
    ),
    "K35": initial(**CYBER),
    "K36": initial(**CYBER),
    "K37": initial(**CYBER),
    "K38": initial(**CYBER, what_happened="Ransomware locked the file server; the police know."),
    "K39": initial(likelihood="Likely", subjects_told="No, but we're planning to"),
    "K40": initial(staff_training="No", actions="All staff are trained this month."),
    "K41": follow_up(),
    "K42": follow_up(prevention_steps=[{"text": "Encrypt", "done": f"2026-06-01{LONDON}"}]),
    "K43": initial(consequences="Phishing is possible. No customer was defrauded."),
    "K45": Example(changes=STATEMENT, form="oaic-ndb"),
    "K48": file(missed=True, reason="No risk: the list held company names only."),
    "K50": beside({}, {"R11": "Yes", "R12": "Safe", "D1": "No"}),
    "K52": ruling(recommends=True, at=at("2026-06-01T09:00")),
    "K53": Example(changes=STATEMENT, form="oaic-ndb"),
    "K54": suspected("2026-03-20T09:00"),
}
"""Where it is left out, the report without fault is the one."""


def passing(check: str) -> Example:
    return PASS.get(check, follow_up() if FAIL[check].kind == "follow_up" else initial())
