"""The assessment of a case: the guide's items, groups of information, severity, decisions, hold.

Nothing in it waits for anything else: the steps have no order, and what is open is open. Sources:
OAIC, Data breach notification guide, August 2014; ENISA's severity method, 2013.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from models.answer import BLANK, Answer, Count
from models.guide import CASE, GROUP, SEVERITY, Answers, guide, read_answers, reason, said
from models.moment import Moment
from models.severity import Severity, severity
from models.shelf import Shelf
from models.strictjson import JSON

FAMILY: Final = "assessment"
GROUPS: Final = "group"
POS: Final = "pos"
SCORES: Final = "severity"
YES, NO, NOT_YET = "Yes", "No", "Not yet"
_OURS: Final = (f"{FAMILY}/", f"{GROUPS}/")
INDIRECT: Final = ("Website", "Posted notice", "Media")
_CLOSED: Final = ("Closed", "Skipped", "Merged into another")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision to tell somebody: `word` is Yes, No or Not yet, empty while none is recorded.

    `by` is the role that decided, `at` the time stated for it.
    """

    word: str
    reason: str
    by: str
    at: Moment | None

    @classmethod
    def of(cls, answers: Answers, word: str, *, part: str) -> Decided:
        """Return the decision in answer `word`, whose author and time are `<part>_by`, `_at`."""
        at = answers.get(f"{part}_at", BLANK).value
        return cls(
            word=said(answers, word),
            reason=reason(answers, word),
            by=said(answers, f"{part}_by"),
            at=at if isinstance(at, Moment) else None,
        )

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "decision": self.word or None,
            "reason": self.reason or None,
            "by": self.by or None,
            "at": str(self.at) if self.at else None,
        }


@dataclass(frozen=True)
class Group:
    """One group of information; `number` counts from 1 in the order of the case's groups."""

    id: str
    pos: str
    number: int
    answers: Answers

    @property
    def name(self) -> str:
        """The type of information, or `group 2` while it has none."""
        return said(self.answers, "type") or f"group {self.number}"

    @property
    def decision(self) -> Decided:
        """Whether these individuals are told."""
        return Decided.of(self.answers, "notify", part="notify")

    @property
    def real_risk(self) -> str:
        """Yes, No, Undecided, or empty."""
        return said(self.answers, "real_risk")

    @property
    def people(self) -> int | None:
        """How many individuals, None where nobody knows."""
        value = self.answers.get("individuals", BLANK).value
        return value.total if isinstance(value, Count) else None

    @property
    def indirect(self) -> bool:
        """Whether a method of notice is an indirect one."""
        methods = self.answers.get("methods", BLANK).value
        return isinstance(methods, tuple) and any(each in INDIRECT for each in methods)

    @property
    def missing(self) -> tuple[str, ...]:
        """The numbers of what the notice lacks without it being left out on purpose with a reason.

        C10 and C11 exclude each other: one of them is enough.
        """
        lacking = _lacking(self.answers, "c")
        other = {"C10": "c11", "C11": "c10"}
        return tuple(
            number for number in lacking if said(self.answers, other.get(number, "")) != "Present"
        )

    @property
    def both_complaints(self) -> bool:
        """Whether the notice names the OAIC and a state regulator: one of the two is wrong."""
        return all(said(self.answers, name) == "Present" for name in ("c10", "c11"))


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on telling individuals: who asked for it, from when, until when, when it ended."""

    asked_by: str
    since: Moment | None
    until: Moment | None
    released: Moment | None

    @property
    def in_force(self) -> bool:
        """Whether it was not released; that `until` has passed does not end it."""
        return self.released is None

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        times = {"from": self.since, "until": self.until, "released": self.released}
        told: dict[str, JSON] = {name: str(at) if at else None for name, at in times.items()}
        return {"asked_by": self.asked_by or None, **told}


@dataclass(frozen=True)
class Assessment:
    """What was recorded; `odd` names the registers that could not be read."""

    items: Answers
    scores: Answers
    groups: tuple[Group, ...]
    odd: tuple[str, ...] = ()

    @cached_property
    def severity(self) -> Severity | None:
        """ENISA's severity, None where nothing is scored."""
        return severity(self.scores)

    @property
    def regulator(self) -> Decided:
        """Whether the regulator is told."""
        return Decided.of(self.items, "regulator_told", part="regulator")

    @property
    def police(self) -> Decided:
        """Whether the police are told."""
        return Decided.of(self.items, "police_told", part="police")

    @property
    def hold(self) -> Hold | None:
        """The hold, None where nobody asked for one."""
        since, until, released = (
            value if isinstance(value, Moment) else None
            for value in (
                self.items.get(f"hold_{name}", BLANK).value
                for name in ("from", "until", "released")
            )
        )
        asked_by = said(self.items, "hold_asked_by")
        return Hold(asked_by, since, until, released) if asked_by or since else None

    @property
    def notice_missing(self) -> tuple[str, ...]:
        """The numbers of what the notice to the OAIC lacks, as `Group.missing`."""
        return _lacking(self.items, "notice_c")

    def closed(self, step: int) -> bool:
        """Whether a step is closed, skipped or merged into another."""
        return said(self.items, f"step_{step}_state") in _CLOSED


def read_assessment(fields: Mapping[str, JSON]) -> Assessment | None:
    """Return the assessment that a case's registers hold, None for none; never raises."""
    if not any(name.startswith(_OURS) for name in fields):
        return None
    shelf = Shelf(fields)
    own, groups = shelf.below(FAMILY), shelf.below(GROUPS)
    head = f"{SCORES}/"
    scored = {k.removeprefix(head): v for k, v in own.items() if k.startswith(head)}
    items, odd_items = read_answers(
        CASE, {name: value for name, value in own.items() if not name.startswith(head)}
    )
    scores, odd_scores = read_answers(SEVERITY, scored)
    found, odd_groups = _groups(groups)
    odd = [f"{FAMILY}/{name}" for name in odd_items]
    odd += [f"{FAMILY}/{head}{name}" for name in odd_scores]
    odd += [f"{GROUPS}/{name}" for name in odd_groups]
    return Assessment(items, scores, found, tuple(sorted(odd)))


def group_order(fields: Mapping[str, JSON]) -> list[tuple[str, str]]:
    """Return (pos, id) of each group of a case, in order."""
    places: dict[str, str] = {}
    for name, value in fields.items():
        family, _, rest = name.partition("/")
        group_id, _, part = rest.partition("/")
        if family == GROUPS and part:
            places.setdefault(group_id, "")
            if part == POS and isinstance(value, str):
                places[group_id] = value
    return sorted((pos, group_id) for group_id, pos in places.items())


def _groups(registers: Mapping[str, JSON]) -> tuple[tuple[Group, ...], list[str]]:
    order = group_order({f"{GROUPS}/{name}": value for name, value in registers.items()})
    found, odd = [], []
    for number, (pos, group_id) in enumerate(order, 1):
        head = f"{group_id}/"
        parts = {k.removeprefix(head): v for k, v in registers.items() if k.startswith(head)}
        place = parts.pop(POS, None)
        answers, wrong = read_answers(GROUP, parts)
        wrong += [POS] if place is not None and not isinstance(place, str) else []
        odd += [head + name for name in wrong]
        found.append(Group(group_id, pos, number, answers))
    odd += [name for name in registers if "/" not in name]
    return tuple(found), odd


def _lacking(answers: Answers, prefix: str) -> tuple[str, ...]:
    asked = guide(CASE if prefix.startswith("notice") else GROUP).of("notice")
    return tuple(
        each.number
        for each in asked
        if each.id.startswith(prefix) and not _stands(answers.get(each.id, BLANK))
    )


def _stands(answer: Answer) -> bool:
    """Whether a part of a notice is there, or is left out on purpose and somebody said why."""
    if answer.state == "not_applicable":
        return True
    omitted = answer.value == "Deliberately omitted"
    return answer.value == "Present" or (omitted and bool(answer.note))
