"""All checks on the twin's full reports, beside parsing them.

Run: .venv/bin/python benchmarks/checks.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from importlib import resources
from typing import TYPE_CHECKING

from models.checks import Evidence, check
from models.moment import Moment
from models.report import parse_report

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_MS = 20.0


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the smallest and the median milliseconds of `work`."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return min(taken), statistics.median(taken)


def main() -> int:
    """Print the table; exit 1 when the checks are past their limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = resources.files("tui.sample")
    first_raw = folder.joinpath("twin-initial.json").read_bytes()
    second_raw = folder.joinpath("twin-follow-up.json").read_bytes()
    first, second = parse_report(first_raw), parse_report(second_raw)
    sent = Moment.parse("2019-12-31T20:02[Europe/London]")
    now = Moment.parse("2020-01-14T15:47[Europe/London]")
    evidence = Evidence.of_report(second, reported=sent, previous=first, now=now)
    rows = {
        "parse a full report": timed(lambda: parse_report(second_raw), rounds),
        "all checks on it": timed(lambda: check(evidence), rounds),
    }
    print(f"{'work':<22} {'min ms':>8} {'median ms':>10} {'limit ms':>9}")
    for name, (least, median) in rows.items():
        limit = f"{LIMIT_MS:.0f}" if "checks" in name else "-"
        print(f"{name:<22} {least:8.2f} {median:10.2f} {limit:>9}")
    return int(rows["all checks on it"][1] > LIMIT_MS)


if __name__ == "__main__":
    raise SystemExit(main())
