"""The heading of an e-mail that came: its subject and its id, from bytes nobody vouches for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Final

from models.text import LINE_CHARS, normalise

_HEADERS: Final = 64 * 1024  # bytes of a message that are looked at
_LONGEST: Final = (
    4096  # characters of a subject that are decoded: the library's reader is quadratic
)
_ID: Final = re.compile(r"<[!-;=?A-~]{1,120}@[!-;=?A-~]{1,120}>")


@dataclass(frozen=True, slots=True)
class Heading:
    """Subject and message id, each one harmless line, empty where there is none."""

    subject: str = ""
    message_id: str = ""


def heading(raw: bytes) -> Heading:
    """Return the heading of an e-mail; whatever the bytes are, nothing is raised."""
    # compat32: the newer policies take header values apart, and stumble over hostile ones
    found = BytesHeaderParser(policy=compat32).parsebytes(raw[:_HEADERS])
    ident = str(found.get("Message-ID", "")).strip()
    return Heading(
        subject=one_line(_decoded(found.get("Subject", ""))),
        message_id=ident if _ID.fullmatch(ident) else "",
    )


def one_line(text: str) -> str:
    """Return text as one line of at most 500 characters, nothing in it that steers."""
    return " ".join(normalise(text).split())[:LINE_CHARS].strip()


def is_message_id(text: str) -> bool:
    """Whether text is `<left@right>` of plain ASCII, and so fit for a header."""
    return _ID.fullmatch(text) is not None


def _decoded(value: object) -> str:
    text = str(value)[:_LONGEST]
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):  # an unknown charset, broken base64
        return text
