"""What people do to answers in the machine, and what the answers have to come to.

The model reads the live ops by itself: which boxes are ticked, which items stand in the list.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final

from models.answer import Answer, value_json
from models.library import load_pack
from models.parts import box
from models.proposal import sentences
from models.record import CaseReport
from models.typed import answer_text, typed_answer
from store.casework import set_answers
from store.change import Change, Op
from store.conflict import conflicts, take_proposal
from store.coupled import GROUPS, keep, reviews
from store.fold import CaseState, value_key
from store.vault import Vault
from tests.store.build import WALL

PACK: Final = load_pack("ico-2019")
BOXES: Final = PACK.question("data_categories")
STEPS: Final = PACK.question("prevention_steps")
STORY: Final = PACK.question("what_happened")
TIMES: Final = ("discovered", "occurred", "delay_reason")
OPTIONS: Final = BOXES.options[:4]
SENTENCES: Final = ("A letter was lost.", "It held names.", "The courier was told.", "We wait.")


def report_of(vault: Vault, case_id: str) -> CaseReport:
    return vault.case(case_id).reports[0]


def tick(vault: Vault, case_id: str, shown: CaseState, chosen: Iterable[str]) -> None:
    """Save the boxes, all of them as the form has them; only those that were changed move."""
    before, was = _ticked(vault.state(case_id), vault, case_id), _ticked(shown, vault, case_id)
    now = {*chosen}
    said = typed_answer(BOXES, ";".join(each for each in OPTIONS if each in now))
    set_answers(vault, case_id, {BOXES.id: said}, shown=shown, wall=WALL)
    state = vault.state(case_id)
    clear = [each for each in OPTIONS if _box(vault, case_id, each) not in state.conflicts]
    if _head(vault, case_id, BOXES.id) not in state.conflicts | shown.conflicts:
        wanted = (before | (now - was)) - (was - now)
        held = _ticked(state, vault, case_id)
        assert [each in held for each in clear] == [each in wanted for each in clear], "not merged"


def relist(vault: Vault, case_id: str, shown: CaseState, lines: list[str]) -> None:
    said = typed_answer(STEPS, "\n".join(lines))
    set_answers(vault, case_id, {STEPS.id: said}, shown=shown, wall=WALL)


def listed(vault: Vault, case_id: str) -> list[str]:
    text = answer_text(STEPS, report_of(vault, case_id).report.answer(STEPS.id))
    return text.split("\n") if text else []


def tell(vault: Vault, case_id: str, shown: CaseState, chosen: list[str]) -> None:
    said = Answer(state="answered", value=" ".join(chosen)) if chosen else Answer(state="blank")
    set_answers(vault, case_id, {STORY.id: said}, shown=shown, wall=WALL)


def time(vault: Vault, case_id: str, shown: CaseState, question: str, said: str) -> None:
    answer = typed_answer(PACK.question(question), said)
    set_answers(vault, case_id, {question: answer}, shown=shown, wall=WALL)


def accept(vault: Vault, case_id: str) -> None:
    """Take the first proposal there is: nothing in it is of nobody, and it closes the conflict."""
    for each in conflicts(vault.state(case_id)):
        if each.proposal is not None and not each.proposal.why_not:
            sides = [sentences(choice.text) for choice in each.choices]
            known = {sentence.text for side in sides for sentence in side}
            made = take_proposal(vault, each, wall=WALL)
            assert {one.text for one in sentences(each.proposal.text)} <= known, "invented"
            assert set(made.ops[0].over) == set(each.op_ids), "closed without being shown"
            assert each.field not in vault.state(case_id).conflicts
            return


def review(vault: Vault, case_id: str) -> None:
    """Keep what was changed apart, where one of its fields can be saved."""
    state = vault.state(case_id)
    for each in reviews(state):
        if any(state.value(field) is not None for side in each.sides for field in side.fields):
            keep(vault, case_id, each, wall=WALL)
            assert each.group not in {left.group for left in reviews(vault.state(case_id))}
            return


def check_answers(vault: Vault, case_id: str, live: Mapping[str, Op]) -> None:
    """The answers are what the live ops say, which the model knows."""
    rid = report_of(vault, case_id).rid
    below: dict[str, list[Op]] = {}
    for op in live.values():
        below.setdefault(op.field, []).append(op)
    boxes = {each: below.get(f"report/{rid}/{BOXES.id}/{box(each)}", []) for each in OPTIONS}
    told = value_json(report_of(vault, case_id).report.answer(BOXES.id).value) or []
    for option, ops in boxes.items():
        values = {op.value for op in ops if isinstance(op.value, bool)}
        assert (option in str(told)) == (values == {True}), "a box is not as it was ticked"
    prefix = f"report/{rid}/{STEPS.id}/"
    items = {name: ops for name, ops in below.items() if name.startswith(prefix)}
    alive = [
        {value_key(op.value, deleted=False) for op in ops if op.value is not None}
        for name, ops in items.items()
        if len(name) == len(prefix) + 16
    ]
    head = {str(op.value) for op in below.get(prefix.rstrip("/"), [])}
    if head == {"{'state': 'answered'}"}:
        answer = value_json(report_of(vault, case_id).report.answer(STEPS.id).value)
        keys = [value_key(each, deleted=False) for each in (answer or [])]  # type: ignore[union-attr] # a list
        wanted = [each for each in alive if each]
        assert len(keys) == len(wanted), "an item is lost, or one too many"
        assert all(any(key in each for each in wanted) for key in keys), "an item of nobody"


def check_reviews(
    vault: Vault, case_id: str, changes: Iterable[Change], void: Container[str]
) -> None:
    """By the definition: two side by side, and no later one that has seen both.

    A change that is `void` touches nothing, but who has seen it has seen what it saw.
    """
    rid = report_of(vault, case_id).rid
    seen: dict[str, set[str]] = {}
    touched: dict[str, set[str]] = {}
    facts = {f"report/{rid}/{each.id}": each.fact for each in PACK.questions}
    for each in changes:
        seen[each.id] = set(each.parents).union(*(seen.get(one, ()) for one in each.parents))
        ops = each.ops if each.id not in void else ()
        fields = {"/".join(op.field.split("/")[:3]) for op in ops}
        touched[each.id] = {name for name in fields if facts.get(name) in GROUPS["times"]}
    ours = [name for name, fields in touched.items() if fields]
    apart = any(
        len(touched[one] | touched[other]) > 1
        for one in ours
        for other in ours
        if one != other
        and one not in seen[other]
        and other not in seen[one]
        and not any({one, other} <= seen[last] for last in ours)
    )
    found = [each for each in reviews(vault.state(case_id)) if each.group == "times"]
    assert bool(found) == apart, "not reviewed as it should be"


def _ticked(state: CaseState, vault: Vault, case_id: str) -> set[str]:
    told = state.readings()
    return {each for each in OPTIONS if told.get(_box(vault, case_id, each)) is True}


def _box(vault: Vault, case_id: str, option: str) -> str:
    return f"{_head(vault, case_id, BOXES.id)}/{box(option)}"


def _head(vault: Vault, case_id: str, question: str) -> str:
    return f"report/{report_of(vault, case_id).rid}/{question}"
