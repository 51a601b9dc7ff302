"""Our own test vectors, for where the public ones are absent: made from fixed keys.

Everything is rebuilt byte for byte but the post-quantum stanza, whose randomness can not be
given: that one is taken from the vector `hybrid` as it lies there.

Run: .venv/bin/python -I -m tests.store.age.own, to write them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from store.age.armour import ArmourWriter
from store.age.encoding import decode_raw, encode_raw
from store.age.header import Stanza, read_header
from store.age.intake import Intake
from tests.store.age.build import (
    FILE_KEY,
    OURS,
    OURS_PQ,
    OURS_SSH,
    PASSPHRASE,
    THEIRS,
    crafted,
    wrapped,
)
from tests.store.age.vector import WORDS, read_vector

FOLDER = Path(__file__).parents[2] / "vectors" / "age"
TEXT = b"text"
BY_X25519 = f"identity: {OURS.text()}"
BY_HYBRID = f"identity: {OURS_PQ.text()}"
BY_SSH = f"ssh seed: {OURS_SSH.seed.hex()}"
BY_PASSPHRASE = f"passphrase: {PASSPHRASE.secret.decode()}"
LOW_ORDER = "age header or recipient holds a low-order point"
NOT_OURS = "sealed for 1 recipient, none of them yours"
DAMAGED = "age payload is damaged or cut short"
GREASE = Stanza("joint-oint-grease", ("x", "~!"), bytes(100))


class Made(NamedTuple):
    """`error` is the one line that the file is refused with, empty where it opens."""

    name: str
    opener: str
    error: str
    data: bytes


def good() -> Iterator[Made]:
    """Files of every kind; each says `TEXT`."""
    x25519, ssh, hybrid = wrapped(OURS), wrapped(OURS_SSH), hybrid_stanza()
    yield Made("x25519", BY_X25519, "", crafted(x25519))
    yield Made("x25519_armored", BY_X25519, "", armored(crafted(x25519)))
    yield Made("x25519_grease", BY_X25519, "", crafted(GREASE, x25519, GREASE))
    yield Made("x25519_second_of_two", BY_X25519, "", crafted(wrapped(THEIRS), x25519))
    yield Made("ssh", BY_SSH, "", crafted(ssh))
    yield Made("ssh_beside_x25519", BY_SSH, "", crafted(x25519, ssh))
    yield Made("scrypt", BY_PASSPHRASE, "", crafted(scrypt_stanza()))
    yield Made("hybrid", BY_HYBRID, "", crafted(hybrid))
    yield Made("hybrid_grease", BY_HYBRID, "", crafted(GREASE, hybrid))


def bad_x25519() -> Iterator[Made]:
    stanza = wrapped(OURS)
    long = "age header has a malformed X25519 recipient"
    altered = "age header was altered: its MAC does not match"
    other = crafted(stanza, GREASE).replace(b"-> joint", b"-> point")
    yield Made("x25519_not_for_us", BY_X25519, NOT_OURS, crafted(wrapped(THEIRS)))
    yield Made("x25519_low_order", BY_X25519, LOW_ORDER, crafted(share(stanza, bytes(32))))
    yield Made("x25519_long_file_key", BY_X25519, long, crafted(replace(stanza, body=bytes(48))))
    yield Made("x25519_mac", BY_X25519, altered, other)


def bad_ssh() -> Iterator[Made]:
    stanza = wrapped(OURS_SSH)
    short = "age header has a malformed ssh-ed25519 recipient"
    other = replace(stanza, args=("AAAAAA", stanza.args[1]))
    yield Made("ssh_other_tag", BY_SSH, NOT_OURS, crafted(other))
    yield Made("ssh_low_order", BY_SSH, LOW_ORDER, crafted(share(stanza, bytes(32))))
    yield Made("ssh_no_tag", BY_SSH, short, crafted(replace(stanza, args=stanza.args[1:])))


def bad_scrypt() -> Iterator[Made]:
    stanza = scrypt_stanza()
    work = "age header asks for a salt or work other than 16 bytes and 1 to 20"
    beside = "age header has a passphrase beside other recipients"
    others = "file is sealed with a passphrase, which is not accepted here"
    another = "sealed for another passphrase"
    for asked in ("21", "63"):
        data = crafted(replace(stanza, args=(stanza.args[0], asked)))
        yield Made(f"scrypt_work_{asked}", BY_PASSPHRASE, work, data)
    yield Made("scrypt_other_passphrase", "passphrase: other words", another, crafted(stanza))
    yield Made("scrypt_beside_x25519", BY_PASSPHRASE, beside, crafted(wrapped(OURS), stanza))
    yield Made("scrypt_from_others", BY_X25519, others, crafted(stanza))


def bad_hybrid() -> Iterator[Made]:
    stanza = hybrid_stanza()
    mixed = "file mixes post-quantum and classic recipients"
    long = "age header has a mlkem768x25519 share that is not 1120 bytes long"
    mlkem = decode_raw(stanza.args[0].encode())[:-32]
    yield Made("hybrid_beside_x25519", BY_HYBRID, mixed, crafted(stanza, wrapped(OURS)))
    yield Made("hybrid_beside_ssh", BY_HYBRID, mixed, crafted(stanza, wrapped(OURS_SSH)))
    yield Made("hybrid_other_body", BY_HYBRID, NOT_OURS, crafted(replace(stanza, body=bytes(32))))
    yield Made("hybrid_low_order", BY_HYBRID, LOW_ORDER, crafted(share(stanza, mlkem + bytes(32))))
    yield Made("hybrid_long_share", BY_HYBRID, long, crafted(share(stanza, mlkem + bytes(33))))


def bad_payload() -> Iterator[Made]:
    whole = crafted(wrapped(OURS))
    followed = "age armour is followed by something else"
    yield Made("payload_cut", BY_X25519, DAMAGED, whole[:-1])
    yield Made("payload_longer", BY_X25519, DAMAGED, whole + b"\0")
    yield Made("payload_twice", BY_X25519, DAMAGED, whole + whole)
    yield Made("payload_flipped", BY_X25519, DAMAGED, whole[:-20] + b"\0" + whole[-19:])
    yield Made("armor_longer", BY_X25519, followed, armored(whole) + b"Kind regards\n")


def vectors() -> dict[str, bytes]:
    """Return each vector's file by its name."""
    made = chain(good(), bad_x25519(), bad_ssh(), bad_scrypt(), bad_hybrid(), bad_payload())
    return {each.name: head(each).encode() + each.data for each in made}


def head(made: Made) -> str:
    says = f"expect: success\npayload: {hashlib.sha256(TEXT).hexdigest()}"
    if made.error:
        # the more particular of two that fit comes last
        fits = [expect for expect, words in WORDS.items() if made.error.startswith(words)]
        says = f"expect: {fits[-1] if fits else 'refused'}\nerror: {made.error}"
    return f"{says}\n{made.opener}\n\n"


def hybrid_stanza() -> Stanza:
    kept = FOLDER / "hybrid"
    if not kept.is_file():
        return wrapped(OURS_PQ)
    return read_header(Intake.of([read_vector(kept).data])).stanzas[0]


def scrypt_stanza() -> Stanza:
    return PASSPHRASE.wrap(FILE_KEY, lambda size: bytes(range(size)))


def share(stanza: Stanza, data: bytes) -> Stanza:
    return replace(stanza, args=(*stanza.args[:-1], encode_raw(data).decode()))


def armored(data: bytes) -> bytes:
    out = BytesIO()
    writer = ArmourWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "hybrid").write_bytes(vectors()["hybrid"])  # first: the others take its stanza
    for vector_name, file in vectors().items():
        (FOLDER / vector_name).write_bytes(file)
