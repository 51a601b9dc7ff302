"""The letters of one case, in order, between two real vaults."""

from __future__ import annotations

import re

import pytest

from exports.card import office_card
from exports.correspondence import letters
from exports.desk import acknowledge, decide
from exports.errors import IncompleteError
from exports.inbox import preview
from exports.outbox import Sealed, prepare, record_sent, send
from exports.trust import add_contact, contacts
from models.errors import MissingError, ShapeError, UsageError
from models.form import load_pack
from models.typed import typed_answer
from store import team
from store.casework import new_case, set_answers, start_followup
from store.device import Device
from store.errors import ConflictError
from store.fold import CaseState
from store.vault import Vault
from tests.exports.build import (
    FOLDERS,
    REFERENCE,
    WALL,
    WHY,
    a_case,
    answer,
    at,
    contents,
    file,
    introduce,
)


def _send(ours: Vault, case_id: str, to: str, when: str = "2019-12-20T18:10") -> Sealed:
    return send(ours, case_id, to, at=at(when), wall=WALL, incomplete_reason=WHY)


def test_a_case_goes_from_report_to_decision_and_both_sides_hold_it(
    ours: Vault, theirs: Vault
) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    initial = _send(ours, case_id, regulator)
    record_sent(ours, case_id, at("2019-12-20T18:16"), via="bundle", ref=None, wall=WALL)

    stamps = {"sent": at("2019-12-20T18:16"), "received": at("2019-12-20T18:16")}
    their_id = file(theirs, initial, **stamps, at=at("2019-12-23T11:12"))
    receipt = acknowledge(theirs, their_id, REFERENCE, at=at("2019-12-23T11:23"), wall=WALL)
    assert file(ours, receipt) == case_id
    assert ours.case(case_id).reference == theirs.case(their_id).reference == REFERENCE

    start_followup(ours, case_id, wall=WALL)
    answer(ours, case_id, prior_measures="Envelopes are checked by two people.", likelihood="4")
    more = _send(ours, case_id, regulator, "2019-12-31T19:58")
    record_sent(ours, case_id, at("2019-12-31T20:02"), via="bundle", ref=None, wall=WALL)
    seen = preview(theirs, more.data)
    assert seen.case_id == their_id
    assert any("prior_measures added" in line for line in seen.changes)
    file(theirs, more, sent=at("2019-12-31T20:02"))
    decision = decide(
        theirs, their_id, "no further action", ["isolated"], ["keep on"], at=None, wall=WALL
    )
    file(ours, decision)

    held, filed = ours.case(case_id), theirs.case(their_id)
    assert [one.report for one in filed.reports] == [one.report for one in held.reports]
    assert filed.decisions[0].basis == more.sha256
    assert {gap.text for gap in filed.chain()} >= {"49h34m", "64h56m"}
    assert [one.opened.sha256 for one in letters(ours, case_id)] == [
        one.opened.sha256 for one in letters(theirs, their_id)
    ]
    assert not held.odd
    assert not filed.odd


def test_each_letter_names_what_came_before_it(ours: Vault, theirs: Vault) -> None:
    case_id = a_case(ours)
    initial = _send(ours, case_id, introduce(ours, theirs))
    their_id = file(theirs, initial)
    receipt = acknowledge(theirs, their_id, REFERENCE, at=None, wall=WALL)
    file(ours, receipt)
    start_followup(ours, case_id, wall=WALL)

    more = _send(ours, case_id, contacts(ours)[0].id)

    assert (initial.manifest.seq, initial.manifest.prev) == (1, ())
    assert initial.manifest.in_reply_to is None
    assert (receipt.manifest.seq, receipt.manifest.prev) == (1, (initial.sha256,))
    assert receipt.manifest.in_reply_to == initial.sha256
    assert receipt.manifest.case_id == case_id
    assert (more.manifest.seq, more.manifest.prev) == (2, (receipt.sha256,))
    assert more.manifest.in_reply_to == receipt.sha256
    assert more.manifest.case_reference == REFERENCE
    assert [past.manifest for past in more.manifest.history] == sorted(
        (initial.sha256, receipt.sha256),
        key=[one.opened.sha256 for one in letters(ours, case_id)].index,
    )


def test_the_acknowledgement_states_what_the_regulator_recorded(ours: Vault, theirs: Vault) -> None:
    case_id = a_case(ours)
    initial = _send(ours, case_id, introduce(ours, theirs))
    their_id = file(theirs, initial, received=at("2019-12-20T18:17"), at=at("2019-12-23T11:12"))

    receipt = acknowledge(theirs, their_id, REFERENCE, at=at("2019-12-23T11:23"), wall=WALL)

    said = receipt.manifest.payload.model_dump(mode="json")
    assert said["reported_at"] == said["received_at"] == "2019-12-20T18:17+00:00[Europe/London]"
    assert said["filed_at"] == "2019-12-23T11:12+00:00[Europe/London]"
    seen = preview(ours, receipt.data)
    assert seen.changes[0] == f"reference {REFERENCE}"
    assert file(ours, receipt) == case_id
    assert ours.case(case_id).reported == at("2019-12-20T18:17")


def test_sealing_is_not_sending(ours: Vault, theirs: Vault) -> None:
    case_id = a_case(ours)
    _send(ours, case_id, introduce(ours, theirs))
    assert ours.case(case_id).reported is None

    record_sent(ours, case_id, at("2019-12-20T18:16"), via="email", ref="x", wall=WALL)

    assert ours.case(case_id).reported == at("2019-12-20T18:16")
    with pytest.raises(UsageError, match="no sealed report"):
        record_sent(ours, case_id, at("2019-12-20T18:16"), via="email", ref=None, wall=WALL)


def test_a_report_given_by_portal_is_frozen_without_a_bundle(ours: Vault) -> None:
    case_id = a_case(ours)
    with pytest.raises(UsageError, match="no sealed report"):
        record_sent(ours, case_id, at("2019-12-20T18:16"), via="bundle", ref=None, wall=WALL)

    record_sent(ours, case_id, at("2019-12-20T18:16"), via="portal", ref="77", wall=WALL)

    case = ours.case(case_id)
    assert case.draft is None
    assert case.reported == at("2019-12-20T18:16")


def test_a_sealed_report_can_no_longer_be_edited(ours: Vault, theirs: Vault) -> None:
    case_id = a_case(ours)
    _send(ours, case_id, introduce(ours, theirs))

    with pytest.raises(UsageError):
        answer(ours, case_id, likelihood="Very likely")


def test_a_thin_report_needs_a_reason_and_then_goes(ours: Vault, theirs: Vault) -> None:
    regulator = introduce(ours, theirs)
    case_id = new_case(ours, "Thin", wall=WALL)
    before = contents(ours)

    with pytest.raises(IncompleteError) as caught:
        send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=None)

    assert caught.value.findings == prepare(ours, case_id, now=at("2026-01-02T03:04:05"))
    assert contents(ours) == before
    sealed = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY)
    assert not sealed.manifest.complete
    assert sealed.manifest.open_checks
    seen = preview(theirs, sealed.data)
    assert f"note {WHY}" in seen.changes
    assert theirs.case(file(theirs, sealed)).title == "Example Agency"


def test_a_complete_report_needs_no_reason(ours: Vault, theirs: Vault) -> None:
    case_id = a_case(ours)
    sealed = send(
        ours,
        case_id,
        introduce(ours, theirs),
        at=at("2019-12-20T18:10"),
        wall=WALL,
        incomplete_reason=None,
    )

    assert sealed.manifest.complete
    assert not any("not complete" in line for line in preview(theirs, sealed.data).changes)


def test_a_file_lost_on_its_way_out_can_be_had_once_more(ours: Vault, theirs: Vault) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    first = _send(ours, case_id, regulator)
    before = contents(ours)

    again = _send(ours, case_id, regulator)

    assert (again.sha256, again.line1) == (first.sha256, first.line1)
    assert again.data != first.data
    assert contents(ours) == before
    file(theirs, first)
    assert preview(theirs, again.data).already


def test_a_frozen_report_can_be_sealed_to_a_second_office(
    ours: Vault, theirs: Vault, other: Vault
) -> None:
    case_id = a_case(ours)
    first = _send(ours, case_id, introduce(ours, theirs))

    second = _send(ours, case_id, introduce(ours, other))

    assert second.manifest.seq == 1
    assert second.manifest.prev == ()
    assert second.manifest.bundle_id != first.manifest.bundle_id
    assert ours.case(case_id).reports[0].frozen == first.manifest.bundle_id
    assert file(other, second)


def test_an_armoured_bundle_is_received_as_well(ours: Vault, theirs: Vault) -> None:
    sealed = _send(ours, a_case(ours), introduce(ours, theirs))

    assert sealed.text.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert preview(theirs, sealed.text).new_case


def test_a_bundle_is_called_by_random_digits_whatever_the_case_is_called(
    ours: Vault, theirs: Vault
) -> None:
    regulator = introduce(ours, theirs)
    case_id = new_case(ours, "../../etc/passwd", wall=WALL)
    answer(ours, case_id, controller_name="../../../root/.ssh/x")

    sealed = _send(ours, case_id, regulator)
    before = {name.rsplit("/", 1)[0] for name in contents(theirs)}
    their_id = file(theirs, sealed)

    assert re.fullmatch(r"breachcase-[0-9a-f]{8}\.age", sealed.name)
    assert re.fullmatch("[0-9a-f]{32}", their_id)
    assert their_id != case_id
    new = {name.rsplit("/", 1)[0] for name in contents(theirs)} - before
    assert all(name.startswith(str(FOLDERS[theirs.id])) for name in new)


def test_a_first_contact_is_filed_amber_and_becomes_a_contact_without_a_role(
    ours: Vault, theirs: Vault
) -> None:
    regulator = add_contact(ours, office_card(theirs), "regulator", wall=WALL)
    sealed = _send(ours, a_case(ours), regulator.id)

    seen = preview(theirs, sealed.data)
    their_id = file(theirs, sealed)

    assert seen.amber
    assert seen.warnings[0].startswith("first contact")
    assert (seen.who, seen.number) == ("Example Agency", office_card(ours).number)
    assert [known.role for known in contacts(theirs)] == [None]
    assert theirs.case(their_id).messages[0].amber
    assert acknowledge(theirs, their_id, REFERENCE, at=None, wall=WALL).data


def test_a_crash_between_contact_and_case_is_made_good_by_receiving_again(
    ours: Vault, theirs: Vault
) -> None:
    regulator = add_contact(ours, office_card(theirs), "regulator", wall=WALL)
    sealed = _send(ours, a_case(ours), regulator.id)
    add_contact(theirs, office_card(ours), None, wall=WALL)

    their_id = file(theirs, sealed)

    assert theirs.case(their_id).messages[0].contact == contacts(theirs)[0].id
    assert len(contacts(theirs)) == 1


def test_a_conflict_or_an_unknown_contact_keeps_a_report_here(ours: Vault, theirs: Vault) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    with pytest.raises(MissingError):
        _send(ours, case_id, "nobody")
    stale = ours.state(case_id)
    for likelihood in ("Likely", "Very likely"):
        _answer_over(ours, case_id, stale, likelihood)

    with pytest.raises(ConflictError):
        _send(ours, case_id, regulator)


def _answer_over(ours: Vault, case_id: str, shown: CaseState, likelihood: str) -> None:
    typed = typed_answer(load_pack("ico-2019").question("likelihood"), likelihood, None)
    set_answers(ours, case_id, {"likelihood": typed}, shown=shown, wall=WALL)


def test_only_a_regulator_acknowledges_and_decides_and_only_it_does_not_send(
    ours: Vault, theirs: Vault
) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    their_id = file(theirs, _send(ours, case_id, regulator))

    with pytest.raises(UsageError):
        acknowledge(ours, case_id, REFERENCE, at=None, wall=WALL)
    with pytest.raises(UsageError):
        decide(ours, case_id, "x", [], [], at=None, wall=WALL)
    with pytest.raises(UsageError):
        prepare(theirs, their_id, now=None)


def test_a_reference_is_written_as_the_authority_writes_it(ours: Vault, theirs: Vault) -> None:
    their_id = file(theirs, _send(ours, a_case(ours), introduce(ours, theirs)))
    before = contents(theirs)

    with pytest.raises(UsageError, match="reference"):
        acknowledge(theirs, their_id, "case 12", at=None, wall=WALL)
    with pytest.raises(ShapeError):
        decide(theirs, their_id, "two\nlines", [], [], at=None, wall=WALL)

    assert contents(theirs) == before


def test_a_case_goes_on_after_either_office_put_a_colleague_out(ours: Vault, theirs: Vault) -> None:
    """New keys of an office are unknown to the other until their card is compared."""
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    initial = _send(ours, case_id, regulator)
    for vault in (ours, theirs):
        before = office_card(vault)
        colleague = team.add(vault, Device.generate().card("c", ()), ("reader",), wall=WALL)
        team.remove(vault, colleague.device_id, "left", wall=WALL)
        assert office_card(vault) != before

    their_id = file(theirs, initial)  # sealed to the regulator's keys of then
    receipt = acknowledge(theirs, their_id, REFERENCE, at=at("2019-12-23T11:23"), wall=WALL)
    file(ours, receipt)
    start_followup(ours, case_id, wall=WALL)
    more = _send(ours, case_id, regulator, "2019-12-31T19:58")

    assert preview(theirs, more.data).case_id == their_id
    first, last = initial.manifest.sender, more.manifest.sender
    assert first.card == last.card
    other = a_case(ours)
    newer = _send(ours, other, regulator, "2020-01-02T09:00")
    assert newer.manifest.sender.card == office_card(ours).line() != first.card
