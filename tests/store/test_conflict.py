"""Two devices wrote to one field without seeing each other's value."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import Answer
from models.errors import CaseError, MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import new_case, set_answers, set_aware
from store.change import AddOp, SetOp
from store.conflict import DELETED, conflicts, find_conflict, settle, take
from store.fold import CaseState
from store.vault import Vault
from tests.store.build import LATER, WALL, make, opened
from tests.store.colleague import arrive, del_op, set_op

MINE = Moment.parse("2026-01-02T10:00[Europe/London]")
THEIRS = Moment.parse("2026-01-01T09:30[Europe/London]")


def _answer(value: str | Moment, note: str | None = None) -> Answer:
    return Answer(state="answered", value=value, note=note)


def _field(vault: Vault, question: str) -> str:
    draft = vault.case(vault.rows()[0].id).draft
    assert draft is not None
    return f"report/{draft.rid}/{question}"


def _begun(path: Path, **answers: Answer) -> CaseState:
    """A case with answers that both sides have seen."""
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        if answers:
            set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
        return vault.state(case_id)


def _parted(path: Path) -> str:
    """Two values of the field `discovered`, mine and a colleague's; the field."""
    shown = _begun(path)
    with opened(path) as vault:
        answers = {"discovered": _answer(MINE)}
        set_answers(vault, shown.case_id, answers, shown=shown, wall=WALL)
        field = _field(vault, "discovered")
    arrive(path, shown, set_op(shown, field, _answer(THEIRS, "from the guard's book").as_json()))
    return field


def test_every_value_is_shown_with_its_author_device_and_the_deadline_it_implies(
    tmp_path: Path,
) -> None:
    field = _parted(tmp_path / "vault")

    with opened(tmp_path / "vault", writable=False) as vault:
        (found,) = conflicts(vault.state(vault.rows()[0].id))
        mine = vault.device_id

    assert found.field == field
    assert "discover" in found.label
    choices = {each.found.who: each for each in found.choices}
    assert choices["a.officer"].text == str(MINE)
    assert choices["mallory"].text == f"{THEIRS} (from the guard's book)"
    assert choices["a.officer"].deadline == "2026-01-05T10:00+00:00[Europe/London]"
    assert choices["mallory"].deadline == "2026-01-04T09:30+00:00[Europe/London]"
    assert choices["a.officer"].found.device == mine
    assert choices["mallory"].found.wall == LATER
    told = found.as_json()
    assert (told["field"], told["label"]) == (field, found.label)
    assert "2026-01-04T09:30+00:00[Europe/London]" in str(told["choices"])


def test_one_value_is_taken_and_all_the_others_go(tmp_path: Path) -> None:
    _parted(tmp_path / "vault")

    with opened(tmp_path / "vault") as vault:
        case_id = vault.rows()[0].id
        found = find_conflict(vault.state(case_id), "discovered")
        number = [each.text for each in found.choices].index(str(MINE)) + 1
        change = take(vault, found, number, wall=LATER)

        assert vault.state(case_id).conflicts == frozenset()
        assert vault.case(case_id).aware == MINE
    assert set(change.resolves) == set(found.op_ids) == set(change.ops[0].over)
    assert len(change.ops) == 1


def test_another_value_can_be_typed_instead(tmp_path: Path) -> None:
    field = _parted(tmp_path / "vault")

    with opened(tmp_path / "vault") as vault:
        case_id = vault.rows()[0].id
        found = find_conflict(vault.state(case_id), field)
        with pytest.raises(CaseError):
            settle(vault, found, "the day before yesterday", wall=LATER)
        settle(vault, found, "2026-01-01T08:00[Europe/London]", wall=LATER)

        assert str(vault.case(case_id).aware) == "2026-01-01T08:00+00:00[Europe/London]"


def test_a_value_that_arrives_later_opens_the_conflict_again(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    field = _parted(path)
    with opened(path) as vault:
        case_id = vault.rows()[0].id
        before = vault.state(case_id)
        take(vault, find_conflict(before, field), 1, wall=LATER)

    arrive(path, before, set_op(before, field, _answer(MINE, "late").as_json()))

    with opened(path) as vault:
        assert vault.state(case_id).conflicts == {field}
        assert vault.rows()[0].conflicts == 1


def test_a_number_that_is_not_shown_is_refused(tmp_path: Path) -> None:
    _parted(tmp_path / "vault")

    with opened(tmp_path / "vault") as vault:
        found = find_conflict(vault.state(vault.rows()[0].id), "discovered")
        for number in (0, 3, -1):
            with pytest.raises(UsageError, match="no value"):
                take(vault, found, number, wall=LATER)


def test_a_deletion_beside_a_value_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    shown = _begun(path, what_happened=_answer("left on a train"))
    with opened(path) as vault:
        case_id, field = shown.case_id, _field(vault, "what_happened")
        answers = {"what_happened": _answer("left on a tram")}
        set_answers(vault, case_id, answers, shown=shown, wall=WALL)
    arrive(path, shown, del_op(shown, field))

    with opened(path) as vault:
        found = find_conflict(vault.state(case_id), field)
        texts = [each.text for each in found.choices]
        assert sorted(texts) == [DELETED, "left on a tram"]
        assert {each.deadline for each in found.choices} == {""}
        take(vault, found, texts.index(DELETED) + 1, wall=LATER)

        assert field not in vault.state(case_id).values()
        assert vault.state(case_id).conflicts == frozenset()


def test_fields_that_no_form_asks_show_their_text_or_json(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    shown = _begun(path)
    with opened(path) as vault:
        case_id = shown.case_id
        vault.commit(case_id, [SetOp("case/title", "Lost tablet")], shown=shown, wall=WALL)
        set_aware(vault, case_id, MINE, "their call", wall=WALL)
    arrive(
        path,
        shown,
        set_op(shown, "case/title", "Stolen laptop"),
        set_op(shown, "case/aware", {"moment": str(THEIRS), "reason": "the log"}),
        set_op(shown, "case/zone", "Europe/Dublin"),
    )

    with opened(path) as vault:
        aware, title = conflicts(vault.state(case_id))
        assert sorted(each.text for each in title.choices) == ["Lost tablet", "Stolen laptop"]
        assert all('"reason":' in each.text for each in aware.choices)
        assert all(each.deadline for each in aware.choices)
        with pytest.raises(UsageError, match="one of the values"):
            settle(vault, aware, str(MINE), wall=LATER)
        with pytest.raises(UsageError, match="title"):
            settle(vault, title, " ", wall=LATER)
        settle(vault, title, " Lost\nlaptop ", wall=LATER)

        assert vault.case(case_id).title == "Lost laptop"


def test_a_zone_is_typed_by_its_name_only(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    shown = _begun(path)
    with opened(path) as vault:
        op = SetOp("case/zone", "Europe/Paris")
        vault.commit(shown.case_id, [op], shown=shown, wall=WALL)
    arrive(path, shown, set_op(shown, "case/zone", "Europe/Dublin"))

    with opened(path) as vault:
        found = find_conflict(vault.state(shown.case_id), "zone")
        with pytest.raises(UsageError):
            settle(vault, found, "Mars", wall=LATER)
        settle(vault, found, "Europe/Malta", wall=LATER)

        assert vault.case(shown.case_id).zone == "Europe/Malta"


def test_values_of_another_version_are_shown_as_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    shown = _begun(path)
    with opened(path) as vault:
        known, unknown = _field(vault, "cyber"), _field(vault, "of_a_later_form")
        ops = [SetOp(known, {"state": "guessed"}), SetOp(unknown, 1)]
        vault.commit(shown.case_id, ops, shown=shown, wall=WALL)
    blank: JSON = {"state": "redacted"}
    arrive(path, shown, set_op(shown, known, blank), set_op(shown, unknown, 2))

    with opened(path, writable=False) as vault:
        cyber, later = conflicts(vault.state(shown.case_id))

    assert sorted(each.text for each in cyber.choices) == ["[redacted]", '{"state":"guessed"}']
    assert sorted(each.text for each in later.choices) == ["1", "2"]


def test_an_answer_in_a_report_whose_form_is_in_conflict_is_shown_as_it_lies(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault"
    shown = _begun(path)
    with opened(path) as vault:
        form, cyber = _field(vault, "form"), _field(vault, "cyber")
        ops = [SetOp(form, "other-1"), SetOp(cyber, _answer("No").as_json())]
        vault.commit(shown.case_id, ops, shown=shown, wall=WALL)
    arrive(
        path,
        shown,
        set_op(shown, form, "other-2"),
        set_op(shown, cyber, Answer(state="blank").as_json()),
    )

    with opened(path, writable=False) as vault:
        found = conflicts(vault.state(shown.case_id))

    assert [each.field for each in found] == [cyber, form]
    assert all("state" in each.text for each in found[0].choices)


def test_a_name_that_ends_two_fields_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    shown = _begun(path)
    with opened(path) as vault:
        ops = [SetOp(f"party/{name}/aware", "x") for name in ("p1", "p2")]
        vault.commit(shown.case_id, ops, shown=shown, wall=WALL)
    arrive(path, shown, *(set_op(shown, f"party/{name}/aware", "y") for name in ("p1", "p2")))

    with opened(path, writable=False) as vault:
        state = vault.state(shown.case_id)

    with pytest.raises(UsageError, match="2 fields"):
        find_conflict(state, "aware")
    with pytest.raises(MissingError):
        find_conflict(state, "title")
    assert find_conflict(state, "party/p1/aware").label == ""


def _sealed(path: Path, *, filed: bool = True) -> str:
    """A report that was sealed while a colleague still wrote to it; the field."""
    shown = _begun(path)
    with opened(path) as vault:
        case_id, field = shown.case_id, _field(vault, "cyber")
        set_answers(vault, case_id, {"cyber": _answer("No")}, shown=shown, wall=WALL)
        draft = vault.case(case_id).draft
        assert draft is not None
        payload: JSON = {"report": draft.report.as_json()}
        message: JSON = {"kind": "initial_report", "direction": "out", "payload": payload}
        ops = [SetOp(f"report/{draft.rid}/frozen", "b" * 32)]
        letter = [AddOp(f"message/{'b' * 32}", message)] if filed else []
        vault.commit(case_id, [*ops, *letter], shown=vault.state(case_id), wall=WALL)
    arrive(path, shown, set_op(shown, field, _answer("Yes").as_json()))
    return field


def test_of_a_sealed_report_only_what_was_sealed_can_be_taken(tmp_path: Path) -> None:
    field = _sealed(tmp_path / "vault")

    with opened(tmp_path / "vault") as vault:
        case_id = vault.rows()[0].id
        found = find_conflict(vault.state(case_id), field)
        texts = [each.text for each in found.choices]
        with pytest.raises(UsageError, match="sealed"):
            take(vault, found, texts.index("Yes") + 1, wall=LATER)
        with pytest.raises(UsageError, match="sealed"):
            settle(vault, found, "No", wall=LATER)
        take(vault, found, texts.index("No") + 1, wall=LATER)

        assert vault.state(case_id).conflicts == frozenset()
        assert vault.case(case_id).reports[0].report.answer("cyber") == _answer("No")


def test_of_a_sealed_report_without_its_letter_nothing_can_be_taken(tmp_path: Path) -> None:
    field = _sealed(tmp_path / "vault", filed=False)

    with opened(tmp_path / "vault") as vault:
        found = find_conflict(vault.state(vault.rows()[0].id), field)
        for number in (1, 2):
            with pytest.raises(UsageError, match="sealed"):
                take(vault, found, number, wall=LATER)
