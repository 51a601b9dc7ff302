"""Genuine keys, hostile use: what an office we know may still not do to a case or to another."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from exports.bundle import open_bundle
from exports.card import make_card, office_card
from exports.desk import acknowledge, decide
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import preview
from exports.outbox import send
from exports.trust import add_contact, contacts
from models.errors import CaseError, UsageError
from store.casework import new_case
from store.change import AnyOp, DelOp, SetOp
from store.vault import Vault
from tests.exports.build import (
    REFERENCE,
    WALL,
    WHY,
    Office,
    file,
    introduce,
    members,
    office_of,
    sealed,
    vault,
)
from tests.exports.sent import STRANGER, Sent, nothing_changes, refused

ANOTHER = "IC-99999-Z9Z9"


def test_a_second_backdated_initial_report_never_restarts_the_clock(sent: Sent) -> None:
    again = sent.report(office_of(sent.ours), seq=2, created="1970-01-01T00:00:00Z")

    refused(sent.theirs, again, OutOfOrderError, "another initial report")


def test_a_report_whose_number_is_not_of_its_kind(sent: Sent) -> None:
    honest = office_of(sent.ours)
    body: dict[str, Any] = sent.initial.manifest.model_dump(mode="json")["payload"]
    first = {**body, "report": {**body["report"], "number": 7}}
    follow_up = {**body, "report": {**body["report"], "kind": "follow_up", "number": 0}}

    refused(sent.theirs, sent.follow_up(honest, payload=follow_up), BundleError, "announces")
    refused(sent.theirs, sent.report(STRANGER, payload=first), BundleError, "announces")


def test_a_report_to_an_office_that_is_no_regulator_never_plants_a_contact(sent: Sent) -> None:
    forged = sent.report(STRANGER, recipients=[sent.here.sha256])
    line1 = open_bundle(BytesIO(forged), [sent.theirs.office.identity]).line1

    refused(sent.ours, sealed(line1, sent.here), UntrustedError, "no regulator")


def test_a_second_acknowledgement_never_changes_the_reference(sent: Sent) -> None:
    file(sent.ours, acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL))
    honest = office_of(sent.theirs)
    device = {"card": honest.card.line(), "device": sent.theirs.device_id}
    body = members(honest, sent.here)["payload"]
    assert isinstance(body, dict)
    backdated = {"sender": device, "seq": 2, "created": "1970-01-01T00:00:00Z"}

    other = sent.answer(honest, **backdated, payload={**body, "reference": ANOTHER})
    refused(sent.ours, other, OutOfOrderError, "another reference")

    assert file(sent.ours, sent.answer(honest, **backdated)) == sent.case_id
    assert sent.ours.case(sent.case_id).reference == REFERENCE


def test_a_case_is_acknowledged_again_only_with_the_reference_it_has(sent: Sent) -> None:
    first = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    with nothing_changes(sent.theirs), pytest.raises(UsageError, match="another reference"):
        acknowledge(sent.theirs, sent.their_id, ANOTHER, at=None, wall=WALL)

    again = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    assert (first.manifest.seq, again.manifest.seq) == (1, 2)


def test_another_regulator_gives_its_own_reference(sent: Sent, other: Vault) -> None:
    file(sent.ours, acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL))
    second = introduce(sent.ours, other)
    copy = send(sent.ours, sent.case_id, second, at=None, wall=WALL, incomplete_reason=WHY)

    receipt = acknowledge(other, file(other, copy), ANOTHER, at=None, wall=WALL)

    assert file(sent.ours, receipt) == sent.case_id


@pytest.mark.parametrize("member", ["in_reply_to", "basis"])
def test_a_decision_on_a_report_that_was_sealed_to_another_office(
    sent: Sent, other: Vault, member: str
) -> None:
    second = introduce(sent.ours, other)
    copy = send(sent.ours, sent.case_id, second, at=None, wall=WALL, incomplete_reason=WHY)
    hashes = {"in_reply_to": copy.sha256, "basis": copy.sha256, member: sent.initial.sha256}
    payload: dict[str, object] = {
        "outcome": "no further action",
        "reasons": [],
        "recommendations": [],
        "basis": hashes["basis"],
        "decided_at": "2020-01-14T15:47+00:00[Europe/London]",
        "note": None,
    }
    forged = sent.answer(
        office_of(other), kind="decision", payload=payload, in_reply_to=hashes["in_reply_to"]
    )

    refused(sent.ours, forged, UntrustedError, "answers nothing")


def test_a_verified_sender_with_another_card_is_amber_until_that_is_compared(sent: Sent) -> None:
    known = contacts(sent.theirs)[0]
    verified = SetOp(f"contact/{known.id}/verified", known.card.sha256)
    sent.theirs.commit(sent.theirs.log_id, [verified], shown=sent.theirs.log_state(), wall=WALL)
    honest = office_of(sent.ours)
    moved = make_card("Example Agency", honest.signing, STRANGER.identity.recipient(), bytes(32))

    assert not preview(sent.theirs, BytesIO(sent.follow_up(honest))).amber
    seen = preview(
        sent.theirs, BytesIO(sent.follow_up(Office(honest.signing, honest.identity, moved)))
    )

    assert seen.amber
    assert seen.number == moved.number


def test_what_was_verified_is_the_card_not_the_key(ours: Vault) -> None:
    known = add_contact(ours, STRANGER.card, "regulator", wall=WALL)
    other = make_card("Other", STRANGER.signing, STRANGER.identity.recipient(), bytes(32))
    ops: list[AnyOp] = [
        SetOp(f"contact/{known.id}/verified", STRANGER.card.sha256),
        DelOp(f"contact/{known.id}/card"),
    ]
    ours.commit(ours.log_id, ops, shown=ours.log_state(), wall=WALL)

    assert not add_contact(ours, other, "regulator", wall=WALL).verified
    assert not contacts(ours)[0].verified


def test_a_case_without_a_received_report_is_not_answered(sent: Sent) -> None:
    own = new_case(sent.theirs, "Told by telephone", wall=WALL)

    for held, case_id in ((sent.theirs, own), (sent.ours, sent.case_id)):
        with nothing_changes(held), pytest.raises(UsageError, match="no report was received"):
            acknowledge(held, case_id, REFERENCE, at=None, wall=WALL)
        with nothing_changes(held), pytest.raises(UsageError, match="no report was received"):
            decide(held, case_id, "x", [], [], at=None, wall=WALL)


def test_no_word_of_a_hostile_report_stands_in_its_refusal(sent: Sent) -> None:
    honest = office_of(sent.ours)
    body: dict[str, Any] = sent.initial.manifest.model_dump(mode="json")["payload"]
    report = body["report"]
    for word in ("\x1b]52;c;aGk=\x07", "Doe-Jane"):
        for said in (
            {**report, word: 1},
            {**report, "form": word},
            {**report, "answers": {word: {}}},
            {**report, "answers": {"likelihood": {"state": word, word: 1}}},
            {**report, "answers": {"likelihood": {"state": "answered", "value": word}}},
        ):
            forged = sent.follow_up(honest, payload={**body, "report": said})
            with pytest.raises(CaseError) as caught:
                preview(sent.theirs, BytesIO(forged))
            assert word not in caught.value.message + caught.value.hint


def test_a_long_text_without_blanks_is_shown_cut_not_hidden(sent: Sent) -> None:
    body = members(STRANGER, sent.here)["payload"]
    assert isinstance(body, dict)
    told = {**body, "message": "個人情報" * 60 + "\nend"}

    line = preview(sent.ours, BytesIO(sent.answer(office_of(sent.theirs), payload=told))).changes[
        -1
    ]

    assert line.startswith("note 個人情報個人情報")
    assert line.endswith("情報 ...")
    assert len(line) < 170


def test_an_office_founded_with_odd_blanks_has_a_plainly_spaced_card(tmp_path: Path) -> None:
    with vault(tmp_path, "controller", " Example \tAgency ") as odd:
        assert office_card(odd).name == "Example Agency"
