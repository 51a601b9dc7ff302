"""Who people are: dates of birth beside a word that says so, and lists of names.

A single name is out of reach for rules: "Rosa Oakes" and "Data Protection" look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from models.personal.context import LEFT, RIGHT
from models.personal.hit import Candidate, Level

_MONTH: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|f[eé]vr|mars|avr|mai|juin|juil|ao[uû]t"
    r"|d[eé]c|m[aä]r|okt|dez)[^\W\d_]{0,8}\.?"
)
_DATE: Final = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)? {_MONTH},? (?:\d{{4}}|\d\d)|{_MONTH} \d{{1,2}},? \d{{4}})"
)
_BORN: Final = re.compile(
    r"\b(?:born(?! of\b)|n[eé]e?(?= le\b)|geboren|d\.? ?o\.? ?b\b\.?|birth ?days?|birth ?dates?"
    r"|dates? of birth|date de naissance|geburtsdatum)"
    rf"(?P<gap>[^\d.;\n]{{0,24}}){LEFT}(?P<date>{_DATE}){RIGHT}",
    re.IGNORECASE,
)

_CAPITALS: Final = "".join(filter(str.isupper, map(chr, range(0x530))))  # to Cyrillic
_WORD: Final = rf"[{_CAPITALS}][^\W\d_]{{0,20}}(?:['\u2019-][^\W\d_]{{1,20}})?"
_TITLE: Final = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.? )"
_NAME: Final = re.compile(
    rf"(?<![\w'\u2019-]){_TITLE}?{_WORD} {_WORD}(?: {_WORD})?(?![\w'\u2019-])"
)
_BETWEEN: Final = re.compile(r"(?:[,;/]|,? and\b|,? und\b|,? et\b)\s?(?:and )?|\s?/ |\n(?:[-*•] )?")
_REVERSED: Final = re.compile(
    rf"{LEFT}{_WORD}, {_WORD}(?: {_WORD})?(?:; {_WORD}, {_WORD}(?: {_WORD})?){{2,500}}"
)
_MANY: Final = 4  # names in a row that make a list
_ELSEWHERE: Final = """
    ltd limited plc llp pty inc gmbh council university college school police centre center
    hospital infirmary clinic hospice trust bank services service server online directory office
    officer director executive head secretary manager chief company counsel board team partners
    solicitors chambers logistics books hosting health department agency authority commission
    road lane street avenue close square quay dock city town county north south east west new old
    san santa saint los las el la le cape port fort great buenos monday tuesday wednesday thursday
    friday saturday sunday morning afternoon evening night january february march april june july
    august september october november december data information security protection records
    management customer care finance legal human resources training policy system systems network
    windows microsoft azure google exchange active sharepoint linux antivirus enterprise suite
    sentinel firewall gateway national royal kingdom states union european insurance article
    section privacy act regulation"""
_NO_NAME: Final = frozenset(_ELSEWHERE.split())


def people(text: str) -> Iterator[Candidate]:
    """Yield every date of birth and list of names in folded text."""
    for found in _BORN.finditer(text):
        why = "a date beside a word for birth"
        yield Candidate("birth_date", *found.span("date"), Level.CERTAIN, why)
    for start, end in (*_lists(text), *(found.span() for found in _REVERSED.finditer(text))):
        if not _NO_NAME.intersection(re.findall(r"\w+", text[start:end].lower())):
            yield Candidate("names", start, end, Level.LIKELY, "names in a row")


def _lists(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of four names or more with nothing but commas and the like between them."""
    start = end = count = 0
    for found in _NAME.finditer(text):
        if count and _BETWEEN.fullmatch(text, end, found.start()):
            count += 1
        else:
            if count >= _MANY:
                yield start, end
            start, count = found.start(), 1
        end = found.end()
    if count >= _MANY:
        yield start, end


def is_name(text: str) -> bool:
    """Whether a cell of a table reads like a person's name, or like one word of it."""
    words = text.split()
    return (
        0 < len(words) <= _MANY
        and all(re.fullmatch(rf"{_WORD}\.?", word) for word in words)
        and not _NO_NAME.intersection(text.lower().split())
    )
