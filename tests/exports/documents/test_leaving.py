from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exports.documents.leaving import document_name, record_export, require_report
from models.errors import UsageError
from store.errors import ConflictError
from store.vault import Vault
from tests.exports.build import WALL, a_case, at
from tests.exports.documents import build


def test_a_document_s_name_tells_nothing_and_is_new_each_time() -> None:
    names = {document_name("txt") for _ in range(9)}

    assert len(names) == 9
    assert all(name.startswith("breachcase-") and name.endswith(".txt") for name in names)


def test_what_leaves_is_recorded_and_nothing_of_what_it_says(ours: Vault) -> None:
    case_id = a_case(ours)
    case = ours.case(case_id)

    record_export(
        ours,
        case_id,
        case.reports[0],
        what="sheet",
        name="a\x1b\n.txt\udcff",
        at=at("2019-12-20"),
        wall=WALL,
    )

    after = ours.case(case_id)
    [event] = after.events
    assert (event.name, event.via, event.ref, event.by) == ("exported", "sheet", "a .txt", "us")
    assert after.chain() == case.chain()
    assert after.reading(None) == case.reading(None)
    assert len(ours.state(case_id).changes[-1].ops) == 1


def test_a_report_with_an_open_conflict_does_not_leave() -> None:
    case = build.a_case()
    contested = replace(case, conflicts=frozenset({"report/b/cyber"}))

    require_report(case)
    with pytest.raises(ConflictError, match="1 open conflict"):
        require_report(contested)


@pytest.mark.parametrize("odd", [{"side": "regulator"}, {"reports": ()}])
def test_a_case_without_a_report_of_ours_has_no_document(odd: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="no report of ours"):
        require_report(replace(build.a_case(), **odd))
