"""Two people at one answer: what they ticked, listed and wrote comes together, or is a conflict.

Both save from what they were shown, before either saw the other's: the second save is stale.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.answer import BLANK, Answer
from models.errors import MissingError, ShapeError, UsageError
from models.pack import Question
from models.parts import box
from models.strictjson import JSON
from models.typed import typed_answer
from store.casework import new_case, set_answers
from store.change import AddOp, AnyOp, DelOp, SetOp
from store.conflict import DELETED, Conflict, conflicts, find_conflict, settle, take, take_proposal
from store.fold import CaseState
from store.pen import Draft
from store.undo import undo
from store.vault import Vault
from tests.store.build import LATER, WALL, make

BOXES, STEPS, TEXT = "data_categories", "prevention_steps", "what_happened"
STORY = "A letter was lost. It held names. The courier was told. We wait."


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    with make(tmp_path_factory.mktemp("vault") / "ours")[0] as made:
        yield made


class Desk:
    """A new case of a vault, and people who save in it."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.case_id = new_case(vault, "Lost letter", wall=WALL)

    @property
    def state(self) -> CaseState:
        return self.vault.state(self.case_id)

    @property
    def rid(self) -> str:
        draft = self.vault.case(self.case_id).reports[0]
        return draft.rid

    def field(self, question: str, part: str = "") -> str:
        return f"report/{self.rid}/{question}{'/' if part else ''}{part}"

    def say(self, shown: CaseState, question: str, said: str | Answer) -> None:
        answer = said
        if isinstance(answer, str):
            asked = self.vault.case(self.case_id).reports[0].report.pack.question(question)
            answer = typed_answer(asked, str(said))
        set_answers(self.vault, self.case_id, {question: answer}, shown=shown, wall=WALL)

    def both(self, question: str, base: str | None, *said: str | Answer) -> None:
        """Each of `said` is saved over `base`, nobody seeing another's."""
        if base is not None:
            self.say(self.state, question, base)
        shown = self.state
        for each in said:
            self.say(shown, question, each)

    def answer(self, question: str) -> Answer:
        return self.vault.case(self.case_id).reports[0].report.answer(question)

    @property
    def conflict(self) -> Conflict:
        (found,) = conflicts(self.state)
        return found


@pytest.fixture
def desk(vault: Vault) -> Desk:
    return Desk(vault)


def _texts(found: Conflict) -> list[str]:
    return [each.text for each in found.choices]


def test_different_boxes_are_ticked_without_a_conflict_in_one_record_each(desk: Desk) -> None:
    before = len(desk.state.changes)

    desk.both(BOXES, "1;2", "1;2;3", "2", "1;2;4")

    assert desk.state.conflicts == frozenset()
    assert desk.answer(BOXES).value == typed_answer(_question(desk, BOXES), "2;3;4").value
    assert len(desk.state.changes) == before + 4


def _question(desk: Desk, name: str) -> Question:
    return desk.vault.case(desk.case_id).reports[0].report.pack.question(name)


def test_the_same_box_ticked_and_unticked_is_a_conflict_of_that_box_alone(desk: Desk) -> None:
    desk.say(desk.state, BOXES, "1;3")
    seen = desk.state
    desk.say(seen, BOXES, "1")
    desk.say(desk.state, BOXES, "1;3")  # ticked again, on purpose
    desk.say(seen, BOXES, "1;2")
    option = _question(desk, BOXES).options[2]

    found = desk.conflict
    assert found.field == desk.field(BOXES, box(option))
    assert found.label.startswith(option)
    assert sorted(_texts(found)) == ["not ticked", "ticked"]
    assert find_conflict(desk.state, BOXES) == find_conflict(desk.state, box(option)) == found

    with pytest.raises(ShapeError, match="ticked or not"):
        settle(desk.vault, found, "perhaps", wall=LATER)
    settle(desk.vault, found, "Yes", wall=LATER)
    assert desk.state.conflicts == frozenset()
    assert option in str(desk.answer(BOXES).value)


def test_saying_that_it_does_not_apply_beside_a_tick_is_a_conflict(desk: Desk) -> None:
    desk.both(BOXES, "1", "1;2", Answer(state="not_applicable"))

    found = desk.conflict
    assert found.field == desk.field(BOXES)
    assert sorted(_texts(found)) == ["(answered)", "N/A"]
    number = _texts(found).index("(answered)") + 1
    take(desk.vault, found, number, wall=LATER)

    assert desk.answer(BOXES) == typed_answer(_question(desk, BOXES), "1;2")


def test_such_a_conflict_is_settled_by_an_answer_that_is_typed(desk: Desk) -> None:
    desk.both(BOXES, "1", "1;2", Answer(state="not_applicable"))

    settle(desk.vault, desk.conflict, "3", wall=LATER)

    assert desk.state.conflicts == frozenset()
    assert desk.answer(BOXES) == typed_answer(_question(desk, BOXES), "3")


def test_an_answer_of_one_register_is_ticked_on_by_two(desk: Desk) -> None:
    old = typed_answer(_question(desk, BOXES), "1;2").as_json()
    op = SetOp(desk.field(BOXES), old)
    desk.vault.commit(desk.case_id, [op], shown=desk.state, wall=WALL)
    assert desk.answer(BOXES).as_json() == old

    desk.both(BOXES, None, "1;2;3", "2")

    assert desk.state.conflicts == frozenset()
    assert desk.answer(BOXES) == typed_answer(_question(desk, BOXES), "2;3")


def test_taking_a_tick_back_leaves_the_others_and_an_answer_of_one_register(desk: Desk) -> None:
    old = typed_answer(_question(desk, BOXES), "1;2").as_json()
    op = SetOp(desk.field(BOXES), old)
    desk.vault.commit(desk.case_id, [op], shown=desk.state, wall=WALL)
    desk.say(desk.state, BOXES, "2")
    desk.say(desk.state, BOXES, "2;3")

    undo(desk.vault, desk.case_id, desk.state.changes[-2].id, wall=LATER)

    assert desk.answer(BOXES) == typed_answer(_question(desk, BOXES), "1;2;3")


def test_two_who_add_to_a_list_both_stay_and_a_move_is_one_more(desk: Desk) -> None:
    desk.both(STEPS, "Reset\nTrain", "Reset\nTrain\nAudit", "Reset\nTrain\nEncrypt", "Train\nReset")

    lines = [each.text for each in desk.answer(STEPS).value]  # type: ignore[union-attr] # a list
    assert desk.state.conflicts == frozenset()
    assert lines[:2] == ["Train", "Reset"]
    assert sorted(lines[2:]) == ["Audit", "Encrypt"]


def test_an_edit_keeps_an_item_alive_that_another_took_off(desk: Desk) -> None:
    desk.both(STEPS, "Reset\nTrain", "Reset", "Reset\nTrain everybody")

    found = desk.conflict
    assert found.remark == "deleted by a.officer, edited by a.officer"
    assert sorted(_texts(found)) == [DELETED, "Train everybody"]
    assert found.as_json()["remark"] == found.remark
    assert "Train everybody" in str(desk.answer(STEPS).value)

    desk.say(desk.state, STEPS, "Reset\nTrain everybody\nAudit")  # leaves the conflict alone
    assert desk.conflict == found
    settle(desk.vault, found, "", wall=LATER)
    assert desk.state.conflicts == frozenset()
    assert "Train" not in str(desk.answer(STEPS).value)


def test_an_item_of_two_edits_takes_a_third_that_is_one_item(desk: Desk) -> None:
    desk.both(STEPS, "Reset\nTrain", "Reset\nTrain all", "Reset\nTrain some")

    found = desk.conflict
    assert (found.remark, sorted(_texts(found))) == ("", ["Train all", "Train some"])
    for said in ("Train; Audit", "N/A"):
        with pytest.raises(ShapeError, match="one item"):
            settle(desk.vault, found, said, wall=LATER)
    settle(desk.vault, found, "Train most @2026-02-01", wall=LATER)

    assert "Train most" in str(desk.answer(STEPS).value)


def test_two_who_move_one_item_choose_by_what_it_comes_after(desk: Desk) -> None:
    desk.both(STEPS, "Reset\nTrain\nAudit", "Audit\nReset\nTrain", "Reset\nAudit\nTrain")

    found = desk.conflict
    assert found.label.startswith("the order of its items")
    assert sorted(_texts(found)) == ["Audit: after Reset", "Audit: first"]
    with pytest.raises(UsageError, match="a place"):
        settle(desk.vault, found, "first", wall=LATER)
    take(desk.vault, found, _texts(found).index("Audit: first") + 1, wall=LATER)

    assert [each.text for each in desk.answer(STEPS).value] == ["Audit", "Reset", "Train"]  # type: ignore[union-attr] # a list


def test_two_who_move_an_item_of_a_list_of_one_register(desk: Desk) -> None:
    whole = typed_answer(_question(desk, STEPS), "Reset\nTrain\nAudit").as_json()
    op = SetOp(desk.field(STEPS), whole)
    desk.vault.commit(desk.case_id, [op], shown=desk.state, wall=WALL)

    desk.both(STEPS, None, "Audit\nReset\nTrain", "Reset\nAudit\nTrain")

    assert sorted(_texts(desk.conflict)) == ["Audit: after Reset", "Audit: first"]


def test_two_notes_on_a_list_are_a_conflict_of_the_note(desk: Desk) -> None:
    steps = typed_answer(_question(desk, STEPS), "Reset").value
    said = [Answer(state="answered", value=steps, note=note) for note in ("agreed", "planned")]
    desk.both(STEPS, "Reset", *said)

    found = desk.conflict
    assert (found.field, found.label[:6]) == (desk.field(STEPS, "note"), "note: ")
    settle(desk.vault, found, "", wall=LATER)

    assert desk.answer(STEPS) == Answer(state="answered", value=steps)


def test_an_item_that_two_took_off_in_two_ways_is_gone(desk: Desk) -> None:
    desk.say(desk.state, STEPS, "Reset")
    shown = desk.state
    (item,) = (
        name
        for name in shown.fields
        if name.startswith(desk.field(STEPS)) and "-pos" not in name and name != desk.field(STEPS)
    )
    desk.say(shown, STEPS, BLANK)
    desk.vault.commit(desk.case_id, [DelOp(item)], shown=shown, wall=WALL)

    assert desk.conflict.field == item
    assert desk.answer(STEPS) == BLANK


def test_an_item_of_another_version_is_shown_as_it_lies(desk: Desk) -> None:
    shown, item = desk.state, desk.field(STEPS, "0" * 16)
    values: tuple[JSON, ...] = ({"later": 1}, {"text": "Reset"})
    for value in values:
        desk.vault.commit(desk.case_id, [SetOp(item, value)], shown=shown, wall=WALL)

    assert sorted(_texts(desk.conflict)) == ["Reset", '{"later":1}']


def test_edits_of_different_sentences_make_a_proposal_that_one_op_takes(desk: Desk) -> None:
    desk.both(
        TEXT,
        STORY,
        STORY.replace("names", "names and dates"),
        Answer(state="answered", value=STORY.replace("We wait.", "It was found."), note="by post"),
    )
    found = desk.conflict
    assert found.proposal is not None
    assert found.proposal.why_not == ""
    assert ("added by 2", "It was found.") in found.proposal.lines
    assert '"added by 2"' in str(found.as_json()).replace("'", '"')

    made = take_proposal(desk.vault, found, wall=LATER)

    both = STORY.replace("names", "names and dates").replace("We wait.", "It was found.")
    assert desk.answer(TEXT) == Answer(state="answered", value=both, note="by post")
    assert desk.state.conflicts == frozenset()
    assert len(made.ops) == 1
    assert set(made.ops[0].over) == set(made.resolves) == set(found.op_ids)


@pytest.mark.parametrize(
    ("base", "said", "why"),
    [
        (STORY, (STORY + " One.", STORY + " Two."), "same sentences"),
        (None, ("One.", "Two."), "no text in common"),
        ("N/A", ("One.", "Two."), "no text in common"),
        (STORY, (STORY + " One.", Answer(state="redacted")), "two answers in words"),
        (STORY, ("One.", "Two.", "Three."), "two answers in words"),
        (
            STORY,
            tuple(Answer(state="answered", value=STORY, note=note) for note in ("a", "b")),
            "both changed the note",
        ),
    ],
)
def test_where_there_is_no_proposal_it_says_why(
    desk: Desk, base: str | None, said: tuple[str | Answer, ...], why: str
) -> None:
    desk.both(TEXT, base, *said)

    assert desk.conflict.proposal is not None
    assert why in desk.conflict.proposal.why_not
    with pytest.raises(UsageError, match=why):
        take_proposal(desk.vault, desk.conflict, wall=LATER)


def test_the_text_in_common_is_found_across_several_saves(desk: Desk) -> None:
    desk.say(desk.state, TEXT, STORY)
    shown = desk.state
    desk.say(shown, TEXT, STORY.replace("names", "dates"))
    desk.say(desk.state, TEXT, STORY.replace("names", "dates and names"))
    desk.say(shown, TEXT, f"On Monday. {STORY}")

    made = take_proposal(desk.vault, desk.conflict, wall=LATER)

    assert f"On Monday. {STORY.replace('names', 'dates and names')}" in str(made.ops[0].value)


def test_after_a_proposal_was_taken_the_next_one_starts_from_it(desk: Desk) -> None:
    desk.both(TEXT, STORY, f"On Monday. {STORY}", STORY.replace("names", "dates"))
    take_proposal(desk.vault, desk.conflict, wall=LATER)
    both = f"On Monday. {STORY.replace('names', 'dates')}"
    desk.both(TEXT, None, both.replace("Monday", "Friday"), both.replace("We wait.", "Found."))

    take_proposal(desk.vault, desk.conflict, wall=LATER)

    expected = both.replace("Monday", "Friday").replace("We wait.", "Found.")
    assert desk.answer(TEXT).value == expected


def test_only_long_texts_have_proposals(desk: Desk) -> None:
    desk.both("controller_name", None, "Marram", "Marram Trust")

    assert desk.conflict.proposal is None
    with pytest.raises(UsageError, match="no long text"):
        take_proposal(desk.vault, desk.conflict, wall=LATER)


def _seal(desk: Desk) -> None:
    report = desk.vault.case(desk.case_id).reports[0].report
    payload: JSON = {"report": report.as_json()}
    message: JSON = {"kind": "initial_report", "direction": "out", "payload": payload}
    name = desk.case_id
    ops: list[AnyOp] = [SetOp(desk.field("frozen"), name), AddOp(f"message/{name}", message)]
    desk.vault.commit(desk.case_id, ops, shown=desk.state, wall=WALL)


def _late(desk: Desk, shown: CaseState, field: str, value: JSON) -> None:
    """A value from a colleague who had not seen the sealing; our own pen refuses it."""
    over = (SetOp(field, value),)
    desk.vault.write(Draft(desk.case_id, over, shown, WALL, resolves=("late",)))


def test_of_a_sealed_answer_the_parts_that_were_sealed_can_be_taken(desk: Desk) -> None:
    options = _question(desk, BOXES).options
    desk.say(desk.state, BOXES, "1")
    desk.say(desk.state, STEPS, "Reset\nTrain")
    shown = desk.state
    names = {name for name in shown.fields if name.startswith(desk.field(STEPS, "0")[:-1])}
    item = next(name for name in names if shown.value(name) == {"text": "Train"})
    desk.say(shown, BOXES, "1;2")
    desk.say(shown, STEPS, "Reset\nTrain all")
    desk.say(desk.state, TEXT, "Lost.")
    _seal(desk)
    _late(desk, shown, desk.field(BOXES, box(options[1])), value=False)
    _late(desk, shown, item, None)
    _late(desk, shown, f"{item}-pos", "5")
    _late(desk, shown, desk.field(BOXES), {"state": "redacted"})
    _late(desk, shown, desk.field(BOXES, "note"), "late")
    _late(desk, shown, desk.field(TEXT), {"state": "redacted"})

    for found in conflicts(desk.state):
        sealed = {"ticked", "Train all", "(answered)", "Lost."}
        right = [number for number, text in enumerate(_texts(found), 1) if text in sealed]
        assert len(right) == 1
        with pytest.raises(UsageError, match="sealed"):
            take(desk.vault, found, 3 - right[0], wall=LATER)
        with pytest.raises(UsageError, match="sealed"):
            settle(desk.vault, found, "yes", wall=LATER)
        take(desk.vault, found, right[0], wall=LATER)

    assert desk.state.conflicts == frozenset()


def test_what_was_not_sealed_can_be_taken_off_again(desk: Desk) -> None:
    desk.say(desk.state, STEPS, "Reset")
    shown = desk.state
    _seal(desk)
    late = desk.field(STEPS, "0" * 16)
    _late(desk, shown, late, {"text": "Late"})
    _late(desk, shown, late, None)

    found = desk.conflict
    with pytest.raises(UsageError, match="sealed"):
        take(desk.vault, found, _texts(found).index("Late") + 1, wall=LATER)
    take(desk.vault, found, _texts(found).index(DELETED) + 1, wall=LATER)

    assert "Late" not in str(desk.answer(STEPS).value)


def test_a_proposal_for_a_sealed_report_is_refused(desk: Desk) -> None:
    desk.say(desk.state, TEXT, STORY)
    shown = desk.state
    desk.say(shown, TEXT, f"On Monday. {STORY}")
    _seal(desk)
    late = Answer(state="answered", value=f"{STORY} At noon.").as_json()
    _late(desk, shown, desk.field(TEXT), late)

    with pytest.raises(UsageError, match="sealed"):
        take_proposal(desk.vault, desk.conflict, wall=LATER)


def test_a_part_that_no_conflict_is_in_is_not_found(desk: Desk) -> None:
    with pytest.raises(MissingError):
        find_conflict(desk.state, BOXES)
