"""One save in a vault beside a baseline that also builds, signs, seals and appends.

The baseline writes a record of the same bytes: it builds the JSON, signs it with Ed25519, seals it
twice with AES-256-GCM, appends it to a file and calls fdatasync once. Rounds alternate, because a
sync takes what the disk happens to be doing. `vault.commit` is the save proper; `set_answers` also
finds the draft and holds the answer to its question.

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
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.answer import Answer
from store.casework import new_case, set_answers
from store.change import SetOp
from store.vault import Founding, Vault

if TYPE_CHECKING:
    from collections.abc import Callable

WALL = "2026-01-02T03:04:05.678Z"
LIMIT = 1.5
PASSPHRASE = b"words of a benchmark"
BASELINE, COMMIT, ANSWERS = "baseline", "vault.commit", "casework.set_answers"


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


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(place: Path, rounds: int) -> tuple[dict[str, list[float]], float]:
    """Return the seconds of each kind of save, and the bytes that a save adds to the journal."""
    founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
    vault, _ = Vault.create(place / "vault", bytearray(PASSPHRASE), founding, WALL)
    baseline = Baseline(place / "baseline")
    taken: dict[str, list[float]] = {BASELINE: [], COMMIT: [], ANSWERS: []}
    with vault:
        case_id = new_case(vault, "a case to save", wall=WALL)
        draft = vault.case(case_id).draft
        field = f"report/{draft.rid if draft else ''}/actions"
        before = size_of(place / "vault")
        for turn in range(rounds):
            text = f"answer number {turn} of a benchmark"
            taken[BASELINE].append(timed(lambda text=text: baseline.save(text)))
            ops = [SetOp(field, {"state": "answered", "value": text})]
            shown = vault.state(case_id)
            taken[COMMIT].append(
                timed(lambda o=ops, s=shown: vault.commit(case_id, o, shown=s, wall=WALL))
            )
            answers = {"actions": Answer(state="answered", value=f"{text} again")}
            shown = vault.state(case_id)
            taken[ANSWERS].append(
                timed(lambda a=answers, s=shown: set_answers(vault, case_id, a, shown=s, wall=WALL))
            )
        return taken, (size_of(place / "vault") - before) / (2 * rounds)


def main() -> int:
    """Print the table; exit 1 when a commit costs more than its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        taken, size = measure(Path(folder), rounds)
    base = statistics.median(taken[BASELINE])
    print(f"{'':<26} {'min ms':>8} {'median ms':>10} {'ratio':>6} {'limit':>6}")
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        limit = LIMIT if name == COMMIT else "-"
        print(f"{name:<26} {min(seconds) * 1000:8.2f} {median * 1000:10.2f}", end=" ")
        print(f"{median / base:6.2f} {limit:>6}")
    print(f"bytes a save writes: {size:.0f}")
    return int(statistics.median(taken[COMMIT]) / base > LIMIT)


def size_of(vault: Path) -> int:
    """Return the bytes of the journal."""
    return sum(path.stat().st_size for path in (vault / "journal").rglob("*") if path.is_file())


if __name__ == "__main__":
    raise SystemExit(main())
