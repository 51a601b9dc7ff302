from __future__ import annotations

import pytest

from models.form import load_pack
from models.report import Report
from tui.explain import question_lines
from tui.law import law_lines
from tui.reading import change_lines, report_lines

PACK = load_pack("ico-2019")
EMPTY = Report(form="ico-2019", kind="initial", number=0, answers={})


@pytest.mark.parametrize("question", [each.id for each in PACK.questions])
def test_every_question_says_whether_it_is_needed_and_who_says_so(question: str) -> None:
    asked = PACK.question(question)
    lines = question_lines(PACK, asked, EMPTY)

    assert lines[0] == f"{asked.number} {asked.label}"
    assert [line for line in lines if line.startswith("Needed: an answer is ")]
    assert f"Source: {asked.source}" in lines
    assert all(f"  {n} {label}" in lines for n, label in enumerate(asked.options, 1))


def test_what_a_source_was_not_seen_to_ask_is_said_where_it_is_asked() -> None:
    ndb = load_pack("oaic-ndb")
    empty = Report(form="oaic-ndb", kind="initial", number=0, answers={})

    said = {
        name: question_lines(ndb, ndb.question(name), empty)
        for name in ("occurred", "breach_source", "what_happened")
    }

    assert "Words: ours, after the form; its source does not ask" in said["occurred"]
    hedged = "Words: ours, after the form; its options were not seen in print"
    assert hedged in said["breach_source"]
    assert "Words: ours, after the form" in said["what_happened"]


def test_a_paragraph_is_quoted_once_and_only_where_it_is_cited() -> None:
    lines = law_lines("UK GDPR Art. 33(3)(c), (d); UK GDPR Art. 33(3); ICO form Q16")

    assert lines.count("Article 33(3)") == 1
    assert "(c) describe the likely consequences of the personal data breach;" in lines
    assert law_lines("ICO form Q3") == ()
    assert law_lines("UK GDPR Art. 33(9)") == ()


def test_a_report_without_an_answer_says_so() -> None:
    assert report_lines(PACK, EMPTY) == ("nothing is answered in this report",)
    assert change_lines(PACK, EMPTY, EMPTY) == ("the two reports say the same",)
