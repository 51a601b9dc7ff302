"""Everything that is held against the store, again and again for so many minutes.

Rounds of: processes killed while they save; random histories of three replicas and their media, of
cases, syncs and shreds; states that a power cut may leave of the runs of the store, others in each
round, an equal share of the time for each run. At the end, bugs planted to be caught. Prints counts
after each round; exits 1 at what does not hold.

Run: .venv/bin/python benchmarks/soak.py [MINUTES]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.store import case_machine, test_shred_machine, test_sync_machine
from tests.store.crash_check import Effort, explore
from tests.store.crash_runs import RUNS

SAVES = 300  # of a kill -9 loop
HISTORIES, STEPS = 20, 30  # of a round, of each machine
MACHINES = {
    "cases": (case_machine.make_template, case_machine.run_machine),
    "syncs": (test_sync_machine.make_template, test_sync_machine.run),
    "shreds": (test_shred_machine.make_template, test_shred_machine.run),
}
STATES = 2_500  # of each run in a round
REPO = Path(__file__).parents[1]
KILL9 = REPO / "benchmarks" / "kill9.py"
PLANTED = [
    f"tests/store/test_{each}.py"
    for each in ("crash_states", "case_machine", "sync_machine", "shred_machine")
]


def cut(counts: Counter[str], seed: int, end: float) -> list[str]:
    """Cut the power of every run; return what did not hold."""
    faults: list[str] = []
    for number, run in enumerate(RUNS):
        now = time.monotonic()
        if now < end:
            until = now + (end - now) / (len(RUNS) - number)
            found = explore(run, Effort(seed=seed, most=STATES, until=until))
            counts["states"] += found.states
            counts["cut"] += found.cut
            faults += found.faults
            print(f"  {run.__name__}: {found.states} states of {found.left}", flush=True)
    return faults


def kill(counts: Counter[str]) -> list[str]:
    """Kill processes that save; return what did not hold."""
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, str(KILL9), str(SAVES)], capture_output=True, text=True, check=False
    )
    told = dict(each.split("=") for each in done.stdout.split())
    counts["saves"] += int(told["saves"])
    counts["kills"] += int(told["kills"])
    return [] if done.returncode == 0 else [f"lost after kill -9: {told['lost']}"]


def converge(counts: Counter[str], templates: dict[str, Path], end: float) -> None:
    """Let replicas change and exchange at random; raises what does not hold."""
    for name, (_, run) in MACHINES.items():
        if time.monotonic() < end:
            run(templates[name], HISTORIES, STEPS)
            counts[f"histories_of_{name}"] += HISTORIES


def plant() -> int:
    """Plant bugs; return 0 when each was caught."""
    command = [sys.executable, "-I", "-m", "pytest", "-q", "-n", "0", "-k", "planted", *PLANTED]
    return subprocess.run(command, cwd=REPO, check=False).returncode  # noqa: S603 - our own


def main() -> int:
    """Soak; print the counts."""
    end = time.monotonic() + 60 * float(sys.argv[1] if len(sys.argv) > 1 else 60)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        templates = {}
        for name, (make, _) in MACHINES.items():
            (Path(folder) / name).mkdir(mode=0o700)
            templates[name] = make(Path(folder) / name)
        while time.monotonic() < end and not faults:
            counts["rounds"] += 1
            faults += kill(counts)
            converge(counts, templates, end)
            faults += cut(counts, counts["rounds"], end)
            print(" ".join(f"{name}={each}" for name, each in counts.items()), flush=True)
    for fault in faults[:20]:
        print(fault)
    return int(bool(faults) or plant() != 0)


if __name__ == "__main__":
    raise SystemExit(main())
