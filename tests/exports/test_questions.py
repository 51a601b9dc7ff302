"""Questions and answers, receipts, withdrawals and notices between two offices."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from exports import limits
from exports.attached import Attached
from exports.card import office_card
from exports.desk import acknowledge, ask, decide
from exports.enclosure import find_enclosed, outward_name
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import preview
from exports.manifest import InformationRequest, InformationResponse, KeyUpdate
from exports.outbox import record_sent, send
from exports.reply import answer, give_receipt, notify, withdraw
from exports.sealing import Sealed
from exports.trust import add_contact, contacts
from models.errors import MissingError, ShapeError, UsageError
from models.request import requests
from store.attachment import Attachment, attach, attachments, pieces
from store.casework import start_followup
from store.change import AddOp, DelOp
from store.vault import Vault
from tests.exports.build import (
    REFERENCE,
    WALL,
    WHY,
    a_case,
    at,
    file,
    introduce,
    members,
    office_of,
)
from tests.exports.sent import STRANGER, Sent, nothing_changes, refused

GIVEN: dict[str, Any] = {"at": None, "wall": WALL, "incomplete_reason": WHY}
DUE = at("2020-01-10T17:00")


def asked(sent: Sent, *texts: str) -> Sealed:
    questions = [(text, DUE) for text in texts]
    return ask(sent.theirs, sent.their_id, questions, message="by Friday", at=None, wall=WALL)


def replied(sent: Sent, replies: dict[int, str], **more: Any) -> Sealed:
    given = {"message": None, "at": None, "wall": WALL, **more}
    return answer(sent.ours, sent.case_id, replies, **given)


def attached(ours: Vault, case_id: str, folder: Path, name: str, data: bytes) -> Attachment:
    path = folder / "file"
    path.write_bytes(data)
    return attach(ours, case_id, path, name=name, wall=WALL)


def test_a_request_is_answered_question_by_question(sent: Sent) -> None:
    request = asked(sent, "How many backups?", "Who held the keys?")
    file(sent.ours, request)
    file(sent.theirs, replied(sent, {2: "The supplier."}))

    for vault, case_id in ((sent.ours, sent.case_id), (sent.theirs, sent.their_id)):
        (found,) = requests(vault.case(case_id))
        assert found.by_us == (vault is sent.theirs)
        assert [(each.number, each.reply) for each in found.questions] == [
            (1, ""),
            (2, "The supplier."),
        ]
        assert [each.number for each in found.open] == [1]
        assert found.questions[0].due == DUE

    file(sent.theirs, replied(sent, {1: "Two."}))

    (found,) = requests(sent.theirs.case(sent.their_id))
    assert found.open == ()


def test_a_request_shows_its_questions_before_it_is_filed(sent: Sent) -> None:
    seen = preview(sent.ours, BytesIO(asked(sent, "How many backups?").data))

    assert seen.changes == (f"question 1 (due {DUE}): How many backups?", "note by Friday")


def test_an_answer_shows_its_replies_and_files_before_it_is_filed(
    sent: Sent, tmp_path: Path
) -> None:
    file(sent.ours, asked(sent, "Any list?"))
    found = attached(sent.ours, sent.case_id, tmp_path, "list.pdf", b"a list")

    response = replied(sent, {1: "Here it is."}, message="the rest follows", files=(found,))
    seen = preview(sent.theirs, BytesIO(response.data))

    assert isinstance(response.manifest, InformationResponse)
    assert response.manifest.attachments[0].media_type == "application/pdf"
    assert seen.changes == (
        "answer 1: Here it is.",
        "note the rest follows",
        "attachment list.pdf, 6 bytes",
    )
    file(sent.theirs, response)
    (kept,) = attachments(sent.theirs.state(sent.their_id))
    assert b"".join(pieces(sent.theirs, sent.their_id, kept)) == b"a list"


def test_the_dates_of_questions_and_answers_are_in_the_course_of_the_case(sent: Sent) -> None:
    request = ask(
        sent.theirs,
        sent.their_id,
        [("Who?", None)],
        message=None,
        at=at("2020-01-02T10:00"),
        wall=WALL,
    )
    file(sent.ours, request)
    file(sent.theirs, replied(sent, {1: "Nobody."}, at=at("2020-01-03T10:00")))

    for vault, case_id in ((sent.ours, sent.case_id), (sent.theirs, sent.their_id)):
        names = [gap.to.name for gap in vault.case(case_id).chain()]
        assert names.index("requested") < names.index("answered")


def test_nothing_is_asked_without_a_question(sent: Sent) -> None:
    with nothing_changes(sent.theirs), pytest.raises(UsageError, match="nothing is asked"):
        ask(sent.theirs, sent.their_id, [], message=None, at=None, wall=WALL)


def test_a_question_that_steers_is_not_sealed(sent: Sent) -> None:
    with nothing_changes(sent.theirs), pytest.raises(ShapeError):
        asked(sent, "a\x1b[2Jb")


def test_only_an_open_request_is_answered(sent: Sent) -> None:
    with pytest.raises(UsageError, match="no request"):
        replied(sent, {1: "x"})
    file(sent.ours, asked(sent, "One?"))
    with pytest.raises(UsageError, match="no question 2"):
        replied(sent, {2: "x"})
    with pytest.raises(UsageError, match="nothing is answered"):
        replied(sent, {})
    second = asked(sent, "Two?")
    file(sent.ours, second)
    with pytest.raises(UsageError, match="2 requests are open"):
        replied(sent, {1: "x"})

    response = replied(sent, {1: "x"}, request=second.manifest.bundle_id[:8])

    assert response.manifest.in_reply_to == second.sha256


def test_an_answer_to_nothing_we_asked(sent: Sent) -> None:
    payload: dict[str, object] = {"replies": [], "answered_at": str(DUE), "message": None}
    said = {"kind": "information_response", "payload": payload, "schema": None}
    for about in (None, "11" * 32, sent.initial.sha256):
        forged = sent.report(office_of(sent.ours), **said, seq=2, in_reply_to=about)
        refused(sent.theirs, forged, UntrustedError, "answers nothing")
    refused(sent.theirs, sent.report(STRANGER, **said), UntrustedError, "unknown key")


def test_a_request_by_an_office_that_is_no_regulator(sent: Sent) -> None:
    payload: dict[str, object] = {
        "questions": [{"number": 1, "text": "Password?", "due": None}],
        "requested_at": str(DUE),
        "message": None,
    }
    forged = sent.answer(STRANGER, kind="information_request", payload=payload)

    refused(sent.ours, forged, UntrustedError, "information request is signed by an unknown key")


def test_a_receipt_stops_the_clock_of_who_did_not_say_when_it_was_sent(sent: Sent) -> None:
    assert sent.ours.case(sent.case_id).reported is None

    receipt = give_receipt(sent.theirs, sent.their_id, wall=WALL)
    seen = preview(sent.ours, BytesIO(receipt.data))
    file(sent.ours, receipt)

    assert receipt.manifest.in_reply_to == sent.initial.sha256
    assert seen.changes[0] == "received not stated, as its sender states"
    assert seen.changes[1].startswith("filed 2026-01-02T03:04:05")
    assert str(sent.ours.case(sent.case_id).reported).startswith("2026-01-02T03:04:05")
    record_sent(sent.ours, sent.case_id, at("2019-12-20T18:16"), via="bundle", ref=None, wall=WALL)
    assert sent.ours.case(sent.case_id).reported == at("2019-12-20T18:16")


def test_a_receipt_is_given_for_any_bundle_but_a_receipt(sent: Sent) -> None:
    with pytest.raises(MissingError, match="no such bundle"):
        give_receipt(sent.ours, sent.case_id, wall=WALL)
    decided = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    file(sent.ours, decided)

    back = give_receipt(sent.ours, sent.case_id, decided.manifest.bundle_id[:6], wall=WALL)

    assert back.manifest.case_id == sent.case_id
    assert file(sent.theirs, back) == sent.their_id
    with pytest.raises(MissingError):
        give_receipt(sent.ours, sent.case_id, "ffffffff", wall=WALL)


def test_a_receipt_of_what_was_never_sealed(sent: Sent) -> None:
    payload = {"received_at": None, "filed_at": str(DUE)}
    for writer, error, words in (
        (STRANGER, UntrustedError, "unknown key"),
        (office_of(sent.theirs), UntrustedError, "answers nothing"),
    ):
        forged = sent.answer(writer, kind="receipt", payload=payload, in_reply_to="11" * 32)
        refused(sent.ours, forged, error, words)
    lost = sent.answer(office_of(sent.theirs), kind="receipt", payload=payload, case_id="00" * 16)
    refused(sent.ours, lost, OutOfOrderError, "not here")


def test_a_withdrawal_tells_why_and_reaches_the_regulator(sent: Sent) -> None:
    letter = withdraw(sent.ours, sent.case_id, "not personal data", at=DUE, wall=WALL)
    seen = preview(sent.theirs, BytesIO(letter.data))
    file(sent.theirs, letter)

    assert seen.changes == (f"withdrawn {DUE}: not personal data",)
    for vault, case_id in ((sent.ours, sent.case_id), (sent.theirs, sent.their_id)):
        assert vault.case(case_id).when("withdrawn") == DUE


def test_what_was_not_sealed_is_not_withdrawn(sent: Sent, other: Vault) -> None:
    draft = a_case(sent.ours)
    with pytest.raises(UsageError, match="no report"):
        withdraw(sent.ours, draft, "x", at=None, wall=WALL)
    second = introduce(sent.ours, other)
    with pytest.raises(UsageError, match="no report was sealed to this contact"):
        withdraw(sent.ours, sent.case_id, "x", to=second, at=None, wall=WALL)
    send(sent.ours, sent.case_id, second, at=None, wall=WALL, incomplete_reason=WHY)
    with pytest.raises(UsageError, match="several contacts"):
        withdraw(sent.ours, sent.case_id, "x", at=None, wall=WALL)

    letter = withdraw(sent.ours, sent.case_id, "x", to=second, at=None, wall=WALL)
    assert letter.manifest.recipients == (office_card(other).sha256,)


def test_a_withdrawal_by_another_office(sent: Sent) -> None:
    said = {"kind": "withdrawal", "payload": {"reason": "x", "withdrawn_at": str(DUE)}}

    refused(sent.theirs, sent.report(STRANGER, **said), UntrustedError, "unknown key")


def test_a_processors_notice_begins_the_controllers_own_case(
    ours: Vault, other_controller: Vault, theirs: Vault
) -> None:
    add_contact(other_controller, office_card(ours), "controller", wall=WALL)
    noticed = a_case(other_controller)
    letter = notify(other_controller, noticed, "Example Agency", "Backup open.", at=DUE, wall=WALL)
    seen = preview(ours, BytesIO(letter.data))
    case_id = file(ours, letter)

    assert seen.changes[0] == "a new case"
    assert seen.changes[-1] == "note Backup open."
    case = ours.case(case_id)
    assert case.side == "controller"
    assert case.draft is not None
    (processor,) = case.parties
    assert (processor.role, processor.name) == ("processor", "Example Processor")
    assert str(processor.aware).startswith("2019-12-18T16:42")
    assert other_controller.case(noticed).draft is not None

    more = notify(other_controller, noticed, "Example Agency", "Closed now.", at=DUE, wall=WALL)
    assert file(ours, more) == case_id
    assert len(ours.case(case_id).parties) == 1

    receipt = give_receipt(ours, case_id, wall=WALL)
    assert file(other_controller, receipt) == noticed
    regulator = introduce(ours, theirs)
    report = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY)
    assert report.manifest.case_id == case_id
    assert theirs.case(file(theirs, report)).side == "regulator"


def test_a_notice_without_a_report_or_an_awareness_is_a_notice(
    ours: Vault, other_controller: Vault, sent: Sent
) -> None:
    add_contact(other_controller, office_card(ours), "controller", wall=WALL)
    payload = {"text": "Backup open.", "aware_at": None, "report": None}
    said = {"kind": "processor_notice", "payload": payload, "schema": None}
    forged = sent.report(office_of(other_controller), **said)

    refused(sent.theirs, forged, UntrustedError, "goes to its controller")


def test_a_notice_without_a_stated_awareness_leaves_it_open(
    ours: Vault, other_controller: Vault
) -> None:
    add_contact(other_controller, office_card(ours), "controller", wall=WALL)
    noticed = a_case(other_controller, discovered="")

    case_id = file(ours, notify(other_controller, noticed, "Example", "Open.", at=None, wall=WALL))

    assert ours.case(case_id).parties[0].aware is None


def test_a_report_goes_with_its_attachments_and_again_with_the_same(
    ours: Vault, theirs: Vault, tmp_path: Path
) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    files = [
        attached(ours, case_id, tmp_path, name, name.encode()) for name in ("a.txt", "no ending")
    ]

    first = send(ours, case_id, regulator, files=files, **GIVEN)
    again = send(ours, case_id, regulator, **GIVEN)

    assert again.opened == first.opened
    their_id = file(theirs, again)
    names = [each.name for each in attachments(theirs.state(their_id))]
    assert names == ["a.txt", "no ending"]


def test_an_attachment_that_has_not_come_here_cannot_be_sealed(ours: Vault) -> None:
    elsewhere = Attached(name="a", media_type="text/plain", size=1, sha256="00" * 32)

    with pytest.raises(MissingError, match="not in the case"):
        find_enclosed(ours, a_case(ours), [elsewhere])


def named(name: str, size: int = 1) -> Attachment:
    return Attachment("ab" * 8, name, size, "00" * 32, "00" * 32, "a.person", WALL)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([named(f"{at}") for at in range(limits.ATTACHMENTS + 1)], "takes 64"),
        ([named("a", limits.ATTACHMENT + 1)], "at most 256 MiB"),
        ([named("a", limits.ATTACHMENT), named("b", limits.ATTACHMENT)], "together"),
        ([named("a.txt"), named("A.TXT")], "same name"),
    ],
)
def test_what_no_bundle_takes_is_refused_before_it_is_sealed(
    sent: Sent, files: list[Attachment], words: str
) -> None:
    file(sent.ours, asked(sent, "Any?"))

    with nothing_changes(sent.ours), pytest.raises(UsageError, match=words):
        replied(sent, {1: "x"}, files=files)


@pytest.mark.parametrize(
    ("name", "outward"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../x/a:b.txt", "_x_a_b.txt"),
        (".s_s", "s_s"),
        ("CON.txt", "attachment-abababab.txt"),
        ("...", "attachment-abababab"),
        (".pdf", "attachment-abababab.pdf"),
        ("x" * 150 + ".pdf", "x" * 116 + ".pdf"),
        ("y" * 150, "y" * 120),
        ("a." + "z" * 150, "a." + "z" * 118),
    ],
)
def test_an_attachment_goes_out_under_a_name_that_any_system_takes(name: str, outward: str) -> None:
    assert outward_name(named(name)) == outward


def test_a_case_whose_contact_is_gone_cannot_be_answered(sent: Sent) -> None:
    file(sent.ours, asked(sent, "Any?"))
    known = contacts(sent.ours)[0]
    gone = [DelOp(f"contact/{known.id}/card"), DelOp(f"contact/{known.id}/role")]
    sent.ours.commit(sent.ours.log_id, gone, shown=sent.ours.log_state(), wall=WALL)

    with pytest.raises(MissingError, match="gone"):
        replied(sent, {1: "x"})


def test_a_decision_names_the_report_that_was_read(sent: Sent) -> None:
    record_sent(sent.ours, sent.case_id, at("2019-12-20T18:16"), via="bundle", ref=None, wall=WALL)
    start_followup(sent.ours, sent.case_id, wall=WALL)
    regulator = contacts(sent.ours)[0].id
    second = send(sent.ours, sent.case_id, regulator, **GIVEN)
    file(sent.theirs, second)
    parts: tuple[Any, ...] = (sent.theirs, sent.their_id, "no further action", [], [])

    first = decide(*parts, basis=0, note="read in full", at=None, wall=WALL)
    latest = decide(*parts, at=None, wall=WALL)

    assert first.manifest.in_reply_to == sent.initial.sha256
    assert latest.manifest.in_reply_to == second.sha256
    with pytest.raises(UsageError, match="no report 2"):
        decide(*parts, basis=2, at=None, wall=WALL)
    assert preview(sent.ours, BytesIO(first.data)).changes[-1] == "note read in full"


def test_a_report_on_an_unknown_form_is_filed_as_it_came_and_acknowledged(sent: Sent) -> None:
    said = sent.initial.manifest.model_dump(mode="json", by_alias=True)
    body = said["payload"]
    newer = {**body["report"], "form": "ico-2030", "answers": {"surprise": {"value": 1}}}
    schema = {"id": "ico-2030", "version": 1, "sha256": "22" * 32}
    data = sent.report(STRANGER, payload={**body, "report": newer}, schema=schema)

    seen = preview(sent.theirs, BytesIO(data))
    case_id = file(sent.theirs, data)

    assert "cannot read" in seen.changes[1]
    case = sent.theirs.case(case_id)
    assert (case.form, case.reports, case.title) == ("ico-2030", (), "Example Stranger")
    assert case.messages[0].payload["report"] == newer
    receipt = acknowledge(sent.theirs, case_id, "any reference", at=None, wall=WALL)
    assert receipt.manifest.in_reply_to == case.messages[0].manifest
    assert preview(sent.theirs, BytesIO(data)).already


def test_another_version_of_a_known_form_with_unknown_answers_is_filed_as_it_came(
    sent: Sent,
) -> None:
    said = sent.initial.manifest.model_dump(mode="json", by_alias=True)
    body = said["payload"]
    newer = {**body["report"], "number": "first"}
    data = sent.report(
        STRANGER,
        payload={**body, "report": newer},
        schema={**said["schema"], "sha256": "22" * 32},
    )

    case_id = file(sent.theirs, data)

    assert sent.theirs.case(case_id).form == "ico-2019"
    assert sent.theirs.case(case_id).reports == ()
    decided = decide(sent.theirs, case_id, "noted", [], [], at=None, wall=WALL)
    assert decided.manifest.in_reply_to


def test_what_is_odd_in_a_request_is_left_out(sent: Sent) -> None:
    odd = {
        "kind": "information_request",
        "direction": "in",
        "manifest": "33" * 32,
        "contact": "x",
        "payload": {"questions": [{"number": "1"}, 7, {"number": 2, "text": "Who?", "due": "x"}]},
    }
    none = {**odd, "payload": {"questions": "all"}}
    for name, value in (("odd", odd), ("none", none)):
        op = AddOp(f"message/{name}", value)  # type: ignore[arg-type] # a literal of JSON
        sent.ours.commit(sent.case_id, [op], shown=None, wall=WALL)

    found = requests(sent.ours.case(sent.case_id))

    assert sorted(len(each.questions) for each in found) == [0, 1]


def test_a_statement_about_keys_is_no_part_of_a_case(sent: Sent) -> None:
    payload = {"old": "11" * 32, "card": "x", "proof": "x"}
    said = {"kind": "key_update", "payload": payload, "case_id": None, "case_reference": None}
    data = sent.answer(office_of(sent.theirs), **said)

    refused(sent.ours, data, BundleError)
    assert KeyUpdate.__doc__


def test_the_members_of_a_request_are_as_the_page_says(sent: Sent) -> None:
    request = asked(sent, "One?", "Two?")

    assert isinstance(request.manifest, InformationRequest)
    assert [each.number for each in request.manifest.payload.questions] == [1, 2]
    assert set(members(STRANGER, sent.here)) == set(
        request.manifest.model_dump(mode="json", by_alias=True)
    )
