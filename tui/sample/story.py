"""Six fictional cases in a temporary vault, one of them about to run out of its 72 hours."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

from exports.card import office_card
from exports.desk import acknowledge, decide
from exports.inbox import file_bundle, preview
from exports.outbox import record_sent, send
from exports.trust import add_contact
from models.form import load_pack
from models.moment import Moment, from_instant
from models.report import parse_report
from models.typed import typed_answer
from store.casework import close_case, new_case, set_answers, set_aware, start_followup
from store.vault import Founding, Vault
from tui.sample.work import also_in_the_eu, assessed, counted, let_stand, supplied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from models.report import Report

ZONE = "Europe/London"
HOUR = 3600
PASSPHRASE = b"fictional cases only"
REFERENCE = "IC-40717-T3W9"
"""The twin's invented case reference."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Where a sample vault is built: two folders, the present in UTC seconds, the wall clock."""

    here: Path
    now_s: int
    wall: str

    def ago(self, hours: float) -> str:
        """Return the moment `hours` before now as text, to the minute."""
        seconds = self.now_s - int(hours * HOUR)
        return str(from_instant(seconds - seconds % 60, ZONE))


def build(sample: Sample) -> Vault:
    """Make both vaults, play the stories, close the regulator's, return the controller's."""
    ours = _vault(sample, "controller", "Northmoor Training Agency", "A. Responder")
    theirs = _vault(sample, "regulator", "Information Commission (sample)", "C. Officer")
    with theirs:
        regulator = add_contact(ours, office_card(theirs), "regulator", wall=sample.wall).id
        add_contact(theirs, office_card(ours), "controller", wall=sample.wall)
        _twin(sample, ours, theirs, regulator)
        _wrong_envelope(sample, ours, regulator)
    _running(sample, ours)
    ours.write_behind()
    return ours


def twin(name: str) -> Report:
    """Return a report of the real case's twin: `initial` or `follow-up`."""
    return parse_report(resources.files("tui.sample").joinpath(f"twin-{name}.json").read_bytes())


def _vault(sample: Sample, side: str, organisation: str, person: str) -> Vault:
    founding = Founding(
        person=person,
        side="regulator" if side == "regulator" else "controller",
        organisation=organisation,
        zone=ZONE,
        kdf_mib=19,
    )
    vault, _ = Vault.create(sample.here / side, bytearray(PASSPHRASE), founding, sample.wall)
    return vault


def _answer(vault: Vault, case_id: str, wall: str, typed: Mapping[str, str]) -> None:
    pack = load_pack(vault.case(case_id).form)
    answers = {
        field: typed_answer(pack.question(field), text, ZONE) for field, text in typed.items()
    }
    set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=wall)


def _fill(vault: Vault, case_id: str, report: Report, wall: str) -> None:
    answers = {field: answer for field, answer in report.answers.items() if answer.state != "blank"}
    set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=wall)


def _twin(sample: Sample, ours: Vault, theirs: Vault, regulator: str) -> None:
    wall = sample.wall
    case_id = new_case(ours, "Staff records at a training supplier", wall=wall)
    _fill(ours, case_id, twin("initial"), wall)
    why = "the time is in the initial report, the date in the follow-up"
    set_aware(ours, case_id, _at("2019-12-18T16:42"), why, wall=wall)
    initial = send(
        ours, case_id, regulator, at=_at("2019-12-20T18:10"), wall=wall, incomplete_reason=_THIN
    )
    record_sent(ours, case_id, _at("2019-12-20T18:16"), via="bundle", ref=None, wall=wall)
    their_id = _file(theirs, initial.data, "2019-12-20T18:16", "2019-12-23T11:12", wall)
    _return(
        ours,
        acknowledge(theirs, their_id, REFERENCE, at=_at("2019-12-23T11:23"), wall=wall).data,
        wall,
    )

    start_followup(ours, case_id, wall=wall)
    _fill(ours, case_id, twin("follow-up"), wall)
    more = send(
        ours, case_id, regulator, at=_at("2019-12-31T19:58"), wall=wall, incomplete_reason=_THIN
    )
    record_sent(ours, case_id, _at("2019-12-31T20:02"), via="bundle", ref=None, wall=wall)
    _file(theirs, more.data, "2019-12-31T20:02", "2019-12-31T20:02", wall)
    decision = decide(
        theirs,
        case_id=their_id,
        outcome=OUTCOME,
        reasons=REASONS,
        recommendations=RECOMMENDATIONS,
        at=_at("2020-01-14T15:47"),
        wall=wall,
    )
    _return(ours, decision.data, wall)
    close_case(ours, case_id, _at("2020-01-14T15:47"), wall=wall)
    counted(ours, case_id, wall=wall)


_THIN = "a late or thin report is better than none; the rest follows"
OUTCOME = "no further action on this occasion"
REASONS = (
    "the incident appears to be isolated",
    "many people are concerned, but the data are of low actual sensitivity",
    "no evidence of detriment has been received",
    "the controller considers a risk unlikely and keeps investigating",
    "action has been taken",
)
RECOMMENDATIONS = (
    "check whether the measures in place before were followed and adequate",
    "keep monitoring, and act and tell us if the risk assessment changes",
)


def _at(text: str) -> Moment:
    return Moment.parse(f"{text}[{ZONE}]")


def _file(theirs: Vault, data: bytes, sent: str, filed: str, wall: str) -> str:
    file, at = BytesIO(data), _at(sent)
    seen = preview(theirs, file)
    filed_in = file_bundle(theirs, seen, file, sent=at, received=at, at=_at(filed), wall=wall)
    return filed_in or ""


def _return(ours: Vault, data: bytes, wall: str) -> None:
    file = BytesIO(data)
    seen = preview(ours, file)
    file_bundle(ours, seen, file, sent=None, received=None, at=None, wall=wall)


def _wrong_envelope(sample: Sample, ours: Vault, regulator: str) -> None:
    case_id = new_case(ours, "Letter in the wrong envelope", wall=sample.wall)
    answers = {
        "threshold": "1",
        "what_happened": "An appointment letter went to the neighbouring address.",
        "cyber": "No",
        "how_found": "The neighbour telephoned.",
        "discovered": sample.ago(100),
        "occurred": sample.ago(124),
        "data_categories": "Health data; Basic personal identifiers",
        "records_count": "1",
        "subjects_count": "1",
        "subject_categories": "Patients",
        "consequences": "One person's appointment became known to a neighbour.",
        "likelihood": "Unlikely",
        "likelihood_details": "The letter came back unopened.",
        "staff_training": "Yes",
        "actions": "Letter recovered; windows of the envelopes checked.",
        "subjects_told": "Yes",
        "others_told": "No",
        **_ABOUT,
    }
    _answer(ours, case_id, sample.wall, answers)
    send(
        ours,
        case_id,
        regulator,
        at=Moment.parse(sample.ago(60)),
        wall=sample.wall,
        incomplete_reason=_THIN,
    )
    record_sent(
        ours, case_id, Moment.parse(sample.ago(59)), via="bundle", ref=None, wall=sample.wall
    )
    let_stand(ours, case_id, Moment.parse(sample.ago(0)), wall=sample.wall)


_ABOUT = {
    "controller_name": "Northmoor Training Agency",
    "controller_address": "1 Fictional Way, Northmoor",
    "reporter": "A. Responder; responder@northmoor.example; +44 1632 960001",
    "dpo": "D. Officer; dpo@northmoor.example; +44 1632 960002",
}


def _running(sample: Sample, ours: Vault) -> None:
    stories: dict[str, dict[str, str]] = {
        "Laptop left on a train": {
            "what_happened": "A laptop with unsent training certificates was left on a train.",
            "discovered": sample.ago(71.25),
            "occurred": sample.ago(73),
            "data_categories": "Basic personal identifiers",
            "subjects_count": "340",
            "subject_categories": "Students",
            **_ABOUT,
        },
        "Phishing of a payroll mailbox": {
            "cyber": "Yes",
            "what_happened": "One mailbox forwarded its mail to an outside address for two days.",
            "how_found": "The mail provider's alert.",
            "discovered": sample.ago(20.5),
            "occurred": sample.ago(68),
            "data_categories": "Economic and financial data; Basic personal identifiers",
            "records_count": "1,204 | with a bank account number: 611",
            "subjects_count": "1,180",
            "subject_categories": "Employees",
        },
        "Supplier's backup found open": {
            "cyber": "Don't know",
            "what_happened": "A supplier told us that a backup had been readable from outside.",
            "discovered": sample.ago(96)[:10] + f"[{ZONE}]",
            "data_categories": "Not yet known",
            "subjects_count": "Not yet known",
        },
        "Badge records, first alert only": {
            "how_found": "A guard mentioned it; nobody has confirmed it yet.",
        },
    }
    wall, ids = sample.wall, {title: new_case(ours, title, wall=sample.wall) for title in stories}
    for title, answers in stories.items():
        _answer(ours, ids[title], wall, answers)
    _, phished, supplier, _ = ids.values()
    assessed(ours, phished, Moment.parse(sample.ago(2)), wall=wall)
    also_in_the_eu(ours, phished, wall=wall)
    early, late = (Moment.parse(sample.ago(hours)) for hours in (150, 130))
    supplied(ours, supplier, early, late, wall=wall)
