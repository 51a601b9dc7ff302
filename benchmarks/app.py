"""The app on a terminal line: bytes and CPU for each key, and how soon the first picture comes.

Run: .venv/bin/python benchmarks/app.py [ROUNDS]

A program runs on a pty of 80x24 as over ssh. A key's bytes are counted until the line has been
quiet for 150 ms, its CPU from /proc (Linux). The tabs go once round the longest section: as far as
it needs no scrolling, then on, with the problems and the list of sections. First paint: from the
derived key to the list of cases, as the app is imported while the passphrase is typed; beside a
Textual app that shows one line of text, from its start and, as a second row, from when it had
imported what it needs.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
QUIET_S = 0.15
STEERING = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]")
OURS = """
import sys
from pathlib import Path
from tui.environment import scrub
import os
scrub(os.environ)
from store import folder
from store.header import LARGEST, parse_header, unlock
from store.lock import Lock
from store.replica import Replica
from store.vault import Vault
from tui.app import run_app
from tui.today import now, wall
path = Path(sys.argv[1])
raw = folder.read_part(path / "header", LARGEST)
header = parse_header(raw)
key = unlock(raw, header, bytearray(b"correct horse"))
os.write(2, b"\\x07")
os.read(0, 1)
replica = Replica.load(path, key, header.vault_id, writable=True)
with Vault(replica, Lock.acquire(path / "lock")) as vault:
    sys.exit(run_app(vault, now=now, wall=wall))
"""
BARE = """
import os
from tui.environment import scrub
scrub(os.environ)
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit", "")]
    def compose(self):
        yield Static("one line")
os.write(2, b"\\x07")
os.read(0, 1)
Bare().run(mouse=False)
"""
LIMITS = {  # bytes, CPU ms: the median of a key
    "type a character": (120, 8),
    "tab to the next field": (300, 20),
    "list down": (300, 20),
}
RATIO = 1.6
LIST = b"Harbour Trust"
ONE = b"one line"


class Paint(NamedTuple):
    """What the first picture of a program took, in each run."""

    name: str
    took: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def ms(self) -> float:
        """The median time."""
        return statistics.median(self.took)

    @property
    def cpu_ms(self) -> float:
        """The median CPU time."""
        return statistics.median(self.cpu)

    def __str__(self) -> str:
        """A row of the table."""
        cpu = f"{self.cpu_ms:7.0f}" if self.cpu else f"{'-':>7}"
        return f"{self.name:<24} {min(self.took):7.0f} {self.ms:7.0f} {cpu}"


class Line:
    """A program on a line."""

    def __init__(self, *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        environment = {k: v for k, v in os.environ.items() if k not in ("COLORTERM", "LINES")}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", *arguments],
            cwd=ROOT,
            env=environment | {"TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one thread
        )
        os.close(theirs)

    def read(self, wait_s: float) -> bytes:
        """Return what comes within `wait_s` seconds, empty for nothing."""
        ready, _, _ = select.select([self.ours], [], [], wait_s)
        try:
            return os.read(self.ours, 65536) if ready else b""
        except OSError:  # Linux ends a line so, with the last process on it
            return b""

    def more(self) -> bytes:
        """Return what comes next; a program that says no more ends the run."""
        data = self.read(60)
        if not data:
            raise SystemExit(f"the program has ended, or stands still: {self.process.poll()}")
        return data

    def settle(self, quiet_s: float = QUIET_S) -> int:
        """Read until nothing has come for `quiet_s` seconds; return how many bytes did."""
        count = 0
        while data := self.read(quiet_s):
            count += len(data)
        return count

    def first_paint(self, text: bytes) -> tuple[float, float, float]:
        """Return the ms from the start, and ms and CPU ms from the bell, to `text` on the screen.

        The program rings when it begins, and goes on when a line comes.
        """
        data = b""
        while b"\x07" not in data:
            data += self.more()
        cpu, rung = self.cpu_ms(), time.perf_counter()
        os.write(self.ours, b"\n")
        while text not in STEERING.sub(b"", data):
            data += self.more()
        now = time.perf_counter()
        return (now - self.began) * 1000, (now - rung) * 1000, self.cpu_ms() - cpu

    def press(self, keys: bytes) -> tuple[int, float]:
        """Return the bytes and the CPU ms of one key."""
        before = self.cpu_ms()
        os.write(self.ours, keys)
        count = self.settle()
        return count, self.cpu_ms() - before

    def cpu_ms(self) -> float:
        """Return the CPU time of all threads so far."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return (
            sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e6
        )

    def end(self) -> None:
        """Leave, and take the line down."""
        os.write(self.ours, b"q")
        self.settle(1.0)
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


def vault_of_cases(path: Path, cases: int) -> None:
    """Make a vault to look at."""
    from store.casework import new_case  # noqa: PLC0415 - not for the processes measured
    from store.vault import Founding, Vault  # noqa: PLC0415 - as above

    founding = Founding("Ada Example", "controller", "Harbour Trust", "Europe/London", 19)
    wall = "2019-12-19T10:00:00.000Z"
    vault, _ = Vault.create(path, bytearray(b"correct horse"), founding, wall)
    with vault:
        for number in range(cases):
            new_case(vault, f"Case {number}", wall=wall)


def keys_of_a_session(path: Path) -> dict[str, list[tuple[int, float]]]:
    """Return bytes and CPU ms of each key, by what it does."""
    line = Line(OURS, str(path))
    line.first_paint(LIST)
    line.settle(1.0)
    took = {"list down": [line.press(b"\x1b[B") for _ in range(10)]}
    line.press(b"\r")
    line.settle(1.0)
    took["type a character"] = [line.press(bytes([each])) for each in b"a colleague saw"]
    took["next section"] = [line.press(b"\x1b[18~") for _ in range(7)]  # F7
    for _ in range(4):
        line.press(b"\x1b[17~")  # F6, back to the longest
    took["tab to the next field"] = [line.press(b"\t") for _ in range(4)]
    took["the rest of the round"] = [line.press(b"\t") for _ in range(9)]
    before = line.cpu_ms()
    took["idle for 3 s"] = [(line.settle(3.0), line.cpu_ms() - before)]
    os.write(line.ours, b"\x1b")
    line.settle(1.0)
    line.end()
    return took


def first_paints(text: bytes, arguments: tuple[str, ...]) -> tuple[float, float, float]:
    """Return ms from the start, and ms and CPU ms from the bell, to the first picture."""
    line = Line(*arguments)
    took = line.first_paint(text)
    line.settle(0.5)
    line.end()
    return took


def main() -> int:
    """Print both tables; exit 1 when something is past its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    late = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault"
        vault_of_cases(path, 30)
        print(f"{'key':<24} {'bytes':>7} {'most':>7} {'CPU ms':>7} {'limits':>10}")
        for name, took in keys_of_a_session(path).items():
            counts = [each[0] for each in took]
            count = statistics.median(counts)
            cpu = statistics.median(each[1] for each in took)
            most = LIMITS.get(name)
            late = late or (most is not None and (count > most[0] or cpu > most[1]))
            limits = f"{most[0]} / {most[1]}" if most else "-"
            print(f"{name:<24} {count:7.0f} {max(counts):7.0f} {cpu:7.1f} {limits:>10}")
        bare, ours = [], []
        for _ in range(rounds):
            bare.append(first_paints(ONE, (BARE,)))
            ours.append(first_paints(LIST, (OURS, str(path))))
    start, imported, list_of_cases = (
        Paint("bare Textual app", tuple(each[0] for each in bare), ()),
        Paint("the same, imported", *zip(*(each[1:] for each in bare), strict=True)),
        Paint("list of 30 cases", *zip(*(each[1:] for each in ours), strict=True)),
    )
    print(f"\n{'first paint':<24} {'min ms':>7} {'median':>7} {'CPU ms':>7}")
    for paint in (start, imported, list_of_cases):
        print(paint)
    ratio = list_of_cases.ms / start.ms
    print(f"ratio to the first row {ratio:.2f}, limit {RATIO}")
    print(f"to the second {list_of_cases.ms / imported.ms:.2f},", end=" ")
    print(f"of CPU {list_of_cases.cpu_ms / imported.cpu_ms:.2f}")
    return int(late or ratio > RATIO)


if __name__ == "__main__":
    raise SystemExit(main())
