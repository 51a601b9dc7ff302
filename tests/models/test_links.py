from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.case import Case, case_view
from models.course import longest_text, unknown_text
from models.links import links, main_route, route
from models.moment import Moment
from models.record import Party, party
from models.strictjson import JSON
from tests.build import report_with

L = "[Europe/London]"
CONTROLLER_KNEW = f"2026-06-10T09:00{L}"


def told(role: str, name: str, aware: str | None, tells: str = "") -> dict[str, JSON]:
    return {"role": role, "name": name, "aware": aware, "tells": tells}


def case(**parties: dict[str, JSON]) -> Case:
    fields: dict[str, JSON] = {f"party/{name}": value for name, value in parties.items()}
    fields["case/aware"] = {"moment": CONTROLLER_KNEW, "reason": "told by telephone"}
    return case_view("1" * 32, fields)


def chain(found: Case) -> list[str]:
    return [f"{gap.from_.whose} -> {gap.to.whose}: {gap.text}" for gap in found.chain()]


def test_a_tree_of_parties_is_a_chain_per_link() -> None:
    found = case(
        a=told("sub_processor", "Quay Disks", f"2026-06-01T09:00{L}", "c"),
        b=told("sub_processor", "Mole Tapes", f"2026-06-03T09:00{L}", "c"),
        c=told("processor", "Harbour Hosting", f"2026-06-04T09:00{L}"),
        d=told("processor", "Pier Payroll", f"2026-06-09T09:00{L}", "controller"),
    )

    assert chain(found) == [
        "occurrence -> sub-processor Quay Disks: ?",
        "sub-processor Quay Disks -> processor Harbour Hosting: 72h00m",
        "processor Harbour Hosting -> controller: 144h00m",
        "sub-processor Mole Tapes -> processor Harbour Hosting: 24h00m",
        "processor Pier Payroll -> controller: 24h00m",
        "occurrence -> controller: ?",
    ]
    assert [each.over for each in links(found.parties, found.aware)] == [True, False, True, False]
    assert longest_text(found) == "longest: processor Harbour Hosting -> controller, 6d 0h"
    assert unknown_text(found) == "not known: occurrence -> sub-processor Quay Disks"


def test_a_sub_processor_tells_the_only_processor_and_else_the_controller() -> None:
    one = case(a=told("sub_processor", "", None), b=told("processor", "", None))
    two = case(
        a=told("sub_processor", "", None),
        b=told("processor", "", None),
        c=told("processor", "", None),
    )
    direct = case(a=told("sub_processor", "", None, "controller"), b=told("processor", "", None))

    assert chain(one)[1] == "sub-processor -> processor: ?"
    assert chain(two)[1] == "sub-processor -> controller: ?"
    assert chain(direct)[1] == "sub-processor -> controller: ?"


def test_parties_of_one_role_without_a_name_are_told_apart_by_their_ids() -> None:
    found = case(a=told("processor", "", None), b=told("processor", "Pier Payroll", None))

    assert [each.gap.from_.party for each in links(found.parties, found.aware)] == [
        "processor a",
        "processor Pier Payroll",
    ]


def test_the_controller_is_named_where_it_is_known() -> None:
    found = case(a=told("controller", "Harbour Books", None), b=told("processor", "P", None))

    assert chain(found)[1] == "processor P -> controller Harbour Books: ?"


def test_a_circle_of_parties_ends() -> None:
    found = case(
        a=told("processor", "A", f"2026-06-01T09:00{L}", "b"),
        b=told("processor", "B", f"2026-06-02T09:00{L}", "a"),
    )

    assert [each.id for each in main_route(found.parties)] == ["a", "b"]
    assert "processor A -> processor B: 24h00m" in chain(found)


def test_the_longest_gap_is_told_in_hours_below_two_days() -> None:
    found = case(a=told("processor", "A", f"2026-06-09{L}"))

    assert longest_text(found) == "longest: processor A -> controller, 9h00m .. 33h00m"


def test_without_a_known_gap_no_longest_is_named() -> None:
    assert longest_text(case_view("1" * 32, {})) == ""
    assert unknown_text(case_view("1" * 32, {})) == "not known: occurrence -> controller"
    both = {"occurred": "2026-06-01", "discovered": "2026-06-02"}
    known = report_with(**both).as_json()
    answers = known.pop("answers")
    assert isinstance(answers, dict)
    fields = {f"report/r0/{name}": value for name, value in {**known, **answers}.items()}
    assert unknown_text(case_view("1" * 32, fields)) == ""


def test_an_odd_target_is_the_usual_one() -> None:
    for odd in (True, -1, "24h", None):
        found = party("a", {"role": "processor", "target_s": odd})
        assert found is not None
        assert found.target_s is None
    kept = party("a", {"role": "processor", "target_s": 3600})
    assert kept is not None
    assert kept.target_s == 3600


@given(
    st.lists(
        st.tuples(st.sampled_from(["processor", "sub_processor"]), st.integers(0, 5)), max_size=5
    )
)
def test_every_route_ends_and_every_party_has_a_link(rows: list[tuple[str, int]]) -> None:
    parties = [Party(str(at), role, "", None, str(to)) for at, (role, to) in enumerate(rows)]

    assert {each.party.id for each in links(parties, Moment.parse("2026-06-10"))} == {
        each.id for each in parties
    }
    for each in parties:
        assert len(set(route(parties, each))) == len(route(parties, each))
