"""Nothing that looks like personal data leaves before somebody says that it may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exports.clearance import require_confirmed, unconfirmed
from exports.desk import ask
from exports.errors import UnconfirmedError
from exports.outbox import send
from exports.reply import answer, notify, withdraw
from exports.trust import contacts
from store.confirmation import confirm
from tests.exports.build import WALL, WHY, a_case, file, introduce, vault
from tests.exports.sent import Sent

STAMPS: dict[str, Any] = {"at": None, "wall": WALL}
NUMBER = "QQ 12 34 56 C"
TOLD = f"Her NI number is {NUMBER}."


def test_a_report_with_a_number_in_it_is_sealed_only_once_that_is_confirmed(tmp_path: Path) -> None:
    ours, theirs = vault(tmp_path, "controller", "A"), vault(tmp_path, "regulator", "R")
    with ours, theirs:
        to = introduce(ours, theirs)
        case_id = a_case(ours, what_happened=TOLD)
        before = ours.state(case_id).heads

        with pytest.raises(UnconfirmedError, match="1 finding of personal data") as raised:
            send(ours, case_id, to, at=None, wall=WALL, incomplete_reason=WHY)

        assert [each.place for each in raised.value.findings] == ["what_happened"]
        assert NUMBER not in str(raised.value)
        assert ours.state(case_id).heads == before
        confirm(ours, case_id, raised.value.findings, "invented", wall=WALL)
        send(ours, case_id, to, at=None, wall=WALL, incomplete_reason=WHY)
        assert [each.kind for each in ours.case(case_id).messages] == ["initial_report"]


def test_a_report_is_cleared_for_a_document_as_for_a_bundle(tmp_path: Path) -> None:
    with vault(tmp_path, "controller", "A") as ours:
        case_id = a_case(ours, what_happened=f"{TOLD} Ring 07700 900123.")
        case = ours.case(case_id)

        with pytest.raises(UnconfirmedError, match="2 findings"):
            require_confirmed(case, case.reports[0].report)
        confirm(ours, case_id, unconfirmed(case, case.reports[0].report), "invented", wall=WALL)
        require_confirmed(ours.case(case_id), case.reports[0].report)


def test_a_processors_notice_is_looked_at_whole_with_the_report_in_it(tmp_path: Path) -> None:
    ours, theirs = vault(tmp_path, "controller", "P"), vault(tmp_path, "regulator", "R")
    with ours, theirs:
        introduce(theirs, ours)
        case_id = a_case(ours, how_found=TOLD)
        to = next(iter(contacts(ours))).id

        with pytest.raises(UnconfirmedError) as raised:
            notify(ours, case_id, to, f"It is about {NUMBER}", at=None, wall=WALL)

        assert [each.place for each in raised.value.findings] == ["how_found", "text"]


def test_every_letter_of_either_side_is_looked_at(sent: Sent) -> None:
    with pytest.raises(UnconfirmedError) as asked:
        ask(sent.theirs, sent.their_id, [(TOLD, None)], message=None, **STAMPS)
    with pytest.raises(UnconfirmedError) as withdrawn:
        withdraw(sent.ours, sent.case_id, TOLD, **STAMPS)

    assert [each.place for each in asked.value.findings] == ["questions/1/text"]
    assert [each.place for each in withdrawn.value.findings] == ["reason"]


def test_a_reply_is_looked_at_by_itself(sent: Sent) -> None:
    file(sent.ours, ask(sent.theirs, sent.their_id, [("Who?", None)], message=None, **STAMPS))

    with pytest.raises(UnconfirmedError) as raised:
        answer(sent.ours, sent.case_id, {1: TOLD}, message=TOLD, **STAMPS)

    assert [each.place for each in raised.value.findings] == ["replies/1/text", "message"]
