from __future__ import annotations

from models.text import visible
from tests.exports.documents.build import a_case
from tui.timeline import timeline_lines


def test_a_letter_in_plain_words_says_how_it_came_and_carries_its_filing_stamp() -> None:
    said = {"reported_at": "2019-12-23T11:12[Europe/London]"}

    lines = timeline_lines(a_case(said=said))

    [place] = [at for at, line in enumerate(lines) if "received acknowledgement by email" in line]
    assert "a filing stamp?" in lines[place + 1]
    assert visible(lines[place + 1]) == lines[place + 1]


def test_a_letter_without_a_stamp_is_one_line() -> None:
    lines = timeline_lines(a_case(said={}))

    assert lines[-1].endswith("received acknowledgement by email")
