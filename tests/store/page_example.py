"""The worked example of docs/format-vault.md, made of fixed bytes by primitives alone."""

from __future__ import annotations

import json
from hashlib import sha256
from hmac import digest as hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from tests.store.page_reader import derive

WORDS = b"correct horse battery"
VAULT, REPLICA_KEY, EPOCH_KEY, CASE_KEY = (bytes([n]) * 32 for n in (0x22, 0x11, 0x55, 0x99))
CASE = b"\xaa" * 16
SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x66" * 32)
PUBLIC = SIGNING.public_key().public_bytes_raw()
RECIPIENT = X25519PrivateKey.from_private_bytes(b"\x77" * 32).public_key().public_bytes_raw()
DEVICE = sha256(b"breachcase/1/card\0" + PUBLIC + RECIPIENT).digest()[:16]


def example() -> dict[str, bytes]:
    """Return each step of the example by its name on the page."""
    return {**_header(), **_segment()}


def sealed(key: bytes, context: bytes, salt: bytes, data: bytes) -> bytes:
    """Cobblestone-256 of at most one chunk."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    made = HKDFExpand(SHA512(), 76, info).derive(key)
    return salt + made[44:] + AESGCM(made[:32]).encrypt(made[32:44], data, None)


def _header() -> dict[str, bytes]:
    slot_id, costs = b"\x33" * 16, (19 * 1024, 2, 1)
    body = b"".join(each.to_bytes(4, "big") for each in costs) + b"\x44" * 32
    kdf = Argon2id(salt=body[12:], length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    kek = kdf.derive(WORDS)
    body += sealed(kek, b"breachcase/slot/1\0" + VAULT + slot_id + body, b"\x45" * 24, REPLICA_KEY)
    slot = b"\x01\x00" + slot_id + len(body).to_bytes(2, "big") + body
    numbers = (1).to_bytes(8, "big") + (1_767_323_045).to_bytes(8, "big")
    head = b"BCVAULT1\0\1\0\1" + VAULT + numbers + b"\1\1\0\0"
    head += (len(head) + 4 + len(slot) + 64).to_bytes(4, "big") + slot
    check, mac_key = sha256(head).digest(), derive(REPLICA_KEY, VAULT, b"breachcase/vault/1/hdr")
    mac = hmac(mac_key, head + check, "sha256")
    return {"KEK": kek, "K_hdr": mac_key, "HMAC": mac, "header": head + check + mac}


def _segment() -> dict[str, bytes]:
    place = VAULT + DEVICE + (1).to_bytes(8, "big")
    header = b"BCSEGM1\0\0\1" + place + (1).to_bytes(4, "big") + b"\x88" * 32 + bytes(32)
    segment_key = derive(EPOCH_KEY, b"\x88" * 32, b"breachcase/segment/1\0" + place)
    key_id = sha256(b"breachcase/1/casekey\0" + CASE + CASE_KEY).digest()[:16]
    data = _record()
    change_id = sha256(data).digest()
    signature = SIGNING.sign(b"breachcase/1/record\0" + VAULT + data)
    seed = b"\xbb" * 32
    record_key = derive(CASE_KEY, seed, b"breachcase/record/1")
    inner = AESGCM(record_key).encrypt(bytes(12), signature + data, VAULT + CASE + change_id)
    body = key_id + change_id + seed + len(inner).to_bytes(4, "big") + inner
    body += bytes(-len(body) % 256)
    length = (len(body) + 16).to_bytes(4, "big")
    frame = length + AESGCM(segment_key).encrypt(bytes(12), body, header + bytes(8) + length)
    tail = bytes(4) + b"BCTAIL1\0" + (1).to_bytes(8, "big") + sha256(header + frame).digest()
    tail += bytes(32)
    tail += SIGNING.sign(b"breachcase/1/segment\0" + VAULT + tail)
    return {
        "device id": DEVICE,
        "segment header": header,
        "segment key": segment_key,
        "key id": key_id,
        "change id": change_id,
        "signature": signature,
        "record key": record_key,
        "frame": frame,
        "trailer": tail,
        "SHA-256 of the segment": sha256(header + frame + tail).digest(),
    }


def _record() -> bytes:
    ops = [{"o": "set", "f": "case/title", "v": "Lost laptop", "over": []}]
    value = {
        "v": 1,
        "salt": "00" * 16,
        "case": CASE.hex(),
        "dev": DEVICE.hex(),
        "seq": 1,
        "parents": [],
        "lam": 1,
        "wall": "2026-01-02T03:04:05Z",
        "who": "A. Officer",
        "role": "responder",
        "ops": ops,
        "why": "",
    }
    return json.dumps(value, separators=(",", ":")).encode()


def page() -> str:
    """Return the example as it stands on the page."""
    lines = []
    for name, data in example().items():
        text = data.hex()
        if len(data) <= 64:
            lines.append(f"{name:<22}  {text}")
        else:
            lines += [name, *(f"  {text[at : at + 96]}" for at in range(0, len(text), 96))]
    return "\n".join(lines)
