"""How to reach a person: e-mail addresses, telephone numbers, home addresses.

The mailboxes and lines of offices are no personal data, and reports name them for good reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from models.personal.context import (
    LEFT,
    RIGHT,
    distance,
    of_organisation,
    of_premises,
    something_else,
)
from models.personal.hit import Candidate, Level

_EMAIL: Final = re.compile(r"(?<![\w.+'/:-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SPELLED: Final = re.compile(
    r"(?<![\w.])[\w.+-]{1,64} ?[\[(]at[\])] ?[\w-]{1,63}"
    r"(?: ?(?:\.|[\[(]dot[\])]) ?[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
_OFFICES: Final = """
    abuse accounts admin alerts billing bookings breach breaches casework complaints compliance
    contact data dpo enquiries feedback finance foi help helpdesk hello hr info it jobs legal mail
    mailer media news newsletter noreply notifications office orders payroll postmaster press
    privacy protection reception records recruitment reply root sales security service servicedesk
    soc support team webmaster customer customers services admissions council editor inquiries no
    do not"""
_ROLES: Final = frozenset(_OFFICES.split())
_MESSAGE_ID: Final = re.compile(r"message-id:? *<?$", re.IGNORECASE)

_PHONE: Final = re.compile(
    LEFT + r"(?:\+\d{1,3}(?:[ -]?\(0\))?(?:[ .-]?\d){7,11}"
    r"|\(0\d{1,4}\)(?:[ .-]?\d){6,8}|0\d(?:[ .-]?\d){7,9})" + RIGHT
)
_PHONE_WORDS: Final = re.compile(
    r"phone|\bmobile|\btel\b|\bcall|\bring\b|\brang\b|\btext|whatsapp|land ?line"
    r"|(?:'s|\bhis|\bher|\btheir|\bthe) number"
    r"|\breach|\bcontact|\bmother\b|\bfather\b",
    re.IGNORECASE,
)
_OFFICE_LINE: Final = re.compile(
    r"08(?:0[08]|4|7)|03\d\d[ .-]?\d{3}[ .-]?\d{4}"
)  # British: who calls pays little
_REGIONS: Final = {
    9: ("IE",),
    10: ("AU", "GB", "IE"),
    11: ("GB",),
}  # by digits, where one is called in the country

_STREET: Final = (
    r"Road|Street|Lane|Avenue|Close|Crescent|Drive|Way|Grove|Gardens|Terrace|Parade|Place|Court"
    r"|Square|Walk|Hill|View|Row|Rise|Mews|Park|Green|Rd|St|Ave"
)
_HOUSE: Final = re.compile(
    r"(?<![\w/-])(?:(?:Flat|Unit|Apartment|Apt|The) \w{1,20},? (?:\w{1,20} House, )?)?"
    rf"\d{{1,4}}[a-z]?(?:/\d{{1,4}})? (?:[^\W\d][\w']{{1,20}} ){{1,3}}(?:{_STREET})\b",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),? \d{4})\b",
    re.IGNORECASE,
)
_TOWNS: Final = 45  # characters between a street and its postcode
_ADDRESS_WORDS: Final = re.compile(r"home address|\blives? at|\bresid(?:es|ing) at", re.IGNORECASE)


def contacts(text: str) -> Iterator[Candidate]:
    """Yield every address and number of a person in folded text."""
    if "@" in text or "at]" in text or "at)" in text:
        yield from _emails(text)
    yield from _phones(text)
    yield from _addresses(text)


def _emails(text: str) -> Iterator[Candidate]:
    for shape in (_EMAIL, _SPELLED):
        for found in shape.finditer(text):
            name = re.split(r"[@\[(]", found[0])[0].strip()
            words = re.findall(r"[^\W\d_]+", name.lower())
            technical = _MESSAGE_ID.search(text, max(0, found.start() - 14), found.start())
            if words and not _ROLES.intersection(words) and not technical:
                why = "an e-mail address that is not an office's"
                yield Candidate("email", *found.span(), Level.CERTAIN, why)


def _phones(text: str) -> Iterator[Candidate]:
    for found in _PHONE.finditer(text):
        near = distance(_PHONE_WORDS, text, *found.span())
        if (
            _OFFICE_LINE.match(found[0].lstrip("("))
            or something_else(text, found.start(), near)
            or of_organisation(text, *found.span())
        ):
            continue
        valid = _in_a_plan(found[0])
        if valid or near is not None:  # fiction has ranges of its own, which no plan gives out
            level = Level.CERTAIN if valid and near is not None else Level.LIKELY
            why = "a number of a telephone plan" if valid else "the words beside it name it"
            yield Candidate("phone", *found.span(), level, why, near or 0)


def _in_a_plan(number: str) -> bool:
    """Whether a telephone plan has that number."""
    import phonenumbers  # noqa: PLC0415 -- only where one may stand

    digits = sum(char.isdigit() for char in number)
    regions = ("GB",) if number.startswith("+") else _REGIONS.get(digits, ())
    try:
        parsed = [phonenumbers.parse(number, region) for region in regions]
    except phonenumbers.NumberParseException:  # such as a country code that no country has
        return False
    return any(map(phonenumbers.is_valid_number, parsed))


def _addresses(text: str) -> Iterator[Candidate]:
    for found in _HOUSE.finditer(text):
        start, end = found.span()
        code = _POSTCODE.search(text, end, end + _TOWNS)
        near = distance(_ADDRESS_WORDS, text, start, end)
        if of_premises(text, start) or (code is None and near is None):
            continue
        why = "a house, a street and a postcode" if code else "the words beside it name it"
        level = Level.LIKELY if code else Level.POSSIBLE
        yield Candidate("address", start, code.end() if code else end, level, why)
