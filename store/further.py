"""A case on a further form: begun with what the others say, confirmed answer by answer."""

from __future__ import annotations

from collections.abc import Collection

from models.errors import MissingError, UsageError
from models.form import load_pack
from models.prefill import confirmed, prefilled, unconfirmed
from models.report import Report
from store.casework import report_ops, set_answers
from store.entry import new_id
from store.vault import Vault


def add_form(vault: Vault, case_id: str, form: str, *, wall: str) -> tuple[str, ...]:
    """Begin the initial report of a case on a further form; return the questions prefilled.

    What other forms of the case say is taken over where it fits as it stands, and waits to be
    confirmed. Raises MissingError for a form nobody has, UsageError for one the case is on.
    """
    pack, case = load_pack(form), vault.case(case_id)
    if case.side != "controller":
        raise UsageError("this case was reported to us", hint="its opener adds forms to it")
    known = [each.report for each in (*case.others, *case.reports)]
    if any(each.form == form for each in known):
        raise UsageError(
            "the case is on that form already", hint=f"breachcase edit CASE --form {form}"
        )
    answers = prefilled(pack, known)
    report = Report(form=form, kind="initial", number=0, answers=answers)
    vault.commit(case_id, report_ops(new_id(), report), shown=vault.state(case_id), wall=wall)
    return tuple(answers)


def confirm(
    vault: Vault, case_id: str, form: str, questions: Collection[str], *, wall: str
) -> tuple[str, ...]:
    """Make answers that were taken over a person's own; return their questions.

    `questions` empty: all of them. Raises MissingError for one that waits for no confirmation,
    UsageError where nothing does.
    """
    shown, draft = vault.state(case_id), vault.case(case_id, form).draft
    waiting = unconfirmed(draft.report) if draft is not None else ()
    for name in questions:
        if name not in waiting:
            raise MissingError(
                f"{name} waits for no confirmation", hint=f"these do: {', '.join(waiting) or '-'}"
            )
    if draft is None or not waiting:
        raise UsageError("nothing waits for a confirmation")
    chosen = tuple(questions) or waiting
    answers = {name: confirmed(draft.report.answer(name)) for name in chosen}
    set_answers(vault, case_id, answers, shown=shown, wall=wall, form=form)
    return chosen
