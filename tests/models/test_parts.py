"""Answers in parts: what one register, or several, come to, and what a change writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.answer import BLANK, NOT_YET_KNOWN, Answer, Measure
from models.items import PLACE, laid_over, listed
from models.library import load_pack
from models.pack import Question
from models.parts import (
    agrees,
    box,
    grouped,
    is_item,
    is_place,
    join,
    option_of,
    question_in,
    split,
)
from models.strictjson import JSON
from models.typed import answer_text, typed_answer

PACK = load_pack("ico-2019")
BOXES = PACK.question("data_categories")
STEPS = PACK.question("prevention_steps")
TOLD = PACK.question("others_told_which")
OPTIONS = BOXES.options
Held = Mapping[str, JSON]


def ids() -> Iterator[str]:
    return (f"{number:016x}" for number in count(1))


def ticked(*options: int, note: str | None = None) -> Answer:
    labels = tuple(OPTIONS[each] for each in sorted(options))
    return Answer(state="answered", value=labels, note=note)


def steps(*texts: str) -> Answer:
    return typed_answer(STEPS, "\n".join(texts))


def written(question: Question, held: Held, answer: Answer, start: int = 1) -> dict[str, JSON]:
    """The registers after an answer was saved over `held`."""
    names = (f"{number:016x}" for number in count(start))
    return {**held, **split(question, held, answer, lambda: next(names))}


def read(question: Question, held: Held) -> JSON:
    """The answer that registers of one question come to."""
    return join(PACK, {question.id: held})[0].get(question.id)


def merged(base: Held, one: Held, other: Held) -> dict[str, JSON]:
    """The registers after two people wrote over `base` at once; differing ones must not be."""
    changed = [
        {name: each[name] for name in each if each[name] != base.get(name, ...)}
        for each in (one, other)
    ]
    assert all(
        changed[0][name] == changed[1][name] for name in changed[0].keys() & changed[1].keys()
    ), "a conflict"
    return {**base, **changed[0], **changed[1]}


ANSWERS = st.one_of(
    st.sets(st.integers(0, len(OPTIONS) - 1), min_size=1).map(
        lambda chosen: typed_answer(BOXES, ";".join(str(each + 1) for each in chosen))
    ),
    st.sampled_from(
        [BLANK, Answer(state="not_applicable"), Answer(state="not_yet_known", note="asked")]
    ),
)
LINES = st.lists(st.sampled_from(["Reset", "Train", "Encrypt", "Audit @2026-01-02"]), max_size=6)


@given(st.lists(ANSWERS, max_size=4))
def test_what_was_saved_last_is_what_is_read(answers: list[Answer]) -> None:
    held: Held = {}
    for answer in answers:
        held = written(BOXES, held, answer)

        assert read(BOXES, held) == answer.as_json()
        assert split(BOXES, held, answer, str) == {}


@given(LINES, st.lists(LINES, max_size=4), st.booleans())
def test_a_list_reads_as_it_was_saved_last(
    first: list[str],
    others: list[list[str]],
    whole: bool,  # noqa: FBT001 -- drawn
) -> None:
    held: Held = {"": steps(*first).as_json()} if whole else {}
    for number, lines in enumerate([first, *others]):
        held = written(STEPS, held, steps(*lines), 100 * number)

        assert read(STEPS, held) == steps(*lines).as_json()


@given(LINES, LINES)
def test_an_unchanged_item_keeps_its_name_and_few_are_moved(old: list[str], new: list[str]) -> None:
    held = written(STEPS, {}, steps(*old))

    changed = split(STEPS, held, steps(*new), lambda: "f" * 16)

    kept = [each for each in old if each in new]
    assert sum(changed.get(name, 0) is None for name in held) <= len(old) - len(set(kept))


def test_a_list_turned_round_moves_all_but_one() -> None:
    held = written(STEPS, {}, steps("A", "B", "C"))

    changed = split(STEPS, held, steps("C", "A", "B"), str)

    assert {name for name in changed if name} == {f"{3:016x}{PLACE}"}


def test_different_boxes_ticked_at_once_are_all_ticked() -> None:
    base = written(BOXES, {}, ticked(0, 1))

    held = merged(base, written(BOXES, base, ticked(0, 1, 2)), written(BOXES, base, ticked(0)))

    assert read(BOXES, held) == ticked(0, 2).as_json()


def test_boxes_of_an_answer_that_nobody_had_given_are_all_ticked() -> None:
    held = merged({}, written(BOXES, {}, ticked(1)), written(BOXES, {}, ticked(3)))

    assert read(BOXES, held) == ticked(1, 3).as_json()


def test_an_answer_of_one_register_reads_as_it_did_and_takes_ticks_of_two() -> None:
    base: Held = {"": ticked(0, 1, note="by telephone").as_json()}
    assert read(BOXES, base) == base[""]

    held = merged(
        base,
        written(BOXES, base, ticked(1, note="by telephone")),
        written(BOXES, base, ticked(0, 1, 2, note="by letter")),
    )

    assert held[""] == base[""]
    assert read(BOXES, held) == ticked(1, 2, note="by letter").as_json()


def test_two_who_add_to_a_list_of_one_register_add_both_and_none_twice() -> None:
    base: Held = {"": steps("Reset", "Train").as_json()}

    one = written(STEPS, base, steps("Reset", "Train", "Audit"), 1)
    other = written(STEPS, base, steps("Encrypt", "Reset"), 2)

    assert read(STEPS, merged(base, one, other)) == steps("Encrypt", "Reset", "Audit").as_json()


def test_a_note_beside_a_list_moves_nothing() -> None:
    held = written(STEPS, {}, steps("Reset", "Train"))
    noted = Answer(state="answered", value=steps("Reset", "Train").value, note="as agreed")

    assert split(STEPS, held, noted, str) == {"": {"state": "answered"}, "note": "as agreed"}


def test_an_answer_of_another_kind_is_one_register() -> None:
    told = Answer(state="answered", value="A laptop was lost")
    question = PACK.question("what_happened")

    assert split(question, {}, told, str) == {"": told.as_json()}
    assert split(question, {"": told.as_json()}, told, str) == {}


def test_two_items_at_one_place_stand_in_the_order_of_their_names() -> None:
    one, other = written(STEPS, {}, steps("Audit"), 2), written(STEPS, {}, steps("Train"), 1)

    held = merged({}, one, other)

    assert read(STEPS, held) == steps("Train", "Audit").as_json()
    between = written(STEPS, held, steps("Train", "Reset", "Audit"), 3)
    assert read(STEPS, between) == steps("Train", "Reset", "Audit").as_json()


def test_not_yet_known_beside_another_box_stays_for_a_person_to_judge() -> None:
    unknown = typed_answer(BOXES, NOT_YET_KNOWN)

    held = merged({}, written(BOXES, {}, ticked(0)), written(BOXES, {}, unknown))

    assert read(BOXES, held) == {"state": "answered", "value": [OPTIONS[0], NOT_YET_KNOWN]}


def test_a_state_without_a_value_lets_the_boxes_rest_until_it_is_gone() -> None:
    held = written(BOXES, {}, ticked(0, note="seen"))
    resting = written(BOXES, held, Answer(state="not_applicable", note="seen"))

    assert read(BOXES, resting) == {"state": "not_applicable", "note": "seen"}
    assert resting[box(OPTIONS[0])] is True
    assert read(BOXES, written(BOXES, resting, ticked(1))) == ticked(1).as_json()


def test_a_note_survives_where_the_register_that_held_it_is_written_over() -> None:
    whole: Held = {"": ticked(0, note="seen").as_json()}

    held = written(BOXES, whole, Answer(state="not_applicable", note="seen"))

    assert read(BOXES, held) == {"state": "not_applicable", "note": "seen"}
    assert read(BOXES, written(BOXES, held, Answer(state="not_applicable"))) == {
        "state": "not_applicable"
    }


def test_boxes_beside_a_head_in_conflict_are_read() -> None:
    held = {box(OPTIONS[0]): True}

    assert read(BOXES, held) == ticked(0).as_json()
    assert written(BOXES, held, ticked(0))[""] == {"state": "answered"}
    assert read(BOXES, {box(OPTIONS[0]): None}) is None


@pytest.mark.parametrize(
    ("question", "part", "value"),
    [
        (BOXES, "strange-00000000", True),
        (BOXES, box(OPTIONS[0]), "yes"),
        (BOXES, "note", 7),
        (STEPS, "0" * 16, "text"),
        (STEPS, "0" * 16 + PLACE, 7),
        (STEPS, "short", {"text": "Reset"}),
        (PACK.question("discovered"), "note", "x"),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_hides_nothing(
    question: Question, part: str, value: JSON
) -> None:
    answers, odd = join(PACK, {question.id: {"": {"state": "redacted"}, part: value}})

    assert odd == {f"{question.id}/{part}"}
    assert answers == {question.id: {"state": "redacted"}}


def test_a_head_that_is_no_answer_stays_for_the_reader_to_refuse() -> None:
    assert join(PACK, {BOXES.id: {"": "?", "note": "x"}, "gone": {"": None, "a": 1}}) == (
        {BOXES.id: "?", "gone": None},
        {"gone/a"},
    )
    assert read(BOXES, written(BOXES, {"": "?"}, ticked(0))) == ticked(0).as_json()
    assert read(BOXES, {"": {"state": "answered", "value": "?"}, "note": "x"}) == {
        "state": "blank",
        "note": "x",
    }
    strange: Held = {"": {"state": "answered", "value": ["Strange"]}, "note": "x"}
    assert read(BOXES, strange) == {"state": "answered", "value": ["Strange"], "note": "x"}


def test_an_item_without_a_place_stands_last() -> None:
    items = laid_over(listed([{"text": "A"}, "?"]), {"0" * 16: {"text": "B"}})

    assert [each.value for each in items] == [{"text": "A"}, {"text": "B"}]


def test_an_item_that_is_edited_stays_itself() -> None:
    base = written(STEPS, {}, steps("Reset", "Train"))

    renamed = split(STEPS, base, steps("Reset all", "Train"), str)
    due = split(STEPS, base, steps("Train @2026-01-02", "Reset"), str)

    assert {name for name in renamed if name} == {f"{1:016x}"}
    assert {name for name in due if name} == {f"{2:016x}", f"{2:016x}{PLACE}"}
    value = typed_answer(STEPS, "Reset all\nTrain").value
    assert isinstance(value, tuple)
    assert isinstance(value[0], Measure)


def test_a_list_may_hold_the_same_object_twice() -> None:
    held = written(STEPS, {}, steps("Reset", "Reset"))

    assert answer_text(STEPS, steps("Reset", "Reset")) == "Reset\nReset"
    assert read(STEPS, held) == steps("Reset", "Reset").as_json()
    assert read(STEPS, written(STEPS, held, steps("Reset"))) == steps("Reset").as_json()


def test_registers_are_found_by_question() -> None:
    assert grouped({"form": "x", "a": 1, "a/b": 2}) == {"a": {"": 1, "b": 2}}


def test_a_register_names_its_question_and_its_part() -> None:
    field = f"report/r1/{BOXES.id}"

    assert question_in(field, "ico-2019") == (BOXES, "")
    assert question_in(f"{field}/{box(OPTIONS[1])}", "ico-2019") == (BOXES, box(OPTIONS[1]))
    for other in ("case/title", "report/r1/form", "report/r1/strange", "report/r1/strange/note"):
        assert question_in(other, "ico-2019") is None
    assert question_in(field, "unknown-form") is None
    assert question_in(field, None) is None
    assert option_of(BOXES, box(OPTIONS[1])) == OPTIONS[1]
    assert option_of(BOXES, "note") is None
    assert is_item(f"report/r1/{STEPS.id}/{'0' * 16}{PLACE}")
    assert not is_item(field)
    assert is_place("0" * 16 + PLACE)
    assert not is_place("0" * 16)


def test_a_part_agrees_with_an_answer_that_says_the_same() -> None:
    answer = ticked(0, note="seen").as_json()

    assert agrees(BOXES, "note", "seen", answer)
    assert not agrees(BOXES, "source", "seen", answer)
    assert agrees(BOXES, box(OPTIONS[0]), True, answer)  # noqa: FBT003 -- what the register says
    assert not agrees(BOXES, box(OPTIONS[1]), True, answer)  # noqa: FBT003 -- as above
    assert agrees(BOXES, "", {"state": "answered"}, answer)
    assert not agrees(BOXES, "", {"state": "redacted"}, answer)
    assert agrees(STEPS, "0" * 16, {"text": "Reset"}, steps("Reset").as_json())
    assert agrees(STEPS, "0" * 16 + PLACE, "V", steps("Reset").as_json())
    assert agrees(PACK.question("cyber"), "", {"state": "blank"}, {"state": "blank"})


def test_the_names_of_boxes_differ_and_fit() -> None:
    for form in ("ico-2019", "oaic-2014", "oaic-ndb", "gdpr-art33"):
        for question in load_pack(form).questions:
            names = {box(option) for option in question.options}
            assert len(names) == len(question.options)
            assert all(len(name) <= 33 for name in names)


def test_another_question_of_organisations_is_a_list_too() -> None:
    answer = typed_answer(TOLD, "The police\nThe bank @planned")

    assert read(TOLD, written(TOLD, {}, answer)) == answer.as_json()
