from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.text import LINE_CHARS, PROSE_BYTES, Line, Prose, normalise, visible

prose: TypeAdapter[str] = TypeAdapter(Prose)
line: TypeAdapter[str] = TypeAdapter(Line)

STEERING = [
    *(chr(code) for code in range(0x20) if chr(code) not in "\n\t"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    *"\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\ufff9\ufffb",
    "\ud800",
    "\udfff",
]


@pytest.mark.parametrize("character", STEERING, ids=lambda text: f"U+{ord(text):04X}")
def test_what_steers_a_terminal_is_spelled_out_refused_and_taken_out_of_typed_text(
    character: str,
) -> None:
    text = f"a{character}b"

    assert visible(text) == f"a⟨U+{ord(character):04X}⟩b"
    assert normalise(text) in ("ab", "a\nb")
    with pytest.raises(ValidationError):
        prose.validate_python(text)


@pytest.mark.parametrize("text", ["a\n\tb", "مرحبا", "क\u094dष", "👩\u200d🚒", "می\u200cروم"])
def test_language_passes_unchanged(text: str) -> None:
    assert visible(text) == text
    assert prose.validate_python(text) == text


@given(st.text(st.characters(exclude_categories=())))
def test_shown_text_never_steers_and_typed_text_is_always_prose(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert normalise(normalise(text)) == normalise(text)
    if normalise(text):
        prose.validate_python(normalise(text))
    assert not any(
        unicodedata.category(each) == "Cc" for each in visible(text) if each not in "\n\t"
    )


def test_line_ends_become_newlines_and_letters_are_composed() -> None:
    assert normalise("a\r\nb\rc\x0bd\u2028e\u0301") == "a\nb\nc\nd\né"


def test_prose_ends_at_256_kib_of_utf_8() -> None:
    prose.validate_python("é" * (PROSE_BYTES // 2))

    with pytest.raises(ValidationError, match="256 KiB"):
        prose.validate_python("é" * (PROSE_BYTES // 2) + "x")


def test_a_line_is_one_line_of_at_most_500_characters() -> None:
    assert line.validate_python("x" * LINE_CHARS)

    for bad in ("x" * (LINE_CHARS + 1), "a\nb", ""):
        with pytest.raises(ValidationError):
            line.validate_python(bad)
