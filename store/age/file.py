"""Sealing a file for recipients and opening it with an identity: age v1, every kind of key."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
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
from store.age.intake import Intake, Source
from store.age.keys import KINDS, Identity, Recipient
from store.age.kind import Draw
from store.age.scrypt import KIND as PASSPHRASE
from store.age.scrypt import Passphrase
from store.age.stream import NONCE_SIZE, decrypt, encrypt

Sealers = Sequence[Recipient] | Passphrase
"""1 to 32 recipients, or a passphrase, which is always alone."""
Openers = Sequence[Identity] | Passphrase
"""Identities, of which one is enough; a passphrase only for a file of one's own."""
_KINDS = {kind.name: kind for kind in KINDS}
_HYBRID = frozenset(kind.name for kind in KINDS if kind.post_quantum)
# known to every age program, whether or not we open them
_CLASSIC = frozenset(kind.name for kind in KINDS if not kind.post_quantum) | {"ssh-rsa"}


def seal(
    plaintext: Iterable[bytes],
    out: BinaryIO,
    recipients: Sealers,
    *,
    armored: bool = False,
    draw: Draw = os.urandom,
) -> None:
    """Write `plaintext` to `out` so that each of 1 to 32 recipients can open it.

    Memory does not grow with the text. `armored` gives text for pasting, at most 32 MiB of it.
    `draw` gives random bytes: file key (16), an ephemeral (32) for each X25519 or SSH recipient
    or the salt (16) of a passphrase, nonce (16); anything but the system's source is for
    reproducing a written example, never for data. Raises AgeError for no or too many
    recipients, for post-quantum beside classic ones, or too long an armour.
    """
    armour = ArmourWriter(out) if armored else None
    write = armour.write if armour else out.write
    for piece in seal_pieces(plaintext, recipients, draw=draw):
        write(piece)
    if armour:
        armour.close()


def seal_pieces(
    plaintext: Iterable[bytes], recipients: Sealers, *, draw: Draw = os.urandom
) -> Iterator[bytes]:
    """Yield the sealed file piece by piece; see `seal`. Raises AgeError when it is called."""
    keys = (recipients,) if isinstance(recipients, Passphrase) else recipients
    if not 0 < len(keys) <= STANZA_LIMIT:
        raise AgeError(
            f"a file is sealed for 1 to {STANZA_LIMIT} recipients, not {len(keys)}",
            hint="name whom it is for",
        )
    file_key = draw(FILE_KEY_SIZE)
    stanzas = [key.wrap(file_key, draw) for key in keys]
    _refuse_mixture({stanza.kind for stanza in stanzas})
    header = write_header(stanzas, file_key)
    return chain((header,), encrypt(plaintext, file_key, draw(NONCE_SIZE)))


def unseal(source: Source, identities: Openers) -> Iterator[bytes]:
    """Return the plain text of a sealed file, binary or armoured, in verified pieces.

    The header is read and checked at once, the payload as the iteration goes on. Pieces are
    genuine but only the end of the iteration says that the text is whole. Raises NotForUsError
    (none of the identities opens it) and AgeError, here and while iterating.
    """
    intake = Intake(source.read)
    if armoured(intake):
        intake = Intake.of(dearmour(intake))
    header = read_header(intake)
    if isinstance(identities, Passphrase):
        file_key = _with_passphrase(header, identities)
    else:
        file_key = _with_identities(header, identities)
    check_mac(header, file_key)
    return decrypt(intake, file_key)


def seal_bytes(data: bytes, recipients: Sealers, *, armored: bool = False) -> bytes:
    """Return `data` sealed; see `seal`."""
    out = BytesIO()
    seal([data], out, recipients, armored=armored)
    return out.getvalue()


def unseal_bytes(data: bytes, identities: Openers, limit: int) -> bytes:
    """Return the whole plain text, at most `limit` bytes; raise AgeError, see `unseal`."""
    text = bytearray()
    for piece in unseal(BytesIO(data), identities):
        text += piece
        if len(text) > limit:
            raise AgeError(f"sealed text is longer than {limit} bytes")
    return bytes(text)


def _with_identities(header: Header, identities: Sequence[Identity]) -> bytes:
    kinds = {stanza.kind for stanza in header.stanzas}
    if PASSPHRASE in kinds:
        raise AgeError(
            "file is sealed with a passphrase, which is not accepted here",
            hint="have it sealed for your recipient (age1...)",
        )
    for stanza in header.stanzas:
        if kind := _KINDS.get(stanza.kind):
            kind.share_of(stanza)  # a malformed one refuses the file, even where another opens it
    _refuse_mixture(kinds)
    for stanza in header.stanzas:
        for identity in identities:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise NotForUsError(
        f"{_sealed_for(header)}, none of them yours",
        hint="ask the sender to add your recipient (breachcase key show)",
    )


def _with_passphrase(header: Header, passphrase: Passphrase) -> bytes:
    stanza, *others = header.stanzas
    if PASSPHRASE not in {each.kind for each in header.stanzas}:
        raise NotForUsError(
            f"{_sealed_for(header)}, not with a passphrase", hint="open it with an identity"
        )
    if others:
        raise AgeError("age header has a passphrase beside other recipients")
    file_key = passphrase.unwrap(stanza)
    if file_key is None:
        raise NotForUsError("sealed for another passphrase", hint="type the passphrase again")
    return file_key


def _refuse_mixture(kinds: set[str]) -> None:
    # one classic recipient undoes what the post-quantum ones were chosen for
    if kinds & _HYBRID and kinds & _CLASSIC:
        raise AgeError(
            "file mixes post-quantum and classic recipients",
            hint="have it sealed for recipients of one kind",
        )


def _sealed_for(header: Header) -> str:
    # grease is noise that some writers add so that readers keep ignoring what they do not know
    count = sum(not stanza.kind.endswith("-grease") for stanza in header.stanzas)
    return f"sealed for {count} recipient{'' if count == 1 else 's'}"
