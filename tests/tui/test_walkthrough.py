"""docs/walkthrough.sh, run whole: the twin's story between two vaults, discovery to decision."""

from __future__ import annotations

import re

import pytest

from tests.tui.walk import Walk, walked

WORDS = (
    "Staff records", "staff-records", "Northmoor", "Sample Information", "A. Responder",
    "C. Officer", "IC-40717", "National Insurance", "2019-12", "Europe/London", "ico-2019",
    "121,109", "121109", "controller_name", "initial_report", "regulator", "isolated",
    "C. Officer", "urgent", "memory stick", "locked drawer", "contract of 2017", "supplier held",
)  # fmt: skip


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked("walkthrough.sh", tmp_path_factory.mktemp("walk"))


def test_the_delay_from_discovery_to_report_is_49h34m_on_time(walk: Walk) -> None:
    assert walk.text.count("49h34m from awareness to report, limit 72h00m") == 4
    assert "recorded; clock 49h34m on_time" in walk.text


@pytest.mark.parametrize(
    "gap",
    [
        "occurrence to awareness +256h42m .. 280h42m",
        "sent to filed +64h56m",
        "filed to acknowledged +0h11m",
        "acknowledged to follow-up +200h39m",
        "follow-up to requested +37h58m",
        "requested to answered +23h00m",
        "answered to decision +119h47m",
    ],
)
def test_both_sides_see_where_the_time_went(walk: Walk, gap: str) -> None:
    story, _, last = walk.text.partition("== closed on both sides")

    assert story
    assert len(re.findall(gap, last)) == 2


def test_the_stamp_of_filing_is_named_and_is_not_the_controller_s_lateness(walk: Walk) -> None:
    part = walk.part("the filing-stamp trap")

    assert "filed 64h56m after it was sent" in part
    assert "status    on_time" in part
    assert "received to filed        64h56m" in part
    assert "awareness to sent        49h34m" in part


def test_receipts_go_both_ways_and_prove_when_it_arrived(walk: Walk) -> None:
    assert "received 2019-12-20T18:16+00:00[Europe/London], as its sender states" in walk.text
    assert walk.text.count("receipt sealed: receipt-") == 3
    assert walk.text.count("kind     receipt") == 3


def test_two_questions_are_answered_one_later_than_the_other_with_a_file(walk: Walk) -> None:
    asked = walk.part("a request for information")
    answered = walk.part("one question is answered at once")

    assert re.search(r"passed  2020-01-09  [0-9a-f]{8}  answer 1, 2 of request", asked)
    assert "1 question still open" in answered
    assert "0 questions still open" in answered
    assert "bundle 3 waits for bundle 2" in answered  # they came in the wrong order
    assert "2 filed, 0 already, 0 refused" in answered
    assert "(due 2020-01-09[Europe/London], answered)" in answered
    assert answered.count("no longer waits: read the information response") == 2
    assert (walk.folder / "contract.copy").read_text().startswith("contract of 2017")


def test_an_urgent_case_stands_so_in_the_list_and_the_inbox(walk: Walk) -> None:
    part = walk.part("a busy desk")

    assert "urgent, C. Officer  Northmoor Training Agency" in part
    assert "acknowledge the initial report" in part


def test_a_second_case_is_withdrawn_received_with_its_report_from_a_folder(walk: Walk) -> None:
    part = walk.part("another case")

    assert "withdrawal sealed: stick-withdrawn.age" in part
    assert "bundle is about a case that is not here" in part  # the report comes after it
    assert "read the withdrawal" in part


def test_the_initial_copy_alone_is_incomplete_and_lacks_the_date(walk: Walk) -> None:
    assert "K04 error" in walk.text
    assert "the date of awareness is not stated" in walk.text


def test_the_follow_up_is_compared_with_the_initial_report(walk: Walk) -> None:
    assert "widened  data_categories_other: National Insurance Number -> " in walk.text
    assert "changed  discovered: T16:42[Europe/London] -> 2019-12-18[Europe/London]" in walk.text


def test_the_decision_reaches_the_controller_with_reasons_and_recommendations(walk: Walk) -> None:
    closing = walk.text.partition("== closed on both sides")[2]

    assert closing.count("5. action has been taken") == 2
    assert closing.count("2. keep monitoring") == 2
    assert closing.count("(amber: not verified)") == 0
    assert len(re.findall(r"\([0-9a-f]{8}, closed\)", closing)) == 2


def test_the_same_bundle_twice_changes_nothing(walk: Walk) -> None:
    assert "already imported, nothing changes" in walk.text


def test_no_word_of_the_case_is_on_the_disk_of_either_vault(walk: Walk) -> None:
    seen = 0
    for side in ("controller", "regulator"):
        for path in (walk.folder / side).rglob("*"):
            name = str(path.relative_to(walk.folder / side))
            raw = path.read_bytes() if path.is_file() else b""
            seen += len(raw)
            for word in WORDS:
                assert word.lower() not in name.lower()
                assert word.encode() not in raw, (word, name)
                assert word.encode("utf-16-le") not in raw, (word, name)
    assert seen > 40_000


def test_a_bundle_shows_nothing_but_that_it_is_age(walk: Walk) -> None:
    bundles = sorted(walk.folder.glob("*.age"))

    assert [path.name for path in bundles] == [
        "ack.age",
        "answer-1.age",
        "answer-2.age",
        "decision.age",
        "follow-up.age",
        "initial.age",
        "receipt-ack.age",
        "receipt-decision.age",
        "receipt-initial.age",
        "request.age",
        "stick-withdrawn.age",
        "stick.age",
    ]
    for path in bundles:
        raw = path.read_bytes()
        assert raw.startswith(b"age-encryption.org/v1\n-> mlkem768x25519 ")
        assert not any(word.encode() in raw for word in WORDS)
