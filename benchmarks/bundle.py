"""A whole bundle with one large attachment, beside the `age` command on the same file.

Sealing reads the attachment out of a vault; opening verifies the bundle and writes the attachment
out. The command seals and opens the bare file: what it pays for its start is some milliseconds.
Rounds take turns. Memory is by how much the peak of this process grew (VmHWM, so Linux only).

Run: .venv/bin/python benchmarks/bundle.py [MB]
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from exports.bundle import Unsealing
from exports.card import office_card
from exports.outbox import send
from exports.trust import add_contact
from store.attachment import attach
from store.casework import new_case
from store.vault import Founding, Vault

AGE = shutil.which("age")
ROUNDS = 5
LEAST = 0.5  # times the speed of the age command
MOST = 16 * 1024  # KiB
Work = Callable[[], None]
WALL = "2026-01-02T03:04:05Z"


def main() -> int:
    """Print the table; exit 1 past a limit."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with (place / "plain").open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(1_000_000))
        with vault(place, "controller") as ours, vault(place, "regulator") as theirs:
            peers = {"ours": bundle(place, ours, theirs), **command(place)}
            took: dict[str, list[tuple[float, float]]] = {each: [] for each in peers}
            growth = 0
            for _ in range(ROUNDS):
                for each, (sealing, opening) in peers.items():
                    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
                    before = status("VmRSS")
                    took[each].append((seconds(sealing), seconds(opening)))
                    growth = max(growth, status("VmHWM") - before if each == "ours" else 0)
        same = (place / "copy").read_bytes() == (place / "plain").read_bytes()
    return told(size, took, growth, same=same)


def bundle(place: Path, ours: Vault, theirs: Vault) -> tuple[Work, Work]:
    """Return the two halves of a report with the file attached."""
    contact = add_contact(ours, office_card(theirs), "regulator", wall=WALL)
    case_id = new_case(ours, "Sample", wall=WALL)
    files = [attach(ours, case_id, place / "plain", name="plain.bin", wall=WALL)]
    sealed = send(
        ours, case_id, contact.id, at=None, wall=WALL, incomplete_reason="sample", files=files
    )

    def seal() -> None:
        with (place / "made").open("wb") as out:
            for piece in sealed.pieces():
                out.write(piece)

    def unseal() -> None:
        with (place / "made").open("rb") as file, (place / "copy").open("wb") as out:
            for content in Unsealing(file, theirs.office_identities).contents():
                for piece in content:
                    out.write(piece)

    return seal, unseal


def told(size: int, took: dict[str, list[tuple[float, float]]], growth: int, *, same: bool) -> int:
    medians = {
        each: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for each, rows in took.items()
    }
    print(
        f"{size:>4} MB{'seal MB/s':>16}{'open MB/s':>12}{'seal/age':>11}{'open/age':>11}{'KiB':>8}"
    )
    least = LEAST
    for each, row in medians.items():
        speeds = "".join(f"{size / part:12.0f}" for part in row)
        base = medians.get("age")
        ratios = [theirs / part for theirs, part in zip(base, row, strict=True)] if base else []
        shown = "".join(f"{ratio:11.2f}" for ratio in ratios) or f"{'-':>11}{'-':>11}"
        print(f"{each:<11}{speeds}{shown}{growth if each == 'ours' else '-':>8}")
        least = min([least, *ratios]) if each == "ours" else least
    print(f"limits: {LEAST} of age, {MOST} KiB; copies {'same' if same else 'OTHER'}")
    return int(not same or least < LEAST or growth > MOST)


def vault(place: Path, side: str) -> Vault:
    founding = Founding(
        person="a.person", side=side, organisation=f"Sample {side}", zone="UTC", kdf_mib=19
    )
    made, _ = Vault.create(place / side, bytearray(b"fictional words"), founding, WALL)
    return made


def command(place: Path) -> dict[str, tuple[Work, Work]]:
    """Return the age command's two halves, none where it is not installed."""
    if not AGE:
        print("age is not installed: no ratios")
        return {}
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)  # noqa: S607 - the system's
    (place / "key").write_text(made.stdout, encoding="ascii")
    recipient = made.stdout.split("public key: ")[1].split()[0]
    plain, sealed, copy = (str(place / each) for each in ("plain", "age.made", "age.copy"))

    def seal() -> None:
        subprocess.run([AGE, "-r", recipient, "-o", sealed, plain], check=True)  # noqa: S603 - a peer, fixed words

    def unseal() -> None:
        subprocess.run([AGE, "-d", "-i", str(place / "key"), "-o", copy, sealed], check=True)  # noqa: S603 - a peer, fixed words

    return {"age": (seal, unseal)}


def seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def status(name: str) -> int:
    """Return a figure of /proc/self/status in KiB."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.split(f"{name}:")[1].split()[0])


if __name__ == "__main__":
    sys.exit(main())
