"""Kill -9 a saving process again and again; no save that it acknowledged may be missing.

A child saves without end and writes each change's id to a pipe once it is on the medium. It is
killed after a random number of them, and another takes its place.

Run: .venv/bin/python benchmarks/kill9.py [SAVES]
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from store.casework import new_case
from store.change import SetOp
from store.vault import Founding, Vault

WALL = "2026-01-02T03:04:05.678Z"
PASSPHRASE = b"words of a benchmark"
MOST = 12  # saves before a kill


def opened(path: Path) -> Vault:
    """Return the vault, open for writing."""
    return Vault.open(path, bytearray(PASSPHRASE))


def save_without_end(path: Path, case_id: str) -> None:
    """Save; tell each id."""
    with opened(path) as vault:
        number = 0
        while True:
            number += 1
            shown = vault.state(case_id)
            change = vault.commit(
                case_id, [SetOp("case/title", f"Save {number}")], shown=shown, wall=WALL
            )
            print(change.id, flush=True)


def killed(path: Path, case_id: str, after: int) -> list[str]:
    """Return the ids that a child told before it was killed `after` that many."""
    command = [sys.executable, __file__, "--save", str(path), case_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own
        if child.stdout is None:
            return []
        told = [child.stdout.readline() for _ in range(after)]
        child.send_signal(signal.SIGKILL)
        told += child.stdout.readlines()
    return [line.strip() for line in told if line.endswith("\n")]


def main() -> int:
    """Print how many saves, kills and lost saves there were; exit 1 when one was lost."""
    if sys.argv[1:2] == ["--save"]:
        save_without_end(Path(sys.argv[2]), sys.argv[3])
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chance = random.Random(9)  # noqa: S311 - when to kill, no secret
    acknowledged: list[str] = []
    kills = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault"
        founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
        vault, _ = Vault.create(path, bytearray(PASSPHRASE), founding, WALL)
        with vault:
            case_id = new_case(vault, "a case to save", wall=WALL)
        while len(acknowledged) < wanted:
            acknowledged += killed(path, case_id, chance.randint(1, MOST))
            kills += 1
        with opened(path) as vault:
            there = {change.id for change in vault.state(case_id).changes}
    lost = len(set(acknowledged) - there)
    print(f"saves={len(acknowledged)} kills={kills} lost={lost}")
    return int(lost > 0)


if __name__ == "__main__":
    raise SystemExit(main())
