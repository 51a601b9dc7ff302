"""docs/walkthrough.sh, run whole: the twin's story between two vaults, discovery to decision."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.tui.terminal import ENTRANCE

SCRIPT = Path(__file__).parents[2] / "docs" / "walkthrough.sh"
WORDS = (
    "Staff records", "staff-records", "Northmoor", "Sample Information", "A. Responder",
    "C. Officer", "IC-40717", "National Insurance", "2019-12", "Europe/London", "ico-2019",
    "121,109", "121109", "controller_name", "initial_report", "regulator", "isolated",
)  # fmt: skip


class Walk(NamedTuple):
    """What the walkthrough printed, and the folder it left."""

    text: str
    folder: Path


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("walk")
    program = folder / "program"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -I -c '{ENTRANCE}' \"$@\"\n")
    program.chmod(0o700)
    place = folder / "place"
    place.mkdir()
    ran = subprocess.run(  # noqa: S603 - the project's own script
        ["/bin/sh", str(SCRIPT), str(place)],
        env={
            **os.environ,
            "BREACHCASE": str(program),
            "BREACHCASE_WALKTHROUGH_MEMORY": "19",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return Walk(ran.stdout, place)


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
        "follow-up to decision +331h45m",
    ],
)
def test_both_sides_see_where_the_time_went(walk: Walk, gap: str) -> None:
    story, _, last = walk.text.partition("== closed on both sides")

    assert story
    assert len(re.findall(gap, last)) == 2


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
        "decision.age",
        "follow-up.age",
        "initial.age",
    ]
    for path in bundles:
        raw = path.read_bytes()
        assert raw.startswith(b"age-encryption.org/v1\n-> mlkem768x25519 ")
        assert not any(word.encode() in raw for word in WORDS)
