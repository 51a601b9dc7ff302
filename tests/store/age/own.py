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
from pathlib import Path

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
from tests.store.age.vector import read_vector

FOLDER = Path(__file__).parents[2] / "vectors" / "age"
TEXT = b"text"
BY_X25519 = f"identity: {OURS.text()}"
BY_HYBRID = f"identity: {OURS_PQ.text()}"
BY_SSH = f"ssh seed: {OURS_SSH.seed.hex()}"
BY_PASSPHRASE = f"passphrase: {PASSPHRASE.secret.decode()}"
GREASE = Stanza("joint-oint-grease", ("x", "~!"), bytes(100))


def good() -> Iterator[tuple[str, str, bytes]]:
    """Name, what opens it, file; each says `TEXT`."""
    x25519, ssh, hybrid = wrapped(OURS), wrapped(OURS_SSH), hybrid_stanza()
    yield "x25519", BY_X25519, crafted(x25519)
    yield "x25519_armored", BY_X25519, armored(crafted(x25519))
    yield "x25519_grease", BY_X25519, crafted(GREASE, x25519, GREASE)
    yield "x25519_second_of_two", BY_X25519, crafted(wrapped(THEIRS), x25519)
    yield "ssh", BY_SSH, crafted(ssh)
    yield "ssh_beside_x25519", BY_SSH, crafted(x25519, ssh)
    yield "scrypt", BY_PASSPHRASE, crafted(scrypt_stanza())
    yield "hybrid", BY_HYBRID, crafted(hybrid)
    yield "hybrid_grease", BY_HYBRID, crafted(GREASE, hybrid)


def bad() -> Iterator[tuple[str, str, str, str, bytes]]:
    """Name, what does not open it, outcome, our one line, file."""
    x25519, ssh, hybrid, scrypt = wrapped(OURS), wrapped(OURS_SSH), hybrid_stanza(), scrypt_stanza()
    header, payload, match = "header failure", "payload failure", "no match"
    low = "age header or recipient holds a low-order point"
    none = "sealed for 1 recipient, none of them yours"
    damaged = "age payload is damaged or cut short"
    mixed = "file mixes post-quantum and classic recipients"
    work = "age header asks for a salt or work other than 16 bytes and 1 to 20"
    whole = crafted(x25519)

    yield "x25519_not_for_us", BY_X25519, match, none, crafted(wrapped(THEIRS))
    yield "x25519_low_order", BY_X25519, header, low, crafted(share(x25519, bytes(32)))
    yield (
        *("x25519_long_file_key", BY_X25519, header),
        "age header has a malformed X25519 recipient",
        crafted(replace(x25519, body=bytes(48))),
    )
    yield (
        *("x25519_mac", BY_X25519, "HMAC failure"),
        "age header was altered: its MAC does not match",
        crafted(x25519, GREASE).replace(b"-> joint", b"-> point"),
    )
    yield "ssh_other_tag", BY_SSH, match, none, crafted(replace(ssh, args=("AAAAAA", ssh.args[1])))
    yield "ssh_low_order", BY_SSH, header, low, crafted(share(ssh, bytes(32)))
    yield (
        *("ssh_no_tag", BY_SSH, header),
        "age header has a malformed ssh-ed25519 recipient",
        crafted(replace(ssh, args=ssh.args[1:])),
    )
    yield "scrypt_work_21", BY_PASSPHRASE, header, work, crafted(worked(scrypt, "21"))
    yield "scrypt_work_63", BY_PASSPHRASE, header, work, crafted(worked(scrypt, "63"))
    yield (
        *("scrypt_other_passphrase", "passphrase: other words", match),
        "sealed for another passphrase",
        crafted(scrypt),
    )
    yield (
        *("scrypt_beside_x25519", BY_PASSPHRASE, header),
        "age header has a passphrase beside other recipients",
        crafted(x25519, scrypt),
    )
    yield (
        *("scrypt_from_others", BY_X25519, "refused"),
        "file is sealed with a passphrase, which is not accepted here",
        crafted(scrypt),
    )
    yield "hybrid_beside_x25519", BY_HYBRID, "refused", mixed, crafted(hybrid, x25519)
    yield "hybrid_beside_ssh", BY_HYBRID, "refused", mixed, crafted(hybrid, ssh)
    yield "hybrid_other_body", BY_HYBRID, match, none, crafted(replace(hybrid, body=bytes(32)))
    mlkem = decode_raw(hybrid.args[0].encode())[:-32]
    yield "hybrid_low_order", BY_HYBRID, header, low, crafted(share(hybrid, mlkem + bytes(32)))
    yield (
        *("hybrid_long_share", BY_HYBRID, header),
        "age header has a mlkem768x25519 share that is not 1120 bytes long",
        crafted(share(hybrid, mlkem + bytes(33))),
    )
    yield "payload_cut", BY_X25519, payload, damaged, whole[:-1]
    yield "payload_longer", BY_X25519, payload, damaged, whole + b"\0"
    yield "payload_twice", BY_X25519, payload, damaged, whole + whole
    yield "payload_flipped", BY_X25519, payload, damaged, whole[:-20] + b"\0" + whole[-19:]
    yield (
        *("armor_longer", BY_X25519, "armor failure"),
        "age armour is followed by something else",
        armored(whole) + b"Kind regards\n",
    )


def vectors() -> dict[str, bytes]:
    """Return each vector's file by its name."""
    made = {}
    for name, opener, data in good():
        head = f"expect: success\npayload: {hashlib.sha256(TEXT).hexdigest()}\n{opener}\n\n"
        made[name] = head.encode() + data
    for name, opener, expect, error, data in bad():
        made[name] = f"expect: {expect}\nerror: {error}\n{opener}\n\n".encode() + data
    return made


def hybrid_stanza() -> Stanza:
    kept = FOLDER / "hybrid"
    if not kept.is_file():
        return wrapped(OURS_PQ)
    return read_header(Intake.of([read_vector(kept).data])).stanzas[0]


def scrypt_stanza() -> Stanza:
    return PASSPHRASE.wrap(FILE_KEY, lambda size: bytes(range(size)))


def share(stanza: Stanza, data: bytes) -> Stanza:
    return replace(stanza, args=(*stanza.args[:-1], encode_raw(data).decode()))


def worked(stanza: Stanza, work: str) -> Stanza:
    return replace(stanza, args=(stanza.args[0], work))


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
