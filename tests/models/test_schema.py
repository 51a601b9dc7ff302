from __future__ import annotations

import json
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it comes without types
import pytest

from models.errors import ShapeError
from models.form import json_schema, load_pack, parse_pack
from models.report import parse_report
from tests.build import answered, form_toml, report_json
from tests.twin import FOLLOW_UP_JSON, INITIAL_JSON

SCHEMA = json_schema(load_pack("ico-2019"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _answers(**answers: Any) -> dict[str, Any]:
    return report_json(answers=answers)


GOOD: dict[str, Any] = {
    "the twin's initial report": json.loads(INITIAL_JSON),
    "the twin's follow-up": json.loads(FOLLOW_UP_JSON),
    "no answers": _answers(),
    "a time without a date": _answers(discovered=answered("T16:42[Europe/London]")),
    "a time that does not exist is data": _answers(
        discovered=answered("2026-03-29T01:30[Europe/London]")
    ),
    "a leap day": _answers(discovered=answered("2020-02-29")),
    "a zone with a plus": _answers(discovered=answered("2020-02-28[Etc/GMT+5]")),
    "nulls": _answers(cyber={"state": "redacted", "value": None, "note": None, "source": None}),
    "not yet known, option": _answers(
        likelihood={"state": "not_yet_known", "value": "Not yet known"}
    ),
    "not yet known, bare": _answers(likelihood={"state": "not_yet_known"}),
    "not yet known beside others": _answers(
        data_categories=answered(["Not yet known", "Health data"])
    ),
    "not yet known alone": _answers(
        data_categories={"state": "not_yet_known", "value": ["Not yet known"]}
    ),
    "a partly redacted contact": _answers(
        reporter=answered({"email": "a@b.example", "redacted": ["name"]})
    ),
    "a count in words": _answers(subjects_count=answered({"text": "about five"})),
    "a case reference on an initial report": _answers(case_reference=answered("IC-1234-ABCD")),
    "a narrative in Arabic": _answers(what_happened=answered("مرحبا\n👩\u200d🚒")),
}

BAD: dict[str, Any] = {
    "not an object": [],
    "unknown form": report_json(form="ico-2031"),
    "unknown kind": report_json(kind="final"),
    "number as text": report_json(number="0"),
    "number true": report_json(number=True),
    "number negative": report_json(number=-1),
    "number too large": report_json(number=10_000),
    "an extra key": report_json(extra=1),
    "a missing key": {"form": "ico-2019", "kind": "initial", "number": 0},
    "an unknown question": _answers(weather={"state": "blank"}),
    "an unknown state": _answers(cyber={"state": "unsure"}),
    "no state": _answers(cyber={"value": "Yes"}),
    "answered without a value": _answers(cyber={"state": "answered"}),
    "answered with null": _answers(cyber=answered(None)),
    "blank with a value": _answers(cyber={"state": "blank", "value": "Yes"}),
    "a wrong option": _answers(cyber=answered("Perhaps")),
    "not yet known as an answer": _answers(likelihood=answered("Not yet known")),
    "not yet known with another option": _answers(
        likelihood={"state": "not_yet_known", "value": "Likely"}
    ),
    "not yet known alone as an answer": _answers(data_categories=answered(["Not yet known"])),
    "an option twice": _answers(data_categories=answered(["Health data", "Health data"])),
    "no options": _answers(data_categories=answered([])),
    "an impossible date": _answers(discovered=answered("2019-02-30")),
    "an impossible time": _answers(discovered=answered("T24:00")),
    "an unknown zone": _answers(discovered=answered("2019-12-18[Europe/Atlantis]")),
    "a zone in small letters": _answers(discovered=answered("2019-12-18[europe/london]")),
    "a date and a newline": _answers(discovered=answered("2019-12-18\n")),
    "empty text": _answers(spoken_to=answered("")),
    "two lines in a line": _answers(spoken_to=answered("a\n")),
    "a line too long": _answers(spoken_to=answered("x" * 501)),
    "text that steers": _answers(what_happened=answered("a\u202eb")),
    "a tick in words": _answers(dpo_same=answered("yes")),
    "a count below zero": _answers(subjects_count=answered({"text": "1", "total": -1})),
    "a count beyond all numbers": _answers(subjects_count=answered({"text": "1", "total": 2**53})),
    "a contact's name both redacted and given": _answers(
        dpo=answered({"name": "A", "redacted": ["name"]})
    ),
    "a field redacted twice": _answers(dpo=answered({"redacted": ["name", "name"]})),
    "a measure without text": _answers(prevention_steps=answered([{"due": "2020-01-01"}])),
    "an organisation as text": _answers(others_told_which=answered(["Police"])),
}


def test_the_schema_is_one_and_names_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"] == "urn:breachcase:form:ico-2019:1"
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(SCHEMA, allow_nan=False)


@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD)
def test_the_schema_takes_what_the_program_takes(document: Any) -> None:
    assert VALIDATOR.is_valid(document)
    parse_report(json.dumps(document).encode())


@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_the_schema_refuses_what_the_program_refuses(document: Any) -> None:
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(ShapeError):
        parse_report(json.dumps(document).encode())


def test_what_a_schema_cannot_say_is_said_in_its_comment() -> None:
    comment = str(SCHEMA["$comment"])

    for word in ("each key once", "byte order mark", "fractions", "surrogate", "262144 bytes"):
        assert word in comment


def test_every_reference_in_the_schema_leads_somewhere() -> None:
    found = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(SCHEMA)))

    assert found <= set(SCHEMA["$defs"])  # type: ignore[arg-type] # JSON's type does not know it is an object


def test_a_form_without_long_text_or_moments_has_a_schema_too() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(parse_pack(form_toml())))


def _patterns(node: Any) -> list[str]:
    if isinstance(node, list):
        return [each for item in node for each in _patterns(item)]
    if not isinstance(node, dict):
        return []
    own = [node["pattern"]] if isinstance(node.get("pattern"), str) else []
    return own + [each for item in node.values() for each in _patterns(item)]


def test_every_pattern_is_written_in_the_dialect_that_json_schema_names() -> None:
    # ECMA-262 with the `u` flag refuses what only Python knows, and every needless escape.
    known = r"\\[\[\]n]|\[(?:\\(?:[\[\]\\^-]|u[0-9a-f]{4})|[^\\\]])*\]"
    found = _patterns(SCHEMA)

    assert found
    for pattern in found:
        assert not re.search(r"\(\?(?!:)|[*+?}]\+|\\", re.sub(known, "x", pattern))
