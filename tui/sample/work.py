"""What the sample office did beside its reports: assessed, asked its suppliers, let stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.guide import CASE, GROUP, guide
from models.moment import Moment
from models.severity import scored
from models.typed import typed_answer
from store.assessing import (
    ITEMS,
    SCORED,
    Answered,
    add_group,
    decision,
    place_of,
    set_assessed,
)
from store.classing import class_case
from store.further import add_form
from store.overriding import find_problem, override_check
from store.parties import add_party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.answer import Answer
    from models.strictjson import JSON
    from store.vault import Vault

_DAY_S = 24 * 3600


def assessed(vault: Vault, case_id: str, decided: Moment, *, wall: str) -> None:
    """Assess a case with two groups of information: one is told, about the other it is open."""
    items = {"S1.6": "A forged sign-in page took one password.", "S1.7": "One mailbox, two days."}
    set_assessed(vault, case_id, Answered(ITEMS, _answers(CASE, items)), wall=wall)
    payroll = place_of(add_group(vault, case_id, "Payroll: bank accounts and pay", wall=wall))
    told = {
        **_answers(GROUP, {"R2": "Yes", "R8": "Yes"}),
        **decision(
            "Yes", "account numbers invite fraud", "head of payroll", decided, part="notify"
        ),
    }
    set_assessed(vault, case_id, Answered(payroll, told), wall=wall)
    rotas = place_of(add_group(vault, case_id, "Rotas: names and shifts", wall=wall))
    open_yet = _answers(GROUP, {"R8": "Undecided"})
    set_assessed(vault, case_id, Answered(rotas, open_yet), wall=wall)
    scores = {"DPC1": "2", "DPC3": "3", "EI": "0.75", "CB1": "0.50", "CB4": "0.50"}
    why = "the rules of the mailbox and its log"
    parts = {name: scored(name, score, why) for name, score in scores.items()}
    set_assessed(vault, case_id, Answered(SCORED, parts), wall=wall)


def supplied(vault: Vault, case_id: str, sub_aware: Moment, aware: Moment, *, wall: str) -> None:
    """Add a processor and its sub-processor, each with the time in which it is to tell."""
    told: dict[str, JSON] = {"role": "processor", "name": "Harbour Hosting", "target_s": _DAY_S}
    processor = add_party(vault, case_id, {**told, "aware": str(aware)}, wall=wall)
    told = {"role": "sub_processor", "name": "Cellar Backups", "target_s": _DAY_S // 2}
    beneath: dict[str, JSON] = {**told, "aware": str(sub_aware), "tells": processor}
    add_party(vault, case_id, beneath, wall=wall)


def also_in_the_eu(vault: Vault, case_id: str, *, wall: str) -> None:
    """Report a case on a second form: what was taken over waits to be confirmed."""
    add_form(vault, case_id, "gdpr-art33", wall=wall)


def let_stand(vault: Vault, case_id: str, now: Moment, *, wall: str) -> None:
    """Let a gap stand with a reason."""
    case = vault.case(case_id)
    problem = find_problem(case, "K32", None, now)
    override_check(vault, case, problem, "told at the door, by the one who found it", wall=wall)


def counted(vault: Vault, case_id: str, *, wall: str) -> None:
    """Say how a closed case is counted."""
    words = {
        "type": "Hardware/software misconfiguration",
        "sector": "Education and childcare",
        "decision": "No Further Action",
    }
    class_case(vault, case_id, words, wall=wall)


def _answers(of: str, typed: Mapping[str, str]) -> dict[str, Answer]:
    return {name: typed_answer(guide(of).question(name), text) for name, text in typed.items()}
