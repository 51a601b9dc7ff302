"""Attaching and extracting one large file: how long, and how far the memory goes up.

The peak is what the kernel counted for this process since just before (VmHWM of /proc, so Linux
only); the vault is open already, as unlocking takes memory of its own.

Run: .venv/bin/python benchmarks/blob.py [MIB]
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from store import folder
from store.attachment import attach, pieces
from store.casework import new_case
from store.vault import Founding, Vault

WALL = "2026-01-02T03:04:05.678Z"
LIMIT = 16 * 1024  # KiB
PASSPHRASE = b"words of a benchmark"


def main() -> int:
    """Print the table; exit 1 when memory grows past its limit or the file comes back another."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        sha256 = make(place / "image", size)
        founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
        vault, _ = Vault.create(place / "vault", bytearray(PASSPHRASE), founding, WALL)
        with vault:
            case_id = new_case(vault, "a case with a large file", wall=WALL)
            print(f"{size} MiB {'seconds':>14} {'MiB/s':>8} {'memory KiB':>11}")
            took = [
                measured(
                    "attach",
                    size,
                    lambda: attach(vault, case_id, place / "image", name="image", wall=WALL),
                )
            ]
            made = attach(vault, case_id, place / "image", name="again", wall=WALL)
            took.append(
                measured(
                    "extract",
                    size,
                    lambda: folder.write_new(place / "copy", pieces(vault, case_id, made)),
                )
            )
        whole = made.sha256 == sha256 == digest(place / "copy")
    print(f"limit of growth {LIMIT} KiB; the copy is {'the same' if whole else 'ANOTHER'}")
    return int(max(took) > LIMIT or not whole)


def measured(name: str, size: int, work: Callable[[], object]) -> int:
    """Do the work, print a row, return by how many KiB the peak of memory went up."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before, start = status("VmRSS"), time.perf_counter()
    work()
    seconds, growth = time.perf_counter() - start, status("VmHWM") - before
    print(f"{name:<8} {seconds:13.2f} {size / seconds:8.0f} {growth:11}")
    return growth


def status(name: str) -> int:
    """Return a figure of this process in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def make(path: Path, size: int) -> str:
    """Write `size` MiB of noise; return its SHA-256."""
    sha256 = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(size):
            piece = os.urandom(1024 * 1024)
            sha256.update(piece)
            file.write(piece)
    return sha256.hexdigest()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
