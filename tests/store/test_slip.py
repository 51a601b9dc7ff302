from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.answer import Answer
from models.moment import Moment
from models.strictjson import JSON
from store.casework import new_case, set_answers, set_aware
from store.change import AddOp, SetOp
from store.errors import DamagedError
from store.slip import Slip, folded, slip_of
from tests.store.build import WALL, make, save

COVERS = "ab" * 32


def test_a_search_sees_titles_references_parties_and_prose(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Verlorener Laptop, STRASSE", wall=WALL)
        told = {
            "what_happened": "A courier left it.\nOn a train.",
            "controller_name": "Marram Housing",
            "cyber": "No",
        }
        answers = {name: Answer(state="answered", value=text) for name, text in told.items()}
        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
        party: JSON = {"role": "processor", "name": "Dune Parcels", "aware": None}
        vault.commit(case_id, [SetOp("party/a1", party)], shown=None, wall=WALL)
        event: JSON = {
            "name": "sent",
            "message": None,
            "at": None,
            "via": "portal",
            "ref": "ZZ-77",
            "by": "us",
        }
        vault.commit(case_id, [AddOp("event/e1", event)], shown=None, wall=WALL)

        text = slip_of(vault.state(case_id), COVERS).text.decode()

    for each in ("strasse", "courier", "train", "marram", "dune parcels", "zz-77"):
        assert each in text
    assert text.startswith("\nverlorener-laptop-strasse\n")
    assert "\nno" not in text


def test_the_order_by_the_clock_does_not_depend_on_now(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Running", wall=WALL)
        unknown = slip_of(vault.state(case_id), COVERS)
        early = Moment.parse("1903-01-01T10:00Z")
        set_aware(vault, case_id, early, "an old archive", wall=WALL)
        running = slip_of(vault.state(case_id), COVERS)
        row = running.read()

    assert row.deadline == (early.span().earliest or 0) + 72 * 3600
    assert running.keys[0] < unknown.keys[0]
    assert replace(row, reported=early).deadline is None
    assert unknown.read().deadline is None


def test_words_are_folded_as_texts_are() -> None:
    assert folded("  Straße\tIC-1 \ud800") == (b"strasse", b"ic-1", b"?")
    assert folded(" ") == ()


@pytest.mark.parametrize("row", [b"", b"[]", b'"x"', b"{}", b"\xff", b'{"id":"zz","title":"x"}'])
def test_a_row_of_another_shape_is_damage(row: bytes) -> None:
    with pytest.raises(DamagedError):
        Slip.of(row, b"", COVERS)


def test_a_row_that_lacks_a_column_is_damage(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        slip = slip_of(vault.state(case_id), COVERS)

    assert slip.read().title == "Lost laptop"
    with pytest.raises(DamagedError):
        replace(slip, row=b'{"aware":"never"}').read()
