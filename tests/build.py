"""Builders: valid by default, one keyword to break it."""

from __future__ import annotations

import json
from typing import Any

from models.report import Report, report_from_json
from models.strictjson import JSON

FORM_TOML = """
id = "sample-1"
version = 1
title = "A sample form"
rule = "uk-gdpr-33-1"
preamble = "Read this first."
closing = "Send it."

[authority]
name = "Sample Regulator"
country = "GB"
mailbox = "casework@regulator.example"
subject_initial = "Breach"
reference_pattern = "^S-[0-9]+$"
reference_example = "S-1"
zone = "Europe/London"
as_of = 2020-01-14
source = "invented"

[[sections]]
id = "first"
title = "First"

[[questions]]
id = "cyber"
number = "1"
section = "first"
kind = "choice"
label = "Cyber?"
options = ["Yes", "No"]
need = "required"
source = "invented"

[[questions]]
id = "told"
number = "2"
section = "first"
kind = "tick"
label = "Told?"
need = "optional"
source = "invented"

[[questions]]
id = "details"
number = "3"
section = "first"
kind = "text"
label = "Details"
only_if = { question = "cyber", one_of = ["Yes"] }
need = "conditional"
required_if = { question = "told", one_of = ["no"] }
fact = "details"
source = "invented"
"""


def form_toml(old: str = "", new: str = "") -> bytes:
    """Return a small form, valid unless `new` takes the place of `old`."""
    assert old in FORM_TOML
    return FORM_TOML.replace(old, new, 1).encode()


def answered(value: JSON, **more: JSON) -> dict[str, JSON]:
    """Return the JSON of an answer with a value."""
    return {"state": "answered", "value": value, **more}


def report_json(**changes: Any) -> dict[str, Any]:
    """Return the JSON of a small report; `changes` replace its keys."""
    answers: dict[str, Any] = {
        "discovered": answered("2019-12-18T16:42[Europe/London]"),
    }
    return {"form": "ico-2019", "kind": "initial", "number": 0, "answers": answers, **changes}


def report_bytes(**changes: Any) -> bytes:
    """Return the file of a small report."""
    return json.dumps(report_json(**changes)).encode()


def report_with(kind: str = "initial", **answers: JSON) -> Report:
    """Return a report with these answers; a dict with a state is one already."""
    found: dict[str, JSON] = {
        qid: value if isinstance(value, dict) and "state" in value else answered(value)
        for qid, value in answers.items()
    }
    return report_from_json({"form": "ico-2019", "kind": kind, "number": 0, "answers": found})
