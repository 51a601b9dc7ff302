"""How severe a breach is by ENISA's method: SE = DPC x EI + CB, a range where parts are unknown.

Everything is a multiple of 0.25 and kept as whole quarters. Source: ENISA, Recommendations for a
methodology of the assessment of severity of personal data breaches, v1.0, December 2013.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.answer import BLANK, NOT_YET_KNOWN, Answer
from models.errors import UsageError
from models.guide import SEVERITY, Answers, guide, reason, said
from models.strictjson import JSON

DATA: Final = ("simple", "behavioural", "financial", "sensitive")
CIRCUMSTANCES: Final = ("confidentiality", "integrity", "availability", "intent")
EASE: Final = "identification"
HINT: Final = "ENISA's method does not itself say whether to notify"
HIGH: Final = 12  # quarters
_LEVELS: Final = ((16, "very high"), (HIGH, "high"), (8, "medium"), (0, "low"))
_FRACTIONS: Final = {"": 0, "0": 0, "00": 0, "25": 1, "5": 2, "50": 2, "75": 3}
_NUMBER: Final = re.compile(r"([0-9])(?:\.([0-9]{1,2}))?(?![0-9.])")


class Range(NamedTuple):
    """The least and the most a score may be, in quarters (DPC: in whole numbers)."""

    least: int
    most: int

    def __str__(self) -> str:
        """Return `0.75`, or `0.25 .. 1.00`."""
        both = dict.fromkeys((quarters_text(self.least), quarters_text(self.most)))
        return " .. ".join(both)


@dataclass(frozen=True, slots=True)
class Severity:
    """What the scores come to. `dpc` is a whole number 1 to 4, all else in quarters.

    `pending` are the numbers of the parts without a score, which make the range; `unreasoned` those
    with a score and no reason. `many` and `unintelligible` are flags, None while not known.
    """

    dpc: Range
    ei: Range
    cb: Range
    pending: tuple[str, ...]
    unreasoned: tuple[str, ...]
    many: bool | None
    unintelligible: bool | None

    @property
    def se(self) -> Range:
        """The severity in quarters, 1 to 24."""
        least = self.dpc.least * self.ei.least + self.cb.least
        return Range(least, self.dpc.most * self.ei.most + self.cb.most)

    @property
    def levels(self) -> tuple[str, ...]:
        """The level, or the lowest and the highest that it may be."""
        return tuple(dict.fromkeys((level(self.se.least), level(self.se.most))))

    def arithmetic(self) -> str:
        """Return `3.25 high = DPC 3 x EI 1.00 + CB 0.25`, each part a range where it is one."""
        dpc = " .. ".join(dict.fromkeys((str(self.dpc.least), str(self.dpc.most))))
        parts = [f"DPC {dpc}", f"EI {self.ei}", f"CB {self.cb}"]
        dpc, ei, cb = (f"({each})" if ".." in each else each for each in parts)
        return f"{self.se} {' .. '.join(self.levels)} = {dpc} x {ei} + {cb}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts: scores in quarters, but for DPC."""
        return {
            "se_min": self.se.least,
            "se_max": self.se.most,
            "dpc": [*self.dpc],
            "ei": [*self.ei],
            "cb": [*self.cb],
            "levels": [*self.levels],
            "pending": [*self.pending],
            "unreasoned": [*self.unreasoned],
            "more_than_100": self.many,
            "unintelligible": self.unintelligible,
            "hint": HINT,
        }


def level(quarters: int) -> str:
    """Return the level of a severity: low, medium, high or very high."""
    return next(word for least, word in _LEVELS if quarters >= least)


def quarters_text(quarters: int) -> str:
    """Return `0.75` for 3."""
    return f"{quarters // 4}.{quarters % 4 * 25:02d}"


def severity(answers: Answers) -> Severity | None:
    """Return what scores come to, None where nothing was scored or marked at all.

    A category of data that nobody marked is not involved; where none is scored DPC is 1 to 4. Any
    other part that is left open may be anything; one marked not applicable counts as 0.
    """
    if not answers:
        return None
    dpc, pending = _data(answers)
    ei = _score(answers, EASE)
    pending += [] if ei is not None else [_number(EASE)]
    found = {name: _score(answers, name) for name in CIRCUMSTANCES}
    pending += [_number(name) for name, score in found.items() if score is None]
    known = sum(score for score in found.values() if score is not None)
    room = 2 * sum(score is None for score in found.values())
    parts = (*DATA, EASE, *CIRCUMSTANCES)
    scored = [name for name in parts if _score(answers, name) is not None]
    return Severity(
        dpc=dpc,
        ei=Range(1, 4) if ei is None else Range(ei, ei),
        cb=Range(known, known + room),
        pending=tuple(pending),
        unreasoned=tuple(_number(name) for name in scored if not reason(answers, name)),
        many=_flag(answers, "many"),
        unintelligible=_flag(answers, "unintelligible"),
    )


def scored(name: str, text: str, why: str | None = None) -> Answer:
    """Return the answer that a typed score means: `3`, `0.75`, `unknown`; yes or no for a flag.

    `name` is the part's id or number. Raises MissingError (no such part) and UsageError with the
    scores there are.
    """
    question = guide(SEVERITY).question(name)
    wanted = text.strip().casefold()
    if wanted in {"unknown", NOT_YET_KNOWN.casefold()}:
        return Answer(state="not_yet_known", value=NOT_YET_KNOWN, note=why)
    for label in question.options:
        if label.casefold() == wanted or _leading(label) == _leading(wanted) is not None:
            return Answer(state="answered", value=label, note=why)
    raise UsageError(f"{question.number} has no such score", hint="; ".join(question.options))


def _leading(text: str) -> int | None:
    """Return the score that a text begins with, in quarters; None where it begins with none."""
    found = _NUMBER.match(text)
    fraction = _FRACTIONS.get(found[2] or "") if found else None
    return None if found is None or fraction is None else int(found[1]) * 4 + fraction


def _data(answers: Answers) -> tuple[Range, list[str]]:
    scores = {name: _score(answers, name) for name in DATA if _involved(answers, name)}
    known = [score // 4 for score in scores.values() if score is not None]
    pending = [_number(name) for name, score in scores.items() if score is None]
    least = max(known, default=1)
    if not scores:
        pending = ["DPC"]
    return Range(least, 4 if pending else least), pending


def _involved(answers: Answers, name: str) -> bool:
    return answers.get(name, BLANK).state in {"answered", "not_yet_known"}


def _score(answers: Answers, name: str) -> int | None:
    """Return a score in quarters, None where it is not known."""
    answer = answers.get(name, BLANK)
    if answer.state == "not_applicable" and name in CIRCUMSTANCES:
        return 0
    if answer.state != "answered" or not isinstance(answer.value, str):
        return None
    return _leading(answer.value)


def _flag(answers: Answers, name: str) -> bool | None:
    return {"Yes": True, "No": False}.get(said(answers, name))


def _number(name: str) -> str:
    return guide(SEVERITY).question(name).number
