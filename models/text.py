"""Text from outside: what is refused, spelled out and normalised; counts and kinds in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

PROSE_BYTES = 256 * 1024
LINE_CHARS = 500

# What could steer a terminal or reorder a line: C0 (but newline and tab), DEL, C1, line and
# paragraph separators, bidi marks, overrides and isolates, zero-width space, byte order mark,
# interlinear anchors, lone surrogates. Joiners (U+200C, U+200D) and combining marks are language.
# Written as escapes: the same text stands as a pattern in the published JSON Schema.
STEERING = (
    r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e"
    r"\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_STEERING = re.compile(f"[{STEERING}]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return `text` with every character that could steer a terminal spelled out, `⟨U+202E⟩`."""
    return _STEERING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def counted(count: int, noun: str) -> str:
    """Return `1 answer`, `2 answers`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def kind_name(kind: str) -> str:
    """Return what people call a kind of letter: `follow-up report` for `follow_up_report`."""
    return kind.replace("_", " ").replace("follow up", "follow-up")


def normalise(text: str) -> str:
    r"""Return what typed or pasted text becomes: `\n` line ends, no steering characters, NFC.

    Word processors paste vertical tabs and U+2028 as line breaks: these become newlines, so that
    two words never run together.
    """
    return unicodedata.normalize("NFC", _STEERING.sub("", _LINE_ENDS.sub("\n", text)))


def _prose(text: str) -> str:
    if not text:
        raise ValueError("empty; leave the key out instead")
    if _STEERING.search(text):
        raise ValueError("holds a character that could steer a terminal")
    if len(text.encode()) > PROSE_BYTES:
        raise ValueError("longer than 256 KiB; attach it as a file instead")
    return text


def _line(text: str) -> str:
    if "\n" in text:
        raise ValueError("holds a line break where one line is asked for")
    if len(text) > LINE_CHARS:
        raise ValueError(f"longer than {LINE_CHARS} characters")
    return _prose(text)


@dataclass(frozen=True)
class _Guard:
    """Pydantic metadata, written as plain dicts: `visible` must not cost an import of pydantic."""

    check: Callable[[str], str]
    longest: int
    refused: str

    def __get_pydantic_core_schema__(
        self, source: object, handler: Callable[[object], Any]
    ) -> dict[str, Any]:
        return {
            "type": "function-after",
            "function": {"type": "no-info", "function": self.check},
            "schema": handler(source),
        }

    def __get_pydantic_json_schema__(
        self, _schema: object, _handler: Callable[[Any], Any]
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": 1,
            "maxLength": self.longest,
            "not": {"pattern": self.refused},
        }


Prose = Annotated[str, _Guard(_prose, PROSE_BYTES, f"[{STEERING}]")]
"""Text of one or more lines, never empty, nothing in it that steers; at most 256 KiB of UTF-8."""

Line = Annotated[str, _Guard(_line, LINE_CHARS, rf"[\u000a{STEERING}]")]
"""Prose without a line break, at most 500 characters."""
