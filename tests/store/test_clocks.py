from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import new_case
from store.clocks import add_clock, remove_clock, state_event
from store.parties import add_party, find_party, remove_party, set_party
from store.vault import Vault
from tests.store.build import WALL, make

AT = Moment.parse("2026-01-02T03:04+00:00[Europe/London]")
Open = tuple[Vault, str]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    with make(tmp_path / "vault")[0] as vault:
        yield vault, new_case(vault, "Payroll", wall=WALL)


def party(at: Open, **told: JSON) -> str:
    return add_party(*at, {"role": "processor", **told}, wall=WALL)


def test_a_rule_is_added_with_the_steps_that_follow_it_and_taken_away_with_them(at: Open) -> None:
    vault, case_id = at

    added = add_clock(vault, case_id, "nis2-ew", wall=WALL)
    assert [each.id for each in added] == ["nis2-ew", "nis2-in", "nis2-fr"]
    assert [each.id for each in remove_clock(vault, case_id, "nis2-in", wall=WALL)] == [
        "nis2-in", "nis2-fr",
    ]  # fmt: skip
    assert vault.case(case_id).clocks == {"nis2-ew": True, "nis2-in": False, "nis2-fr": False}
    assert vault.case(case_id).odd == ()


def test_clocks_that_cannot_be_added_or_taken_away(at: Open) -> None:
    vault, case_id = at

    with pytest.raises(UsageError, match="runs in this case already"):
        add_clock(vault, case_id, "uk-gdpr-33-1", wall=WALL)
    with pytest.raises(UsageError, match="is a proposal, not law"):
        add_clock(vault, case_id, "eu-omni-33-1", wall=WALL)
    with pytest.raises(UsageError, match="is the main clock"):
        remove_clock(vault, case_id, "uk-gdpr-33-1", wall=WALL)
    with pytest.raises(UsageError, match="does not run"):
        remove_clock(vault, case_id, "nis2-ew", wall=WALL)
    assert add_clock(vault, case_id, "eu-omni-33-1", proposed=True, wall=WALL)


def test_an_event_is_stated_and_corrected_and_stays_in_the_history(at: Open) -> None:
    vault, case_id = at

    assert state_event(vault, case_id, "submission:nis2-ew", AT, wall=WALL) == "nis2-ew"
    later = Moment.parse("2026-01-02T04:00Z")
    state_event(vault, case_id, "nis2-ew", later, wall=WALL)

    assert vault.case(case_id).times == {"nis2-ew": later}
    assert len(vault.state(case_id).changes) == 3


def test_what_is_stated_elsewhere_is_no_event_here(at: Open) -> None:
    for name, words in (
        ("aware", "with its reason"),
        ("uk-gdpr-33-1", "the report itself"),
        ("dreamt", "no event of that name"),
    ):
        with pytest.raises(UsageError, match=words):
            state_event(*at, name, AT, wall=WALL)


def test_parties_are_added_changed_found_and_taken_out(at: Open) -> None:
    vault, case_id = at
    host = party(at, name=" Harbour\n Hosting ", aware=str(AT))
    disks = party(at, role="sub_processor", name="Quay Disks", tells=host, target_s=7200)

    set_party(vault, case_id, host, {"name": "Harbour Hosting Ltd"}, wall=WALL)

    case = vault.case(case_id)
    found = find_party(case, "harbour hosting ltd")
    assert (found.id, found.aware, found.role) == (host, AT, "processor")
    assert find_party(case, disks[:6]).target_s == 7200
    assert find_party(case, "  Harbour \u202eHosting  Ltd").name == found.name
    with pytest.raises(UsageError, match="another party tells this one"):
        remove_party(vault, case_id, host, wall=WALL)
    remove_party(vault, case_id, disks, wall=WALL)
    remove_party(vault, case_id, host, wall=WALL)
    assert vault.case(case_id).parties == ()


def test_a_party_is_found_by_one_name_or_a_start_of_an_id_long_enough(at: Open) -> None:
    party(at, name="Twin")
    party(at, name="Twin")

    for text in ("Twin", "nobody", "a", ""):
        with pytest.raises(MissingError):
            find_party(at[0].case(at[1]), text)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"role": "regulator"}, "a party has a role"),
        ({"name": "x" * 201}, "at most 200"),
        ({"target_s": -1}, "a target is at most a year"),
        ({"target_s": 400 * 86_400}, "a target is at most a year"),
        ({"role": "controller", "aware": "2026-01-01"}, "its awareness is the case's"),
        ({"role": "controller", "tells": "controller"}, "its awareness is the case's"),
        ({"tells": "0" * 16}, "cannot be told"),
    ],
)
def test_a_party_that_cannot_be_is_refused(at: Open, told: dict[str, JSON], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        party(at, **told)


def test_parties_never_tell_each_other_in_a_circle(at: Open) -> None:
    vault, case_id = at
    first = party(at, name="A")
    second = party(at, name="B", tells=first)

    with pytest.raises(UsageError, match="circle"):
        set_party(vault, case_id, first, {"tells": second}, wall=WALL)
    with pytest.raises(UsageError, match="cannot be told"):
        set_party(vault, case_id, first, {"tells": first}, wall=WALL)


def test_a_register_that_is_no_party_is_written_anew(at: Open) -> None:
    vault, case_id = at

    set_party(vault, case_id, "abcd", {"role": "controller", "name": "Us"}, wall=WALL)

    assert find_party(vault.case(case_id), "us").role == "controller"
