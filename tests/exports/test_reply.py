"""Answers, notices and attachments: what the commands say to the exchange core."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from exports.card import office_card
from exports.desk import acknowledge, ask, decide, opener_of
from exports.enclosure import enclosed, find_enclosed, looks_like_people, outward_name
from exports.errors import BundleError
from exports.inbox import preview
from exports.outbox import send, send_again
from exports.reply import answer, give_receipt, notify, withdraw
from exports.trust import add_contact, contacts
from models.errors import MissingError, UsageError
from models.record import Message
from models.request import requests
from store.attachment import Attachment, attach
from store.change import DelOp
from store.vault import Vault
from tests.exports.build import REFERENCE, WALL, WHY, a_case, at, file, introduce, vault
from tests.exports.sent import STRANGER, Sent


def attached(ours: Vault, case_id: str, folder: Path, name: str = "a.txt") -> Attachment:
    (folder / name).write_bytes(name.encode())
    return attach(ours, case_id, folder / name, name="", wall=WALL)


def last(held: Vault, case_id: str, kind: str) -> Message:
    return [each for each in held.case(case_id).messages if each.kind == kind][-1]


def test_a_table_is_told_by_its_name(ours: Vault, tmp_path: Path) -> None:
    case_id = a_case(ours)

    names = {name: attached(ours, case_id, tmp_path, name) for name in ("a.CSV", "b.pdf", "csv")}

    assert {name for name, each in names.items() if looks_like_people(each)} == {"a.CSV", "csv"}


def test_a_report_sealed_before_takes_no_more_attachments(
    ours: Vault, theirs: Vault, tmp_path: Path
) -> None:
    regulator, case_id = introduce(ours, theirs), a_case(ours)
    files = (attached(ours, case_id, tmp_path),)
    first = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY, files=files)

    again = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY, files=files)
    more = (*files, attached(ours, case_id, tmp_path, "b.txt"))
    with pytest.raises(UsageError, match="without these attachments"):
        send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY, files=more)

    assert again.sha256 == first.sha256
    their_id = file(theirs, again)
    (letter,) = theirs.case(their_id).messages
    assert [(each.name, each.size) for each in letter.enclosures] == [("a.txt", 5)]


def test_questions_are_answered_over_time_and_both_sides_see_which(
    sent: Sent, tmp_path: Path
) -> None:
    ours, theirs = sent.ours, sent.theirs
    questions = [("How many?", at("2020-01-09")), ("Which?", None)]
    asked = ask(theirs, sent.their_id, questions, message="please", at=None, wall=WALL)
    file(ours, asked)

    files = (attached(ours, sent.case_id, tmp_path),)
    one = answer(ours, sent.case_id, {2: "b"}, message=None, files=files, at=None, wall=WALL)
    file(theirs, one)

    for held, case_id in ((ours, sent.case_id), (theirs, sent.their_id)):
        (request,) = requests(held.case(case_id))
        assert [each.number for each in request.open] == [1]
        assert last(held, case_id, "information_response").enclosures[0].name == "a.txt"
    for wrong, words in (({3: "x"}, "no question 3"), ({}, "nothing is answered")):
        with pytest.raises(UsageError, match=words):
            answer(ours, sent.case_id, wrong, message=None, at=None, wall=WALL)
    file(ours, ask(theirs, sent.their_id, [("When?", None)], message=None, at=None, wall=WALL))
    with pytest.raises(UsageError, match="2 requests are open"):
        answer(ours, sent.case_id, {1: "x"}, message=None, at=None, wall=WALL)
    name = asked.manifest.bundle_id[:6]
    answer(ours, sent.case_id, {1: "x"}, request=name, message=None, at=None, wall=WALL)
    with pytest.raises(UsageError, match="no request"):
        answer(theirs, sent.their_id, {1: "x"}, message=None, at=None, wall=WALL)
    with pytest.raises(UsageError, match="nothing is asked"):
        ask(theirs, sent.their_id, [], message=None, at=None, wall=WALL)


def test_a_notification_is_withdrawn_from_whoever_was_sent_it(sent: Sent, other: Vault) -> None:
    ours = sent.ours
    second = introduce(ours, other)
    with pytest.raises(UsageError, match="no report was sealed to this"):
        withdraw(ours, sent.case_id, "none", to=second, at=None, wall=WALL)
    send(ours, sent.case_id, second, at=None, wall=WALL, incomplete_reason=WHY)
    with pytest.raises(UsageError, match="several"):
        withdraw(ours, sent.case_id, "none", at=None, wall=WALL)

    gone = withdraw(ours, sent.case_id, "found", to="Example Regulator", at=None, wall=WALL)

    assert file(sent.theirs, gone) == sent.their_id
    assert last(sent.theirs, sent.their_id, "withdrawal").text("reason") == "found"
    with pytest.raises(UsageError, match="no report of this case"):
        withdraw(ours, a_case(ours), "x", at=None, wall=WALL)


def test_a_receipt_names_one_bundle_and_a_receipt_gets_none(sent: Sent) -> None:
    told = give_receipt(sent.theirs, sent.their_id, wall=WALL)

    file(sent.ours, told)

    assert told.manifest.in_reply_to == sent.initial.sha256
    with pytest.raises(MissingError):
        give_receipt(sent.ours, sent.case_id, wall=WALL)
    with pytest.raises(MissingError):
        give_receipt(sent.theirs, sent.their_id, "ffff", wall=WALL)


def test_a_processor_tells_its_controller_and_never_a_regulator(
    theirs: Vault, ours: Vault, tmp_path: Path
) -> None:
    with vault(tmp_path / "p", "controller", "Example Processor") as processor:
        regulator = introduce(processor, theirs)
        controller = add_contact(processor, office_card(ours), "controller", wall=WALL).id
        case_id = a_case(processor)
        files = (attached(processor, case_id, tmp_path),)
        with pytest.raises(UsageError, match="goes to its controller"):
            notify(processor, case_id, regulator, "x", at=None, wall=WALL)

        notice = notify(processor, case_id, controller, "A.", files=files, at=None, wall=WALL)

        assert processor.case(case_id).draft is not None
    seen = preview(ours, BytesIO(notice.data))
    here = ours.case(file(ours, notice))
    assert seen.new_case
    assert here.draft is not None
    assert (here.parties[0].name, str(here.parties[0].aware)) == (
        "Example Processor",
        "2019-12-18T16:42+00:00[Europe/London]",
    )


def test_an_acknowledgement_carries_a_message_and_a_decision_says_what_it_read(sent: Sent) -> None:
    ours, theirs = sent.ours, sent.theirs
    told = acknowledge(
        theirs, sent.their_id, REFERENCE, at=None, wall=WALL, message="we will write"
    )
    file(ours, told)

    decision = decide(theirs, sent.their_id, "none", [], [], at=None, wall=WALL, basis=0, note="n")
    with pytest.raises(UsageError, match="no report 1"):
        decide(theirs, sent.their_id, "none", [], [], at=None, wall=WALL, basis=1)

    file(ours, decision)
    letters = {each.kind: each for each in ours.case(sent.case_id).messages}
    assert letters["acknowledgement"].text("message") == "we will write"
    assert letters["decision"].text("basis") == sent.initial.sha256
    assert letters["decision"].text("note") == "n"


def entry(**changed: Any) -> Attachment:
    told = {"id": "a1" * 8, "name": "a.txt", "size": 3, "sha256": "11" * 32}
    return Attachment(**{**told, "blob": "b", "who": "a.person", "wall": WALL, **changed})


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([entry()] * 65, "takes 64 attachments, not 65"),
        ([entry(size=256 * 1024**2 + 1)], "at most 256 MiB"),
        ([entry(size=200 * 1024**2), entry(name="b", size=200 * 1024**2)], "together"),
        ([entry(), entry(name="A.TXT")], "same name"),
    ],
)
def test_attachments_that_no_bundle_takes_are_refused(files: list[Attachment], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        enclosed(files)


@pytest.mark.parametrize(
    ("name", "outward"),
    [
        ("a.pdf", "a.pdf"),
        ("../a/b.pdf", "_a_b.pdf"),
        ("con.txt", "attachment-a1a1a1a1.txt"),
        ("...", "attachment-a1a1a1a1"),
        ("x" * 199 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_an_attachment_goes_out_under_a_name_that_any_system_takes(name: str, outward: str) -> None:
    assert outward_name(entry(name=name)) == outward


def test_a_bundle_whose_attachment_is_not_here_is_not_sealed_again(ours: Vault) -> None:
    case_id = a_case(ours)

    (named,) = enclosed([entry()])

    with pytest.raises(MissingError, match="not in the case"):
        find_enclosed(ours, case_id, [named])


def test_a_case_keeps_the_one_reference_it_was_given(sent: Sent) -> None:
    acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    with pytest.raises(UsageError, match="another reference"):
        acknowledge(sent.theirs, sent.their_id, "IC-40719-T3W9", at=None, wall=WALL)


def test_whoever_s_card_is_gone_can_be_told_nothing(sent: Sent) -> None:
    theirs = sent.theirs
    told = give_receipt(theirs, sent.their_id, wall=WALL)
    (known,) = contacts(theirs)
    op = DelOp(f"contact/{known.id}/card")
    theirs.commit(theirs.log_id, [op], shown=theirs.log_state(), wall=WALL)

    with pytest.raises(BundleError, match="is gone"):
        acknowledge(theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    with pytest.raises(MissingError, match="is gone"):
        give_receipt(theirs, sent.their_id, wall=WALL)
    with pytest.raises(MissingError, match="is gone"):
        send_again(theirs, sent.their_id, told.manifest.bundle_id)


def test_a_received_case_is_answered_to_the_office_that_opened_it(sent: Sent) -> None:
    assert opener_of(sent.theirs, sent.their_id).card == sent.here


def test_a_report_without_a_number_on_an_unknown_form_is_acknowledged_in_any_words(
    sent: Sent,
) -> None:
    payload: dict[str, object] = {"report": {}, "incomplete_reason": None}
    schema = {"id": "ico-2031", "version": 1, "sha256": "11" * 32}
    data = sent.report(STRANGER, case_id="aa" * 16, payload=payload, schema=schema)

    told = acknowledge(sent.theirs, file(sent.theirs, data), "any words", at=None, wall=WALL)

    assert told.manifest.case_reference == "any words"
