"""docs/walkthrough-portal.sh, run whole: the twin's story by portal, e-mail and post."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest

from tests.tui.walk import Walk, walked


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked("walkthrough-portal.sh", tmp_path_factory.mktemp("walk"))


def test_the_report_by_portal_is_as_timely_as_by_bundle(walk: Walk) -> None:
    assert "recorded; clock 49h34m on_time" in walk.text
    assert walk.text.count("49h34m from awareness to report, limit 72h00m") == 3


def test_the_filing_stamp_is_named_when_it_comes_and_its_correction_is_not(walk: Walk) -> None:
    stamp = "a filing stamp? by theirs 114h30m late, by ours 49h34m on_time; ask them to correct it"
    parts = dict(part.split("\n", 1) for part in walk.text.split("\n== ")[1:])

    found = [heading.split(":")[0] for heading, text in parts.items() if stamp in text]
    assert found == [
        "the acknowledgement is an ordinary e-mail",
        "closed; the letters come out again as they came",
    ]


@pytest.mark.parametrize(
    "gap",
    [
        "occurrence to awareness +256h42m .. 280h42m",
        "sent to filed +64h56m",
        "filed to acknowledged +0h11m",
        "acknowledged to follow-up +200h39m",
        "follow-up to decision +331h45m",
    ],
)
def test_the_delay_chain_is_that_of_the_exchange_by_bundle(walk: Walk, gap: str) -> None:
    assert len(re.findall(gap, walk.text.partition("== closed")[2])) == 1


def test_the_draft_replies_to_the_acknowledgement(walk: Walk) -> None:
    read = message_from_bytes((walk.folder / "follow-up.eml").read_bytes(), policy=default)

    assert read["Subject"] == "Re: Acknowledgement - IC-40717-T3W9"
    assert read["In-Reply-To"] == "<20191223112300.4417@regulator.example>"
    assert read["To"] == "casework@ico.org.uk"


def test_the_sheets_are_private_and_whole(walk: Walk) -> None:
    for name, report in (("sheet.txt", "initial report"), ("follow-up.txt", "follow-up report 1")):
        path = walk.folder / name
        assert path.stat().st_mode & 0o777 == 0o600
        text = path.read_text(encoding="utf-8")
        assert f"Report     {report}, a draft, not sent\n" in text
        assert "OPEN CHECKS: " in text


def test_the_decision_and_its_letter_are_in_the_case(walk: Walk) -> None:
    closing = walk.text.partition("== closed")[2]

    assert "5. action has been taken" in closing
    assert "2. keep monitoring" in closing
    assert "decision.pdf" in closing
    assert re.search(r"\([0-9a-f]{8}, closed\)", closing)
