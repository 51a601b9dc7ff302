from __future__ import annotations

from exports.documents.leaving import document_name, record_export
from store.vault import Vault
from tests.exports.build import WALL, a_case, at


def test_a_document_s_name_tells_nothing_and_is_new_each_time() -> None:
    names = {document_name("txt") for _ in range(9)}

    assert len(names) == 9
    assert all(name.startswith("breachcase-") and name.endswith(".txt") for name in names)


def test_what_leaves_is_recorded_and_nothing_of_what_it_says(ours: Vault) -> None:
    case_id = a_case(ours)
    case = ours.case(case_id)

    record_export(
        ours, case_id, case.reports[0], what="sheet", name="a.txt", at=at("2019-12-20"), wall=WALL
    )

    after = ours.case(case_id)
    [event] = after.events
    assert (event.name, event.via, event.ref, event.by) == ("exported", "sheet", "a.txt", "us")
    assert after.chain() == case.chain()
    assert after.reading(None) == case.reading(None)
    assert len(ours.state(case_id).changes[-1].ops) == 1
