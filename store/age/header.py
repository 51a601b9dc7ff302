"""The age header: for whom the file key was wrapped, and the MAC over the bytes as received."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from store.age.curve import hkdf
from store.age.encoding import decode_raw, encode_raw
from store.age.errors import AgeError
from store.age.intake import Intake

HEADER_LIMIT: Final = 256 * 1024  # bytes, version line to MAC line
LINE_LIMIT: Final = 4 * 1024  # bytes, line feed not counted
STANZA_LIMIT: Final = 32
FILE_KEY_SIZE: Final = 16

_MAGIC = b"age-encryption.org/"
_VERSION = b"age-encryption.org/v1\n"
_STANZA = b"-> "
_END = b"---"
_COLUMNS = 64
_VISIBLE = frozenset(range(0x21, 0x7F))  # VCHAR of RFC 5234
_MAC_LINE = len("--- ") + 43 + len("\n")


@dataclass(frozen=True, slots=True)
class Stanza:
    """The file key wrapped for one recipient; `kind` is the first argument of its line."""

    kind: str
    args: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header; `signed` is every byte as received up to and including `---`."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes


def read_header(intake: Intake) -> Header:
    """Take a header off `intake`, in one pass and within the limits; raise AgeError.

    Source: C2SP age.md, "Header".
    """
    if intake.peek(len(_MAGIC)) != _MAGIC:
        raise AgeError("age header missing: this is not an age file", hint="check what was sent")
    lines = _Lines(intake)
    if lines.take() != _VERSION:
        raise AgeError("age header names a version other than v1", hint="a newer program wrote it")
    stanzas: list[Stanza] = []
    while (line := lines.take()).startswith(_STANZA):
        if len(stanzas) == STANZA_LIMIT:
            raise AgeError(f"age header names more than {STANZA_LIMIT} recipients")
        stanzas.append(_stanza(line, lines))
    if not stanzas or len(line) != _MAC_LINE or not line.startswith(_END + b" "):
        raise AgeError("age header holds a line that does not belong there")
    mac = decode_raw(line[len(_END) + 1 : -1])
    return Header(tuple(stanzas), bytes(lines.received[: -len(line)]) + _END, mac)


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Return the header for `stanzas`, its MAC keyed by the 16-byte `file_key`."""
    signed = _VERSION + b"".join(_written(stanza) for stanza in stanzas) + _END
    return signed + b" " + encode_raw(_mac(file_key, signed)) + b"\n"


def check_mac(header: Header, file_key: bytes) -> None:
    """Raise AgeError unless the header is, byte for byte, what the file key's owner wrote."""
    if not hmac.compare_digest(_mac(file_key, header.signed), header.mac):
        raise AgeError("age header was altered: its MAC does not match")


class _Lines:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.received = bytearray()

    def take(self) -> bytes:
        line = self._intake.line(LINE_LIMIT)
        self.received += line
        if len(self.received) > HEADER_LIMIT:
            raise AgeError(f"age header is longer than {HEADER_LIMIT} bytes")
        if not line.endswith(b"\n"):
            long = len(line) > LINE_LIMIT
            what = f"has a line of more than {LINE_LIMIT} bytes" if long else "is cut short"
            raise AgeError(f"age header {what}")
        return line


def _stanza(line: bytes, lines: _Lines) -> Stanza:
    words = line[len(_STANZA) : -1].split(b" ")
    if not all(word and _VISIBLE.issuperset(word) for word in words):
        raise AgeError("age header has a recipient line with empty or unprintable words")
    kind, *args = (word.decode("ascii") for word in words)
    body = bytearray()
    columns = _COLUMNS
    while columns == _COLUMNS:  # only the last line of a body is short, and it may be empty
        text = lines.take()[:-1]
        columns = len(text)
        if columns > _COLUMNS:
            raise AgeError(f"age header has a body line of more than {_COLUMNS} columns")
        body += decode_raw(text)
    return Stanza(kind, tuple(args), bytes(body))


def _written(stanza: Stanza) -> bytes:
    text = encode_raw(stanza.body)
    # one more step than full lines: a body that fills its last line is closed by an empty one
    rows = [text[at : at + _COLUMNS] for at in range(0, len(text) + 1, _COLUMNS)]
    line = _STANZA + " ".join((stanza.kind, *stanza.args)).encode("ascii")
    return b"\n".join((line, *rows)) + b"\n"


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), signed, sha256)
