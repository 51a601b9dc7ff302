from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import HYBRID, KINDS, SSH, X25519, AgeError, Identity, Recipient
from store.age.bech32 import encode
from tests.store.age.build import OF_EACH_KIND, OURS, OURS_PQ, OURS_SSH, THEIRS

# the example keys of the age specification
PRIVATE = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
# RFC 7748 and its literature: the points that send every secret to zero
LOW_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def test_the_example_keys_of_the_specification_are_a_pair() -> None:
    identity = Identity.parse(PRIVATE)

    assert identity.text() == PRIVATE
    assert identity.seed == b"\x42" * 32
    assert identity.recipient() == Recipient.parse(PUBLIC)
    assert Recipient.parse(PUBLIC).text() == PUBLIC


def test_a_new_identity_is_another_one_each_time() -> None:
    assert Identity.generate() != Identity.generate()


def test_recipients_are_values_that_can_be_put_in_a_set() -> None:
    assert {OURS.recipient(), Identity(OURS.seed).recipient()} == {OURS.recipient()}


def test_keys_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        OURS.seed = THEIRS.seed  # type: ignore[misc] # the mistake under test


def test_an_identity_never_shows_its_secret() -> None:
    shown = f"{OURS!r} {OURS}"

    assert OURS.recipient().text() in shown
    assert OURS.text() not in shown
    assert OURS.seed.hex() not in shown
    assert repr(OURS.seed) not in shown


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_low_order_point_is_no_recipient(point: str) -> None:
    with pytest.raises(AgeError, match="low-order"):
        Recipient(bytes.fromhex(point))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(AgeError, match="32 bytes"):
        Recipient(bytes([9]) * size)
    with pytest.raises(AgeError, match="32 bytes"):
        Identity.from_seed(bytes(size))
    with pytest.raises(AgeError, match="32 bytes"):
        Recipient.parse(encode("age", bytes([9]) * size))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (encode("age1yubikey", bytes(33)), "plugin keys are not supported"),
        (encode("age1tag", bytes(33)), "plugin keys are not supported"),
        (encode("age1x/../../bin/sh", bytes(33)), "plugin keys are not supported"),
        (encode("age1pq1x", OURS_PQ.recipient().raw), "plugin keys are not supported"),
        (encode("age1pq", bytes(1215)), "not 1216 bytes"),
        (encode("age1pq", b"\xff" * 1216), "not an ML-KEM key"),
        (encode("age1pq", OURS_PQ.recipient().raw[:-32] + bytes(32)), "low-order"),
        (PUBLIC.upper(), "not an age key"),
        (encode("bc", bytes(32)), "not an age key"),
        (PRIVATE, "secret key stands"),
        (PRIVATE.lower(), "secret key stands"),
        (OURS_PQ.text(), "secret key stands"),
        (OURS_SSH.text(), "secret key stands"),
        (OURS_SSH.recipient().text(), "ssh-ed25519 keys are not accepted here"),
        (PUBLIC + "\n", "mistyped"),
        (" " + PUBLIC, "not an age key"),
    ],
)
def test_a_recipient_of_another_kind_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        Recipient.parse(text)

    assert refused.value.hint


def test_a_caller_may_accept_one_kind_only() -> None:
    with pytest.raises(AgeError, match="mlkem768x25519 keys are not accepted here"):
        Recipient.parse(OURS_PQ.recipient().text(), [X25519])
    with pytest.raises(AgeError, match="X25519 keys are not accepted here"):
        Identity.parse(OURS.text(), [SSH, HYBRID])


@pytest.mark.parametrize("identity", OF_EACH_KIND.values(), ids=OF_EACH_KIND)
def test_keys_of_every_kind_are_what_their_text_says(identity: Identity) -> None:
    recipient = identity.recipient()

    assert Identity.parse(identity.text(), KINDS) == identity
    assert Recipient.parse(recipient.text(), KINDS) == recipient
    assert recipient.text().startswith(identity.kind.recipient_begins)
    assert Identity.generate(identity.kind).kind is identity.kind


def test_equal_bytes_of_two_kinds_are_two_keys() -> None:
    assert Identity(OURS.seed, SSH) != OURS
    assert Recipient(OURS_SSH.recipient().raw, X25519) != OURS_SSH.recipient()


def test_the_post_quantum_recipient_has_1959_characters() -> None:
    assert len(OURS_PQ.recipient().text()) == 1959


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PRIVATE.lower(), "not an age secret key"),
        (PUBLIC, "not an age secret key"),
        ("AGE-PLUGIN-X-1QQQ", "not an age secret key"),
        (encode("age-secret-key-1x", bytes(32)).upper(), "plugin keys are not supported"),
        (encode("age-secret-key-pq-1x", bytes(32)).upper(), "plugin keys are not supported"),
        (encode("age-secret-key-pq-", bytes(31)).upper(), "not 32 bytes"),
        (PRIVATE[:-1] + "Q", "mistyped"),
        (OURS_SSH.text(), "not accepted here"),
    ],
)
def test_a_secret_of_another_kind_is_refused_without_quoting_it(text: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        Identity.parse(text)

    assert text not in refused.value.message + refused.value.hint


@given(
    st.sampled_from(
        ["", *(k.recipient_begins for k in KINDS), *(k.identity_begins for k in KINDS)]
    ),
    st.text(max_size=80),
)
def test_any_text_is_a_key_or_refused(begins: str, text: str) -> None:
    for kind in (Recipient, Identity):
        with pytest.raises(AgeError):
            kind.parse(begins + text, KINDS)
