from __future__ import annotations

from typing import Any

import pytest

from models.answer import Answer
from models.library import load_pack, pack_ids
from models.prefill import TAKEN_OVER, confirmed, prefilled, taken, unconfirmed
from models.report import Report, report_from_json
from tests.models.evidence import report
from tests.twin import INITIAL

SOURCE = f"{TAKEN_OVER}ico-2019"


def said(found: dict[str, Any]) -> dict[str, Any]:
    return {name: answer.as_json().get("value") for name, answer in found.items()}


def test_the_least_of_art_33_is_filled_from_the_icos_form() -> None:
    found = dict(prefilled(load_pack("gdpr-art33"), [report()]))

    assert said(found) == {
        "what_happened": "A list of customers was sent to the wrong supplier.",
        "subject_categories": "Customers or prospective customers",
        "subjects_count": {"text": "100", "total": 100},
        "data_categories": "Health data",
        "records_count": {"text": "120", "total": 120},
        "controller_name": "Harbour Books Ltd",
        "consequences": "Unwanted letters.",
        "actions": "The supplier deleted the list and confirmed it in writing.",
        "discovered": "2026-06-01T09:00+01:00[Europe/London]",
        "occurred": "2026-05-30[Europe/London]",
    }
    assert {answer.source for answer in found.values()} == {SOURCE}


@pytest.mark.parametrize("form", pack_ids())
def test_what_is_taken_over_fits_every_form_and_waits_to_be_confirmed(form: str) -> None:
    for before in (report(), INITIAL):
        found = prefilled(load_pack(form), [before])
        whole = Report(form=form, kind="initial", number=0, answers=found)

        assert set(unconfirmed(whole)) == set(found)
        assert all(answer.state == "answered" for answer in found.values())


def test_what_does_not_fit_as_it_stands_is_left_blank() -> None:
    redacted = prefilled(load_pack("gdpr-art33"), [INITIAL])
    gdpr = report_from_json(
        {
            "form": "gdpr-art33",
            "kind": "initial",
            "number": 0,
            "answers": {"data_categories": {"state": "answered", "value": "Health data"}},
        }
    )

    assert "actions" not in redacted  # redacted
    assert "subject_categories" not in redacted
    assert "data_categories" not in prefilled(load_pack("ico-2019"), [gdpr])  # text is no tick


def test_the_later_report_comes_first_and_a_note_stays_behind() -> None:
    noted: Any = {"state": "answered", "value": "Letters.", "note": "as heard by telephone"}
    later = report("follow_up", consequences=noted)

    found = prefilled(load_pack("gdpr-art33"), [report(), later])

    assert found["consequences"] == Answer(state="answered", value="Letters.", source=SOURCE)


def test_each_regulator_gives_its_own_reference() -> None:
    assert "case_reference" not in prefilled(load_pack("gdpr-art33"), [report("follow_up")])


def test_a_confirmed_answer_is_a_persons_own() -> None:
    taken = Answer(state="answered", value="Letters.", source=SOURCE)

    assert confirmed(taken) == Answer(state="answered", value="Letters.")


def test_steps_and_organisations_are_put_into_words_for_a_form_that_takes_text() -> None:
    steps: Any = [
        {"text": "Encrypt lists", "due": "2026-09-01[Europe/London]"},
        {"text": "Train everybody"},
    ]
    before = report("follow_up", prevention_steps=steps)
    question = load_pack("ico-2019").question("prior_measures")
    asked = question.model_copy(update={"fact": "prevention_steps"})
    others = question.model_copy(update={"fact": "others_told_which", "kind": "text"})
    told: Any = [{"name": "Northmoor Police"}, {"name": "A bank"}]

    found = taken(asked, before)
    assert found is not None
    assert found.value == "Encrypt lists (2026-09-01[Europe/London]); Train everybody"
    named = taken(others, report(others_told="Yes", others_told_which=told))
    assert named is not None
    assert named.value == "Northmoor Police; A bank"
    assert taken(others.model_copy(update={"fact": "subjects_count"}), before) is None
