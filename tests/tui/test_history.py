from __future__ import annotations

from pathlib import Path

from models.answer import Answer
from models.moment import Moment
from models.strictjson import JSON
from store.assessing import Answered, add_group, place_of, remove_group, set_assessed
from store.casework import close_case, reopen_case, set_aware
from store.change import AddOp, BlobOp, DelOp, SetOp
from store.conflict import conflicts, take
from store.undo import undo
from tests.tui.desks import TOLD, WALL, answer, case, office
from tests.tui.test_screens_more import contested
from tui.history import field_name, told_changes

AT = Moment.parse("2019-12-20T10:00Z")


def test_each_thing_that_people_do_is_told_in_words(tmp_path: Path) -> None:
    with office(tmp_path / "v", side="regulator") as vault:
        case_id = case(vault, "Lost list", TOLD)
        answer(vault, case_id, {"spoken_to": "Jane"})
        close_case(vault, case_id, AT, wall=WALL)
        reopen_case(vault, case_id, "a new fact", AT, wall=WALL)
        set_aware(vault, case_id, AT, "told late", wall=WALL)
        state = vault.state(case_id)
        rid = vault.case(case_id).reports[-1].rid
        told: dict[str, JSON] = {"outcome": "no action", "reasons": [], "recommendations": []}
        ops = (
            AddOp("decision/d1", told),
            BlobOp("file/f1", {"name": "a.eml"}),
            AddOp("log/l1", {"at": "2019-12-20", "text": "called", "who": "Ada"}),
            AddOp("event/e1", {"name": "exported", "via": "sheet", "ref": "a.txt", "at": "T10:00"}),
            AddOp("party/p1", {"role": "processor"}),
            DelOp(f"report/{rid}/spoken_to"),
            SetOp("case/nobody_knows", 1),
        )
        for op in ops:
            vault.commit(case_id, [op], shown=state, wall=WALL)
        undo(vault, case_id, vault.state(case_id).changes[-1].id, wall=WALL)
        told_now = told_changes(vault.state(case_id))

    lines = "\n".join(each.line for each in told_now)
    whole = "\n".join(line for each in told_now for line in each.lines)
    for words in (
        "began the case Lost list",
        "answered Q4, Q5, Q6, Q7, Q8, Q9 and 6 more",
        "answered Q1 ICO staff member you have already spoken to about this breach: Jane",
        "Ada Example: closed the case",
        "Ada Example: reopened the case",
        "changed the awareness of the controller",
        "decided: no action",
        "attached a.eml",
        "wrote sheet in clear: a.txt",
        "noted: called",
        "changed a party",
        "(taken away)",
        "took back: changed the case",
        "TAKEN BACK changed the case",
    ):
        assert words in lines
    assert "because: a new fact" in whole
    assert "2019-12-20T10:00Z, because told late" in whole


def test_a_settled_conflict_is_told_as_such(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = contested(vault)
        take(vault, conflicts(vault.state(case_id))[0], 1, wall=WALL)

        assert "settled Q" in told_changes(vault.state(case_id))[0].line


def test_the_events_and_clocks_of_a_case_are_named_by_their_rule(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        state = vault.state(case(vault, "Lost list", {}))

        assert field_name(state, "case/at/nis2-in") == "the time of nis2-in"
        assert field_name(state, "case/clock/nis2-in") == "the clock nis2-in"
        assert field_name(state, "case/zone") == "the time zone"


def test_an_assessment_is_told_item_by_item_with_the_group_and_the_reason(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case_id = case(vault, "Lost list", {})
        group = add_group(vault, case_id, "Claims", wall=WALL)
        no = {"notify": Answer(state="answered", value="No", note="nobody is at risk")}
        set_assessed(vault, case_id, Answered(place_of(group), no), wall=WALL)
        decided = told_changes(vault.state(case_id))[0].line
        remove_group(vault, case_id, group, wall=WALL)
        lines = [each.line for each in told_changes(vault.state(case_id))]

    assert "D1 Notify these individuals? (Claims): No (nobody is at risk)" in decided
    assert "took out a group of information" in lines[0]
    assert "(a group): No" in lines[1]
    assert "added a group of information" in lines[2]
