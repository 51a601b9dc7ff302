from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ShapeError
from models.pack import PACK_BYTES, parse_pack
from models.proof import proof
from tests.build import FORM_TOML, form_toml

LINES = FORM_TOML.split("\n")


def line_of(text: str) -> int:
    return LINES.index(text) + 1


def said(raw: bytes) -> list[str]:
    return [f"{each.line}: {each.message}; {each.hint}" for each in proof(raw)]


def test_nothing_is_wrong_with_a_form_that_works() -> None:
    assert proof(form_toml()) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "hint"),
    [
        ('kind = "tick"', 'kind = "guess"', "", "questions.1.kind is none of", "one of text, "),
        ('id = "told"', 'id = "cyber"', "", "cyber is the id of two questions", "compare"),
        ('id = "told"', 'id = "Told!"', "", "questions.1.id is not written", "small letter"),
        ('country = "GB"', 'country = "gb"', "", "country is not written", "AU"),
        ('title = "First"', "title = 5", "", "sections.0.title must be text", "compare"),
        ('title = "First"', "title = 'First'\ntitel = 'x'", "titel = 'x'", "a key it", "title"),
        ("as_of = 2020-01-14", 'as_of = "x"', "", "as_of must be a date", "compare"),
        ('rule = "uk-gdpr-33-1"', 'rule = "x"', "", "au-ndb-26wk", "compare"),
        ('zone = "Europe/London"', 'zone = "Mars"', "[authority]", "zone of the", "compare"),
        ('id = "told"', 'fact = "details"\nid = "told"', 'fact = "details"', "details is an", ""),
        ('label = "Told?"', "", "[[questions]] 2", "questions.1.label is missing", "compare"),
        (
            "\n\n[[questions]]",
            '\n[[sections]]\nid = "first"\ntitle = "x"\n\n[[questions]]',
            'id = "first"',
            "first is the id of two sections",
            "",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(
    old: str, new: str, line: str, message: str, hint: str
) -> None:
    raw = form_toml(old, new)
    lines = raw.decode().split("\n")
    wanted, _, nth = (line or new).partition(" ") if line.startswith("[[") else (line or new, "", 0)
    places = [number for number, text in enumerate(lines, 1) if text == wanted]

    (found,) = proof(raw)

    assert found.line == places[int(nth) - 1]
    assert message in found.message
    assert hint in found.hint
    assert found.hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('section = "first"', 'section = "second"'),
        ('question = "cyber"', 'question = "nobody"'),
        ('question = "told"', 'question = "nobody"'),
        ('question = "cyber", one_of', 'question = "details", one_of'),
    ],
)
def test_what_a_question_names_is_looked_for_where_it_stands(old: str, new: str) -> None:
    place = next(number for number, text in enumerate(LINES, 1) if old in text)

    assert [each.line for each in proof(form_toml(old, new))] == [place]


def test_every_fault_of_the_parts_is_told_at_once_in_the_order_of_the_lines() -> None:
    raw = form_toml('kind = "tick"', 'kind = "guess"').replace(b"version = 1", b"version = 0")

    assert [each.line for each in proof(raw)] == [3, line_of('kind = "tick"')]


def test_text_of_several_lines_is_not_taken_for_keys() -> None:
    preamble = 'preamble = """\n[authority]\nzone = 5\n"""'
    raw = form_toml('preamble = "Read this first."', preamble).replace(
        b'country = "GB"', b'country = "gb"'
    )

    assert [each.line for each in proof(raw)] == [line_of('country = "GB"') + 3]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a = 1\nb = = 2", "2: form is not toml; Invalid value"),
        (b"a = 1\nb = ", "2: form is not toml; Invalid value"),
        (b"a = 1\nb = \xff", "2: form is not utf-8; save the file as utf-8"),
        (b"x" * (PACK_BYTES + 1), "1: form of more than 1 MiB; a form is a few hundred lines"),
        (b"a = " + b"[" * 100_000, "1: form is not toml; "),
        (b'a = "\xe2\x80\xae"\nb = c', "2: form is not toml; Invalid value"),
    ],
)
def test_what_is_no_toml_is_one_objection(raw: bytes, expected: str) -> None:
    (found,) = said(raw)

    assert found.startswith(expected)
    assert "\n" not in found


def test_a_file_without_a_thing_in_it_names_all_that_is_missing() -> None:
    assert "1: form.questions is missing; compare it with a form in models/forms" in said(b"")


def test_an_objection_has_a_shape_for_scripts() -> None:
    (found,) = proof(form_toml("version = 1", "version = 0"))

    assert found.as_json() == {
        "line": 3,
        "message": "form.version is too small",
        "hint": "compare it with a form in models/forms",
    }


@given(st.binary() | st.text().map(str.encode))
def test_the_proof_of_any_bytes_finds_something_and_never_raises(raw: bytes) -> None:
    assert proof(raw)


@given(st.integers(0, len(LINES) - 1), st.sampled_from(["", "x = 1", "[", '"""', "[[questions]]"]))
def test_the_proof_objects_exactly_when_the_form_is_refused(place: int, line: str) -> None:
    changed = "\n".join([*LINES[:place], line, *LINES[place + 1 :]])

    found = proof(changed.encode())

    assert all(1 <= each.line <= len(LINES) for each in found)
    try:
        parse_pack(changed.encode())
    except ShapeError:
        assert found
    else:
        assert not found
