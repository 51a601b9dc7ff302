"""Sealing and opening one large file, beside the `age` command and pyrage in the same run.

Every peer goes from file to file, for two recipients. Rounds take turns, so that the load of the
machine falls on all of them; the command pays for its start, some milliseconds. Post-quantum
recipients are held against the command's X25519: its releases before 1.3 have no others. Memory
is by how much the peak of this process grew (VmHWM of /proc, so Linux only).

Run: .venv/bin/python benchmarks/age.py [MB]
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest
from pathlib import Path

from store.age import HYBRID, X25519, Identity, seal, unseal
from store.age.kind import Kind

try:
    import pyrage
except ImportError:
    pyrage = None

AGE = shutil.which("age")
ROUNDS = 7
STEP = 64 * 1024
MOST = 16 * 1024  # KiB
LEAST = 1.0  # times the speed of the age command
Work = Callable[[Path, Path], object]


@dataclass
class Peer:
    name: str
    seal: Work
    open: Work
    sealing: list[float] = field(default_factory=list)
    opening: list[float] = field(default_factory=list)
    growth: int = 0

    def go(self, plain: Path, made: Path, copy: Path) -> bool:
        """Seal and open once; return whether the copy is the same."""
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        before = status("VmRSS")
        self.sealing.append(seconds(self.seal, plain, made))
        self.opening.append(seconds(self.open, made, copy))
        self.growth = max(self.growth, status("VmHWM") - before)
        return digest(plain) == digest(copy)


def main() -> int:
    """Print the table; exit 1 past a limit or where a copy is another."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with (place / "plain").open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(1_000_000))
        base, other = command(place), binding()
        own = [ours("ours, X25519", X25519), ours("ours, post-quantum", HYBRID)]
        peers = [peer for peer in (base, *own, other) if peer]
        same = [
            peer.go(place / "plain", place / "made", place / "copy")
            for _ in range(ROUNDS)
            for peer in peers
        ]
    print(
        f"{size:>4} MB{'seal MB/s':>25}{'open MB/s':>12}{'seal/age':>11}{'open/age':>11}{'KiB':>8}"
    )
    within = {peer.name: row(peer, base, size) for peer in peers}
    print(f"limits for ours: {LEAST} of age, {MOST} KiB; copies {'same' if all(same) else 'OTHER'}")
    return int(not all(same) or not all(within[peer.name] for peer in own))


def row(peer: Peer, base: Peer | None, size: int) -> bool:
    """Print the medians of a peer; return whether they are within the limits."""
    took = statistics.median(peer.sealing), statistics.median(peer.opening)
    speeds = "".join(f"{size / each:12.0f}" for each in took)
    ratios = []
    if base:
        medians = statistics.median(base.sealing), statistics.median(base.opening)
        ratios = [theirs / each for theirs, each in zip(medians, took, strict=True)]
    shown = "".join(f"{ratio:11.2f}" for ratio in ratios) or f"{'-':>11}{'-':>11}"
    memory = "-" if peer is base else peer.growth  # the command's is its own
    print(f"{peer.name:<20}{speeds}{shown}{memory:>8}")
    return min(ratios, default=LEAST) >= LEAST and peer.growth <= MOST


def ours(name: str, kind: Kind) -> Peer:
    identities = [Identity.generate(kind) for _ in range(2)]
    recipients = [identity.recipient() for identity in identities]

    def sealing(plain: Path, made: Path) -> None:
        with plain.open("rb") as file, made.open("wb") as out:
            seal(pieces(file.read), out, recipients)

    def opening(made: Path, copy: Path) -> None:
        with made.open("rb") as file, copy.open("wb") as out:
            for piece in unseal(file, identities[1:]):
                out.write(piece)

    return Peer(name, sealing, opening)


def pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(partial(read, STEP), b"")


def command(place: Path) -> Peer | None:
    if not AGE:
        print("age skipped: the command is not installed")
        return None
    identities = [Identity.generate() for _ in range(2)]
    to = [word for each in identities for word in ("-r", each.recipient().text())]
    key = place / "key.txt"
    key.write_text(identities[1].text() + "\n", encoding="ascii")
    return Peer(
        "age, X25519",
        lambda plain, made: run(AGE, *to, "-o", made, plain),
        lambda made, copy: run(AGE, "-d", "-i", key, "-o", copy, made),
    )


def binding() -> Peer | None:
    if not pyrage:
        print("pyrage skipped: not installed, see .ci/peers.lock")
        return None
    identities = [Identity.generate() for _ in range(2)]
    to = [pyrage.x25519.Recipient.from_str(each.recipient().text()) for each in identities]
    opener = [pyrage.x25519.Identity.from_str(identities[1].text())]
    return Peer(
        "pyrage, X25519",
        lambda plain, made: pyrage.encrypt_file(str(plain), str(made), to),
        lambda made, copy: pyrage.decrypt_file(str(made), str(copy), opener),
    )


def run(*words: str | Path) -> None:
    subprocess.run(words, check=True)  # noqa: S603 - a peer found on PATH, fixed words


def seconds(work: Work, source: Path, target: Path) -> float:
    target.unlink(missing_ok=True)
    start = time.perf_counter()
    work(source, target)
    return time.perf_counter() - start


def status(name: str) -> int:
    """Return a figure of this process in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


if __name__ == "__main__":
    raise SystemExit(main())
