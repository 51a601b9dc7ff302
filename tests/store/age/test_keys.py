from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.age import AgeError, Identity, Recipient
from store.age.bech32 import encode
from tests.store.age.build import OURS, THEIRS

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
        (encode("age1pq", bytes(1216)), "post-quantum and plugin"),
        (encode("age1yubikey", bytes(33)), "post-quantum and plugin"),
        (encode("age1tag", bytes(33)), "post-quantum and plugin"),
        (PUBLIC.upper(), "not an age X25519 key"),
        (encode("bc", bytes(32)), "not an age X25519 key"),
        (PRIVATE, "secret key stands"),
        (PRIVATE.lower(), "secret key stands"),
        (encode("age-secret-key-pq-", bytes(32)), "secret key stands"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", "not bech32"),
        (PUBLIC + "\n", "mistyped"),
        (" " + PUBLIC, "not an age X25519 key|mistyped"),
    ],
)
def test_a_recipient_of_another_kind_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        Recipient.parse(text)

    assert refused.value.hint


@pytest.mark.parametrize(
    "text", [PRIVATE.lower(), PUBLIC, encode("age-secret-key-pq-", bytes(32)).upper()]
)
def test_a_secret_of_another_kind_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(AgeError, match="not an age X25519 secret key") as refused:
        Identity.parse(text)

    assert text not in refused.value.message + refused.value.hint


@given(st.text(max_size=80))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for kind in (Recipient, Identity):
        with pytest.raises(AgeError):
            kind.parse(text)
