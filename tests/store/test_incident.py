from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import new_case
from store.change import AddOp
from store.incident import Statement, add_note, find_note, notes
from store.vault import Vault
from tests.store.build import LATER, WALL, make, opened

EARLY = Moment.parse("2026-01-01T08:00[Europe/London]")
LATE = Moment.parse("2026-01-02T08:00[Europe/London]")
TIME_ONLY = Moment.parse("T08:00[Europe/London]")


def _case(vault: Vault) -> str:
    return new_case(vault, "Lost laptop", wall=WALL)


def test_entries_stand_in_order_of_the_time_stated_and_undated_ones_last(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        for at, text in ((TIME_ONLY, "third"), (LATE, "second"), (EARLY, "first")):
            add_note(vault, case_id, Statement(text, at), wall=WALL)

    with opened(tmp_path / "vault", writable=False) as vault:
        assert [each.text for each in notes(vault.state(case_id))] == ["first", "second", "third"]


def test_entries_of_one_time_stand_as_they_were_made(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        for number in range(6):
            add_note(vault, case_id, Statement(f"{number}", EARLY), wall=WALL)

        assert [each.text for each in notes(vault.state(case_id))] == [*"012345"]


def test_an_entry_says_who_did_it_and_who_wrote_it(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        theirs = Statement(" left\r\nthe door open\x1b ", EARLY, " b.\nguard ")
        add_note(vault, case_id, theirs, wall=LATER)
        add_note(vault, case_id, Statement("saw it", LATE), wall=WALL)

        first, second = notes(vault.state(case_id))
        assert (first.text, first.who, first.by) == ("left\nthe door open", "b. guard", "a.officer")
        assert (first.wall, second.who, second.at) == (LATER, "a.officer", LATE)
        assert first.as_json()["at"] == "2026-01-01T08:00+00:00[Europe/London]"


def test_a_correction_is_a_new_entry_and_the_old_one_stays(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        wrong = add_note(vault, case_id, Statement("it was locked", EARLY), wall=WALL)

        add_note(vault, case_id, Statement("it was not", LATE, corrects=wrong[:6]), wall=WALL)

        old, new = notes(vault.state(case_id))
        assert (old.text, old.corrected, new.corrects) == ("it was locked", True, wrong)
        assert not new.corrected
        assert find_note(vault.state(case_id), wrong) == old
        for unknown in ("0" * 16, wrong[:3]):
            with pytest.raises(MissingError):
                add_note(vault, case_id, Statement("x", LATE, corrects=unknown), wall=WALL)


@pytest.mark.parametrize(
    ("text", "who"), [(" \n", ""), ("\x1b", ""), ("x" * 262_145, ""), ("x", "y" * 201)]
)
def test_an_entry_without_a_text_or_far_too_long_is_refused(
    tmp_path: Path, text: str, who: str
) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)

        with pytest.raises(UsageError):
            add_note(vault, case_id, Statement(text, EARLY, who), wall=WALL)

        assert notes(vault.state(case_id)) == ()


def test_odd_entries_are_left_out_and_odd_parts_are_blank(tmp_path: Path) -> None:
    odd: list[JSON] = ["text", {"text": "no time", "who": "x"}, {"at": None, "text": 1, "who": ""}]
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        ops = [AddOp(f"log/n{number}", value) for number, value in enumerate(odd)]
        kept: JSON = {"at": "yesterday", "text": "kept", "who": "x", "corrects": ["n0"]}
        vault.commit(case_id, [*ops, AddOp("log/kept", kept)], shown=None, wall=WALL)

        (note,) = notes(vault.state(case_id))

        assert (note.text, note.at, note.corrects) == ("kept", None, "")
        assert note.as_json()["at"] is None
