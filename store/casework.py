"""What a person does to a case, as changes: begin it, answer, state awareness, follow up, close."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from models.answer import BLANK, Answer
from models.errors import UsageError
from models.form import load_pack, pack_ids, parse_answer
from models.moment import Moment
from models.pack import Question
from models.parts import grouped, split
from models.record import CaseReport
from models.report import Report
from models.shelf import Shelf, reports
from models.strictjson import JSON
from models.text import normalise
from models.thread import forms_of
from models.zone import known
from store.change import AddOp, AnyOp, SetOp
from store.entry import new_id
from store.fold import CaseState
from store.hold import required_reason
from store.vault import Vault

DEFAULT_FORM: Final = "ico-2019"
_LONGEST_TITLE: Final = 200  # characters
_HEAD: Final = re.compile(r"report/[^/]+/(form|kind|number|frozen)")
_REFERENCE: Final = "case_reference"  # the fact


def new_case(
    vault: Vault, title: str, *, wall: str, form: str = DEFAULT_FORM, zone: str | None = None
) -> str:
    """Begin a case with an empty initial report of `form`; return the case's id.

    `zone` is the case's time zone, None for the vault's. Raises UsageError, MissingError (no
    such form) and what Vault.commit raises.
    """
    pack = load_pack(form)
    name = case_title(title)
    zone = zone or vault.settings.zone
    if not known(zone):
        raise UsageError("unknown time zone", hint="use a name such as Europe/London")
    case_id = vault.new_case_id()
    ops = opening_ops(name, side=vault.settings.side, form=pack.id, zone=zone)
    vault.commit(case_id, [*ops, *draft_ops(pack.id)], shown=None, wall=wall)
    return case_id


def opening_ops(title: str, *, side: str, form: str, zone: str) -> list[AnyOp]:
    """Return the ops that begin a case; `form` may be one that is not known here."""
    fields: Mapping[str, JSON] = {
        "title": title,
        "side": side,
        "form": form,
        "rule": load_pack(form if form in pack_ids() else DEFAULT_FORM).rule,
        "zone": zone,
        "state": "open",
    }
    return [SetOp(f"case/{key}", value) for key, value in fields.items()]


def draft_ops(form: str) -> list[AnyOp]:
    """Return the ops that begin an empty initial report of a known form."""
    return report_ops(new_id(), Report(form=form, kind="initial", number=0, answers={}))


def case_title(text: str) -> str:
    """Return a title as it is kept: one line of 1 to 200 characters; raise UsageError."""
    name = " ".join(normalise(text).split())
    if not name or len(name) > _LONGEST_TITLE:
        raise UsageError(
            f"a case needs a title of at most {_LONGEST_TITLE} characters",
            hint="a few words that tell it from others",
        )
    return name


def set_answers(  # noqa: PLR0913 -- whose answers, over what, when, each by name
    vault: Vault,
    case_id: str,
    answers: Mapping[str, Answer],
    *,
    shown: CaseState,
    wall: str,
    form: str = "",
) -> None:
    """Save answers to the draft report on a form, over the values that were `shown`.

    `form` empty is the one that the case began with. An answer equal to the one shown is left as
    it is. Raises UsageError (no draft), MissingError (no such question), ShapeError (an answer
    does not fit its question) and what Vault.commit raises.
    """
    draft = _draft(vault.state(case_id), form)
    if draft is None:
        raise UsageError(
            "every report of this case is sealed", hint="breachcase followup starts the next one"
        )
    held = draft_parts(shown, draft.rid)
    ops: list[AnyOp] = []
    for qid, answer in answers.items():
        question = draft.report.pack.question(qid)
        if answer != BLANK:
            parse_answer(question, answer.as_json())
        ops += answer_ops(draft.rid, question, held.get(qid, {}), answer)
    if ops:
        vault.commit(case_id, ops, shown=shown, wall=wall)


def draft_parts(state: CaseState, rid: str) -> Mapping[str, Mapping[str, JSON]]:
    """Return the registers of the answers of a report, by question."""
    start = f"report/{rid}/"
    told = state.readings()
    return grouped(
        {name.removeprefix(start): told[name] for name in told if name.startswith(start)}
    )


def answer_ops(
    rid: str, question: Question, held: Mapping[str, JSON], answer: Answer
) -> list[AnyOp]:
    """Return the ops that make an answer of what is `held`; see models.parts."""
    field = f"report/{rid}/{question.id}"
    told = split(question, held, answer, new_id)
    return [SetOp(f"{field}/{part}" if part else field, value) for part, value in told.items()]


def set_aware(vault: Vault, case_id: str, moment: Moment, reason: str, *, wall: str) -> None:
    """Record when the controller became aware, if that is not the discovery, and why.

    Raises UsageError without a reason, and what Vault.commit raises.
    """
    why = normalise(reason).strip()
    if not why:
        raise UsageError("awareness apart from the discovery needs a reason")
    op = SetOp("case/aware", {"moment": str(moment), "reason": why})
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=wall)


def start_followup(vault: Vault, case_id: str, *, wall: str, form: str = "") -> str:
    """Begin the next follow-up report on a form, prefilled from the latest; return its id.

    Questions that only the initial report asks are not copied; the reference is the one that
    the regulator gave. Raises UsageError while a draft is open.
    """
    case = vault.case(case_id, form)
    if case.draft is not None or not case.reports:
        raise UsageError(
            "the last report is not sealed yet", hint="send it, or record it with sent, first"
        )
    latest = case.reports[-1].report
    pack = load_pack(latest.form)
    asked = {each.id for each in pack.questions if "follow_up" in each.applies}
    answers = {qid: each for qid, each in latest.answers.items() if qid in asked}
    question = pack.question_of(_REFERENCE)
    if question is not None and case.reference:
        answers[question.id] = Answer(state="answered", value=case.reference)
    number = latest.number + 1
    report = Report(form=latest.form, kind="follow_up", number=number, answers=answers)
    rid = new_id()
    vault.commit(case_id, report_ops(rid, report), shown=vault.state(case_id), wall=wall)
    return rid


def close_case(vault: Vault, case_id: str, at: Moment, *, wall: str, unreported: str = "") -> None:
    """Close a case as of `at`; raise UsageError when it is closed already.

    `unreported` is why it was never reported, or late, for the register of Art. 33(5).
    """
    state = vault.state(case_id)
    if state.values().get("case/state") == "closed":
        raise UsageError("this case is closed already")
    ops: list[AnyOp] = [SetOp("case/state", "closed"), _event("closed", at)]
    if unreported.strip():
        ops.append(SetOp("case/unreported", required_reason(unreported)))
    vault.commit(case_id, ops, shown=state, wall=wall)


def reopen_case(vault: Vault, case_id: str, reason: str, at: Moment, *, wall: str) -> None:
    """Open a closed case again as of `at`, and say why.

    Raises UsageError without a reason, and when the case is open.
    """
    state, why = vault.state(case_id), required_reason(reason)
    if state.values().get("case/state") == "open":
        raise UsageError("this case is open already")
    ops: list[AnyOp] = [SetOp("case/state", "open"), _event("reopened", at)]
    vault.commit(case_id, ops, shown=state, wall=wall, why=why)


def _event(name: str, at: Moment) -> AddOp:
    value: JSON = {"name": name, "message": None, "at": str(at), "via": "", "ref": "", "by": "us"}
    return AddOp(f"event/{new_id()}", value)


def _draft(state: CaseState, form: str) -> CaseReport | None:
    """Return what `Case.draft` is, without its answers: a save is not to read all of them."""
    values = state.values()
    heads = {name: value for name, value in values.items() if _HEAD.fullmatch(name)}
    found = reports(Shelf(heads), [], [])
    main = values.get("case/form")
    on = forms_of(main if isinstance(main, str) else DEFAULT_FORM, found)
    wanted = form or on[0]
    return next(
        (
            each
            for each in reversed(found)
            if each.frozen is None and (len(on) == 1 or each.report.form == wanted)
        ),
        None,
    )


def report_ops(rid: str, report: Report) -> list[AnyOp]:
    """Return the ops that begin a report under the id `rid`, with the answers it has."""
    told = report.as_json()
    head: list[AnyOp] = [
        SetOp(f"report/{rid}/{name}", told[name]) for name in ("form", "kind", "number")
    ]
    return head + [
        SetOp(f"report/{rid}/{qid}", answer.as_json()) for qid, answer in report.answers.items()
    ]
