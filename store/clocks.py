"""Clocks beside the main one: asking for them, and stating the events that start and stop them."""

from __future__ import annotations

from models.duty import beside
from models.errors import UsageError
from models.moment import Moment
from models.rule import Rule, event_name, rule, steps
from store.change import SetOp
from store.vault import Vault


def add_clock(
    vault: Vault, case_id: str, rule_id: str, *, proposed: bool = False, wall: str
) -> tuple[Rule, ...]:
    """Let a rule and the steps that follow it run in a case; return those that are new.

    `proposed` lets a rule in that is no law yet. Raises UsageError, also where all run already.
    """
    case = vault.case(case_id)
    if rule(rule_id).status == "proposed" and not proposed:
        raise UsageError(
            f"{rule_id} is a proposal, not law",
            hint="add it with --proposed to see it all the same",
        )
    running = {each.rule_id for each in case.courses} | {each.id for each in beside(case)}
    new = tuple(each for each in steps(rule_id) if each.id not in running)
    if not new:
        raise UsageError(f"{rule_id} runs in this case already", hint="breachcase clock CASE")
    _mark(vault, case_id, new, on=True, wall=wall)
    return new


def remove_clock(vault: Vault, case_id: str, rule_id: str, *, wall: str) -> tuple[Rule, ...]:
    """Stop a rule and the steps that follow it in a case; return them. Raises UsageError."""
    case = vault.case(case_id)
    if any(each.rule_id == rule_id for each in case.courses):
        raise UsageError(f"{rule_id} is the main clock of this case", hint="it comes with the form")
    running = {each.id for each in beside(case)}
    gone = tuple(each for each in steps(rule_id) if each.id in running)
    if not gone:
        raise UsageError(f"{rule_id} does not run in this case", hint="breachcase clock CASE")
    _mark(vault, case_id, gone, on=False, wall=wall)
    return gone


def state_event(vault: Vault, case_id: str, name: str, at: Moment, *, wall: str) -> str:
    """State when an event of a clock was; return its name as kept. Raises UsageError.

    What was stated before is written over and stays in the history.
    """
    found = event_name(name)
    if found == "aware":
        raise UsageError(
            "awareness is stated with its reason",
            hint="breachcase edit CASE --aware MOMENT --reason TEXT",
        )
    for each in vault.case(case_id).courses:
        if found == each.rule_id:
            raise UsageError(
                "the report itself stops the main clock",
                hint=f"breachcase sent CASE --form {each.form} --at MOMENT",
            )
    op = SetOp(f"case/at/{found}", str(at))
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=wall)
    return found


def _mark(vault: Vault, case_id: str, which: tuple[Rule, ...], *, on: bool, wall: str) -> None:
    ops = [SetOp(f"case/clock/{each.id}", on) for each in which]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
