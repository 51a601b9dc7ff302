"""Receiving many report bundles, each of another office, into one vault.

The baseline is what the disk takes for the same syncs: four files and two folders a bundle. The
last quarter against the first says whether a bundle costs more the fuller the vault is. The peak
of memory is what the kernel counted since just before (VmHWM of /proc, so Linux only).

Run: .venv/bin/python benchmarks/receive.py [BUNDLES]
"""

from __future__ import annotations

import os
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
        synced = syncs(place / "syncs", max(count // 10, 1)) * count
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        before, marks = status("VmRSS"), [clocks()]
        seen = list(look(vault, parcels))
        marks.append(clocks())
        filed, quarters = 0, [time.process_time()]
        for outcome in file_all(vault, seen, received=None, at=None, wall=lambda: WALL):
            filed += outcome.filed
            if filed % max(count // 4, 1) == 0:
                quarters.append(time.process_time())
        marks.append(clocks())
        vault.close()
        marks.append(clocks())
        growth = status("VmHWM") - before
    spans = [after - start for start, after in pairwise(quarters)]
    ratio = spans[-1] / spans[0]
    print(f"{count} bundles  seconds  bundles/s  of them CPU s")
    for what, start, end in (
        *zip(("look", "file", "close"), marks, marks[1:], strict=False),
        ("all", marks[0], marks[-1]),
    ):
        seconds, busy = end[0] - start[0], end[1] - start[1]
        print(f"{what:<8} {seconds:15.2f} {count / seconds:10.0f} {busy:14.2f}")
    print(f"{'syncs':<8} {synced:15.2f} {count / synced:10.0f}")
    print(f"CPU of the last quarter filed / of the first {ratio:.2f} (limit {RATIO})")
    print(f"growth of memory {growth} KiB (limit {GROWTH}); {filed} of {count} filed")
    return int(filed != count or growth > GROWTH or ratio > RATIO)


def syncs(place: Path, count: int) -> float:
    """Return the seconds that the syncs of one bundle take, the mean of `count`."""
    place.mkdir()
    folder_ = os.open(place, os.O_RDONLY)
    start = time.perf_counter()
    for number in range(count * 4):
        file = os.open(place / str(number), os.O_WRONLY | os.O_CREAT)
        os.write(file, bytes(8192))
        os.fdatasync(file)
        os.close(file)
        if number % 2:
            os.fsync(folder_)
    seconds = time.perf_counter() - start
    os.close(folder_)
    return seconds / count


def clocks() -> tuple[float, float]:
    """Return wall and CPU seconds."""
    return time.perf_counter(), time.process_time()


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
