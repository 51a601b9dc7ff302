"""Age files as text for pasting: strict PEM, one text for one file but the white space around."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from store.age.errors import AgeError
from store.age.intake import Intake

ARMOUR_LIMIT: Final = 32 * 1024 * 1024  # bytes of text, begin line to end line
OUTER_LIMIT: Final = 1024  # bytes of white space before, and again after
_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_ROW = 48  # bytes in a full line
_SPACE = b" \t\r\n"
_FULL_ROWS = re.compile(rb"(?:[A-Za-z0-9+/]{64}\r?\n)+")
_BLOCK = 64 * 1024
_TOO_LONG = f"age armour is longer than {ARMOUR_LIMIT} bytes"
_AGAIN = "copy it again, from begin line to end line"
_BINARY = "use the binary file (.age) instead of text"


class ArmourWriter:
    """Writes what it is given to `out` as armour; `close` ends the text and leaves `out` open."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._held = bytearray()
        self._room = ARMOUR_LIMIT - len(_END) - 1
        self._put(_BEGIN + b"\n")

    def write(self, data: bytes) -> None:
        """Write the full lines that are known by now; raise AgeError beyond 32 MiB of text."""
        self._held += data
        whole = len(self._held) // _ROW * _ROW
        self._put(b"".join(_row(self._held[at : at + _ROW]) for at in range(0, whole, _ROW)))
        del self._held[:whole]

    def close(self) -> None:
        """Write the last line and the end line."""
        self._put(_row(self._held) if self._held else b"")
        self._out.write(_END + b"\n")

    def _put(self, text: bytes) -> None:
        self._room -= len(text)
        if self._room < 0:
            raise AgeError(_TOO_LONG, hint=_BINARY)
        self._out.write(text)


def armoured(intake: Intake) -> bool:
    """Return whether what follows, after white space, is meant to be armour."""
    head = intake.peek(OUTER_LIMIT + 5).lstrip(_SPACE)
    return head.startswith(b"-----")


def dearmour(intake: Intake) -> Iterator[bytes]:
    """Yield the bytes that the armour carries, some lines at a time; raise AgeError.

    The end of the iteration says that nothing but white space followed. LF and CRLF are read.
    Source: C2SP age.md, "ASCII armor"; RFC 7468 section 3, strict.
    """
    head = intake.peek(OUTER_LIMIT)
    intake.take(len(head) - len(head.lstrip(_SPACE)))
    if _line(intake) != _BEGIN:
        raise AgeError("age armour begins with a line that is not its begin line", hint=_AGAIN)
    room = ARMOUR_LIMIT - len(_BEGIN) - len(_END) - 2
    for text in _body(intake):
        room -= len(text)
        if room < 0:
            raise AgeError(_TOO_LONG, hint=_BINARY)
        yield binascii.a2b_base64(text)
    if intake.take(len(_END)) != _END:
        raise AgeError("age armour does not end where its end line belongs", hint=_AGAIN)
    rest = intake.peek(OUTER_LIMIT + 1)
    if len(rest) > OUTER_LIMIT or rest.strip(_SPACE):
        raise AgeError("age armour is followed by something else", hint=_AGAIN)


def _body(intake: Intake) -> Iterator[bytes]:
    # full lines have one spelling each, so only the last one needs a second look
    while rows := _FULL_ROWS.match(intake.peek(_BLOCK)):
        yield intake.take(rows.end())
    if intake.peek(len(_END)) != _END:
        yield _last(_line(intake))


def _line(intake: Intake) -> bytes:
    line = intake.line(_COLUMNS + 1)  # one more for a carriage return
    if not line.endswith(b"\n"):
        raise AgeError("age armour has a line that is too long or never ends", hint=_AGAIN)
    return line[:-1].removesuffix(b"\r")


def _last(line: bytes) -> bytes:
    try:
        data = binascii.a2b_base64(line)
    except ValueError:
        data = b""
    if not data or len(data) > _ROW or _row(data) != line + b"\n":
        raise AgeError("age armour holds a line that is not canonical base64", hint=_AGAIN)
    return line


def _row(data: bytes | bytearray) -> bytes:
    return binascii.b2a_base64(data)
