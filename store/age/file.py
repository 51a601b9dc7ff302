"""Sealing a file for recipients and opening it with an identity: age v1, X25519."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from store.age.armour import ArmourWriter, armoured, dearmour
from store.age.errors import AgeError, NotForUsError
from store.age.header import (
    FILE_KEY_SIZE,
    STANZA_LIMIT,
    Header,
    check_mac,
    read_header,
    write_header,
)
from store.age.intake import Intake
from store.age.keys import KEY_SIZE, Identity, Recipient
from store.age.stream import NONCE_SIZE, decrypt, encrypt
from store.age.x25519 import KIND, share_of, unwrap, wrap

_STEP = 64 * 1024


def seal(
    plaintext: Iterable[bytes],
    out: BinaryIO,
    recipients: Sequence[Recipient],
    *,
    armored: bool = False,
    draw: Callable[[int], bytes] = os.urandom,
) -> None:
    """Write `plaintext` to `out` so that each of 1 to 32 recipients can open it.

    Memory does not grow with the text. `armored` gives text for pasting, at most 32 MiB of it.
    `draw` gives that many random bytes: file key (16), one ephemeral (32) a recipient, nonce
    (16); anything but the system's source is for reproducing a written example, never for data.
    Raises AgeError for no or too many recipients, or too long an armour.
    """
    armour = ArmourWriter(out) if armored else None
    write = armour.write if armour else out.write
    for piece in seal_pieces(plaintext, recipients, draw=draw):
        write(piece)
    if armour:
        armour.close()


def seal_pieces(
    plaintext: Iterable[bytes],
    recipients: Sequence[Recipient],
    *,
    draw: Callable[[int], bytes] = os.urandom,
) -> Iterator[bytes]:
    """Yield the sealed file piece by piece; see `seal`. Raises AgeError when it is called."""
    if not 0 < len(recipients) <= STANZA_LIMIT:
        raise AgeError(
            f"a file is sealed for 1 to {STANZA_LIMIT} recipients, not {len(recipients)}",
            hint="name whom it is for",
        )
    file_key = draw(FILE_KEY_SIZE)
    stanzas = [wrap(file_key, recipient, draw(KEY_SIZE)) for recipient in recipients]
    header = write_header(stanzas, file_key)
    return chain((header,), encrypt(plaintext, file_key, draw(NONCE_SIZE)))


def unseal(source: BinaryIO, identities: Sequence[Identity]) -> Iterator[bytes]:
    """Return the plain text of a sealed file, binary or armoured, in verified pieces.

    The header is read and checked at once, the payload as the iteration goes on. Pieces are
    genuine but only the end of the iteration says that the text is whole. Raises NotForUsError
    (none of the identities opens it) and AgeError, here and while iterating.
    """
    intake = Intake(iter(partial(source.read, _STEP), b""))
    if armoured(intake):
        intake = Intake(dearmour(intake))
    header = read_header(intake)
    file_key = _file_key(header, identities)
    check_mac(header, file_key)
    return decrypt(intake, file_key)


def seal_bytes(data: bytes, recipients: Sequence[Recipient], *, armored: bool = False) -> bytes:
    """Return `data` sealed; see `seal`."""
    out = BytesIO()
    seal([data], out, recipients, armored=armored)
    return out.getvalue()


def unseal_bytes(data: bytes, identities: Sequence[Identity], limit: int) -> bytes:
    """Return the whole plain text, at most `limit` bytes; raise AgeError, see `unseal`."""
    text = bytearray()
    for piece in unseal(BytesIO(data), identities):
        text += piece
        if len(text) > limit:
            raise AgeError(f"sealed text is longer than {limit} bytes")
    return bytes(text)


def _file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    _refuse_kinds({stanza.kind for stanza in header.stanzas})
    ours = [stanza for stanza in header.stanzas if stanza.kind == KIND]
    for stanza in ours:
        share_of(stanza)  # a malformed one refuses the file, even where another would open it
    for stanza in ours:
        for identity in identities:
            file_key = unwrap(stanza, identity)
            if file_key is not None:
                return file_key
    # grease is noise that some writers add so that readers keep ignoring what they do not know
    count = sum(not stanza.kind.endswith("-grease") for stanza in header.stanzas)
    raise NotForUsError(
        f"sealed for {count} recipient{'' if count == 1 else 's'}, none of them yours",
        hint="ask the sender to add your recipient (breachcase key show)",
    )


def _refuse_kinds(kinds: set[str]) -> None:
    if "scrypt" in kinds:
        raise AgeError(
            "file is sealed with a passphrase, which is not accepted here",
            hint="have it sealed for your recipient (age1...)",
        )
    # one classic recipient undoes what the post-quantum ones were chosen for
    if {KIND, "mlkem768x25519"} <= kinds:
        raise AgeError(
            "file mixes post-quantum and classic recipients",
            hint="have it sealed for recipients of one kind",
        )
