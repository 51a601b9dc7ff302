"""What the assessment says beside the report, and for itself: K49, K50, K54, K55, K56.

Each looks at what was recorded; whether a risk is real is for people. Sources: OAIC guide, August
2014; ENISA's severity method, 2013.
"""

from __future__ import annotations

from models.answer import NOT_YET_KNOWN
from models.assessment import NO, NOT_YET, YES, Assessment, Group
from models.checks.evidence import NOT_RUN, Check, Evidence, Objection, Verdict
from models.guide import reason, said
from models.moment import Moment, MomentError, from_instant
from models.problem import Severity
from models.severity import HIGH

_NDB = "au-ndb-26wk"
_MEDIUM = 8  # quarters
_PUBLIC = "0.50"
_WARN_DAYS, _LAST_DAY = 25, 30
_NOT_TOLD = (
    "No, but we're planning to",
    "We haven't decided yet if we will tell them or not",
    NOT_YET_KNOWN,
)


def severity_beside_telling(e: Evidence) -> Verdict:
    """K49: a high severity while nobody is told yet, or a low one of sensitive data made public."""
    found = e.assessment.severity if e.assessment else None
    question = e.question("subjects_told") or e.question("individuals_notified")
    if e.assessment is None or found is None or question is None:
        return NOT_RUN
    answer = e.answer(question)
    if found.se.least >= HIGH and (not e.given(question) or answer.value in _NOT_TOLD):
        message = f"severity is {found.levels[0]} at least and nobody is told yet: say why, or tell"
        return [Objection(Severity.WARNING, question, message)]
    sensitive = said(e.assessment.scores, "sensitive")
    public = said(e.assessment.scores, "confidentiality").startswith(_PUBLIC)
    if found.se.most < _MEDIUM and sensitive and public:
        message = "severity is low although sensitive data is public: look at the scores again"
        return [Objection(Severity.WARNING, question, message)]
    return ()


def key_not_spoken_of(e: Evidence) -> Verdict:
    """K50: data is called unintelligible and nobody says whether the key is safe."""
    if e.assessment is None:
        return NOT_RUN
    scores = e.assessment.scores
    claimed = [group for group in e.assessment.groups if said(group.answers, "unintelligible")]
    if not claimed and "unintelligible" not in scores:
        return NOT_RUN
    told = e.question("subjects_told")
    objections = [
        Objection(Severity.WARNING, told, f"{_named(group)}: say whether the key is safe (R12)")
        for group in claimed
        if said(group.answers, "unintelligible") == YES and not said(group.answers, "key")
    ]
    if said(scores, "unintelligible") == YES and not reason(scores, "unintelligible"):
        public = said(scores, "confidentiality").startswith(_PUBLIC)
        message = "say why the data is unintelligible: the state of the key (FL2)"
        if public:
            message = "unintelligible data with unknown recipients: say that the key is safe (FL2)"
        objections.append(Objection(Severity.WARNING, told, message))
    return objections


def assessment_late(e: Evidence) -> Verdict:
    """K54: an Australian assessment is open 25 days after the suspicion, or after the 30th day.

    Belief ends it, and so does a closed step 2. The 30 days are counted from the day after the
    suspicion, in its own zone.
    """
    if e.rule_id != _NDB:
        return ()
    suspected = e.suspected or e.moment("suspected")
    days = _days(suspected, e.now)
    if days is None:
        return NOT_RUN
    if e.aware is not None or (e.assessment is not None and e.assessment.closed(2)):
        return ()
    question = e.question("suspected")
    if days > _LAST_DAY:
        message = "the assessment is overdue: 30 days after the suspicion are over"
        return [Objection(Severity.ERROR, question, message)]
    if days >= _WARN_DAYS:
        message = f"the assessment has {_LAST_DAY - days} days left of 30 after the suspicion"
        return [Objection(Severity.WARNING, question, message)]
    return ()


def risk_beside_decision(e: Evidence) -> Verdict:
    """K55: a real risk and a decision not to notify, or none although step 2 is closed."""
    if e.assessment is None or not e.assessment.groups:
        return NOT_RUN
    objections = []
    for group in e.assessment.groups:
        message = _undecided(group, e.assessment)
        if message:
            objections.append(Objection(Severity.WARNING, None, f"{_named(group)}: {message}"))
    return objections


def _undecided(group: Group, assessment: Assessment) -> str:
    decided = group.decision
    if group.real_risk == YES and decided.word == NO:
        return "a real risk of serious harm is recorded, and the decision is not to notify"
    put_off = decided.word == NOT_YET and bool(decided.reason)
    if assessment.closed(2) and decided.word not in {YES, NO} and not put_off:
        return "step 2 is closed: decide whether to notify, or say why not yet"
    return ""


def indirect_without_reason(e: Evidence) -> Verdict:
    """K56: a group is told indirectly without one of the three reasons."""
    if e.assessment is None or not e.assessment.groups:
        return NOT_RUN
    message = "indirect notice needs one of three reasons (M2)"
    return [
        Objection(Severity.INCOMPLETE, None, f"{_named(group)}: {message}")
        for group in e.assessment.groups
        if group.indirect and not said(group.answers, "indirect")
    ]


def _named(group: Group) -> str:
    return f"group {group.number}"  # its type is the report's own text


def _days(since: Moment | None, now: Moment | None) -> int | None:
    """Return the calendar days from one day to the other, None where one is not known."""
    instant = now.span().earliest if now else None
    if since is None or since.date is None or instant is None:
        return None
    try:
        today = from_instant(instant, since.zone or "UTC").date
    except MomentError:  # an odd clock, beyond the years that there are
        return None
    return (today - since.date).days if today else None


CHECKS = (
    Check("K49", (Severity.WARNING,), "ENISA severity method 2013", severity_beside_telling),
    Check(
        "K50",
        (Severity.WARNING,),
        "OAIC guide 2014, factor Rc; GDPR Art. 34(3)(a)",
        key_not_spoken_of,
    ),
    Check(
        "K54", (Severity.WARNING, Severity.ERROR), "Privacy Act 1988 s 26WH(2)(b)", assessment_late
    ),
    Check("K55", (Severity.WARNING,), "OAIC guide 2014, factor N1", risk_beside_decision),
    Check("K56", (Severity.INCOMPLETE,), "OAIC guide 2014, rule W2", indirect_without_reason),
)
