"""The scan of one text: every rule, and of what overlaps the best.

Pure, offline, linear in the text. It never says that a text is free of personal data: single
names, for one, are out of reach for rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from models.personal.account import accounts
from models.personal.contact import contacts
from models.personal.credential import credentials
from models.personal.fold import fold
from models.personal.hit import Candidate, Hit, masked
from models.personal.identity import numbers
from models.personal.people import people
from models.personal.table import tables

_DIGIT = re.compile("[0-9]")
_WITHOUT_DIGITS = (contacts, people, credentials)
_RULES = (*_WITHOUT_DIGITS, numbers, accounts)


@lru_cache(maxsize=64)
def scan(text: str) -> tuple[Hit, ...]:
    """Return what in `text` is likely personal data, in its order.

    Only a pasted table may hold other hits. The last texts are remembered: a screen asks again
    for all answers of a report whenever one of them changes.
    """
    folded = fold(text)
    rules = _RULES if _DIGIT.search(folded.text) else _WITHOUT_DIGITS
    found = _standing([each for rule in rules for each in rule(folded.text)])
    pasted = list(tables(folded.text))
    found = [each for each in found if each.kind != "names" or not _within(each, pasted)]
    hits = []
    for each in sorted([*found, *pasted], key=lambda one: (one.start, -one.end)):
        start, end = folded.span(each.start, each.end)
        excerpt = masked(each.kind, text[start:end])
        hits.append(Hit(each.kind, start, end, each.level, each.why, excerpt))
    return tuple(hits)


def _standing(found: list[Candidate]) -> list[Candidate]:
    """Return those that no better one overlaps."""
    kept: list[Candidate] = []
    for each in sorted(found, key=lambda one: (one.start, one.rank)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
        elif each.rank < kept[-1].rank:
            kept[-1] = each
    return kept


def _within(names: Candidate, pasted: list[Candidate]) -> bool:
    place = bisect_right(pasted, names.start, key=lambda table: table.start) - 1
    return place >= 0 and names.start < pasted[place].end
