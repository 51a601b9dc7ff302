"""Passwords, keys and codes of systems: what would open the next door if the report leaked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from models.personal.hit import Candidate, Level

_TOKEN: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20,80}"
    r"|(?<!\w)(?:AKIA[0-9A-Z]{16}|[sr]k_(?:test|live)_\w{8,100}|gh[pousr]_\w{20,100}"
    r"|github_pat_\w{20,100}|glpat-[\w-]{16,60}|xox[abprs]-[\w-]{10,100}|AIza[\w-]{30,50}"
    r"|eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,1000})(?!\w)"
)
_IN_ADDRESS: Final = re.compile(r"://[^\s:@/]{1,64}:(?P<value>[^\s@/]{1,100})@")
_WORDS: Final = (
    r"(?:password|passwort|mot de passe|passphrase|passwd|pwd|pass"
    r"|secret(?:[ _-]?(?:access)?[ _-]?key)?|api[ _-]?key|access[ _-]?key|token)"
)
_CODE: Final = (
    r"(?:pin(?: code)?|pass ?code|(?:one-time|access|alarm|security|safe|door|entry) code)"
)
_LINK: Final = r"(?:\s?[:=]\s?|\s(?:is|was)\s|\s)[\"'\u201c\u2018(]?"
_NAMED: Final = re.compile(
    rf"(?<![^\W_]){_WORDS}(?![^\W_]){_LINK}(?P<value>[^\s\"'\u201d\u2019<>]{{4,100}})",
    re.IGNORECASE,
)
_CODED: Final = re.compile(rf"\b{_CODE}{_LINK}(?P<value>\d{{4,8}})(?!\d|[./:-]\d)", re.IGNORECASE)
_LOGIN: Final = re.compile(
    r"\b(?:login|user(?:name)?|log-in)\b[: ]{1,2}[\w.@-]{1,40} ?/ ?(?P<value>[^\s\"']{5,100})",
    re.IGNORECASE,
)
_WHY: Final = "the words beside it name it"
_QUOTES: Final = "\"'\u201c\u2018"
_TAIL: Final = ".,;:!?)]}*`"
_TYPED: Final = re.compile(
    r"(?=.*[^\W\d_])(?:.*\d|.*[!@#$%^&*+~]).*"
)  # letters, and more than letters


def credentials(text: str) -> Iterator[Candidate]:
    """Yield every secret of a system in folded text."""
    for found in _TOKEN.finditer(text):
        yield Candidate("credential", *found.span(), Level.CERTAIN, "the form of a key or token")
    for shape in (_IN_ADDRESS, _CODED):
        for found in shape.finditer(text):
            yield Candidate("credential", *found.span("value"), Level.CERTAIN, _WHY)
    for shape in (_NAMED, _LOGIN):
        for found in shape.finditer(text):
            value = found["value"].split(";")[0].rstrip(_TAIL)
            quoted = text[found.start("value") - 1] in _QUOTES
            if value and (quoted or _TYPED.fullmatch(value)):
                start = found.start("value")
                yield Candidate("credential", start, start + len(value), Level.LIKELY, _WHY)
