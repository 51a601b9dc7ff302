"""Where money lies: IBANs, bank accounts with their sort code, payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from models.personal.context import LEFT, RIGHT, distance, something_else
from models.personal.hit import Candidate, Level

_LENGTHS: Final = {  # of an IBAN, by country. Source: SWIFT IBAN registry
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "CY", "HU", "LB", "PL", "UA"), 28),
    **dict.fromkeys(("BR", "PS", "QA"), 29),
    **dict.fromkeys(("JO", "KW"), 30),
    **dict.fromkeys(("MT", "MU"), 31),
}
_IBAN: Final = re.compile(LEFT + r"[A-Z]{2}\d\d(?=[ -]?[A-Z0-9])", re.IGNORECASE)
_CARD: Final = re.compile(LEFT + r"\d(?:[ -]?\d){12,18}" + RIGHT)
_CARD_WORDS: Final = re.compile(
    r"\bcards?\b|\bvisa\b|mastercard|amex|american express|\bpan\b|diners|\bpaid\b", re.IGNORECASE
)
_CARD_LENGTHS: Final = (
    (re.compile("3[47]"), {15}),
    (re.compile("30[0-5]|36|3[89]"), {14}),
    (re.compile("4"), {13, 16, 19}),
    (re.compile("5[1-5]|2[2-7]"), {16}),
    (re.compile("6"), {16, 19}),
)
_GAP: Final = r"[^\d\n]{0,25}?"
_SORT: Final = r"(?:\d\d-\d\d-\d\d|\d{6}|\d{3}-\d{3})"
_NUMBER: Final = r"\d{5,9}"
_PAIR: Final = re.compile(
    rf"{LEFT}(?:{_SORT}{_GAP}(?<!\d){_NUMBER}|{_NUMBER}{_GAP}(?<!\d){_SORT}){RIGHT}"
)
_WRITTEN: Final = re.compile(r"\d\d-\d\d-\d\d[ ,/]{1,3}\d{8}")  # as on a card: needs no word
_SINGLE: Final = re.compile(rf"{LEFT}(?:\d\d-\d\d-\d\d|\d{{3}}-\d{{3}}|\d{{8}}){RIGHT}")
_BANK_WORDS: Final = re.compile(
    r"sort code|\bbsb\b|\baccount(?: n(?:umber|o)\b)?|\bacc\b|\ba/c\b|bank details", re.IGNORECASE
)
_NEAR: Final = 20  # characters between a word and a lone number of an account


def accounts(text: str) -> Iterator[Candidate]:
    """Yield every bank account and payment card in folded text."""
    yield from _ibans(text)
    yield from _cards(text)
    yield from _bank_accounts(text)


def _ibans(text: str) -> Iterator[Candidate]:
    for found in _IBAN.finditer(text):
        end = _iban_end(text, found.start())
        if end and _passes(text[found.start() : end]):
            why = "the check digits of an IBAN are right"
            yield Candidate("iban", found.start(), end, Level.CERTAIN, why)


def _iban_end(text: str, start: int) -> int:
    """Return where an IBAN of its country's length ends, 0 where the text does not go on so."""
    left = _LENGTHS.get(text[start : start + 2].upper(), 0)
    place = start
    while left and place < len(text):
        if text[place].isascii() and text[place].isalnum():
            left -= 1
        elif text[place] not in " -":
            return 0
        place += 1
    return 0 if left or text[place : place + 1].isalnum() else place


def _passes(iban: str) -> bool:
    from stdnum.iban import is_valid  # noqa: PLC0415 -- only where one may stand

    return bool(is_valid(iban, check_country=False))


def _cards(text: str) -> Iterator[Candidate]:
    for found in _CARD.finditer(text):
        near = distance(_CARD_WORDS, text, *found.span())
        if not _is_card(found[0]) or something_else(text, found.start(), near):
            continue
        why = "a card scheme's number with the right check digit"
        level = Level.LIKELY if near is None else Level.CERTAIN
        yield Candidate("card", *found.span(), level, why, near or 0)


def _is_card(number: str) -> bool:
    from stdnum.luhn import is_valid  # noqa: PLC0415 -- only where one may stand

    digits = re.sub("[ -]", "", number)
    named = any(
        prefix.match(digits) and len(digits) in lengths for prefix, lengths in _CARD_LENGTHS
    )
    return named and bool(is_valid(digits))


def _bank_accounts(text: str) -> Iterator[Candidate]:
    """Yield accounts; a lone half of one overlaps the pair it is in, and the pair stands."""
    for found in _PAIR.finditer(text):
        near = distance(_BANK_WORDS, text, *found.span())
        alone = _WRITTEN.fullmatch(found[0])
        if alone or near is not None or _BANK_WORDS.search(text, *found.span()):
            why = "a sort code or BSB beside an account number"
            yield Candidate("bank_account", *found.span(), Level.CERTAIN, why, near or 0)
    for found in _SINGLE.finditer(text):
        near = distance(_BANK_WORDS, text, *found.span())
        if near is not None and near <= _NEAR:
            why = "the words beside it name it"
            yield Candidate("bank_account", *found.span(), Level.LIKELY, why, near)
