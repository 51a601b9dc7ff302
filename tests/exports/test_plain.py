"""What the regulator answers in plain words, between our own record and theirs."""

from __future__ import annotations

from typing import Any

import pytest

from exports.correspondence import letters
from exports.desk import acknowledge
from exports.outbox import record_sent, send
from exports.plain import (
    Letter,
    PlainAcknowledgement,
    PlainDecision,
    record_plain,
    stated,
)
from models.errors import CaseError, ShapeError, UsageError
from models.stamp import filing_stamp
from store.attachment import attachments, find_attachment, pieces
from store.casework import start_followup
from store.vault import Vault
from tests.exports.build import REFERENCE, WALL, a_case, at, file
from tests.exports.sent import Sent, nothing_changes

MAIL = Letter(
    "email",
    b"Subject: Acknowledgement - IC-40718-T3W9\r\nMessage-ID: <a@b.example>\r\n\r\n\x00\xff",
    "ack.eml",
)
PHONE = Letter("phone")


@pytest.fixture
def case_id(ours: Vault) -> str:
    """A case whose initial report went by portal on 20 December."""
    made = a_case(ours)
    record_sent(ours, made, at("2019-12-20T18:16"), via="portal", ref="W-1", wall=WALL)
    return made


def acked(
    ours: Vault, case_id: str, letter: Letter = MAIL, reason: str | None = None, **said: Any
) -> bool:
    fields = {"acknowledged_at": at("2019-12-23T11:23"), "reference": REFERENCE, **said}
    statement = stated(PlainAcknowledgement, **fields)
    wall = f"2026-01-02T04:00:00.{len(ours.case(case_id).messages):03}Z"
    return record_plain(ours, case_id, statement, letter, reason=reason, wall=wall)


def decided(ours: Vault, case_id: str, letter: Letter = PHONE, **said: Any) -> bool:
    fields = {"decided_at": at("2020-01-14T15:47"), "outcome": "no further action", **said}
    return record_plain(ours, case_id, stated(PlainDecision, **fields), letter, wall=WALL)


def test_an_acknowledgement_in_plain_words_gives_the_case_its_reference(
    ours: Vault, case_id: str
) -> None:
    assert acked(ours, case_id)

    case = ours.case(case_id)
    assert case.reference == REFERENCE
    [message] = case.messages
    assert (message.kind, message.direction, message.via) == ("acknowledgement", "in", "email")
    assert message.text("subject") == "Acknowledgement - IC-40718-T3W9"
    assert message.text("message_id") == "<a@b.example>"
    event = case.events[-1]
    assert (event.name, event.by, event.via) == ("acknowledged", "them", "email")


def test_the_letter_is_kept_as_it_came(ours: Vault, case_id: str) -> None:
    acked(ours, case_id)
    decided(ours, case_id, Letter("post", b"%PDF", "\u202eb\n.pdf"))
    acked(ours, case_id, Letter("portal", b"page", "\x07"))

    assert [each.name for each in attachments(ours.state(case_id))] == [
        "ack.eml", "b .pdf", "letter",
    ]  # fmt: skip
    found = find_attachment(ours.state(case_id), "ack.eml")
    assert b"".join(pieces(ours, case_id, found)) == MAIL.data


def test_their_dates_stand_beside_ours(ours: Vault, case_id: str) -> None:
    acked(ours, case_id, reported_at=at("2019-12-23T11:12"), filed_at=at("2019-12-23T11:12"))

    case = ours.case(case_id)
    assert case.reported == at("2019-12-20T18:16")
    assert case.messages[0].stated("reported_at") == at("2019-12-23T11:12")
    gaps = {f"{gap.from_} to {gap.to}": gap.text for gap in case.chain()}
    assert gaps["sent to filed"] == "64h56m"
    assert gaps["filed to acknowledged"] == "0h11m"
    assert case.clock_text(None) == "49h34m on_time"


def test_without_our_own_record_theirs_stops_the_clock(ours: Vault) -> None:
    case_id = a_case(ours)

    acked(ours, case_id, reported_at=at("2019-12-20"))

    assert ours.case(case_id).reported == at("2019-12-20")


def test_a_filing_stamp_is_named_with_both_clocks(ours: Vault, case_id: str) -> None:
    line = filing_stamp(ours.case(case_id), at("2019-12-23T11:12"))

    assert "64h56m after we sent it" in line
    assert "by theirs 114h30m late, by ours 49h34m on_time" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "text", ["2019-12-20", "2019-12-20T18:30", "2019-12-19", "2019-12-21T00:00", None]
)
def test_a_date_that_may_be_right_is_no_filing_stamp(
    ours: Vault, case_id: str, text: str | None
) -> None:
    start_followup(ours, case_id, wall=WALL)
    record_sent(ours, case_id, at("2019-12-21T09:00"), via="portal", ref=None, wall=WALL)

    assert not filing_stamp(ours.case(case_id), at(text) if text else None)


def test_nothing_sent_is_no_filing_stamp(ours: Vault) -> None:
    assert not filing_stamp(ours.case(a_case(ours)), at("2019-12-23"))


def test_the_last_reference_recorded_with_a_reason_is_the_case_s(ours: Vault, case_id: str) -> None:
    acked(ours, case_id)

    with nothing_changes(ours), pytest.raises(UsageError, match="already") as another:
        acked(ours, case_id, reference="IC-40719-T3W9")
    acked(ours, case_id, reference="IC-40719-T3W9", reason="a slip of the pen")

    assert "--reason" in another.value.hint
    assert ours.case(case_id).reference == "IC-40719-T3W9"
    assert [each.text("reference") for each in ours.case(case_id).messages] == [
        REFERENCE, "IC-40719-T3W9",
    ]  # fmt: skip
    assert ours.state(case_id).changes[-1].why == "a slip of the pen"


def test_a_reference_of_another_pattern_is_taken_with_a_reason_only(
    ours: Vault, case_id: str
) -> None:
    with nothing_changes(ours), pytest.raises(UsageError, match="not as") as odd:
        acked(ours, case_id, reference="COM/2019/17")
    acked(ours, case_id, reference="COM/2019/17", reason="another department of theirs")

    assert "IC-40717-T3W9" in odd.value.hint
    assert ours.case(case_id).reference == "COM/2019/17"


def test_an_acknowledgement_need_not_give_a_reference(ours: Vault, case_id: str) -> None:
    acked(ours, case_id, PHONE, reference=None)

    assert ours.case(case_id).reference is None


def test_the_same_words_twice_change_nothing(ours: Vault, case_id: str) -> None:
    acked(ours, case_id)

    with nothing_changes(ours):
        assert not acked(ours, case_id)
    assert acked(ours, case_id, PHONE)


def test_a_letter_that_follows_its_words_is_kept(ours: Vault, case_id: str) -> None:
    acked(ours, case_id, PHONE)

    assert acked(ours, case_id, Letter("phone", b"a note of the call", "note.txt"))
    assert not acked(ours, case_id, Letter("phone", b"a note of the call", "note.txt"))

    assert [each.name for each in attachments(ours.state(case_id))] == ["note.txt"]


def test_a_decision_in_plain_words_has_its_reasons_and_recommendations(
    ours: Vault, case_id: str
) -> None:
    decided(ours, case_id, reasons=("isolated",), recommendations=("watch", "train"))

    [decision] = ours.case(case_id).decisions
    assert (decision.outcome, decision.reasons) == ("no further action", ("isolated",))
    assert decision.recommendations == ("watch", "train")
    assert decision.at == at("2020-01-14T15:47")


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": ""},
        {"outcome": "two\nlines"},
        {"outcome": "\x1b[2J"},
        {"reasons": ("\u202e",)},
        {"recommendations": ("x",) * 101},
        {"decided_at": None},
        {"colour": "red"},
    ],
)
def test_a_decision_that_steers_or_overflows_is_refused(
    ours: Vault, case_id: str, said: dict[str, Any]
) -> None:
    with nothing_changes(ours), pytest.raises(ShapeError) as refused:
        decided(ours, case_id, **said)

    assert refused.value.message.startswith("decision")
    assert "\x1b" not in refused.value.message


def test_a_stated_subject_wins_over_the_e_mail_s_own() -> None:
    assert Letter("email", MAIL.data, "ack.EML", " RE: ours\n").heading.subject == "RE: ours"
    assert (
        Letter("email", MAIL.data, "ack.EML").heading.subject == "Acknowledgement - IC-40718-T3W9"
    )
    assert Letter("email", MAIL.data, "ack.txt").heading.subject == ""


def test_plain_words_are_the_controller_s_to_record(sent: Sent) -> None:
    with nothing_changes(sent.theirs), pytest.raises(CaseError, match="reported to us") as refused:
        acked(sent.theirs, sent.their_id)

    assert "ack" in refused.value.hint


def test_plain_words_are_no_bundle_and_the_exchange_goes_on(sent: Sent) -> None:
    acked(sent.ours, sent.case_id, reference=None)
    answer = acknowledge(sent.theirs, sent.their_id, REFERENCE, at=None, wall=WALL)

    file(sent.ours, answer)

    kinds = {one.opened.manifest.kind for one in letters(sent.ours, sent.case_id)}
    assert kinds == {"initial_report", "acknowledgement"}
    assert len(sent.ours.case(sent.case_id).messages) == 3
    assert sent.ours.case(sent.case_id).reference == REFERENCE


def test_a_follow_up_is_sealed_after_plain_words(sent: Sent) -> None:
    acked(sent.ours, sent.case_id)
    record_sent(sent.ours, sent.case_id, at("2019-12-20T18:16"), via="email", ref=None, wall=WALL)
    start_followup(sent.ours, sent.case_id, wall=WALL)
    contact = letters(sent.ours, sent.case_id)[0].contact

    sealed = send(
        sent.ours, sent.case_id, contact, at=None, wall=WALL, incomplete_reason="more follows"
    )

    assert sealed.manifest.seq == 2
    assert sealed.manifest.case_reference == REFERENCE
