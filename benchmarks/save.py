"""One save in a vault beside a baseline that also builds, signs, seals and appends.

The baseline writes a record of the same bytes: it builds the JSON, signs it with Ed25519, seals it
twice with AES-256-GCM, appends it to a file and calls fdatasync once. Rounds alternate, because a
sync takes what the disk happens to be doing.

Run: .venv/bin/python benchmarks/save.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.answer import Answer
from store.casework import new_case, set_answers
from store.vault import Founding, Vault

WALL = "2026-01-02T03:04:05.678Z"
LIMIT = 1.5
PASSPHRASE = b"words of a benchmark"


class Baseline:
    """Build, sign, seal, append, sync: what any honest journal has to do."""

    def __init__(self, path: Path) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._inner = AESGCM(AESGCM.generate_key(256))
        self._outer = AESGCM(AESGCM.generate_key(256))
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def save(self, text: str) -> None:
        """Write one answer."""
        change = {
            "v": 1,
            "salt": secrets.token_hex(16),
            "case": secrets.token_hex(16),
            "dev": secrets.token_hex(16),
            "seq": 1,
            "parents": [secrets.token_hex(32)],
            "lam": 1,
            "wall": WALL,
            "who": "A. Person",
            "role": "responder",
            "ops": [
                {
                    "o": "set",
                    "f": "report/00000000/actions",
                    "v": {"state": "answered", "value": text},
                    "over": [f"{secrets.token_hex(32)}:0"],
                }
            ],
            "why": "",
        }
        raw = json.dumps(change, separators=(",", ":")).encode()
        record = self._key.sign(raw) + raw
        inner = self._inner.encrypt(secrets.token_bytes(12), record, raw[:64])
        body = secrets.token_bytes(80) + inner
        body += bytes(-len(body) % 256)
        os.write(self._file, self._outer.encrypt(secrets.token_bytes(12), body, b"head"))
        os.fdatasync(self._file)


def main() -> int:
    """Print the table; exit 1 when a save costs more than its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
        vault, _ = Vault.create(place / "vault", bytearray(PASSPHRASE), founding, WALL)
        baseline = Baseline(place / "baseline")
        with vault:
            case_id = new_case(vault, "a case to save", wall=WALL)
            ours, theirs, sizes = [], [], []
            for turn in range(rounds):
                text = f"answer number {turn} of a benchmark"
                shown = vault.state(case_id)
                before = size_of(place / "vault")
                start = time.perf_counter()
                set_answers(
                    vault,
                    case_id,
                    {"actions": Answer(state="answered", value=text)},
                    shown=shown,
                    wall=WALL,
                )
                ours.append(time.perf_counter() - start)
                sizes.append(size_of(place / "vault") - before)
                start = time.perf_counter()
                baseline.save(text)
                theirs.append(time.perf_counter() - start)
    ratios = [mine / base for mine, base in zip(ours, theirs, strict=True)]
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"{'':<18} {'min ms':>8} {'median ms':>10}")
    for name, taken in (("a save", ours), ("baseline", theirs)):
        print(f"{name:<18} {min(taken) * 1000:8.2f} {statistics.median(taken) * 1000:10.2f}")
    print(f"ratio of medians {ratio:.2f} (limit {LIMIT}), median of ratios", end=" ")
    print(f"{statistics.median(ratios):.2f}; bytes a save {statistics.median(sizes):.0f}")
    return int(ratio > LIMIT)


def size_of(vault: Path) -> int:
    """Return the bytes of the journal."""
    return sum(path.stat().st_size for path in (vault / "journal").rglob("*") if path.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
