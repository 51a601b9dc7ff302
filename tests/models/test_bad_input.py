"""Bad input through what others call: an objection, a problem or one of our errors, no crash."""

from __future__ import annotations

from importlib.resources import files

import pytest

from models.assessment import read_assessment
from models.case import case_view
from models.checks import Evidence, check
from models.clock import read_rule
from models.duty import duties
from models.errors import CaseError
from models.form import load_pack
from models.moment import Moment
from models.proof import proof
from models.report import parse_report
from models.rule import rules
from models.strictjson import JSON, dump
from models.text import visible
from models.typed import typed_answer

FORM = (files("models") / "forms" / "gdpr-art33.toml").read_text("utf-8")
MINE = FORM.replace('id = "gdpr-art33"', 'id = "mine-1"', 1)
NOW = Moment.parse("2026-11-26T10:00Z")
EDGES = ("0001-01-01T00:00", "0001-01-01", "9999-12-31T23:59", "9999-12-31")
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "Europe/London")
ODD = (
    "\u202eevil\u202c",
    "\u0645\u0631\u062d\u0628\u0627",
    "\U0001f469\u200d\U0001f4bb",
    "\x1b[2J",
)


def condition(question: str, on: str) -> tuple[str, str]:
    head = f'[[questions]]\nid = "{question}"\n'
    return head, f'{head}only_if = {{ question = "{on}", one_of = ["Yes"] }}\n'


def changed(*pairs: tuple[str, str]) -> bytes:
    text = MINE
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return text.encode()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (FORM.replace('"gdpr-art33"', '"ico-2019"', 1).encode(), "ico-2019 comes with breachcase"),
        (
            changed(('fact = "subjects_count"', 'fact = "what_happened"')),
            "what_happened is answered by two questions",
        ),
        (
            changed(
                condition("what_happened", "subjects_count"),
                condition("subjects_count", "what_happened"),
            ),
            "a condition can never hold",
        ),
        (changed(('source = "GDPR Art. 33(3)(a)"\n', "")), "source is missing"),
        (changed(('title = "', 'title = "\u202e')), "steer a terminal"),
        (changed(('zone = "', 'zone = "Mars/')), "zone of the authority is unknown"),
        (b"\xff\xfe", "not utf-8"),
    ],
)
def test_a_form_that_conflicts_or_steers_is_objected_to(raw: bytes, said: str) -> None:
    found = proof(raw)

    assert found
    assert said in found[0].message
    assert all(each.line >= 1 and each.hint for each in found)


def test_a_sound_form_and_the_forms_of_breachcase_stand() -> None:
    arabic = changed(
        ('title = "', 'title = "\u0645\u0631\u062d\u0628\u0627 \U0001f469\u200d\U0001f4bb ')
    )
    assert proof(MINE.encode()) == proof(FORM.encode()) == proof(arabic) == ()


@pytest.mark.parametrize("at", [f"{edge}[{zone}]" for edge in EDGES for zone in ZONES])
def test_every_clock_takes_the_first_and_the_last_year(at: str) -> None:
    edge = Moment.parse(at)

    for rule in rules():
        events = dict.fromkeys(rule.events, edge)
        for reported in (None, edge, NOW):
            assert read_rule(rule, events, reported=reported, now=NOW).status
        late = dict.fromkeys(rule.events, NOW)
        assert read_rule(rule, late, reported=edge, now=edge).status


@pytest.mark.parametrize(
    "at", ["2020-01-01[Mars/Base]", "2020-01-01[../../x]", "10000-01-01", "0-1-1"]
)
def test_a_zone_or_a_year_that_is_none_is_our_error(at: str) -> None:
    with pytest.raises(CaseError):
        Moment.parse(at)


@pytest.mark.parametrize("form", ["ico-2019", "oaic-2014", "oaic-ndb", "gdpr-art33"])
@pytest.mark.parametrize("odd", [*ODD, "10^18 \U0001f469\u200d\U0001f4bb", *EDGES])
def test_odd_text_in_any_question_is_an_answer_or_our_error(form: str, odd: str) -> None:
    answers: dict[str, JSON] = {}
    refusals = []
    for question in load_pack(form).questions:
        try:
            answers[question.id] = typed_answer(question, odd, "Europe/London").as_json()
        except CaseError as error:
            refusals.append(f"{error.message} {error.hint}")

    assert [each for each in refusals if visible(each) != each] == []
    raw = dump({"form": form, "kind": "initial", "number": 0, "answers": answers})
    report = parse_report(raw)
    for found in check(Evidence.of_report(report, reported=NOW, now=NOW)).problems:
        assert visible(found.message) == found.message


@pytest.mark.parametrize("text", ["1000000000000000000", "9" * 40, "-5", "-1,000", "1 | a: -2"])
def test_a_count_nobody_can_have_is_our_error(text: str) -> None:
    with pytest.raises(CaseError):
        typed_answer(load_pack("ico-2019").question("subjects_count"), text, None)


def test_registers_full_of_nonsense_are_named_and_the_case_still_reads() -> None:
    nonsense: list[JSON] = [None, True, -1, 10**18, ODD[0], [], {}, {"x": [ODD[3]]}, "9999-99-99"]
    names = (
        "case/aware", "case/at/significant", "case/clock/nis2-in", "case/class", "case/rule",
        "case/zone", "party/1", "override/ico-2019/K01", "assessment/items/x", "group/1/pos",
        "report/1/form", "message/1", "event/1", "decision/1", "confirmed/1",
    )  # fmt: skip
    for value in nonsense:
        fields = dict.fromkeys(names, value)
        found = case_view("1" * 32, fields)
        found.findings(NOW)
        duties(found, NOW)
        read_assessment(fields)
