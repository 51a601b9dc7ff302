"""What is found in a report, what people confirmed of it, and what the checks say: K44, K45."""

from __future__ import annotations

from typing import Any

import pytest

from models.case import case_view
from models.checks import Evidence, check
from models.personal.confirmed import NOTHING, Confirmed, confirmed, mark
from models.personal.finding import Finding, findings, narratives
from models.report import Report, report_from_json
from models.shelf import Shelf
from models.strictjson import JSON
from tests.models.evidence import answer, evidence, report

KEY = b"k" * 32
NUMBER = "QQ 12 34 56 C"
TOLD = f"Her NI number is {NUMBER}, her mobile 07700 900123."


def of(found: Report, stays: Confirmed = NOTHING) -> list[tuple[str, str]]:
    told = findings(narratives(found, found.pack), stays)
    return [(each.place, each.found) for each in told]


def confirming(place: str, kind: str, found: str) -> Confirmed:
    return Confirmed((("a", KEY),), frozenset({("a", mark(KEY, place, kind, found))}))


def test_narratives_notes_and_measures_are_looked_at_and_who_reports_is_not() -> None:
    step = [{"text": f"tell the person at {NUMBER}", "due": "2026-09-01"}]
    noted = {"state": "blank", "note": f"see {NUMBER}"}
    ours = {"name": "A. Sample", "email": "a.sample@harbour.example", "phone": "07700 900123"}

    told = report(
        "follow_up",
        what_happened=TOLD,
        prevention_steps=step,
        consequences=noted,
        reporter=ours,
        controller_address="home of 14 Larch Road, Exampleton, EX4 4ZZ",
    )

    assert of(told) == [
        ("what_happened", NUMBER),
        ("what_happened", "07700 900123"),
        ("consequences", NUMBER),
        ("prevention_steps", NUMBER),
    ]


def test_what_was_confirmed_in_one_place_is_not_asked_again_there_and_is_elsewhere() -> None:
    told = report(what_happened=TOLD, consequences=f"Misuse of {NUMBER}.")

    left = of(told, confirming("what_happened", "ni", NUMBER))

    assert left == [("what_happened", "07700 900123"), ("consequences", NUMBER)]


def test_another_number_in_the_same_place_is_asked_for() -> None:
    stays = confirming("what_happened", "ni", NUMBER)

    assert of(report(what_happened="NI QQ 65 43 21 A"), stays) == [
        ("what_happened", "QQ 65 43 21 A")
    ]


def test_registers_tell_what_was_confirmed_and_odd_ones_are_named() -> None:
    found = mark(KEY, "what_happened", "ni", NUMBER)
    fields: dict[str, Any] = {
        "confirmed/a": {"key": KEY.hex()},
        "confirmed/b": {"place": "what_happened", "kind": "ni", "key": "a", "mark": found},
        "confirmed/c": {"key": "short"},
        "confirmed/d": "text",
    }
    shelf = Shelf(fields)

    read = confirmed(shelf)

    assert read == Confirmed((("a", KEY),), frozenset({("a", found)}))
    assert read.covers("what_happened", "ni", NUMBER)
    assert not read.covers("what_happened", "nhs", NUMBER)
    assert shelf.odd == {"confirmed/c", "confirmed/d"}
    assert case_view("0" * 32, fields).confirmed == read


def test_a_mark_without_its_key_tells_nothing_and_confirms_nothing() -> None:
    alone = Confirmed((), frozenset({("a", mark(KEY, "what_happened", "ni", NUMBER))}))

    assert not alone.covers("what_happened", "ni", NUMBER)


def test_a_finding_stands_between_its_words_with_the_others_masked() -> None:
    first, second = findings([("what_happened", TOLD)])

    assert first.around((first, second)) == ("Her NI number is ", ", her mobile 0***3.")
    assert second.around((first, second)) == ("I number is Q***C, her mobile ", ".")


def test_a_table_stands_whole_over_what_is_in_it() -> None:
    rows = "Name\tE-mail\nAda Fenwick\ta@m.example\nRosa Oakes\tr@m.example"

    table, *inside = findings([("what_happened", rows)])

    assert [each.around((table, *inside)) for each in (table, *inside)] == [("", "")] * 3
    assert table.hit.excerpt == "N***e"


def test_findings_of_other_texts_are_no_words_around_it() -> None:
    (one,) = findings([("what_happened", f"NI {NUMBER}")])
    (other,) = findings([("how_found", f"it was NI {NUMBER}")])

    assert one.around((other,)) == ("NI ", "")


def test_k44_names_what_was_found_masked_and_how_much_more_there_is() -> None:
    many = f"{TOLD} DOB 04/05/1981, passport number 533380006, mail ada.f@m.example."

    (problem,) = check(evidence(report(what_happened=many))).problems

    assert (problem.id, problem.severity, problem.question) == ("K44", "warning", "what_happened")
    assert problem.message == (
        "edit out or confirm 5 findings: National Insurance number Q***C, "
        "telephone number 0***3, date of birth 0***1 and 2 more"
    )
    assert problem.source == "ICO form preamble; OAIC guide C2; ICO form Q5"
    assert NUMBER not in problem.message


def test_k44_is_silent_once_all_was_confirmed() -> None:
    told = report(what_happened=f"Her NI number is {NUMBER}.")
    stays = confirming("what_happened", "ni", NUMBER)

    assert [one.id for one in check(evidence(told)).problems] == ["K44"]
    assert check(evidence(told, confirmed=stays)).problems == ()
    assert "1 finding:" in check(evidence(told)).problems[0].message


def statement(**answers: str) -> Report:
    told: dict[str, JSON] = {name: answer(given) for name, given in answers.items()}
    return report_from_json({"form": "oaic-ndb", "kind": "initial", "number": 0, "answers": told})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The server had CVE-2021-34527.", "weakness of a system"),
        ("SQL injection in the login page let them in.", "weakness of a system"),
        ("They used the password Harbour2019!", "password or key"),
        ("Unpatched; the password was Harbour2019!", "password or key and weakness of a system"),
    ],
)
def test_k45_a_statement_to_individuals_tells_how_to_get_in(text: str, what: str) -> None:
    found = check(Evidence.of_report(statement(what_happened=text)))

    (problem,) = (each for each in found.problems if each.id == "K45")
    assert problem.message == f"leave out of what individuals read: {what}"
    assert problem.question == "what_happened"


def test_k45_has_nothing_to_say_of_general_terms_and_is_not_run_without_a_notice() -> None:
    plain = check(Evidence.of_report(statement(recommended_steps="Change your password.")))
    silent = check(Evidence.of_report(statement()))

    assert "K45" not in [each.id for each in plain.problems]
    assert "K45" not in plain.not_run
    assert "K45" in silent.not_run
    assert "K45" in check(evidence(report(what_happened="CVE-2021-34527"))).not_run


def test_a_text_without_a_digit_or_sign_is_not_even_scanned() -> None:
    assert (
        findings([("what_happened", "A list of customers was sent to the wrong supplier.")]) == ()
    )
    assert isinstance(findings([("x", TOLD)])[0], Finding)


@pytest.mark.parametrize(
    "text",
    [
        "the NI number is \uff31\uff31\uff11\uff12\uff13\uff14\uff15\uff16\uff23",
        'the password was "bluebell"',
        "ada.fenwick (at) mail (dot) example",
        "Name\tWard\nAda Fenwick\televen\nRosa Oakes\ttwelve",
        "Ada Fenwick, Tomas Bellweather, Jo Marlow, Rosa Oakes",
    ],
)
def test_what_is_not_scanned_holds_nothing_that_would_be_found(text: str) -> None:
    assert len(findings([("what_happened", text)])) == 1
