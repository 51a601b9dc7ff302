"""Confirming the discovery that two reports tell half of each."""

from __future__ import annotations

from models.answer import Answer
from models.errors import UsageError
from models.moment import Moment
from store.casework import set_answers, set_aware
from store.vault import Vault


def confirm_discovery(vault: Vault, case_id: str, *, wall: str) -> Moment:
    """Write the inferred discovery down whole, with where it is from; return it.

    It goes into the draft report, or, where every report is sealed, becomes the recorded awareness.
    Raises UsageError where nothing is inferred, and what Vault.commit raises.
    """
    case = vault.case(case_id)
    inferred = case.inferred
    if inferred is None:
        raise UsageError(
            "no discovery is inferred in this case",
            hint="state it whole: breachcase edit CASE --set discovered=MOMENT",
        )
    source = f"{inferred.why}; confirmed by {vault.settings.person}"
    question = case.draft.report.pack.question_of("discovered") if case.draft else None
    if case.draft is None or question is None:
        set_aware(vault, case_id, inferred.moment, source, wall=wall)
        return inferred.moment
    note = case.draft.report.answer(question.id).note
    answer = Answer(state="answered", value=inferred.moment, note=note, source=source)
    shown = vault.state(case_id)
    set_answers(vault, case_id, {question.id: answer}, shown=shown, wall=wall)
    return inferred.moment
