"""Who is told: what was decided, beside what the OAIC guide's general rule implies.

The rule is a hint with its reasons; it decides nothing and changes nothing. Source: OAIC guide,
August 2014: real risk of serious harm, then notify.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from models.assessment import NO, YES, Assessment, Decided, Group
from models.guide import said
from models.strictjson import JSON

UNDECIDED: Final = "undecided"
HELD: Final = "held"
_MANY: Final = 100  # individuals: ENISA's flag; the guide says "many"
_DANGEROUS: Final = (
    "Criminal, or suspected so",
    "Restrained or otherwise dangerous person",
)
_TRUSTED: Final = "Trusted and bound by confidentiality"
_CRIMINAL: Final = "Criminal, or suspected so"


class Hint(NamedTuple):
    """What the rule implies, `yes`, `no` or `undecided`, and why; never a decision."""

    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whether somebody is told: `word` is `yes`, `no`, `held` or `undecided`, as was decided.

    `who` is `regulator`, `police` or the id of a group, `name` what people call it. `held`: to be
    told, once the hold that the police asked for ends.
    """

    who: str
    name: str
    word: str
    hint: Hint

    @property
    def disagrees(self) -> bool:
        """Whether the decision is another than what the rule implies; an open one is not."""
        words = {HELD: "yes"}.get(self.word, self.word), self.hint.word
        return UNDECIDED not in words and words[0] != words[1]

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "who": self.who,
            "name": self.name,
            "outcome": self.word,
            "hint": self.hint.word,
            "hint_why": self.hint.why,
            "disagrees": self.disagrees,
        }


def outcome(assessment: Assessment) -> tuple[Told, ...]:
    """Return whether each group, the regulator and the police are told, in that order."""
    hold = assessment.hold
    stopped = hold is not None and hold.in_force
    told = [
        Told(group.id, group.name, _word(group.decision, held=stopped), individuals_hint(group))
        for group in assessment.groups
    ]
    regulator = Told(
        "regulator", "regulator", _word(assessment.regulator), regulator_hint(assessment)
    )
    police = Told("police", "police", _word(assessment.police), police_hint(assessment))
    return (*told, regulator, police)


def individuals_hint(group: Group) -> Hint:
    """Return what follows from the real risk that was recorded, else from the risk table."""
    match group.real_risk:
        case "Yes":
            return Hint("yes", "a real risk of serious harm is recorded (N1)")
        case "No":
            return Hint("no", "no real risk of serious harm is recorded (N1)")
        case _:
            return risk_hint(group)


def risk_hint(group: Group) -> Hint:
    """Return whether the risk table speaks for a real risk of serious harm."""
    answers = group.answers
    recipient = said(answers, "recipient")
    if said(answers, "identity") == NO:
        return Hint("no", "nobody can be identified by it (R2)")
    if said(answers, "unintelligible") == YES:
        return _encrypted(said(answers, "key"))
    if recipient == _TRUSTED:
        return Hint("no", "its recipient is trusted and bound by confidentiality (Rd)")
    grave = [*_grave(group)]
    if said(answers, "identity") == YES and grave:
        return Hint("yes", "; ".join(grave))
    return Hint(UNDECIDED, "the risk table says too little, or nothing grave")


def _encrypted(key: str) -> Hint:
    match key:
        case "Safe":
            return Hint("no", "it is unintelligible, and the key is safe (Rc)")
        case "Exposed":
            return Hint("yes", "it is encrypted, and the key is exposed (Rc)")
        case _:
            return Hint(
                UNDECIDED, "it is unintelligible, but nobody says that the key is safe (Rc)"
            )


def _grave(group: Group) -> Iterator[str]:
    answers = group.answers
    if said(answers, "sensitivity") == "High":
        yield "it is highly sensitive (R3)"
    if said(answers, "recipient") in _DANGEROUS:
        yield "who has it may do harm (R10)"
    if said(answers, "cause") == "Malicious":
        yield "it was taken on purpose (R5)"
    elif said(answers, "cause") == "Theft possible" and _worst(group):
        yield "theft is possible, and the worst case is assumed (R5, R6)"


def regulator_hint(assessment: Assessment) -> Hint:
    """Return what factor O1 implies: a real risk, and more than one isolated mishap."""
    risks = {group.id: individuals_hint(group).word for group in assessment.groups}
    if UNDECIDED in risks.values() or not risks:
        return Hint(UNDECIDED, "the risk of a group is not decided (O1)")
    at_risk = [group for group in assessment.groups if risks[group.id] == "yes"]
    if not at_risk:
        return Hint("no", "no group is at a real risk of serious harm (O1)")
    wide = any(group.people is None or group.people > _MANY for group in at_risk)
    meant = any(said(group.answers, "cause") == "Malicious" for group in at_risk)
    if wide or meant:
        why = "many or an unknown number of people" if wide else "it was done on purpose"
        return Hint("yes", f"a real risk of serious harm, and {why} (O1)")
    return Hint("no", "a real risk of serious harm, but few people and an accident (O1)")


def police_hint(assessment: Assessment) -> Hint:
    """Return what factor O2 implies: a theft or another crime is suspected."""
    crime = said(assessment.items, "crime")
    causes = {said(group.answers, "cause") for group in assessment.groups}
    criminal = any(said(group.answers, "recipient") == _CRIMINAL for group in assessment.groups)
    if crime == YES or criminal:
        return Hint("yes", "a crime is suspected (O2)")
    if crime != NO and not causes <= {"Unintentional or accidental"}:
        return Hint(UNDECIDED, "a crime is not excluded (O2)")
    if not causes and crime != NO:
        return Hint(UNDECIDED, "the source of the breach is not recorded (O2)")
    return Hint("no", "no crime is suspected (O2)")


def _worst(group: Group) -> bool:
    worst = group.answers.get("worst_case")
    return worst is not None and worst.value is True


def _word(decided: Decided, *, held: bool = False) -> str:
    word = {YES: "yes", NO: "no"}.get(decided.word, UNDECIDED)
    return HELD if held and word == "yes" else word
