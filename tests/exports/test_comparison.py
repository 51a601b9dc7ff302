"""A number is compared by typing what was heard."""

from __future__ import annotations

import pytest

from exports.book import entry
from exports.card import office_card
from exports.comparison import verify_contact
from exports.errors import UntrustedError
from exports.trust import add_contact, contact_of, contacts, remove_contact, replace_card
from models.errors import UsageError
from store.vault import Vault
from tests.exports.build import WALL, office
from tests.exports.keys import card_by, compare, revocation, take
from tests.exports.sent import nothing_changes

FIRST = office("Example Regulator", 1)
NEW = card_by("Example Regulator", 20, 21)


def test_the_number_that_was_heard_makes_a_contact_verified(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)

    verified = verify_contact(ours, known, f"  {FIRST.card.number}\n", wall=WALL)

    assert contacts(ours) == (verified,)
    assert (verified.verified, verified.state) == (True, "verified")
    assert entry(ours.log_state(), known.id)["verified"] == (FIRST.card.sha256,)


def test_blanks_between_the_digits_do_not_count(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)

    assert verify_contact(ours, known, FIRST.card.number.replace(" ", ""), wall=WALL).verified


def test_another_number_changes_nothing(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)

    with nothing_changes(ours), pytest.raises(UntrustedError, match="not the number") as caught:
        compare(ours, known, NEW)

    assert caught.value.code == 79
    assert FIRST.card.number not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("heard", ["", "12345", "x" * 30, "1" * 31, "\u0661" * 30, "1" * 29 + "-"])
def test_a_number_is_thirty_digits(ours: Vault, heard: str) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)

    with nothing_changes(ours), pytest.raises(UsageError, match="30 digits"):
        verify_contact(ours, known, heard, wall=WALL)


def test_a_card_handed_over_in_place_of_one_counts_once_it_is_compared(ours: Vault) -> None:
    known = compare(ours, add_contact(ours, FIRST.card, "regulator", wall=WALL), FIRST.card)

    waiting = replace_card(ours, known, NEW, wall=WALL)
    assert (waiting.card, waiting.pending, waiting.verified) == (FIRST.card, (NEW,), True)

    taken = compare(ours, waiting, NEW)
    assert (taken.id, taken.card, taken.pending, taken.verified) == (known.id, NEW, (), True)
    assert taken.role == "regulator"


def test_a_card_that_waited_is_refused_once_the_other_one_was_compared(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    waiting = replace_card(ours, known, NEW, wall=WALL)

    settled = compare(ours, waiting, FIRST.card)

    assert (settled.card, settled.pending) == (FIRST.card, ())
    with pytest.raises(UsageError, match="replaced by another"):
        add_contact(ours, NEW, "regulator", wall=WALL)


def test_a_revoked_card_is_not_verified_by_its_number(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    take(ours, revocation(FIRST, office_card(ours)))
    revoked = contacts(ours)[0]

    with nothing_changes(ours), pytest.raises(UntrustedError, match="revoked"):
        compare(ours, revoked, FIRST.card)

    taken = compare(ours, replace_card(ours, revoked, NEW, wall=WALL), NEW)
    assert (taken.id, taken.state) == (known.id, "verified")


def test_a_removed_contact_is_a_stranger_and_comes_back_under_its_id(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    taken = compare(ours, replace_card(ours, known, NEW, wall=WALL), NEW)
    waiting = replace_card(ours, taken, card_by("Example", 30, 31), wall=WALL)

    remove_contact(ours, waiting, wall=WALL)

    assert contacts(ours) == ()
    assert contact_of(ours, known.id) is None
    back = add_contact(ours, NEW, "processor", wall=WALL)
    assert (back.id, back.verified, back.pending) == (known.id, False, ())


def test_a_card_of_a_known_key_takes_nobodys_place(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    add_contact(ours, NEW, "processor", wall=WALL)

    with nothing_changes(ours), pytest.raises(UsageError, match="known already"):
        replace_card(ours, known, NEW, wall=WALL)


def test_a_card_that_waits_is_no_contact_of_its_own(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    replace_card(ours, known, NEW, wall=WALL)

    with nothing_changes(ours), pytest.raises(UsageError, match="waits to be compared"):
        add_contact(ours, NEW, "regulator", wall=WALL)
