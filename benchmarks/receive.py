"""Receiving many report bundles, each of another office, into one vault.

The second half against the first says whether a bundle costs more the fuller the vault is. The
peak of memory is what the kernel counted since just before (VmHWM of /proc, so Linux only).

Run: .venv/bin/python benchmarks/receive.py [BUNDLES]
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports.bundle import seal_bundle, sign_bundle
from exports.card import Card, make_card, office_card
from exports.intake import Parcel, file_all, look
from exports.limits import SEALED
from exports.manifest import build_manifest
from models.form import load_pack
from models.report import Report
from models.typed import typed_answer
from store import folder
from store.age import Identity
from store.vault import Founding, Vault

WALL = "2026-01-02T03:04:05.678Z"
PASSPHRASE = b"words of a benchmark"
GROWTH = 128 * 1024  # KiB
RATIO = 1.5  # of the last quarter to the first
PACK = load_pack("ico-2019")
TOLD = {
    "what_happened": "A letter went to the wrong address and came back unopened. " * 20,
    "discovered": "2025-12-30T16:42[Europe/London]",
    "subjects_count": "1",
    "reporter": "Ada Example; ada@example.org; +44 1632 960001",
}


def main() -> int:
    """Print the table; exit 1 when a limit is passed or a bundle is not filed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        founding = Founding("A. Person", "regulator", "Sample Commission", "Europe/London", 19)
        vault, _ = Vault.create(place / "vault", bytearray(PASSPHRASE), founding, WALL)
        for number in range(count):
            (place / f"{number}.age").write_bytes(bundle(number, office_card(vault)))
        parcels = [
            Parcel(str(number), partial(folder.opened, place / f"{number}.age", SEALED))
            for number in range(count)
        ]
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        before, marks = status("VmRSS"), [time.perf_counter()]
        seen = list(look(vault, parcels))
        marks.append(time.perf_counter())
        filed, quarters = 0, [marks[-1]]
        for outcome in file_all(vault, seen, received=None, at=None, wall=lambda: WALL):
            filed += outcome.filed
            if filed % max(count // 4, 1) == 0:
                quarters.append(time.perf_counter())
        marks.append(time.perf_counter())
        vault.close()
        marks.append(time.perf_counter())
        growth = status("VmHWM") - before
    steps = [after - start for start, after in pairwise(marks)]
    spans = [after - start for start, after in pairwise(quarters)]
    ratio = spans[-1] / spans[0]
    for what, seconds in zip(("look", "file", "close"), steps, strict=True):
        print(f"{what:<8} {seconds:8.2f} s {count / seconds:8.0f} bundles/s")
    print(f"{'all':<8} {sum(steps):8.2f} s {count / sum(steps):8.0f} bundles/s")
    print(f"last quarter filed / first {ratio:.2f} (limit {RATIO})")
    print(f"growth of memory {growth} KiB (limit {GROWTH}); {filed} of {count} filed")
    return int(filed != count or growth > GROWTH or ratio > RATIO)


def bundle(number: int, recipient: Card) -> bytes:
    """Return a sealed initial report of an office of its own."""
    signing, identity = Ed25519PrivateKey.generate(), Identity.generate()
    card = make_card(f"Fictional Office {number}", signing, identity.recipient(), bytes(32))
    answers = {qid: typed_answer(PACK.question(qid), text) for qid, text in TOLD.items()}
    report = Report(form=PACK.id, kind="initial", number=0, answers=answers)
    manifest = build_manifest(
        {
            "format": "breachcase-bundle",
            "version": 1,
            "min_reader": 1,
            "bundle_id": secrets.token_hex(16),
            "kind": "initial_report",
            "case_id": secrets.token_hex(16),
            "case_reference": None,
            "seq": 1,
            "prev": (),
            "in_reply_to": None,
            "sender": {"card": card.line(), "device": secrets.token_hex(16)},
            "recipients": (recipient.sha256,),
            "created": WALL,
            "stated_at": None,
            "tool": "a benchmark",
            "schema": {"id": PACK.id, "version": PACK.version, "sha256": PACK.sha256},
            "complete": False,
            "open_checks": (),
            "payload": {"report": report.as_json(), "incomplete_reason": "more follows"},
            "attachments": (),
            "history": (),
            "pad": "",
        }
    )
    return b"".join(seal_bundle(sign_bundle(manifest, signing), [recipient.recipient]))


def status(name: str) -> int:
    """Return a figure of this process in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    raise SystemExit(main())
