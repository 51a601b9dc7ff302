"""An office changes its keys, or takes them back; others pretend to."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.book import entry, place_of_key
from exports.card import office_card, office_cards, office_revoked
from exports.correspondence import letters, revoked_letters
from exports.desk import acknowledge, decide
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import preview
from exports.outbox import send, send_again
from exports.statement import (
    proof_text,
    revoke_office,
    seal_revocation,
    seal_updates,
)
from exports.succession import judge_statement
from exports.trust import add_contact, contact_of_key, contacts, remove_contact, replace_card
from models.errors import CaseError, MissingError, UsageError
from store.casework import start_followup
from store.change import AddOp, SetOp
from store.office import next_office
from store.vault import Vault
from tests.exports.build import (
    RECOVERY,
    REFERENCE,
    WALL,
    WHY,
    Office,
    at,
    contents,
    file,
    office_of,
    sealed,
)
from tests.exports.keys import (
    LATER,
    card_by,
    compare,
    office_by,
    revocation,
    rotate,
    seed,
    statement,
    take,
    update,
    update_payload,
)
from tests.exports.sent import STRANGER, Sent, nothing_changes, refused

OLD = office_by("Example Office", 40, 41)
NEXT = card_by("Example Office", 41, 42)  # by the key that OLD commits to
OTHER = card_by("Example Office", 50, 51)  # by a key that nobody committed to


def _follow_up(sent: Sent) -> bytes:
    start_followup(sent.ours, sent.case_id, wall=WALL)
    to = contacts(sent.ours)[0].id
    more = send(sent.ours, sent.case_id, to, at=None, wall=WALL, incomplete_reason=WHY)
    return more.data


def test_a_case_goes_on_when_the_controller_rotates_in_the_middle_of_it(sent: Sent) -> None:
    before = contacts(sent.theirs)[0]

    rotate(sent.ours, sent.theirs)

    more = _follow_up(sent)
    assert file(sent.theirs, more) == sent.their_id
    receipt = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    assert file(sent.ours, receipt) == sent.case_id
    after = contacts(sent.theirs)[0]
    assert (after.id, after.role, after.card) == (before.id, before.role, sent.here)
    assert contact_of_key(sent.theirs, before.card.signing) == after
    assert len(sent.theirs.case(sent.their_id).reports) == 2


def test_a_case_goes_on_when_the_regulator_rotates_in_the_middle_of_it(sent: Sent) -> None:
    receipt = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    assert file(sent.ours, receipt) == sent.case_id

    rotate(sent.theirs, sent.ours)

    assert file(sent.theirs, _follow_up(sent)) == sent.their_id
    decision = decide(sent.theirs, sent.their_id, "no action", [], [], at=None, wall=WALL)
    assert decision.manifest.seq == 1
    assert file(sent.ours, decision) == sent.case_id
    assert [one.opened.manifest.kind for one in letters(sent.ours, sent.case_id)].count(
        "decision"
    ) == 1


def test_a_case_goes_on_when_both_rotate_and_letters_cross(sent: Sent) -> None:
    crossing = _follow_up(sent)
    rotate(sent.theirs, sent.ours)
    assert file(sent.theirs, crossing) == sent.their_id  # sealed to the card before
    rotate(sent.ours, sent.theirs)

    receipt = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    assert file(sent.ours, receipt) == sent.case_id
    assert file(sent.theirs, _follow_up(sent)) == sent.their_id
    assert len(sent.theirs.case(sent.their_id).reports) == 3


def test_a_verified_contact_stays_verified_over_a_rotation(sent: Sent) -> None:
    compare(sent.theirs, contacts(sent.theirs)[0], sent.here)

    rotate(sent.ours, sent.theirs)

    known = contacts(sent.theirs)[0]
    assert (known.verified, known.card) == (True, sent.here)
    assert not preview(sent.theirs, BytesIO(_follow_up(sent))).amber


def test_two_replicas_that_rotated_at_once_go_on_with_one_card_and_open_both(
    sent: Sent,
) -> None:
    begun = sent.ours.log_state()
    recovery = RECOVERY[sent.ours.id]
    sent.ours.rotate_office(recovery, wall=WALL)
    keyring = sent.ours._keyring  # noqa: SLF001 -- the other replica has the same
    value = next_office(keyring, 1, begun.values()["office/1"], recovery)
    sent.ours.commit(sent.ours.log_id, [AddOp("office/2", value)], shown=begun, wall=WALL)

    assert (len(sent.ours.offices), sent.ours.office_number) == (3, 2)
    [told] = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)
    take(sent.theirs, told)
    assert contacts(sent.theirs)[0].card == sent.here
    receipt = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    _, unused, _ = office_cards(sent.ours)
    assert preview(sent.ours, BytesIO(sealed(receipt.opened.line1, unused))).changes


def test_an_update_says_before_it_is_filed_what_it_would_change(sent: Sent) -> None:
    sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)
    [told] = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)

    with nothing_changes(sent.theirs):
        seen = preview(sent.theirs, BytesIO(told.data))

    assert (seen.case_id, seen.new_case, seen.already, seen.warnings) == (None, False, False, ())
    assert seen.changes == (
        "a new card with the key that the old one committed to: amber until compared",
    )
    assert (seen.kind, seen.who) == ("key_update", "Example Agency")


def test_the_same_update_twice_and_sealed_once_more_changes_nothing(sent: Sent) -> None:
    rotate(sent.ours, sent.theirs)

    with nothing_changes(sent.theirs):
        for again in seal_updates(sent.ours, contacts(sent.ours)[0], wall=LATER):
            assert preview(sent.theirs, BytesIO(again.data)).already
            take(sent.theirs, again)


def test_a_contact_that_missed_a_rotation_takes_both_in_order(sent: Sent) -> None:
    for _ in range(2):
        sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)
    first, second = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)
    refused(sent.theirs, second.data, UntrustedError, "unknown key")

    take(sent.theirs, first)
    take(sent.theirs, second)

    assert contacts(sent.theirs)[0].card == sent.here
    assert seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL, first=3) == ()


def test_an_update_to_a_card_that_was_handed_over_already_changes_nothing(
    ours: Vault, theirs: Vault
) -> None:
    to = add_contact(ours, office_card(theirs), "regulator", wall=WALL)
    ours.rotate_office(RECOVERY[ours.id], wall=WALL)
    add_contact(theirs, office_card(ours), "controller", wall=WALL)
    [told] = seal_updates(ours, to, wall=WALL)

    assert preview(theirs, BytesIO(told.data)).already


def test_after_a_rotation_the_key_before_says_nothing_any_more(sent: Sent) -> None:
    before = office_of(sent.ours)
    rotate(sent.ours, sent.theirs)

    refused(sent.theirs, sent.follow_up(before), UntrustedError, "a key that was replaced")
    assert preview(sent.theirs, BytesIO(sent.initial.data)).already


def test_a_report_sealed_before_a_rotation_is_sealed_anew_after_it(sent: Sent) -> None:
    late = _follow_up(sent)
    rotate(sent.ours, sent.theirs)
    refused(sent.theirs, late, UntrustedError, "replaced")

    to = contacts(sent.ours)[0].id
    again = send(sent.ours, sent.case_id, to, at=None, wall=WALL, incomplete_reason=WHY)

    assert file(sent.theirs, again) == sent.their_id
    assert send(sent.ours, sent.case_id, to, at=None, wall=WALL, incomplete_reason=WHY).opened == (
        again.opened
    )


def test_a_rotated_office_opens_what_was_sealed_to_its_card_before(sent: Sent) -> None:
    more = _follow_up(sent)

    sent.theirs.rotate_office(RECOVERY[sent.theirs.id], wall=WALL)

    assert file(sent.theirs, more) == sent.their_id


def test_what_a_replaced_key_signed_is_not_written_once_more(sent: Sent) -> None:
    before = send_again(sent.ours, sent.case_id, sent.initial.manifest.bundle_id[:8])
    sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)

    with pytest.raises(UsageError, match="replaced since"):
        send_again(sent.ours, sent.case_id, sent.initial.manifest.bundle_id)

    assert before.opened == sent.initial.opened


def test_a_bundle_to_be_written_once_more_is_named_by_an_id_that_begins_one_only(
    sent: Sent,
) -> None:
    _follow_up(sent)

    with pytest.raises(MissingError, match="no such bundle"):
        send_again(sent.ours, sent.case_id, "none")
    with pytest.raises(UsageError, match="2 bundles begin so"):
        send_again(sent.ours, sent.case_id, "")


def _known(theirs: Vault, *, verified: bool = True) -> None:
    known = add_contact(theirs, OLD.card, "controller", wall=WALL)
    if verified:
        compare(theirs, known, OLD.card)


def test_an_update_by_a_stranger(theirs: Vault) -> None:
    forged = update(OLD, office_card(theirs), NEXT, seed(41))

    refused(theirs, forged, UntrustedError, "unknown key")


def test_an_update_in_another_offices_name(theirs: Vault) -> None:
    _known(theirs)
    payload = update_payload(OLD.card, NEXT, seed(41))
    forged = statement(STRANGER, office_card(theirs), "key_update", payload)

    refused(theirs, forged, BundleError, "another card than its sender's")


@pytest.mark.parametrize("proving", [40, 50])
def test_an_update_that_the_new_key_did_not_prove(theirs: Vault, proving: int) -> None:
    _known(theirs)

    refused(theirs, update(OLD, office_card(theirs), NEXT, seed(proving)), BundleError, "proved")


def test_a_proof_of_another_update_is_worth_nothing(theirs: Vault) -> None:
    _known(theirs)
    payload = {**update_payload(OLD.card, NEXT, seed(41)), "card": OTHER.line()}

    refused(theirs, statement(OLD, office_card(theirs), "key_update", payload), CaseError)


def test_an_update_by_the_old_key_alone_waits_amber_until_its_number_is_compared(
    theirs: Vault,
) -> None:
    _known(theirs)
    thief = update(OLD, office_card(theirs), OTHER, seed(50))

    seen = preview(theirs, BytesIO(thief))
    take(theirs, thief)

    assert preview(theirs, BytesIO(thief)).already
    assert "committed to" in seen.warnings[0]
    [waiting] = contacts(theirs)
    assert (waiting.card, waiting.verified, waiting.pending) == (OLD.card, True, (OTHER,))
    assert place_of_key(theirs.log_state(), OTHER.signing).standing == "pending"
    taken = compare(theirs, waiting, OTHER)
    assert (taken.card, taken.verified, taken.pending) == (OTHER, True, ())


def test_a_card_that_waits_signs_amber_and_names_no_successor(sent: Sent) -> None:
    known = compare(sent.theirs, contacts(sent.theirs)[0], sent.here)
    waits = office_by("Example Agency", 50, 51)
    replace_card(sent.theirs, known, waits.card, wall=WALL)

    seen = preview(sent.theirs, BytesIO(sent.follow_up(waits, seq=1)))

    assert seen.amber
    assert "nobody has compared its number" in seen.warnings[0]
    forged = update(waits, sent.there, card_by("Example Agency", 51, 52), seed(51))
    refused(sent.theirs, forged, UntrustedError, "was not compared")


def test_two_different_updates_from_one_key_freeze_the_contact_with_an_alarm(
    sent: Sent,
) -> None:
    before = office_of(sent.ours)
    rotate(sent.ours, sent.theirs)
    thief = update(before, sent.there, OTHER, seed(50))

    seen = preview(sent.theirs, BytesIO(thief))
    take(sent.theirs, thief)

    assert seen.warnings[0].startswith("ALARM")
    [frozen] = contacts(sent.theirs)
    assert (frozen.state, frozen.card, frozen.pending) == ("frozen", sent.here, (OTHER,))
    refused(sent.theirs, _follow_up(sent), UntrustedError, "frozen")
    with nothing_changes(sent.theirs), pytest.raises(UntrustedError, match="frozen"):
        acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    third = update(before, sent.there, card_by("Example Agency", 60, 61), seed(60))
    refused(sent.theirs, third, UntrustedError, "frozen")


def test_a_frozen_contact_goes_on_with_the_card_whose_number_is_compared(sent: Sent) -> None:
    before = office_of(sent.ours)
    rotate(sent.ours, sent.theirs)
    take(sent.theirs, update(before, sent.there, OTHER, seed(50)))

    settled = compare(sent.theirs, contacts(sent.theirs)[0], sent.here)

    assert (settled.state, settled.card, settled.pending) == ("verified", sent.here, ())
    assert file(sent.theirs, _follow_up(sent)) == sent.their_id
    thief = Office(seed(50), before.identity, OTHER)
    refused(sent.theirs, sent.follow_up(thief), UntrustedError, "replaced")
    third = update(before, sent.there, card_by("Example Agency", 60, 61), seed(60))
    refused(sent.theirs, third, UntrustedError, "replaced")


def test_a_thief_who_was_first_is_found_out_by_the_honest_update(theirs: Vault) -> None:
    _known(theirs)
    take(theirs, update(OLD, office_card(theirs), OTHER, seed(50)))
    take(theirs, update(OLD, office_card(theirs), NEXT, seed(41)))

    [frozen] = contacts(theirs)
    assert (frozen.state, frozen.card) == ("frozen", OLD.card)
    settled = compare(theirs, frozen, NEXT)

    assert (settled.state, settled.card, settled.pending) == ("verified", NEXT, ())
    standings = [
        place_of_key(theirs.log_state(), card.signing).standing for card in (OLD.card, OTHER, NEXT)
    ]
    assert standings == ["former", "former", "current"]


def test_two_replicas_that_filed_different_cards_freeze_the_contact(theirs: Vault) -> None:
    _known(theirs)
    ident = contacts(theirs)[0].id
    stale = theirs.log_state()
    for card in (NEXT, OTHER):
        op = SetOp(f"contact/{ident}/card", card.line())
        theirs.commit(theirs.log_id, [op], shown=stale, wall=WALL)

    [frozen] = contacts(theirs)
    assert frozen.state == "frozen"
    assert {frozen.card, *frozen.pending} == {NEXT, OTHER}
    settled = compare(theirs, frozen, frozen.card)
    assert (settled.state, settled.card) == ("verified", frozen.card)


def test_an_update_of_a_card_that_is_not_on_file(theirs: Vault) -> None:
    _known(theirs)
    theft = Office(OLD.signing, OLD.identity, card_by("Example Office", 40, 50))

    forged = update(theft, office_card(theirs), OTHER, seed(50))

    refused(theirs, forged, UntrustedError, "not on file")


def test_an_update_to_the_same_key(theirs: Vault) -> None:
    _known(theirs)
    same = card_by("Example Office", 40, 50)

    refused(theirs, update(OLD, office_card(theirs), same, seed(40)), BundleError, "same key")


def test_an_update_to_a_key_that_is_somebody_elses(theirs: Vault) -> None:
    _known(theirs)
    add_contact(theirs, OTHER, "processor", wall=WALL)
    moved = card_by("Example Office", 50, 52)

    refused(theirs, update(OLD, office_card(theirs), moved, seed(50)), UntrustedError, "already")


def test_an_update_to_our_own_key(theirs: Vault) -> None:
    _known(theirs)
    mine = office_of(theirs)

    forged = update(OLD, mine.card, mine.card, mine.signing)

    refused(theirs, forged, UntrustedError, "known already")


def test_an_update_by_a_key_that_was_replaced_by_hand(theirs: Vault) -> None:
    _known(theirs)
    compare(theirs, replace_card(theirs, contacts(theirs)[0], OTHER, wall=WALL), OTHER)

    refused(
        theirs, update(OLD, office_card(theirs), NEXT, seed(41)), UntrustedError, "was replaced"
    )


def test_a_new_name_is_shown_and_has_to_be_compared_again(theirs: Vault) -> None:
    _known(theirs)
    renamed = card_by("Example Ministry", 41, 42)
    told = update(OLD, office_card(theirs), renamed, seed(41))

    seen = preview(theirs, BytesIO(told))
    take(theirs, told)

    assert seen.changes[0] == "name Example Office -> Example Ministry"
    assert "amber until compared" in seen.changes[1]
    assert (contacts(theirs)[0].card, contacts(theirs)[0].verified) == (renamed, False)


def test_a_forged_update_that_a_person_refused_is_no_reason_for_an_alarm_later(
    theirs: Vault,
) -> None:
    _known(theirs)
    take(theirs, update(OLD, office_card(theirs), OTHER, seed(50)))
    compare(theirs, contacts(theirs)[0], OLD.card)

    take(theirs, update(OLD, office_card(theirs), NEXT, seed(41)))

    [known] = contacts(theirs)
    assert (known.state, known.card) == ("verified", NEXT)


def test_both_updates_may_be_forged_and_the_old_card_the_right_one(theirs: Vault) -> None:
    _known(theirs)
    for number in (50, 52):
        forged = card_by("Example Office", number, number + 1)
        take(theirs, update(OLD, office_card(theirs), forged, seed(number)))

    settled = compare(theirs, contacts(theirs)[0], OLD.card)

    assert (settled.state, settled.card) == ("verified", OLD.card)
    take(theirs, update(OLD, office_card(theirs), NEXT, seed(41)))
    assert contacts(theirs)[0].card == NEXT


def test_a_card_that_took_the_place_by_fraud_never_counted(theirs: Vault) -> None:
    _known(theirs)
    take(theirs, update(OLD, office_card(theirs), NEXT, seed(41)))
    take(theirs, update(OLD, office_card(theirs), OTHER, seed(50)))

    settled = compare(theirs, contacts(theirs)[0], OTHER)

    assert (settled.state, settled.card) == ("verified", OTHER)
    kept = entry(theirs.log_state(), settled.id)
    assert kept[f"former/{NEXT.sha256}"] == ({"card": NEXT.line(), "until": None},)
    assert kept[f"former/{OLD.card.sha256}"] == ({"card": OLD.card.line(), "until": LATER},)


def test_a_card_that_waits_and_was_revoked_is_not_verified_by_its_number(theirs: Vault) -> None:
    _known(theirs)
    waits = office_by("Example Office", 50, 51)
    replace_card(theirs, contacts(theirs)[0], waits.card, wall=WALL)
    take(theirs, revocation(waits, office_card(theirs)))

    with nothing_changes(theirs), pytest.raises(UntrustedError, match="revoked"):
        compare(theirs, contacts(theirs)[0], waits.card)


def test_an_update_passed_on_to_another_office(sent: Sent, other: Vault) -> None:
    add_contact(other, sent.here, "controller", wall=WALL)
    sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)
    [told] = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)

    refused(
        other, sealed(told.opened.line1, office_card(other)), UntrustedError, "addressed to others"
    )


def test_a_letter_of_a_case_is_no_statement_about_keys(sent: Sent) -> None:
    with pytest.raises(BundleError, match="nothing of keys"):
        judge_statement(sent.theirs, sent.initial.opened)


def test_the_evidence_of_a_statement_is_kept(sent: Sent) -> None:
    sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)
    [told] = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)
    take(sent.theirs, told)

    kept = entry(sent.theirs.log_state(), contacts(sent.theirs)[0].id)
    [evidence] = kept[f"evidence/{told.manifest.bundle_id}"]

    assert isinstance(evidence, dict)
    line = sent.theirs.get_blob(sent.theirs.log_id, str(evidence["blob"]))
    assert line == told.opened.line1


def test_a_revoked_key_says_nothing_whatever_its_letters_call_the_time(sent: Sent) -> None:
    honest = office_of(sent.ours)
    compare(sent.theirs, contacts(sent.theirs)[0], honest.card)
    take(sent.theirs, revocation(honest, sent.there, "2026-01-01T00:00Z"))

    [revoked] = contacts(sent.theirs)
    assert revoked.state == "revoked"
    early = sent.follow_up(honest, created="1999-01-01T00:00:00Z")
    refused(sent.theirs, early, UntrustedError, "revoked")
    forged = update(honest, sent.there, OTHER, seed(50))
    refused(sent.theirs, forged, UntrustedError, "revoked")
    assert preview(sent.theirs, BytesIO(sent.initial.data)).already


def test_nothing_is_sealed_to_a_revoked_card(sent: Sent) -> None:
    take(sent.theirs, revocation(office_of(sent.ours), sent.there))

    with nothing_changes(sent.theirs), pytest.raises(UntrustedError, match="revoked") as caught:
        acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)
    assert "--replaces" in caught.value.hint


@pytest.mark.parametrize("since", [None, "2026-01-01T00:00+00:00[Europe/London]"])
def test_letters_filed_before_a_revocation_stay_and_say_so(sent: Sent, since: str | None) -> None:
    assert revoked_letters(sent.theirs, sent.their_id) == {}
    acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    take(sent.theirs, revocation(office_of(sent.ours), sent.there, since))

    told = revoked_letters(sent.theirs, sent.their_id)
    assert told == {sent.initial.manifest.bundle_id: since or LATER}
    assert len(sent.theirs.case(sent.their_id).reports) == 1


def test_only_letters_by_the_revoked_key_say_so(sent: Sent) -> None:
    rotate(sent.ours, sent.theirs)
    file(sent.theirs, _follow_up(sent))

    take(sent.theirs, revocation(office_of(sent.ours), sent.there))

    assert len(revoked_letters(sent.theirs, sent.their_id)) == 1


def test_a_revocation_twice_changes_nothing(sent: Sent) -> None:
    told = revocation(office_of(sent.ours), sent.there)
    take(sent.theirs, told)

    with nothing_changes(sent.theirs):
        assert preview(sent.theirs, BytesIO(told)).already
        take(sent.theirs, told)


def test_a_revocation_by_a_stranger_or_of_another_card(theirs: Vault) -> None:
    refused(theirs, revocation(OLD, office_card(theirs)), UntrustedError, "unknown key")
    _known(theirs)
    add_contact(theirs, STRANGER.card, "processor", wall=WALL)
    payload = {"card": OLD.card.sha256, "compromised_since": None, "reason": None}

    forged = statement(STRANGER, office_card(theirs), "key_revoke", payload)

    refused(theirs, forged, BundleError, "another card")


def test_a_revocation_says_before_it_is_filed_what_it_means(theirs: Vault) -> None:
    _known(theirs)

    seen = preview(theirs, BytesIO(revocation(OLD, office_card(theirs), "2026-01-01T00:00Z")))

    assert "since 2026-01-01T00:00Z" in seen.changes[0]
    assert seen.changes[1] == "reason a laptop was stolen"
    payload = {"card": OLD.card.sha256, "compromised_since": None, "reason": None}
    bare = statement(OLD, office_card(theirs), "key_revoke", payload)
    assert "a time not stated" in preview(theirs, BytesIO(bare)).changes[0]


def test_an_office_that_revoked_its_card_seals_with_new_keys_only(sent: Sent) -> None:
    to = contacts(sent.ours)[0]
    with pytest.raises(UsageError, match="not revoked"):
        seal_revocation(sent.ours, to, wall=WALL)
    revoke_office(sent.ours, since=at("2026-01-01T00:00"), reason="stolen", wall=WALL)
    before = contents(sent.ours)
    revoke_office(sent.ours, since=None, reason=None, wall=WALL)
    assert contents(sent.ours) == before
    assert office_revoked(sent.ours)
    with pytest.raises(UsageError, match="revoked"):
        _follow_up(sent)
    take(sent.theirs, seal_revocation(sent.ours, to, wall=WALL))

    sent.ours.rotate_office(RECOVERY[sent.ours.id], wall=WALL)

    assert not office_revoked(sent.ours)
    assert seal_updates(sent.ours, to, wall=WALL) == ()
    [revoked] = contacts(sent.theirs)
    compare(sent.theirs, replace_card(sent.theirs, revoked, sent.here, wall=WALL), sent.here)
    more = send(sent.ours, sent.case_id, to.id, at=None, wall=WALL, incomplete_reason=WHY)
    assert file(sent.theirs, more) == sent.their_id


def test_keys_of_a_contact_that_was_removed_stay_refused(sent: Sent) -> None:
    before = office_of(sent.ours)
    rotate(sent.ours, sent.theirs)
    remove_contact(sent.theirs, contacts(sent.theirs)[0], wall=WALL)

    refused(sent.theirs, sent.report(before), UntrustedError, "replaced")
    refused(sent.theirs, _follow_up(sent), UntrustedError, "unknown key")
    with pytest.raises(UsageError, match="replaced"):
        add_contact(sent.theirs, before.card, "controller", wall=WALL)
    add_contact(sent.theirs, sent.here, "controller", wall=WALL)
    to = contacts(sent.ours)[0].id
    more = send(sent.ours, sent.case_id, to, at=None, wall=WALL, incomplete_reason=WHY)
    assert file(sent.theirs, more.data) == sent.their_id


def test_a_removed_and_revoked_card_is_not_added_again(theirs: Vault) -> None:
    _known(theirs)
    take(theirs, revocation(OLD, office_card(theirs)))
    remove_contact(theirs, contacts(theirs)[0], wall=WALL)

    with pytest.raises(UsageError, match="revoked by its office"):
        add_contact(theirs, OLD.card, "controller", wall=WALL)


def test_an_initial_report_by_an_office_that_rotated_and_was_removed_is_a_strangers(
    sent: Sent,
) -> None:
    rotate(sent.ours, sent.theirs)
    remove_contact(sent.theirs, contacts(sent.theirs)[0], wall=WALL)

    again = sent.report(office_of(sent.ours))

    refused(sent.theirs, again, OutOfOrderError, "another initial report")
    fresh = sent.report(office_of(sent.ours), case_id="0c" * 16)
    assert preview(sent.theirs, BytesIO(fresh)).amber
    assert file(sent.theirs, fresh) != sent.their_id


def test_what_the_new_key_signs_names_both_cards() -> None:
    assert proof_text("aa", "bb") == b"breachcase-key-update-1 aa bb"


_PLAIN = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=8)
_FLAT = st.lists(_PLAIN, max_size=3) | st.dictionaries(st.text(max_size=6), _PLAIN, max_size=3)
_JSON = _PLAIN | _FLAT | st.lists(_FLAT, max_size=2)
_PARTS = {
    "old": st.sampled_from([OLD.card.sha256, "00" * 32, "x"]) | _JSON,
    "card": st.sampled_from([NEXT.line(), OLD.card.line(), NEXT.line()[:-3], "breachcase-card-1"])
    | _JSON,
    "proof": st.sampled_from([str(update_payload(OLD.card, NEXT, seed(41))["proof"]), "-----BEGIN"])
    | _JSON,
    "compromised_since": _JSON,
    "reason": _JSON,
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["key_update", "key_revoke"]), st.fixed_dictionaries({}, optional=_PARTS))
def test_whatever_a_statement_says_only_our_errors_come_of_it(
    theirs: Vault, kind: str, payload: dict[str, object]
) -> None:
    if not contacts(theirs):
        _known(theirs)
    data = statement(OLD, office_card(theirs), kind, payload)

    with suppress(CaseError):
        preview(theirs, BytesIO(data))
