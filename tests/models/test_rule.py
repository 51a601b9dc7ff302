from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from models.errors import ShapeError, UsageError
from models.rule import is_main, linked, parse_rule, rule, rules, steps

TOML = """
id = "sample"
title = "A sample"
source = "invented"
trigger = "aware"
kind = "elapsed"
hours = 72
status = "in_force"
valid_from = 2020-01-01
"""


def test_the_rules_there_are() -> None:
    assert [each.id for each in rules()] == [
        "au-ndb-26wh", "au-ndb-26wk", "au-ndb-26wl", "dora-final", "dora-initial",
        "dora-intermediate", "eu-611", "eu-611-second", "eu-omni-33-1", "gdpr-33-1", "gdpr-33-2",
        "gdpr-33-4", "gdpr-34", "nis2-ew", "nis2-fr", "nis2-in", "oaic-2014", "uk-gdpr-33-1",
        "uk-pecr", "uk-pecr-611", "uk-pecr-611-second",
    ]  # fmt: skip


def test_a_proposal_is_never_what_a_case_is_measured_by() -> None:
    assert [each.id for each in rules() if each.status == "proposed"] == ["eu-omni-33-1"]
    assert not is_main("eu-omni-33-1")
    assert [each.id for each in rules() if each.main] == [
        "au-ndb-26wk", "gdpr-33-1", "oaic-2014", "uk-gdpr-33-1",
    ]  # fmt: skip
    assert not is_main("nis2-ew")
    assert not is_main("../forms/ico-2019")


def test_a_rule_that_replaces_another_begins_on_the_day_after_that_one() -> None:
    replacing = [each for each in rules() if each.replaces]

    assert [each.id for each in replacing] == ["uk-pecr"]
    for each in replacing:
        ended = rule(each.replaces).valid_to
        assert ended is not None
        assert each.valid_from == ended + dt.timedelta(days=1)


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    old, new = rule("uk-pecr-611"), rule("uk-pecr")

    assert old.holds(dt.date(2025, 8, 19))
    assert not old.holds(dt.date(2025, 8, 20))
    assert not new.holds(dt.date(2025, 8, 19))
    assert new.holds(dt.date(2025, 8, 20))
    assert not rule("eu-omni-33-1").holds(dt.date(2026, 6, 1))


def test_the_steps_of_a_law_are_those_that_follow() -> None:
    assert [each.id for each in steps("nis2-ew")] == ["nis2-ew", "nis2-in", "nis2-fr"]
    assert [each.id for each in steps("dora-intermediate")] == ["dora-intermediate", "dora-final"]
    assert [each.id for each in steps("gdpr-34")] == ["gdpr-34"]


def test_an_unknown_rule_is_a_usage_error_that_lists_the_rules() -> None:
    with pytest.raises(UsageError) as caught:
        rule("uk-gdpr-33")

    assert caught.value.hint.startswith("rules: au-ndb-26wh, au-ndb-26wk, ")


def test_a_rule_file_is_read() -> None:
    found = parse_rule("sample.toml", TOML.encode())

    assert (found.limit_s, found.stop, found.events) == (72 * 3600, "sample", ("aware",))


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("id =", "id", "not a TOML file"),
        ('source = "invented"', "", "source is missing"),
        ('source = "invented"', 'source = ""', "source is missing"),
        ('"sample"', '"other"', "the id is not the name of the file"),
        ("elapsed", "guessed", "there is no kind of that name"),
        ("in_force", "dreamt", "the status is neither in_force nor proposed"),
        (
            "valid_from = 2020-01-01",
            "",
            "a rule in force has a valid_from, a proposed one has none",
        ),
        ("in_force", "proposed", "a rule in force has a valid_from, a proposed one has none"),
        ("hours = 72", 'hours = "72"', "hours has the wrong type"),
        ("hours = 72", "hours = true", "hours has the wrong type"),
        ("hours = 72", "minutes = 5", "no rule has a key of the name minutes"),
        ("hours = 72", "days = 5", "the kind elapsed needs hours and nothing else"),
        ("elapsed", "open", "the kind open needs no length and nothing else"),
        ('"aware"', '"aware"\nstop = "never"', "there is no stop of that name"),
        ('"aware"', '"asleep"', "a trigger is no event that starts a clock"),
        (
            '"elapsed"\nhours = 72',
            '"calendar_days"\ndays = 3\nauthority_end = true',
            "only a period in hours has an end by Regulation 1182/71",
        ),
        ('"elapsed"\nhours = 72', '"earliest"\nlegs = [1]', "a leg is not a table"),
        (
            '"elapsed"\nhours = 72',
            '"earliest"\nlegs = [{trigger = "aware"}]',
            "a leg needs a trigger and hours",
        ),
        (
            '"elapsed"\nhours = 72',
            '"earliest"\nlegs = [{trigger = "aware", days = 3}]',
            "no rule has a key of the name days",
        ),
        (
            '"elapsed"\nhours = 72',
            '"earliest"\nlegs = [{trigger = "asleep", hours = 3}]',
            "a trigger is no event that starts a clock",
        ),
    ],
)
def test_a_rule_file_that_cannot_be_is_one_line_with_its_name(
    old: str, new: str, wrong: str
) -> None:
    assert old in TOML

    with pytest.raises(ShapeError) as caught:
        parse_rule("sample.toml", TOML.replace(old, new, 1).encode())

    assert caught.value.message == f"sample.toml: {wrong}"


def test_a_rule_is_told_as_json() -> None:
    told = rule("dora-initial").as_json()

    assert told["legs"] == [
        {"trigger": "classified", "hours": 4},
        {"trigger": "aware", "hours": 24},
    ]
    assert (told["valid_from"], told["valid_to"], told["follows"]) == ("2025-03-12", None, None)


def test_rules_that_follow_each_other_in_a_circle_are_refused() -> None:
    first, second = rule("nis2-ew"), rule("nis2-in")

    with pytest.raises(ShapeError, match=r"^nis2-ew\.toml: it follows itself$"):
        linked([replace(first, follows="nis2-in"), second])


def test_a_rule_that_names_none_there_is_is_refused() -> None:
    names = r"^nis2-in\.toml: it names a rule that there is not$"
    for wrong in ({"follows": "x"}, {"replaces": "x"}, {"default_for": ("x",)}):
        with pytest.raises(ShapeError, match=names):
            linked([rule("nis2-ew"), replace(rule("nis2-in"), **wrong)])


def test_a_submission_that_starts_a_clock_is_one_of_a_step_before() -> None:
    with pytest.raises(ShapeError, match="its trigger is no step that it follows"):
        linked([rule("nis2-ew"), replace(rule("nis2-in"), trigger="submission:nis2-in")])
