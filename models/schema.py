"""The JSON Schema 2020-12 of a form: what `parse_report` takes, for everyone else's tools."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from models.kinds import report_type
from models.moment import MOMENT_PATTERN
from models.pack import Pack
from models.strictjson import JSON
from models.text import LINE_CHARS, PROSE_BYTES

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# What a schema of values cannot say about the text of a file, and where a limit counts bytes.
_COMMENT = (
    "Zone names are those of the tz database this was printed with. The file itself is utf-8 "
    "without a byte order mark, at most 2 MiB, with each key once, no fractions (1.0 included) "
    "and no half surrogate pairs; text is limited to 262144 bytes, which maxLength counts as "
    "characters."
)
_NOISE = frozenset({"default", "description", "discriminator"})
_SHARED = {PROSE_BYTES: "prose", LINE_CHARS: "line"}


def json_schema(pack: Pack) -> dict[str, JSON]:
    """Return the JSON Schema of a report file of `pack`; its verdict is that of `parse_report`.

    It differs only in what its `$comment` says. Made from the very types that parse the file.
    """
    return {
        "$schema": DIALECT,
        "$id": f"urn:breachcase:form:{pack.id}:{pack.version}",
        "$comment": _COMMENT,
        **tidied(report_type(pack).model_json_schema()),
        "title": pack.title,
    }


def tidied(schema: dict[str, Any]) -> dict[str, JSON]:
    """Return a schema that pydantic made without its noise, each repeated type written once."""
    shared: dict[str, Any] = {}
    body: dict[str, Any] = _tidy(schema, shared)
    body["$defs"].update(shared)
    return body


def _tidy(node: Any, shared: dict[str, Any]) -> Any:  # noqa: ANN401 -- any part of a schema
    """Return the schema without generated noise, its repeated types moved to `shared`."""
    if isinstance(node, list):
        return [_tidy(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("pattern") == MOMENT_PATTERN:
        shared["moment"] = {**node, "allOf": [{"pattern": _zones()}]}
        return {"$ref": "#/$defs/moment"}
    if "not" in node and (name := _SHARED.get(node.get("maxLength", 0))):
        shared[name] = node
        return {"$ref": f"#/$defs/{name}"}
    kept = {key: part for key, part in node.items() if key not in _NOISE}
    if " " not in kept.get("title", " "):  # a field's name again; labels of the form have blanks
        del kept["title"]
    names = kept.get("properties", {}), kept.get("$defs", {})
    return {
        key: {name: _tidy(item, shared) for name, item in part.items()}
        if part in names and part
        else _tidy(part, shared)
        for key, part in kept.items()
    }


def _zones() -> str:
    """Return a pattern for text that ends in a known zone in brackets, or has no brackets."""
    names = (files("tzdata") / "zones").read_text("ascii").split()
    known = "|".join(name.replace("+", "[+]") for name in sorted({*names, "UTC"}))
    return rf"^[^\[]*(?:\[(?:{known})\])?$"
