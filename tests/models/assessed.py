"""Assessments from what a person would type, by the numbers of the guide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.assessment import Assessment, read_assessment
from models.guide import CASE, GROUP, SEVERITY, guide
from models.strictjson import JSON
from models.typed import typed_answer

FIXTURES = Path(__file__).parent / "guide"
Typed = Mapping[str, Any]


def answers(guide_id: str, typed: Typed) -> dict[str, JSON]:
    """Return registers by question id; a value is a text, or `{"text","why"}`, or an answer."""
    found: dict[str, JSON] = {}
    for name, value in typed.items():
        question = guide(guide_id).question(name)
        if isinstance(value, dict) and "state" in value:
            found[question.id] = value
            continue
        text, why = (value["text"], value["why"]) if isinstance(value, dict) else (value, None)
        told = typed_answer(question, text).as_json()
        found[question.id] = told if why is None else {**told, "note": why}
    return found


def registers(
    items: Typed | None = None, *groups: Typed, scores: Typed | None = None
) -> dict[str, JSON]:
    """Return what stands in a case's registers."""
    fields = {f"assessment/{k}": v for k, v in answers(CASE, items or {}).items()}
    scored = answers(SEVERITY, scores or {})
    fields |= {f"assessment/severity/{k}": v for k, v in scored.items()}
    for number, group in enumerate(groups, 1):
        head = f"group/{number:016x}/"
        fields |= {head + k: v for k, v in answers(GROUP, group).items()}
        fields[f"{head}pos"] = str(number)
    return fields


def assessed(items: Typed | None = None, *groups: Typed, scores: Typed | None = None) -> Assessment:
    """Return an assessment in which every answer could be read."""
    found = read_assessment(registers(items, *groups, scores=scores))
    assert found is not None
    assert found.odd == ()
    return found


def worked(name: str) -> dict[str, Any]:
    """Return a worked example of the guide, `F1` to `F9`."""
    told: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return told


def of(told: Mapping[str, Any]) -> Assessment:
    """Return the assessment of a worked example."""
    return assessed(told["items"], *told["groups"])
