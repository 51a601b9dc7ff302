"""Bundles that must not be filed: each is refused by name, and the vault stays as it was."""

from __future__ import annotations

from io import BytesIO

import pytest

from exports.bundle import open_bundle
from exports.card import make_card, office_card
from exports.desk import acknowledge
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import preview
from exports.outbox import send
from exports.trust import add_contact, contacts
from models.errors import CaseError
from models.strictjson import JSON
from store.age import NotForUsError
from store.change import AddOp, DelOp, SetOp
from store.vault import Vault
from tests.exports.build import (
    REFERENCE,
    WALL,
    WHY,
    Office,
    a_case,
    file,
    introduce,
    letter,
    members,
    office_of,
    sealed,
)
from tests.exports.sent import STRANGER, Sent, nothing_changes, refused


def test_a_bundle_for_someone_else(sent: Sent) -> None:
    refused(sent.ours, sent.initial.data, NotForUsError, "none of them yours")


def test_a_bundle_passed_on_to_another_recipient(sent: Sent, other: Vault) -> None:
    forwarded = sealed(sent.initial.opened.line1, office_card(other))

    refused(other, forwarded, UntrustedError, "addressed to others")


def test_the_same_bundle_twice_changes_nothing(sent: Sent) -> None:
    with nothing_changes(sent.theirs):
        seen = preview(sent.theirs, BytesIO(sent.initial.data))
        assert (seen.already, seen.new_case, seen.changes) == (True, False, ())
        assert file(sent.theirs, sent.initial) == sent.their_id


def test_a_bundle_previewed_twice_is_filed_once(ours: Vault, theirs: Vault) -> None:
    regulator = introduce(ours, theirs)
    initial = send(ours, a_case(ours), regulator, at=None, wall=WALL, incomplete_reason=WHY)
    first = file(theirs, initial)

    assert len(theirs.case(first).messages) == 1
    assert file(theirs, initial) == first
    assert len(theirs.case(first).messages) == 1


def test_the_same_id_with_other_bytes(sent: Sent) -> None:
    forged = sent.report(
        office_of(sent.ours), bundle_id=sent.initial.manifest.bundle_id, tool="another"
    )

    refused(sent.theirs, forged, OutOfOrderError, "same id")


def test_a_number_beyond_the_next_waits_for_the_gap(sent: Sent) -> None:
    early = sent.report(office_of(sent.ours), seq=3)

    refused(sent.theirs, early, OutOfOrderError, "3 waits for bundle 2")


def test_a_number_used_twice_is_a_fork(sent: Sent) -> None:
    fork = sent.report(office_of(sent.ours), seq=1)

    refused(sent.theirs, fork, OutOfOrderError, "another bundle 1")


def test_another_device_of_the_office_counts_for_itself(sent: Sent) -> None:
    honest = office_of(sent.ours)
    device = {"card": honest.card.line(), "device": "de" * 16}

    assert preview(sent.theirs, BytesIO(sent.follow_up(honest, sender=device, seq=1))).changes


def test_a_follow_up_by_a_stranger(sent: Sent) -> None:
    forged = sent.follow_up(STRANGER)

    refused(sent.theirs, forged, UntrustedError, "unknown key")


def test_a_follow_up_by_another_contact_never_reaches_someone_elses_case(sent: Sent) -> None:
    add_contact(sent.theirs, STRANGER.card, "controller", wall=WALL)
    forged = sent.follow_up(STRANGER)

    refused(sent.theirs, forged, OutOfOrderError, "not here")


def test_an_initial_report_with_someone_elses_case_id_opens_its_own_case(sent: Sent) -> None:
    before = sent.theirs.case(sent.their_id)

    seen = preview(sent.theirs, BytesIO(sent.report(STRANGER)))
    case_id = file(sent.theirs, sent.report(STRANGER))

    assert seen.new_case
    assert case_id != sent.their_id
    assert sent.theirs.case(sent.their_id) == before


def test_an_acknowledgement_by_a_stranger(sent: Sent) -> None:
    refused(sent.ours, sent.answer(STRANGER), UntrustedError, "unknown key")


@pytest.mark.parametrize("role", ["controller", "processor", None])
def test_an_acknowledgement_by_a_contact_who_is_no_regulator(sent: Sent, role: str | None) -> None:
    add_contact(sent.ours, STRANGER.card, role, wall=WALL)

    refused(sent.ours, sent.answer(STRANGER), UntrustedError, "not a regulator")


def test_an_acknowledgement_by_a_regulator_we_sealed_nothing_to(sent: Sent) -> None:
    add_contact(sent.ours, STRANGER.card, "regulator", wall=WALL)

    refused(sent.ours, sent.answer(STRANGER), UntrustedError, "answers nothing")


@pytest.mark.parametrize("about", [None, "11" * 32])
def test_an_acknowledgement_of_nothing_we_sealed(sent: Sent, about: str | None) -> None:
    forged = sent.answer(office_of(sent.theirs), in_reply_to=about)

    refused(sent.ours, forged, UntrustedError, "answers nothing")


def test_an_acknowledgement_about_a_case_that_is_not_here(sent: Sent) -> None:
    forged = sent.answer(office_of(sent.theirs), case_id="00" * 16)

    refused(sent.ours, forged, OutOfOrderError, "not here")


def test_a_regulator_is_told_nothing_about_its_own_case(sent: Sent) -> None:
    add_contact(sent.theirs, STRANGER.card, "regulator", wall=WALL)
    forged = letter(STRANGER, sent.there, case_id=sent.their_id, in_reply_to=sent.initial.sha256)

    refused(sent.theirs, forged, OutOfOrderError, "not here")


def test_the_vault_log_is_no_case(sent: Sent) -> None:
    forged = sent.answer(office_of(sent.theirs), case_id=sent.ours.log_id)

    refused(sent.ours, forged, UntrustedError, "answers nothing")


def test_a_report_that_is_not_the_one_announced(sent: Sent) -> None:
    honest = office_of(sent.ours)
    said = sent.initial.manifest.model_dump(mode="json", by_alias=True)
    body = said["payload"]
    for changed in (
        {"kind": "follow_up_report"},
        {"schema": None},
        {"schema": {**said["schema"], "id": "gdpr-art33"}},
        {"payload": {**body, "report": {**body["report"], "form": "surprise-2030"}}},
        {"payload": {**body, "report": {**body["report"], "kind": "follow_up"}}},
        {"payload": {**body, "report": {}}},
        {"payload": {**body, "report": {**body["report"], "surprise": 1}}},
    ):
        refused(sent.theirs, sent.report(honest, seq=2, **changed), CaseError)


def test_a_form_of_another_version_is_filed_with_a_warning(sent: Sent) -> None:
    said = sent.initial.manifest.model_dump(mode="json", by_alias=True)
    schema = {**said["schema"], "sha256": "00" * 32}

    seen = preview(sent.theirs, BytesIO(sent.follow_up(office_of(sent.ours), schema=schema)))

    assert "another version of the form" in seen.warnings[-1]


def test_a_card_with_another_recipient_key_is_shown_and_not_kept(sent: Sent) -> None:
    honest = office_of(sent.ours)
    moved = make_card(
        "New name", honest.signing, STRANGER.identity.recipient(), bytes(32), sent.here.hybrid
    )
    changed = Office(honest.signing, honest.identity, moved)

    seen = preview(sent.theirs, BytesIO(sent.follow_up(changed)))

    assert "differs from the one on file" in seen.warnings[0]
    assert seen.who == "Example Agency"
    assert file(sent.theirs, sent.follow_up(changed)) == sent.their_id
    assert [known.card for known in contacts(sent.theirs)] == [sent.here]


def test_a_verified_sender_is_not_amber(sent: Sent) -> None:
    known = contacts(sent.ours)[0]
    verified = SetOp(f"contact/{known.id}/verified", known.card.sha256)
    sent.ours.commit(sent.ours.log_id, [verified], shown=sent.ours.log_state(), wall=WALL)

    receipt = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    assert not preview(sent.ours, BytesIO(receipt.data)).amber


def test_whatever_steers_a_terminal_is_refused_in_every_text(sent: Sent) -> None:
    honest = office_of(sent.theirs)
    body = members(honest, sent.here)["payload"]
    assert isinstance(body, dict)
    for text in ("\x1b]52;c;aGk=\x07", "\x9b31m", "a\u202eb", "a\x00b", "\ud800"):
        for changed in (
            {"tool": text},
            {"case_reference": text},
            {"payload": {**body, "reference": text}},
            {"payload": {**body, "message": text}},
        ):
            try:
                data = sent.answer(honest, **changed)
            except UnicodeEncodeError:
                continue  # half a surrogate pair has no bytes to begin with
            refused(sent.ours, data, CaseError)


def test_a_line_of_markup_is_shown_as_it_is(sent: Sent) -> None:
    body = members(STRANGER, sent.here)["payload"]
    assert isinstance(body, dict)
    forged = sent.answer(
        office_of(sent.theirs), payload={**body, "message": "[@click=app.pwn]x[/]"}
    )

    assert preview(sent.ours, BytesIO(forged)).changes[-1] == "note [@click=app.pwn]x[/]"


def test_missing_evidence_is_named(sent: Sent) -> None:
    message: JSON = {"kind": "acknowledgement", "direction": "in", "contact": "x", "report": None}
    sent.ours.commit(sent.case_id, [AddOp("message/x", message)], shown=None, wall=WALL)

    refused(sent.ours, sent.answer(office_of(sent.theirs)), BundleError, "evidence")


def test_a_contact_that_is_gone_cannot_be_answered(sent: Sent) -> None:
    known = contacts(sent.theirs)[0]
    gone = [DelOp(f"contact/{known.id}/card"), DelOp(f"contact/{known.id}/role")]
    sent.theirs.commit(sent.theirs.log_id, gone, shown=sent.theirs.log_state(), wall=WALL)

    with nothing_changes(sent.theirs), pytest.raises(BundleError, match="gone"):
        acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)


def test_the_evidence_on_both_sides_is_the_same_line(sent: Sent) -> None:
    opened = open_bundle(BytesIO(sent.initial.data), sent.theirs.office_identities)
    bundle_id = sent.initial.manifest.bundle_id

    for vault, case_id in ((sent.ours, sent.case_id), (sent.theirs, sent.their_id)):
        evidence = vault.state(case_id).values()[f"evidence/{bundle_id}"]
        assert isinstance(evidence, dict)
        assert vault.get_blob(case_id, str(evidence["blob"])) == opened.line1
