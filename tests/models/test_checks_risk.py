from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.checks import Evidence, check, check_dossier
from models.checks.wording import CRIME, HARM_DONE, HOW_MANY, WHEN, says
from models.moment import Moment
from models.problem import Severity
from models.report import report_from_json
from tests.models.evidence import DOSSIER, LONDON, NOW, RULING, evidence, findings, found, report
from tests.models.examples import CYBER, ELSE, NO, TOLD, UNKNOWN

REDACTED = {"state": "redacted"}


def test_a_report_that_asks_for_more_is_not_run_where_an_answer_is_missing() -> None:
    silent = findings(likelihood=None, threshold=None, subjects_told=None, others_told=None)

    lacking = {"K27", "K28", "K29", "K30", "K31", "K32", "K33", "K39", "K43"}
    assert lacking <= set(silent.not_run)


# --- likelihood


def test_k27_only_special_categories_ask_for_an_explanation() -> None:
    assert found(likelihood_details=None) == ["K27 warning likelihood_details"]
    assert found(likelihood_details=None, data_categories=["Location data"]) == []
    assert found(likelihood_details=REDACTED) == []


def test_k39_both_ways() -> None:
    assert found(likelihood="Very unlikely") == ["K39 warning threshold"]
    unclear = "I am unclear whether the incident meets the threshold to report"
    assert found(likelihood="Very unlikely", threshold=unclear) == []


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Three customers were defrauded.", True),
        ("One patient has already suffered distress.", True),
        ("Money was taken from two accounts.", True),
        ("No actual harm is known so far.", False),
        ("Nobody was defrauded.", False),
        ("Customers could be defrauded.", False),
    ],
)
def test_k43_tells_harm_done_from_harm_feared(text: str, *, done: bool) -> None:
    assert says(HARM_DONE, text) is done
    assert ("K43 warning likelihood" in found(consequences=text)) is done


# --- telling


def test_k29_undecided_weighs_less_than_decided_not_to() -> None:
    undecided = "We haven't decided yet if we will tell them or not"

    assert "K29 error subjects_told" in found(likelihood="Likely", subjects_told=NO)
    assert found(likelihood="Likely", subjects_told=undecided) == ["K29 warning subjects_told"]
    noted = {"state": "answered", "value": NO, "note": "Art. 34(3)(a): the disk is encrypted."}
    assert found(likelihood="Likely", subjects_told=noted) == []


def test_k30_a_reason_that_is_no_ground_of_the_article() -> None:
    told = found(
        likelihood="Likely", subjects_told=NO, subjects_told_details="We would rather not."
    )

    assert told == ["K30 incomplete subjects_told_details"]
    assert found(subjects_told=NO) == []  # harm is unlikely


@pytest.mark.parametrize(
    ("details", "missing"),
    [
        (None, "say when, how many, how"),
        ("All of them.", "say when, how"),
        ("By letter on 3 June 2026.", "say how many"),
        ("By letter on 2026-06-03 to 100 customers.", None),
        ("Everyone was telephoned on Friday.", None),
    ],
)
def test_k32_names_what_is_missing(details: str | None, missing: str | None) -> None:
    problems = findings(subjects_told=TOLD, subjects_told_details=details).problems

    assert [each.message.partition(":")[0] for each in problems] == ([missing] if missing else [])
    assert findings(subjects_told=TOLD, subjects_told_details=REDACTED).problems == ()


def test_k33_listed_and_yet_no() -> None:
    listed: Any = [{"name": "A bank"}]

    assert found(others_told_which=listed) == ["K33 error others_told"]
    assert found(others_told="Don't know", others_told_which=listed) == []


@pytest.mark.parametrize(
    ("text", "crime"),
    [
        ("The van was broken into and papers were stolen.", True),
        ("A phishing mail took a password.", True),
        ("The stick was lost, not stolen.", False),
        ("There is no evidence of malicious access.", False),
        ("A clerk used cc for bcc.", False),
    ],
)
def test_k34_tells_a_crime_from_a_mishap(text: str, *, crime: bool) -> None:
    assert says(CRIME, text) is crime
    assert found(what_happened=text) == (["K34 warning others_told"] if crime else [])


def test_k34_is_content_with_the_police_told_or_a_reason_why_not() -> None:
    stolen = "A laptop was stolen."
    noted = {"state": "answered", "value": "No", "note": "The owner has it back."}
    police: Any = [{"name": "Northmoor Police"}]

    assert found(what_happened=stolen, others_told=noted) == []
    assert found(what_happened=stolen, others_told="Yes", others_told_which=police) == []
    assert "K34" in findings(what_happened=None, how_found=None).not_run


# --- cyber


def test_k35_names_each_empty_question_and_each_that_should_be() -> None:
    assert found(cyber="Yes") == [
        "K35 incomplete systems_affected",
        "K35 incomplete organisation_impact",
        "K35 incomplete recovery_time",
    ]
    assert found(cyber="No", recovery_time="Complete (recovered)") == ["K35 warning recovery_time"]
    assert "K35" in findings(cyber=None).not_run


def test_k36_no_system_affected_and_yet_ticked() -> None:
    assert found(**{**CYBER, "systems_affected": "No"}) == ["K36 error systems_affected"]
    assert "K36" in findings(**{**CYBER, "systems_affected": None}).not_run
    assert "K37" in findings(**{**CYBER, "recovery_time": None}).not_run


def test_k37_gone_for_good_and_yet_little_harmed() -> None:
    lost = {**CYBER, "recovery_time": "Not recoverable (e.g. backups gone)"}

    assert found(**lost) == ["K37 warning recovery_time"]


def test_k38_is_about_ransomware_that_was_there() -> None:
    locked = "Ransomware locked the server; the police know."
    some = {**CYBER, "systems_affected_which": ["Integrity"]}

    assert found(**some, what_happened=locked) == ["K38 warning systems_affected_which"]
    assert found(**some, what_happened="There was no ransomware, only a wrong setting.") == []
    redacted = {**CYBER, "systems_affected_which": REDACTED}
    assert found(**redacted, what_happened=locked) == []
    assert "K38" in findings(cyber=None).not_run


# --- phases


def test_k26_counts_from_the_report_and_needs_both_ends() -> None:
    later = Moment.parse(f"2026-07-10T09:00{LONDON}")

    assert found("follow_up", {"now": later}, records_count=UNKNOWN, likelihood=UNKNOWN) == [
        "K17 warning records_count",
        "K26 warning records_count",
        "K17 warning likelihood",
        "K26 warning likelihood",
    ]
    assert "K26" in findings("follow_up", {"now": None}).not_run


def test_k40_knows_training_when_it_reads_of_it() -> None:
    steps: Any = [{"text": "E-learning for all", "due": f"2026-09-01{LONDON}"}]

    assert found(staff_training="Don't know") == ["K40 warning actions"]
    assert found("follow_up", staff_training="No", prevention_steps=steps) == []
    assert found(staff_training={"state": "not_applicable"}) == []
    assert "K40" in findings(staff_training=None).not_run


def test_k41_a_step_without_a_date() -> None:
    steps: Any = [{"text": "Encrypt lists"}, {"text": "Train", "due": f"2026-09-01{LONDON}"}]

    assert found("follow_up", prevention_steps=steps) == ["K41 incomplete prevention_steps"]
    assert "K41 incomplete prevention_steps" in found("follow_up", prevention_steps=None)


def test_k41_is_not_run_on_a_form_without_those_questions() -> None:
    made: Any = {"form": "gdpr-art33", "kind": "follow_up", "number": 1, "answers": {}}

    assert "K41" in check(Evidence.of_report(report_from_json(made))).not_run


def test_k42_needs_to_know_when_the_breach_was() -> None:
    early: Any = [{"text": "Encrypt", "due": f"2026-05-29{LONDON}"}]

    assert "K42 error prevention_steps" in found("follow_up", prevention_steps=early)
    assert "K42" in findings("follow_up", prevention_steps=early, occurred=None).not_run


# --- the file of the case


def dossier(**changes: Any) -> list[str]:
    known = evidence(report(), dossier=replace(DOSSIER, **changes))
    return [f"{each.id} {each.severity}" for each in check(known).problems]


def ruled(**changes: Any) -> list[str]:
    return dossier(rulings=(replace(RULING, **changes),))


def test_k52_asks_no_controller_for_the_regulators_reasons() -> None:
    assert ruled(reasoned=False) == []
    assert dossier(ours=False, rulings=(replace(RULING, reasoned=False),)) == ["K52 incomplete"]


def test_k48_is_the_controllers_own_register() -> None:
    assert dossier(missed=True) == ["K48 incomplete"]
    assert dossier(late=True) == ["K48 incomplete"]
    assert dossier(late=True, reason="The processor told us late.") == []
    assert dossier(missed=True, ours=False) == []


def test_k51_is_not_run_where_no_basis_is_cited() -> None:
    assert ruled(basis="") == []
    assert "K51" in check(evidence(report(), dossier=replace(DOSSIER, rulings=()))).not_run


def test_k52_recommendations_wait_for_an_answer_ninety_days() -> None:
    old = Moment.parse("2026-01-01T09:00Z")

    assert ruled(recommends=True, at=old) == ["K52 note"]
    assert ruled(recommends=True, at=old, followed=True) == []
    assert ruled(recommends=True, at=None) == []


def test_a_file_without_a_report_is_checked_as_well() -> None:
    closed = replace(DOSSIER, missed=True, rulings=(), unknown_forms=1)

    uk = check_dossier(closed, "uk-gdpr-33-1", NOW)
    elsewhere = check_dossier(closed, "au-ndb-26wk", NOW)

    assert [(each.id, each.question) for each in uk.problems] == [("K48", ""), ("K58", "")]
    assert uk.problems[0].source == "UK GDPR Art. 33(5)"
    assert {"K01", "K51", "K52"} <= set(uk.not_run)
    assert [(each.id, each.severity) for each in elsewhere.problems] == [("K58", Severity.NOTE)]
    assert "K48" in elsewhere.not_run


# --- words


@pytest.mark.parametrize(
    "text", ["on 3 June", "3/6/2026", "2026-06-03", "June 3", "on Friday", "the same day"]
)
def test_a_day_is_known_in_any_spelling(text: str) -> None:
    assert WHEN.search(text)


@pytest.mark.parametrize("text", ["12,000 customers", "all", "both", "three letters", "5 e-mails"])
def test_a_number_of_people_is_known_in_any_spelling(text: str) -> None:
    assert HOW_MANY.search(text)


def test_something_else_redacted_is_something() -> None:
    assert found(subjects_told=ELSE, subjects_told_details=REDACTED) == []
