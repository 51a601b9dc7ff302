from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.card import card_name, make_card, office_card, parse_card
from exports.errors import BundleError
from models.errors import CaseError, ShapeError
from store import sshsig
from store.age import HYBRID, Identity
from store.vault import Vault
from tests.exports.build import office

SENDER = office("Example Agency", 1)
OTHER = office("Example Regulator", 4)
LINE = SENDER.card.line()


def test_a_card_is_one_pasteable_line_that_reads_back() -> None:
    assert LINE.isascii()
    assert LINE.isprintable()
    assert len(LINE) <= 4096
    assert LINE.startswith("breachcase-card-1 Example%20Agency ssh-ed25519 AAAA")
    assert parse_card(f"  {LINE}\r\n") == SENDER.card


def test_a_card_of_a_vault_bears_the_name_of_its_organisation(ours: Vault) -> None:
    card = office_card(ours)

    assert parse_card(card.line()) == card
    assert card.name == "Example Agency"
    assert card.signing == ours.office.signing.public_key().public_bytes_raw()


def test_a_number_is_thirty_digits_that_change_with_name_and_keys() -> None:
    renamed = make_card(
        "Example agency", SENDER.signing, SENDER.identity.recipient(), SENDER.card.next_commitment
    )

    assert re.fullmatch(r"(\d{5} ){5}\d{5}", SENDER.card.number)
    assert len({SENDER.card.number, renamed.number, OTHER.card.number}) == 3


@pytest.mark.parametrize("name", ["Ärzte & Söhne GmbH", "100% / a:b\\c", "الهيئة", "x" * 120])
def test_any_visible_name_fits_a_card(name: str) -> None:
    card = make_card(name, SENDER.signing, OTHER.identity.recipient(), bytes(32))

    assert parse_card(card.line()).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "x" * 121,
        "a\nb",
        "a\tb",
        "a\x1b]52;c;\x07",
        "a\u202eb",
        " a",
        "a ",
        "a  b",
        "a\u00a0b",
        "a\u3000b",
        "A\u0308rzte",
    ],
)
def test_a_name_that_steers_or_is_too_long_makes_no_card(name: str) -> None:
    with pytest.raises(BundleError):
        make_card(name, SENDER.signing, OTHER.identity.recipient(), bytes(32))


def _resigned(**changed: str) -> str:
    """Return a card with fields changed and then signed by its key all the same."""
    word, name, kind, key, recipient, following, _ = LINE.split(" ")
    fields = {
        "word": word,
        "name": name,
        "kind": kind,
        "key": key,
        "recipient": recipient,
        "next": following,
    }
    unsigned = " ".join({**fields, **changed}.values())
    armoured = sshsig.sign(SENDER.signing, "card-v1@breachcase", unsigned.encode())
    return f"{unsigned} sig:{''.join(armoured.splitlines()[1:-1])}"


@pytest.mark.parametrize(
    "changed",
    [
        {"word": "breachcase-card-2"},
        {"name": "%FF"},
        {"name": "Example+Agency "},
        {"name": "%45xample"},
        {"name": "a%0Ab"},
        {"kind": "ssh-rsa"},
        {"key": OTHER.card.line().split(" ")[3]},
        {"recipient": "age1x/../../bin/sh"},
        {"recipient": "AGE-SECRET-KEY-1" + "Q" * 58},
        {"next": "next:!"},
        {"next": "next:A"},
        {"next": "next:" + b64encode(bytes(31)).decode()},
        {"next": b64encode(bytes(32)).decode()},
    ],
)
def test_a_field_that_is_not_as_the_page_says_refuses_a_card(changed: dict[str, str]) -> None:
    assert parse_card(_resigned()) == SENDER.card

    with pytest.raises(CaseError):
        parse_card(_resigned(**changed))


def test_a_card_for_another_purpose_or_signed_by_another_is_refused() -> None:
    unsigned = LINE.rpartition(" ")[0]
    for key, namespace in (
        (OTHER.signing, "card-v1@breachcase"),
        (SENDER.signing, "bundle-v1@breachcase"),
        (SENDER.signing, "git"),
    ):
        rows = sshsig.sign(key, namespace, unsigned.encode()).splitlines()[1:-1]
        with pytest.raises(ShapeError):
            parse_card(f"{unsigned} sig:{''.join(rows)}")


def test_no_character_of_a_card_can_be_changed() -> None:
    for at in range(0, len(LINE), 7):
        changed = LINE[:at] + ("A" if LINE[at] != "A" else "B") + LINE[at + 1 :]
        with pytest.raises(CaseError):
            parse_card(changed)


@given(st.text(max_size=300) | st.text(alphabet=LINE, max_size=300))
def test_any_text_is_a_card_or_refused_in_our_words(text: str) -> None:
    with pytest.raises(CaseError):
        parse_card(text)
    with pytest.raises(CaseError):
        parse_card(f"breachcase-card-1 {text}")


def test_a_card_of_more_than_4096_characters_is_refused_before_it_is_read() -> None:
    with pytest.raises(BundleError):
        parse_card(LINE + "A" * 4096)


STRONG = make_card(
    "Example Agency",
    SENDER.signing,
    SENDER.identity.recipient(),
    SENDER.card.next_commitment,
    Identity.from_seed(bytes([9] * 32), HYBRID).recipient(),
)


def test_a_card_with_a_post_quantum_recipient_reads_back_and_is_sealed_to_that_one() -> None:
    line = STRONG.line()

    assert parse_card(line) == STRONG
    assert len(line) <= 4096
    assert line.split(" ")[5].startswith("age1pq1")
    assert STRONG.best == STRONG.hybrid
    assert SENDER.card.best == SENDER.card.recipient


def test_the_number_and_the_hash_cover_the_post_quantum_recipient() -> None:
    other = Identity.from_seed(bytes([8] * 32), HYBRID).recipient()
    changed = replace(STRONG, hybrid=other)

    assert len({card.number for card in (SENDER.card, STRONG, changed)}) == 3
    assert len({card.sha256 for card in (SENDER.card, STRONG, changed)}) == 3


@pytest.mark.parametrize(
    "field",
    [
        SENDER.card.recipient.text(),
        "age1name1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "age1pq1qqqq",
        "",
    ],
)
def test_a_second_recipient_of_another_kind_refuses_a_card(field: str) -> None:
    words = STRONG.line().split(" ")
    words[5] = field

    with pytest.raises(CaseError):
        parse_card(" ".join(words))


def test_a_post_quantum_recipient_never_stands_for_the_classic_one() -> None:
    words = STRONG.line().split(" ")
    del words[4]

    with pytest.raises(CaseError):
        parse_card(" ".join(words))


def test_a_post_quantum_recipient_taken_off_a_card_refuses_it() -> None:
    words = STRONG.line().split(" ")
    del words[5]

    with pytest.raises(CaseError):
        parse_card(" ".join(words))


def test_a_name_is_read_off_a_card_line_without_verifying_it_again() -> None:
    assert card_name(STRONG.line()) == "Example Agency"
    for line in ("", "breachcase-card-1", "breachcase-card-2 Example", "x y z"):
        assert card_name(line) == ""


def test_the_longest_name_fits_a_card_with_both_recipients() -> None:
    named = make_card(
        "\U0001f5c4" * 120,
        SENDER.signing,
        SENDER.identity.recipient(),
        SENDER.card.next_commitment,
        STRONG.hybrid,
    )

    assert parse_card(named.line()) == named
