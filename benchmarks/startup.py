"""Start-up: `--version` and `clock` beside `python -c pass`, whole processes, paired in turn.

Run: .venv/bin/python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

ENTRANCE = "from tui.cli import main; main()"
CLOCK = [
    "clock",
    "--rule",
    "uk-gdpr-33-1",
    "--aware",
    "2019-12-18T16:42[Europe/London]",
    "--reported",
    "2019-12-20T18:16[Europe/London]",
    "--json",
]
PROGRAMS = {
    "python -c pass": ["-I", "-c", "pass"],
    "breachcase --version": ["-I", "-c", ENTRANCE, "--version"],
    "breachcase --help": ["-I", "-c", ENTRANCE, "--help"],
    "breachcase clock": ["-I", "-c", ENTRANCE, *CLOCK],
}
LIMITS = {"breachcase --version": 2.0, "breachcase clock": 15.0}


def timed(arguments: list[str]) -> float:
    """Return the milliseconds one whole process took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment
    )
    return (time.perf_counter() - start) * 1000


def main() -> int:
    """Print the table; exit 1 when a ratio is past its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for arguments in PROGRAMS.values():
        timed(arguments)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, arguments in PROGRAMS.items():
            times[name].append(timed(arguments))
    base = statistics.median(times["python -c pass"])
    print(f"{'program':<22} {'min ms':>8} {'median ms':>10} {'ratio':>6} {'limit':>6}")
    late = False
    for name, taken in times.items():
        median = statistics.median(taken)
        ratio, limit = median / base, LIMITS.get(name)
        late = late or (limit is not None and ratio > limit)
        print(f"{name:<22} {min(taken):8.1f} {median:10.1f} {ratio:6.1f} {limit or '-':>6}")
    return int(late)


if __name__ == "__main__":
    raise SystemExit(main())
