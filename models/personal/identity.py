"""Numbers that states give to people, each held against its check digits and the words beside it.

Bare check digits prove little: of random numbers, one in ten passes as an NHS number. So a number
without a form of its own counts only beside a word that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final, NamedTuple

from models.personal.context import LEFT, RIGHT, distance, something_else
from models.personal.hit import Candidate, Level

_ADJACENT = 25  # characters: so near its word, a number counts with a wrong check digit too


class Rule(NamedTuple):
    """One kind of number: its shape, its words, its check digits.

    `alone` numbers need no word: their shape and check digits together are rare enough.
    `valid` is None where the number has no check digit.
    """

    kind: str
    shape: re.Pattern[str]
    label: re.Pattern[str]
    valid: Callable[[str], bool] | None
    alone: bool = False


def numbers(text: str) -> Iterator[Candidate]:
    """Yield every identity number in folded text; one place may be several kinds."""
    for rule in RULES:
        if rule.shape.search(text) and (rule.alone or rule.label.search(text)):
            for found in rule.shape.finditer(text):
                candidate = _judged(rule, text, found)
                if candidate is not None:
                    yield candidate


def _judged(rule: Rule, text: str, found: re.Match[str]) -> Candidate | None:
    near = distance(rule.label, text, found.start(), found.end())
    if near is None and not rule.alone:
        return None
    if something_else(text, found.start(), near):
        return None
    passes = rule.valid is not None and rule.valid(found[0])
    if passes and near is not None:
        level, why = Level.CERTAIN, "its form is right and the words beside it name it"
    elif passes:
        level, why = Level.LIKELY, "its form and check digits are right"
    elif near is not None and (rule.valid is None or near <= _ADJACENT):
        level = Level.LIKELY if rule.valid is None else Level.POSSIBLE
        why = "the words beside it name it"
    else:
        return None
    return Candidate(rule.kind, found.start(), found.end(), level, why, near or 0)


def _checked(module: str) -> Callable[[str], bool]:
    """Return the check of a module of python-stdnum, which is imported at its first use."""

    def valid(number: str) -> bool:
        return bool(import_module(f"stdnum.{module}").is_valid(number))

    return valid


def _national_insurance(number: str) -> bool:
    """Whether the letters can be a National Insurance number's; QQ is for documentation.

    Small letters prove nothing without a word beside them. Source: HMRC manual NIM39110.
    """
    prefix = number[:2]
    return prefix == "QQ" or bool(
        re.fullmatch("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]", prefix)
        and prefix not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    )


def _medicare(number: str) -> bool:
    """Whether the ninth digit is the weighted sum of the first eight. Source: METeOR 270101."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    return digits[0] in range(2, 7) and total % 10 == digits[8]


def _british_driver(number: str) -> bool:
    """Whether the digits hold a day and a month, 50 more for a woman. Source: DVLA INF1D."""
    digits = number.replace(" ", "")[5:11]
    return int(digits[1:3]) % 50 in range(1, 13) and int(digits[3:5]) in range(1, 32)


def _rule(
    kind: str,
    shape: str,
    label: str,
    valid: Callable[[str], bool] | None,
    *,
    alone: bool = False,
) -> Rule:
    return Rule(
        kind,
        re.compile(f"{LEFT}(?:{shape}){RIGHT}"),
        re.compile(label, re.IGNORECASE),
        valid,
        alone,
    )


_DRIVER: Final = (
    r"\bdriv(?:er|ing)(?:'?s)? (?:licen[cs]e|number)|\bdvla\b|licen[cs]e (?:number|no\b)"
)

RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "ni",
        r"(?i:[A-Z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-D])",
        r"\bni\b|\bninos?\b|national insurance",
        _national_insurance,
        alone=True,
    ),
    _rule(
        "nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", r"\bnhs\b|\bpatient\b|hospital n", _checked("gb.nhs")
    ),
    _rule(
        "utr",
        r"\d{5} ?\d{5}",
        r"\butrs?\b|taxpayer.{0,12}reference|self[ -]assessment",
        _checked("gb.utr"),
    ),
    _rule("tfn", r"\d{3} ?\d{3} ?\d{2,3}", r"\btfns?\b|tax file n", _checked("au.tfn")),
    _rule("medicare", r"\d{4} ?\d{5} ?\d(?:[ /-]?\d)?", r"\bmedicare\b", _medicare),
    _rule(
        "steuer_id",
        r"\d\d ?\d{3} ?\d{3} ?\d{3}",
        r"\bsteuer|identifikationsnummer|\bidnr\b|\btax id|german tax",
        _checked("de.idnr"),
    ),
    _rule(
        "nir",
        r"[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d",
        r"\bnir\b|s[eé]curit[eé] sociale|social security|\binsee\b|carte vitale|\bs[eé]cu\b",
        _checked("fr.nir"),
        alone=True,
    ),
    _rule(
        "dni",
        r"\d{8}-?[A-Z]",
        r"\bdni\b|\bnif\b|identity card|spanish id|\bdocumento\b",
        _checked("es.dni"),
    ),
    _rule("dni", r"[XYZ]-?\d{7}-?[A-Z]", r"\bnie\b|\bnif\b|identity card", _checked("es.nie")),
    _rule(
        "codice_fiscale",
        r"[A-Z]{6}[\dL-NP-V]{2}[A-Z][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]",
        r"codic[ei] fiscal|fiscal code|tax code|\bc\.f\.",
        _checked("it.codicefiscale"),
        alone=True,
    ),
    _rule(
        "bsn",
        r"\d{4}[. ]?\d\d[. ]?\d{3}",
        r"\bbsns?\b|burgerservice|citizen service",
        _checked("nl.bsn"),
    ),
    _rule(
        "rijksregister",
        r"\d\d[. ]?\d\d[. ]?\d\d[ -]?\d{3}[. ]?\d\d",
        r"rijksregister|national register|registre national|national n(?:umber|o\b)"
        r"|\binsz\b|\bniss\b",
        _checked("be.nn"),
    ),
    _rule("pesel", r"\d{11}", r"\bpesel\b", _checked("pl.pesel")),
    _rule("pps", r"\d{7}[A-W][A-IW]?", r"\bppsns?\b|\bpps\b|public service n", _checked("ie.pps")),
    _rule(
        "passport",
        r"[A-Z]{0,2}\d{7,9}|[A-Z]\d\d[A-Z]\d\d[A-Z]\d\d|[A-Z]\d{6}[A-Z]\d",
        r"passports?\b|reisepass|passeport",
        None,
    ),
    _rule("driving_licence", r"\d{7,10}|[A-Z]{1,2}\d{4,6}", _DRIVER, None),
    _rule(
        "driving_licence",
        r"[A-Z9]{5} ?\d{6} ?[A-Z][A-Z9][\dA-Z][A-Z]{2}(?: ?\d\d)?",
        _DRIVER,
        _british_driver,
        alone=True,
    ),
)
