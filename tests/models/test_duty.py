from __future__ import annotations

import pytest

from models.case import Case, case_view
from models.duty import beside, duties, measured
from models.moment import Moment
from models.rule import rule
from models.strictjson import JSON

NOW = Moment.parse("2026-06-02T10:00Z")
AWARE: dict[str, JSON] = {"moment": "2026-06-01T10:00Z", "reason": "told"}


Fields = dict[str, JSON]


def case(**registers: JSON) -> Case:
    fields = {f"case/{name}": value for name, value in registers.items()}
    return case_view("1" * 32, {"case/aware": AWARE, **fields})


def told(found: Case) -> list[str]:
    return [f"{each.rule.id}: {each.text}" for each in duties(found, NOW)]


def test_a_case_has_its_main_clock_and_those_asked_for_the_most_pressing_first() -> None:
    asked: Fields = {f"clock/{name}": True for name in ("nis2-ew", "nis2-in", "nis2-fr", "gdpr-34")}

    found = case(**{**asked, "at/significant": "2026-06-01T20:00Z"})

    assert told(found) == [
        "uk-gdpr-33-1: 48h00m left",
        "nis2-ew: 10h00m left",
        "nis2-in: 58h00m left",
        "gdpr-34: 24h00m running",
        "nis2-fr: waits for nis2-in",
    ]
    assert [each.main for each in duties(found, NOW)] == [True, False, False, False, False]


def test_a_submission_stops_its_own_clock_and_starts_the_next() -> None:
    asked: Fields = {f"clock/{name}": True for name in ("dora-initial", "dora-intermediate")}

    found = case(
        **{**asked, "at/classified": "2026-06-01T12:00Z", "at/dora-initial": "2026-06-01T15:00Z"}
    )

    assert told(found)[1:] == ["dora-intermediate: 53h00m left", "dora-initial: 5h00m on_time"]


@pytest.mark.parametrize("main", ["au-ndb-26wk", "oaic-2014"])
def test_the_assessment_runs_unasked_in_an_australian_case(main: str) -> None:
    suspected: Fields = {"rule": main, "at/suspected": "2026-05-20[Australia/Sydney]"}

    assert [each.id for each in beside(case(**suspected))] == ["au-ndb-26wh"]
    assert told(case(rule=main))[1:] == ["au-ndb-26wh: waits for suspected"]
    assert told(case(**suspected))[1].endswith(" left")
    done: Fields = {**suspected, "at/assessed": "2026-06-01T09:00[Australia/Sydney]"}
    assert told(case(**done))[1].endswith("on_time")
    assert beside(case(**{**suspected, "clock/au-ndb-26wh": False})) == ()


def test_the_main_clock_is_not_told_twice_and_no_proposal_is_one() -> None:
    assert beside(case(**{"clock/uk-gdpr-33-1": True})) == ()
    odd = case(rule="eu-omni-33-1")
    assert (odd.rule_id, odd.odd) == ("uk-gdpr-33-1", ("case/rule",))


def test_another_authority_is_told_apart_from_the_main_one() -> None:
    asked: Fields = {"clock/gdpr-33-1": True, "at/gdpr-33-1": "2026-06-02T09:00Z"}
    both = case(**asked)

    assert told(both) == ["uk-gdpr-33-1: 48h00m left", "gdpr-33-1: 23h00m on_time"]


def test_the_report_starts_what_follows_from_its_submission() -> None:
    fields: Fields = {
        "case/aware": AWARE,
        "case/rule": "au-ndb-26wk",
        "case/clock/au-ndb-26wl": True,
        "event/e1": {"name": "sent", "message": None, "at": "2026-06-02T08:00Z"},
    }

    found = duties(case_view("1" * 32, fields), NOW)

    assert [each.reading.elapsed_min_s for each in found if each.rule.id == "au-ndb-26wl"] == [7200]


def test_a_rule_instead_of_the_main_one_is_stopped_by_the_report() -> None:
    fields: Fields = {
        "case/aware": AWARE,
        "event/e1": {"name": "sent", "message": None, "at": "2026-06-02T08:00Z"},
    }
    found = case_view("1" * 32, fields)

    assert measured(found, rule("gdpr-33-1"), NOW).status == "running"
    assert measured(found, rule("gdpr-33-1"), NOW, instead=True).status == "on_time"
    assert measured(found, rule("nis2-ew"), NOW, instead=True).status == "running"


def test_odd_events_and_marks_are_named() -> None:
    odd: Fields = {"at/suspected": 7, "clock/nis2-ew": "yes"}

    found = case(**odd)

    assert found.odd == ("case/at/suspected", "case/clock/nis2-ew")
    assert (found.times, found.clocks) == ({}, {})


def test_each_form_of_a_case_has_its_clock_beside_the_one_looked_at() -> None:
    def on(form: str, number: int) -> Fields:
        rid = f"report/{str(number) * 32}"
        return {f"{rid}/form": form, f"{rid}/kind": "initial", f"{rid}/number": 0}

    fields = {"case/aware": AWARE, **on("ico-2019", 1), **on("gdpr-art33", 2), **on("oaic-ndb", 3)}
    fields["case/at/suspected"] = "2026-06-01T10:00Z"
    main, other = (case_view("1" * 32, fields, form=form) for form in ("", "gdpr-art33"))

    assert [f"{each.name}: {each.text}" for each in duties(main, NOW)] == [
        "uk-gdpr-33-1: 48h00m left",
        "gdpr-33-1 (gdpr-art33): 48h00m left",
        "au-ndb-26wh: 710h00m left",
        "au-ndb-26wk (oaic-ndb): 24h00m running",
    ]
    assert [each.name for each in duties(other, NOW)][:2] == [
        "gdpr-33-1",
        "uk-gdpr-33-1 (ico-2019)",
    ]
