"""A regulator's form: its pack, its JSON Schema, and reading answers to its questions."""

from __future__ import annotations

from models.kinds import parse_answer
from models.library import load_pack, pack_ids
from models.pack import (
    Authority,
    Condition,
    Kind,
    Pack,
    Question,
    ReportKind,
    Section,
    parse_pack,
)
from models.schema import json_schema
from models.typed import answer_text, typed_answer

__all__ = [
    "Authority",
    "Condition",
    "Kind",
    "Pack",
    "Question",
    "ReportKind",
    "Section",
    "answer_text",
    "json_schema",
    "load_pack",
    "pack_ids",
    "parse_answer",
    "parse_pack",
    "typed_answer",
]
