from __future__ import annotations

import pytest

from exports.book import contact_id
from exports.card import make_card, office_card
from exports.trust import add_contact, contact_of, contacts, find_contact, require_contact
from models.errors import MissingError, UsageError
from store.change import SetOp
from store.vault import Vault
from tests.exports.build import WALL, office

FIRST = office("Example Regulator", 1)
SECOND = office("Example Processor", 4)


def test_a_card_becomes_an_unverified_contact_with_the_role_the_person_said(ours: Vault) -> None:
    added = add_contact(ours, FIRST.card, "regulator", wall=WALL)

    assert contacts(ours) == (added,)
    assert contact_of(ours, contact_id(FIRST.card.signing)) == added
    assert (added.role, added.verified) == ("regulator", False)


def test_the_same_card_again_changes_only_the_role(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, None, wall=WALL)
    verified = SetOp(f"contact/{known.id}/verified", known.card.sha256)
    ours.commit(ours.log_id, [verified], shown=ours.log_state(), wall=WALL)

    again = add_contact(ours, FIRST.card, "controller", wall=WALL)

    assert contacts(ours) == (again,)
    assert (again.role, again.verified) == ("controller", True)


def test_another_card_of_a_known_key_needs_more_than_a_paste(ours: Vault) -> None:
    add_contact(ours, FIRST.card, "regulator", wall=WALL)
    renamed = make_card("Other name", FIRST.signing, FIRST.identity.recipient(), bytes(32))

    with pytest.raises(UsageError, match="another card"):
        add_contact(ours, renamed, "regulator", wall=WALL)

    assert [known.card for known in contacts(ours)] == [FIRST.card]


def test_our_own_card_is_nobody_to_write_to(ours: Vault) -> None:
    with pytest.raises(UsageError, match="your own"):
        add_contact(ours, office_card(ours), "regulator", wall=WALL)


def test_a_contact_that_has_to_be_there_is_named_when_it_is_not(ours: Vault) -> None:
    with pytest.raises(MissingError, match="no such contact"):
        require_contact(ours, "0" * 32)


def test_a_role_is_one_of_three(ours: Vault) -> None:
    with pytest.raises(UsageError, match="no such role"):
        add_contact(ours, FIRST.card, "king", wall=WALL)


def test_a_contact_is_found_by_id_or_by_name_in_any_case(ours: Vault) -> None:
    first = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    second = add_contact(ours, SECOND.card, "processor", wall=WALL)

    assert find_contact(ours, first.id[:8]) == first
    assert find_contact(ours, first.id) == first
    assert find_contact(ours, "EXAMPLE regulator ") == first
    assert find_contact(ours, "example p") == second
    with pytest.raises(UsageError, match="more than one"):
        find_contact(ours, "example")
    for nobody in ("", "   ", "zzz", first.id[:3] + "?"):
        with pytest.raises(MissingError):
            find_contact(ours, nobody)


def test_a_card_of_a_later_version_hides_no_other_contact(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    later = SetOp(f"contact/{'0' * 32}/card", "breachcase-card-2 whatever")
    ours.commit(ours.log_id, [later], shown=ours.log_state(), wall=WALL)

    assert contacts(ours) == (known,)


def test_a_role_of_a_later_version_is_no_role(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    later = SetOp(f"contact/{known.id}/role", "ombudsman")
    ours.commit(ours.log_id, [later], shown=ours.log_state(), wall=WALL)

    assert contacts(ours)[0].role is None
