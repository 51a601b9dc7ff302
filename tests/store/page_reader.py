"""A reader of vaults written from docs/format-vault.md alone: primitives and json, no store.

It opens a vault with its passphrase, checks every signature and every chain, and folds the records.
Attachments, grants and media it leaves aside. What it needs and the page lacks is the page's fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256, sha512
from hmac import digest as hmac
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

PAGE = (Path(__file__).parents[2] / "docs/format-vault.md").read_text(encoding="utf-8")
HEADER, TRAILER = 134, 148  # of a segment
Record = dict[str, Any]


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA512(), 32, salt, info).derive(key)


def cobblestone(key: bytes, context: bytes, sealed: bytes) -> bytes:
    salt, commitment, rest = sealed[:24], sealed[24:56], sealed[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    made = HKDFExpand(SHA512(), 76, info).derive(key)
    assert made[44:] == commitment
    aead, nonce = AESGCM(made[:32]), number(made[32:44])
    chunks = [rest[at : at + 16400] for at in range(0, len(rest), 16400)]
    return b"".join(
        aead.decrypt((nonce ^ n).to_bytes(12, "big"), each, None) for n, each in enumerate(chunks)
    )


def signed(key: bytes, kind: str, vault: bytes, signature: bytes, data: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(key).verify(
        signature, b"breachcase/1/" + kind.encode() + b"\0" + vault + data
    )


def vault_number(vault: bytes) -> str:
    told = d = b"breachcase/1/number\0vault\0" + vault
    for _ in range(5200):
        d = sha512(d + told).digest()
    return " ".join(f"{number(d[at : at + 5]) % 100_000:05}" for at in range(0, 30, 5))


def permissions() -> dict[tuple[str, str], set[str]]:
    """Who may do what, from the page's own table: (field, op) -> roles."""
    table = PAGE.partition("### Who may do what")[2]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    rows = [row for row in rows[: rows.index([], 6)] if row and "---" not in row[0]]
    _, _, *roles = rows[0]
    found = {}
    for fields, ops, *marks in rows[1:]:
        may = {role for role, mark in zip(roles, marks, strict=True) if mark}
        for field in re.sub(r"\(.*\)", "", fields).split():
            found.update({(field, op): may for op in ops.split(", ")})
    return found


class PageReader:
    """A vault, opened: `cases` by id and `log`, each a field's live values."""

    def __init__(self, path: Path, passphrase: bytes) -> None:
        self.path = path
        self.vault, replica_key = self._open_header((path / "header").read_bytes(), passphrase)
        self.epochs = {
            int(n): bytes.fromhex(key)
            for n, key in self._own("keyring", replica_key)["epochs"].items()
        }
        self.keys = dict(self._case_key(each) for each in (path / "keys").iterdir())
        self.records = {
            r["id"]: r for home in (path / "journal").iterdir() for r in self._read(home)
        }
        first = self.records[self.vault.hex()]
        self.log_id: str = first["case"]
        self.devices: dict[str, Any] = {}
        for record in sorted(self.records.values(), key=lambda r: (r["lam"], r["id"])):
            self._enrol(record)
        self.removed: dict[str, set[bytes]] = {}
        self._check()
        self.log = self._fold(self.log_id)
        ids = {r["case"] for r in self.records.values() if self._counts(r)}
        self.cases = {case: self._fold(case) for case in ids - {self.log_id}}

    def _open_header(self, raw: bytes, passphrase: bytes) -> tuple[bytes, bytes]:
        assert (raw[:8], number(raw[8:10]), number(raw[10:12])) == (b"BCVAULT1", 1, 1)
        assert number(raw[64:68]) == len(raw)
        assert sha256(raw[:-64]).digest() == raw[-64:-32]
        vault, at = raw[12:44], 68
        for _ in range(raw[61]):
            kind, slot, size = raw[at], raw[at + 2 : at + 18], number(raw[at + 18 : at + 20])
            body, at = raw[at + 20 : at + 20 + size], at + 20 + size
            if kind == 1:
                m, t, p = (number(body[n : n + 4]) for n in (0, 4, 8))
                kdf = Argon2id(salt=body[12:44], length=32, iterations=t, lanes=p, memory_cost=m)
                context = b"breachcase/slot/1\0" + vault + slot + body[:44]
                key = cobblestone(kdf.derive(passphrase), context, body[44:])
                mac = derive(key, vault, b"breachcase/vault/1/hdr")
                assert hmac(mac, raw[:-32], "sha256") == raw[-32:]
                return vault, key
        raise AssertionError("no slot of type 1")

    def _own(self, kind: str, replica_key: bytes) -> Any:
        raw = (self.path / kind).read_bytes()
        assert raw[:8] == b"BCSEAL1\0"
        key = derive(replica_key, self.vault, b"breachcase/vault/1/" + kind.encode())
        context = b"breachcase/file/1\0" + self.vault + kind.encode() + b"\0"
        plain = cobblestone(key, context, raw[8:])
        return json.loads(plain[8 : 8 + number(plain[:8])])

    def _case_key(self, file: Path) -> tuple[bytes, tuple[bytes, bytes]]:
        raw, key_id = file.read_bytes(), bytes.fromhex(file.name)
        assert raw[:8] == b"BCCKEY1\0"
        wrap = derive(self.epochs[number(raw[8:12])], self.vault, b"breachcase/casekey/1")
        context = b"breachcase/casekey/1\0" + self.vault + key_id + raw[8:12]
        opened = cobblestone(wrap, context, raw[12:])
        key, case = opened[:32], opened[32:]
        assert sha256(b"breachcase/1/casekey\0" + case + key).digest()[:16] == key_id
        return key_id, (key, case)

    def _read(self, home: Path) -> Iterator[Record]:
        """Yield the records of a device's closed segments, in the order of its chain."""
        self.chain: dict[str, list[bytes]] = getattr(self, "chain", {})
        previous, hashes = bytes(32), []
        for file in sorted(home.glob("*.seg")):
            raw = file.read_bytes()
            whole = sha256(raw)
            assert raw[102:134] == previous, "the hash chain"
            assert file.name == f"{number(raw[58:66]):010}-{whole.hexdigest()[:8]}.seg"
            assert raw[-TRAILER : -TRAILER + 12] == bytes(4) + b"BCTAIL1\0"
            assert raw[-128:-96] == sha256(raw[:-TRAILER]).digest()
            yield from self._frames(raw, home.name, whole.digest())
            previous = whole.digest()
            hashes.append(previous)
        head = json.loads((home / "head").read_bytes()[64:])
        assert [bytes.fromhex(digest) for _, digest in head["segments"]] == hashes
        self.chain[home.name] = hashes

    def _frames(self, raw: bytes, device: str, segment: bytes) -> Iterator[Record]:
        header = raw[:HEADER]
        assert header[:10] == b"BCSEGM1\0\0\1"
        assert header[10:58] == self.vault + bytes.fromhex(device)
        info = b"breachcase/segment/1\0" + header[10:66]
        aead = AESGCM(derive(self.epochs[number(header[66:70])], header[70:102], info))
        at, index = HEADER, 0
        while size := number(raw[at : at + 4]):
            aad = header + index.to_bytes(8, "big") + raw[at : at + 4]
            sealed = raw[at + 4 : at + 4 + size]
            body = aead.decrypt(index.to_bytes(12, "big"), sealed, aad)
            yield {**self._record(body), "segment": segment}
            at, index = at + 4 + size, index + 1
        assert (at, number(raw[at + 12 : at + 20])) == (len(raw) - TRAILER, index)

    def _record(self, body: bytes) -> Record:
        key, case = self.keys[body[:16]]
        change_id, seed, size = body[16:48], body[48:80], number(body[80:84])
        aead = AESGCM(derive(key, seed, b"breachcase/record/1"))
        raw = aead.decrypt(bytes(12), body[84 : 84 + size], self.vault + case + change_id)
        assert sha256(raw[64:]).digest() == change_id
        record = json.loads(raw[64:])
        assert record["case"] == case.hex()
        return {**record, "id": change_id.hex(), "raw": raw}

    def _enrol(self, record: Record) -> None:
        for op in record["ops"]:
            if op["f"].startswith("device/") and (not self.devices or self._may(record, op)):
                self.devices.setdefault(op["f"].removeprefix("device/"), op["v"])

    def _check(self) -> None:
        """Check each signature: of records, segments and heads; find what removals leave."""
        for record in self.records.values():
            zero = record["id"] == self.vault.hex()
            key = bytes.fromhex(self.devices[record["dev"]]["key"])
            vault = bytes(32) if zero else self.vault
            signed(key, "record", vault, record["raw"][:64], record["raw"][64:])
            for op in record["ops"]:
                if op["f"].startswith("removal/") and self._may(record, op):
                    name, pin = op["f"].removeprefix("removal/"), bytes.fromhex(op["v"]["sha256"])
                    chain = self.chain.get(name, [])
                    kept = {*chain[: chain.index(pin) + 1]} if pin in chain else set()
                    self.removed[name] = kept & self.removed.get(name, kept)
        for name in self.chain:
            key = bytes.fromhex(self.devices[name]["key"])
            for file in (self.path / "journal" / name).glob("*.seg"):
                raw = file.read_bytes()
                signed(key, "segment", self.vault, raw[-64:], raw[-TRAILER:-64])
            head = (self.path / "journal" / name / "head").read_bytes()
            signed(key, "head", self.vault, head[:64], head[64:])

    def _counts(self, record: Record) -> bool:
        kept = self.removed.get(record["dev"])
        return kept is None or record["segment"] in kept

    def _may(self, record: Record, op: Record) -> bool:
        if record["id"] == self.vault.hex():
            return True
        role, family = record["role"], op["f"].partition("/")[0] + "/"
        field = op["f"] if (op["f"], op["o"]) in MAY else family
        enrolled = role in self.devices.get(record["dev"], {"roles": ()})["roles"]
        return enrolled and role in MAY.get((field, op["o"]), ())

    def _fold(self, case: str) -> dict[str, list[Any]]:
        """Return the distinct live values of each field of a case; a deletion is None."""
        live: dict[str, dict[str, Any]] = {}
        over: set[tuple[str, str]] = set()
        for record in sorted(self.records.values(), key=lambda r: (r["lam"], r["id"])):
            if record["case"] == case and self._counts(record):
                for index, op in enumerate(record["ops"]):
                    if not op["f"].startswith("key/") and self._may(record, op):
                        live.setdefault(op["f"], {})[f"{record['id']}:{index}"] = op.get("v")
                        over |= {(op["f"], each) for each in op.get("over", ())}
        values = {
            field: [value for op_id, value in ops.items() if (field, op_id) not in over]
            for field, ops in live.items()
        }
        distinct = {
            field: {json.dumps(v, sort_keys=True): v for v in each}
            for field, each in values.items()
        }
        return {field: [*each.values()] for field, each in distinct.items()}


MAY = permissions()
