"""The published JSON Schema of manifests and our own reader give the same verdict."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped] # it comes without types
import pytest

from exports.manifest import KINDS, manifest_schema, parse_manifest
from models.errors import CaseError
from tests.exports.build import encoded, members, office

SENDER = office("Example Regulator", 1)
RECIPIENT = office("Example Agency", 4).card
SCHEMA = manifest_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
AT = "2020-01-02T10:00+00:00[Europe/London]"
HALF = "T16:42[Europe/London]"
REPORT: dict[str, Any] = {"form": "x", "kind": "initial", "number": 0, "answers": {}}
FILE = {"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": "11" * 32}
KEYS: dict[str, Any] = {"case_id": None, "case_reference": None}

PAYLOADS: dict[str, dict[str, Any]] = {
    "initial_report": {"report": REPORT, "incomplete_reason": None},
    "follow_up_report": {"report": {}, "incomplete_reason": "more follows"},
    "processor_notice": {"text": "a\nb", "aware_at": HALF, "report": None},
    "acknowledgement": {
        "reference": "IC-1", "reported_at": AT, "received_at": None, "filed_at": None,
        "acknowledged_at": AT, "message": None,
    },
    "information_request": {
        "questions": [{"number": 1, "text": "How many?", "due": AT}],
        "requested_at": AT, "message": None,
    },
    "information_response": {
        "replies": [{"number": 1, "text": "twelve"}], "answered_at": AT, "message": "more",
    },
    "decision": {
        "outcome": "none", "reasons": ["a"], "recommendations": [], "basis": "11" * 32,
        "decided_at": AT, "note": None,
    },
    "withdrawal": {"reason": "found", "withdrawn_at": AT},
    "receipt": {"received_at": None, "filed_at": AT},
    "key_update": {"old": "11" * 32, "card": "a card", "proof": "a proof"},
    "key_revoke": {"card": "11" * 32, "compromised_since": None, "reason": "lost"},
}  # fmt: skip

BROKEN: dict[str, list[dict[str, Any]]] = {
    "initial_report": [{"report": []}, {"incomplete_reason": ""}, {"report": None}],
    "follow_up_report": [{"report": "x"}, {"incomplete_reason": "a\u202eb"}],
    "processor_notice": [{"text": ""}, {"aware_at": "soon"}, {"report": 1}, {"text": "a\x1bb"}],
    "acknowledgement": [{"reference": "a\nb"}, {"acknowledged_at": None}, {"filed_at": 1}],
    "information_request": [
        {"questions": []},
        {"questions": [{"number": 0, "text": "x", "due": None}]},
        {"questions": [{"number": 101, "text": "x", "due": None}]},
        {"questions": [{"number": "1", "text": "x", "due": None}]},
        {"questions": [{"number": 1, "text": "x"}]},
        {"questions": [{"number": 1, "text": "x", "due": None, "more": 1}]},
        {"requested_at": "2020-01-02[Europe/Atlantis]"},
    ],
    "information_response": [
        {"replies": {}},
        {"replies": [{"number": 1, "text": ""}]},
        {"replies": [{"number": 1, "text": "x"}] * 101},
    ],
    "decision": [{"basis": "x"}, {"reasons": "a"}, {"reasons": [""]}, {"outcome": None}],
    "withdrawal": [{"reason": None}, {"withdrawn_at": None}],
    "receipt": [{"filed_at": None}, {"received_at": ""}],
    "key_update": [{"old": "11" * 31}, {"card": None}, {"proof": 1}],
    "key_revoke": [{"card": "11"}, {"reason": ""}, {"compromised_since": "x"}],
}

HEADS: list[dict[str, Any]] = [
    {"attachments": [FILE, {**FILE, "name": "b.pdf"}]},
    {"attachments": [{**FILE, "size": -1}]},
    {"attachments": [{**FILE, "size": "3"}]},
    {"attachments": [{**FILE, "sha256": "x"}]},
    {"attachments": [{**FILE, "media_type": "pdf"}]},
    {"attachments": [{**FILE, "path": "/etc"}]},
    {"attachments": [{**FILE, "name": ""}]},
    {"attachments": [{**FILE, "name": f"{number}"} for number in range(65)]},
    {"schema": {"id": "ico-2019", "version": 1, "sha256": "11" * 32}},
    {"schema": {"id": "ico-2019", "version": 0, "sha256": "11" * 32}},
    {"version": 2},
    {"bundle_id": "B0" * 16},
    {"case_id": None},
    {"recipients": []},
    {"prev": ["11" * 32] * 65},
    {"created": "yesterday"},
    {"stated_at": HALF},
    {"open_checks": ["K04"]},
    {"open_checks": ["K4"]},
    {"pad": "   "},
    {"pad": "x"},
    {"surprise": 1},
]


def document(kind: str, **changed: Any) -> dict[str, Any]:
    head = KEYS if kind.startswith("key_") else {}
    found = members(SENDER, RECIPIENT, kind=kind, payload=PAYLOADS[kind], **head)
    return {**found, **changed}


def verdicts(found: dict[str, Any]) -> tuple[bool, bool]:
    """Return the schema's verdict, then ours."""
    try:
        parse_manifest(encoded(found))
    except CaseError:
        return VALIDATOR.is_valid(found), False
    return VALIDATOR.is_valid(found), True


def test_the_schema_is_one_of_the_dialect_it_names() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.dumps(SCHEMA)


def test_every_kind_has_a_document_here() -> None:
    assert tuple(PAYLOADS) == tuple(BROKEN) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_both_take_a_valid_document_of_every_kind(kind: str) -> None:
    assert verdicts(document(kind)) == (True, True)


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, each) for kind in KINDS for each in BROKEN[kind]]
)
def test_both_refuse_a_broken_payload(kind: str, change: dict[str, Any]) -> None:
    found = document(kind, payload={**PAYLOADS[kind], **change})

    assert verdicts(found) == (False, False)


@pytest.mark.parametrize(
    ("kind", "member"), [(kind, member) for kind in KINDS for member in PAYLOADS[kind]]
)
def test_both_refuse_a_payload_without_one_of_its_members(kind: str, member: str) -> None:
    left = {name: value for name, value in PAYLOADS[kind].items() if name != member}

    assert verdicts(document(kind, payload=left)) == (False, False)
    assert verdicts(document(kind, payload={**PAYLOADS[kind], "more": 1})) == (False, False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", HEADS)
def test_both_say_the_same_of_every_head(kind: str, change: dict[str, Any]) -> None:
    schema, ours = verdicts(document(kind, **change))

    assert schema == ours


@pytest.mark.parametrize("kind", KINDS)
def test_both_refuse_the_payload_of_another_kind(kind: str) -> None:
    others = [other for other in KINDS if PAYLOADS[other].keys() != PAYLOADS[kind].keys()]

    for other in others:
        assert verdicts(document(kind, payload=PAYLOADS[other])) == (False, False)


@pytest.mark.parametrize(
    "change",
    [
        {"attachments": [{**FILE, "name": "../x"}]},
        {"attachments": [FILE, FILE]},
        {"attachments": [{**FILE, "name": str(n), "size": 2**28} for n in range(2)]},
    ],
)
def test_what_no_schema_can_say_is_in_its_comment(change: dict[str, Any]) -> None:
    assert verdicts(document("receipt", **change)) == (True, False)
    assert "path" in str(SCHEMA["$comment"])
