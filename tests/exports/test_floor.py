"""What protects less than a contact used before needs a yes of its own."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from exports.book import entry
from exports.card import make_card, office_card
from exports.errors import UntrustedError
from exports.inbox import preview
from exports.outbox import send
from exports.trust import add_contact, contacts
from models.strictjson import JSON
from store.age import HYBRID, Identity
from store.change import SetOp
from store.vault import Vault
from tests.exports.build import WALL, WHY, Office, a_case, file, office_of, vault
from tests.exports.keys import card_by, seed, take, update
from tests.exports.sent import Sent, nothing_changes

HYBRID_KEY = Identity.from_seed(bytes([7] * 32), HYBRID)
STRONG = Office(
    seed(40), Identity.from_seed(bytes([140] * 32)), card_by("Example Office", 40, 41, HYBRID_KEY)
)
WEAK = card_by("Example Office", 41, 42)


def test_a_contact_with_a_post_quantum_card_is_seen_to_use_it(sent: Sent) -> None:
    [known] = contacts(sent.theirs)

    [floor] = entry(sent.theirs.log_state(), known.id)["floor"]

    assert floor == {"version": 1, "post_quantum": True}


def test_a_card_without_the_post_quantum_recipient_of_before_needs_a_yes(sent: Sent) -> None:
    honest = office_of(sent.ours)
    weak = make_card("Example Agency", honest.signing, honest.identity.recipient(), bytes(32))
    bundle = sent.follow_up(Office(honest.signing, honest.identity, weak))

    seen = preview(sent.theirs, BytesIO(bundle))

    assert "post-quantum" in seen.weaker[0]
    with nothing_changes(sent.theirs), pytest.raises(UntrustedError, match="post-quantum") as error:
        file(sent.theirs, bundle)
    assert "--weaker" in error.value.hint


def test_an_update_to_a_weaker_card_is_filed_after_that_yes_and_asked_again_next_time(
    theirs: Vault,
) -> None:
    known = add_contact(theirs, STRONG.card, "controller", wall=WALL)
    raised = SetOp(f"contact/{known.id}/floor", {"version": 1, "post_quantum": True})
    theirs.commit(theirs.log_id, [raised], shown=theirs.log_state(), wall=WALL)
    weaker = update(STRONG, office_card(theirs), WEAK, seed(41))
    with nothing_changes(theirs), pytest.raises(UntrustedError):
        take(theirs, weaker)

    take(theirs, weaker, weaker=True)

    assert contacts(theirs)[0].card == WEAK
    [floor] = entry(theirs.log_state(), known.id)["floor"]
    assert floor == {"version": 1, "post_quantum": True}


def test_an_update_to_a_stronger_card_raises_the_floor(theirs: Vault) -> None:
    plain = Office(seed(40), STRONG.identity, card_by("Example Office", 40, 41))
    strong = card_by("Example Office", 41, 42, HYBRID_KEY)
    known = add_contact(theirs, plain.card, "controller", wall=WALL)

    take(theirs, update(plain, office_card(theirs), strong, seed(41)))

    [floor] = entry(theirs.log_state(), known.id)["floor"]
    assert floor == {"version": 1, "post_quantum": True}


def test_an_older_format_than_before_needs_a_yes(sent: Sent) -> None:
    [known] = contacts(sent.theirs)
    values: tuple[JSON, ...] = ("what is this", {"version": 2, "post_quantum": True})
    for value in values:
        op = SetOp(f"contact/{known.id}/floor", value)
        sent.theirs.commit(sent.theirs.log_id, [op], shown=sent.theirs.log_state(), wall=WALL)

    seen = preview(sent.theirs, BytesIO(sent.follow_up(office_of(sent.ours))))

    assert seen.weaker == ("bundle is of format 1, its sender wrote 2 before",)


def test_a_floor_that_cannot_be_read_is_none(sent: Sent) -> None:
    [known] = contacts(sent.theirs)
    op = SetOp(f"contact/{known.id}/floor", "of a later version")
    sent.theirs.commit(sent.theirs.log_id, [op], shown=sent.theirs.log_state(), wall=WALL)

    assert preview(sent.theirs, BytesIO(sent.follow_up(office_of(sent.ours)))).weaker == ()


def test_a_bundle_is_sealed_to_the_post_quantum_recipient_alone_where_there_is_one(
    sent: Sent,
) -> None:
    assert sent.initial.data.startswith(b"age-encryption.org/v1\n-> mlkem768x25519 ")
    assert sent.initial.data.count(b"\n-> ") == 1


def test_a_bundle_to_a_classic_card_is_sealed_for_x25519_alone(ours: Vault, tmp_path: Path) -> None:
    with vault(tmp_path / "x", "regulator", "Old", post_quantum=False) as old:
        to = add_contact(ours, office_card(old), "regulator", wall=WALL)
        sealed = send(ours, a_case(ours), to.id, at=None, wall=WALL, incomplete_reason=WHY)

        assert sealed.data.startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert sealed.data.count(b"\n-> ") == 1
        assert file(old, sealed)
