"""The text of a form that came as a file: plain text, or the body of an e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from models.errors import ShapeError

LARGEST: Final = 2 * 1024 * 1024  # bytes of a file
_MOST_PARTS: Final = 100
_BOM: Final = "\ufeff"


def text_of(raw: bytes, name: str) -> str:
    """Return the text of a file: all plain text parts of an e-mail (`*.eml`), else all of it.

    What is not text of its charset has U+FFFD in its place, so that nobody takes it for whole.
    Raises ShapeError for a file that is too large, or no text.
    """
    if len(raw) > LARGEST:
        raise ShapeError("more than 2 MiB", hint="give the text of the form alone")
    text = "\n".join(_parts(raw)) if name.lower().endswith(".eml") else _decoded(raw, "utf-8")
    if "\0" in text or not text.strip():
        raise ShapeError(
            "no text in this file", hint="save the form as plain text; a .docx or a pdf is none"
        )
    return text.removeprefix(_BOM)


def _parts(raw: bytes) -> Iterator[str]:
    # compat32: the newer policies take header values apart, and stumble over hostile ones
    whole = BytesParser(policy=compat32).parsebytes(raw)
    for count, part in enumerate(whole.walk()):
        if count >= _MOST_PARTS:
            raise ShapeError("e-mail of more than 100 parts", hint="save its text by itself")
        if part.get_content_type() == "text/plain":
            yield _decoded(_body(part), part.get_content_charset() or "utf-8")


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, "replace")
    except LookupError:  # an unknown charset
        return raw.decode("utf-8", "replace")
