"""Files that travel with a bundle: how a manifest names them, and the lines that carry them."""

from __future__ import annotations

import binascii
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from exports import limits
from exports.errors import BundleError
from exports.payload import Exact, Hex64
from models.text import Line
from store.age.intake import Intake

_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
# names that some systems open as a device, whatever their ending
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789"}
)
_TAIL: Final = b'"}\n'


def plain_name(text: str) -> str:
    """Return a name that is safe to give to any system, or raise ValueError: what is wrong."""
    if len(text) > limits.ATTACHMENT_NAME:
        raise ValueError(f"longer than {limits.ATTACHMENT_NAME} characters")
    if not _FORBIDDEN.isdisjoint(text):
        raise ValueError("holds a character that means more than itself in a path")
    if text != text.strip() or text[0] == "." or text[-1] == ".":
        raise ValueError("begins or ends in a dot or blank")
    if text.partition(".")[0].casefold().rstrip() in _DEVICES:
        raise ValueError("is what a system calls one of its devices")
    return text


class Attached(Exact):
    """A file beside the manifest: `size` in bytes, `sha256` of its content.

    The name is for reading; nothing is ever stored or looked up under it.
    """

    name: Annotated[Line, AfterValidator(plain_name)]
    media_type: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,63}$"),
    ]
    size: Annotated[int, Field(ge=0, le=limits.ATTACHMENT)]
    sha256: Hex64


def check_attached(files: Sequence[Attached]) -> None:
    """Raise ValueError for files that together are too large, or called alike."""
    if sum(each.size for each in files) > limits.ATTACHED:
        raise ValueError(f"attachments of more than {limits.ATTACHED} bytes together")
    names = {unicodedata.normalize("NFC", each.name).casefold() for each in files}
    if len(names) < len(files):
        raise ValueError("two attachments of the same name")


def chunk_lines(index: int, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that carry the attachment of that index; none for an empty one."""
    intake = Intake.of(content)
    number = 0
    while chunk := intake.take(limits.CHUNK):
        yield _head(index, number) + binascii.b2a_base64(chunk, newline=False) + _TAIL
        number += 1


def read_chunks(intake: Intake, index: int, file: Attached) -> Iterator[bytes]:
    """Yield what the lines of one attachment carry, a chunk at a time; raise BundleError.

    Each line has one exact form, so its length is known before it is read. Only the end of the
    iteration says that the content is the one that was signed.
    """
    digest = sha256()
    for number, size in enumerate(_sizes(file.size)):
        chunk = _chunk(intake, _head(index, number), size)
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != file.sha256:
        raise BundleError(f"attachment {index + 1} is not the one that was signed")


def _sizes(size: int) -> Iterator[int]:
    for at in range(0, size, limits.CHUNK):
        yield min(limits.CHUNK, size - at)


def _chunk(intake: Intake, head: bytes, size: int) -> bytes:
    line = intake.take(len(head) + (size + 2) // 3 * 4 + len(_TAIL))
    text = line[len(head) : -len(_TAIL)]
    try:
        chunk = binascii.a2b_base64(text)
    except ValueError:
        chunk = b""
    # one text for one chunk: whatever base64 would forgive shows up here
    canonical = len(chunk) == size and binascii.b2a_base64(chunk, newline=False) == text
    if not canonical or not line.startswith(head) or not line.endswith(_TAIL):
        raise BundleError("a line of an attachment is missing, or not as the format says")
    return chunk


def _head(index: int, number: int) -> bytes:
    return b'{"a":%d,"n":%d,"d":"' % (index, number)
