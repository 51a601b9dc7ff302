"""The list of cases at several sizes, beside stores that keep it in one sealed file or database.

Run: .venv/bin/python benchmarks/stores.py [SIZES] [REAL]
     .venv/bin/python benchmarks/stores.py 500,10000,200000 5000

First table, the list alone, each store in a process of its own. The cases are made up: titles of
seven words, a party, a reference, 75 words of text, and no journal behind them; the pack is
written straight from them. `open`: from the path and key to the first 24 rows by deadline. `touch`:
taking in the search text, which the app does in a thread after its first picture. `key`: one
keystroke of typing five words letter by letter, the median and the slowest. `save`: one row
changed and, for the others, on the medium; ours leaves that to the journal, see below.

Second table, a real vault of REAL cases of two changes each, and one case of 1,000 changes.

sqlcipher3 and pykeepass are measured where they can be imported.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from peers import ROWS, STORES, made_up
from save import PASSPHRASE, WALL, Baseline, size_of, timed

from models.answer import Answer
from store import platform
from store.casework import new_case, set_answers
from store.change import SetOp
from store.vault import Founding, Vault

if TYPE_CHECKING:
    from collections.abc import Callable

TYPED = ("phishing", "ransomware", "courier", "ic-0199", "zzqx")
MOST = {  # ours
    "open ms": 50.0,
    "key ms": 20.0,
    "rss MB": 250.0,
    "rebuild of 1,000 changes, s": 1.0,
    "syncs a save": 1.0,
    "bytes a save": 4096.0,
    "save, ratio": 1.5,
}
PEERS = {"ours": "", "tinydb": "", "sqlcipher": "sqlcipher3", "keepass": "pykeepass"}
LARGEST = {"tinydb": 10_000, "keepass": 1_000}  # cases: beyond, too slow to wait for


def ms(work: Callable[[], object]) -> float:
    """Return the milliseconds that `work` took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measure(name: str, path: Path) -> dict[str, float]:
    """Return the figures of a store that was built at `path`."""
    store = STORES[name](path)
    opened = ms(store.open)
    touched = ms(store.touch)
    keys = [
        ms(lambda text=word[: end + 1]: store.type(text))
        for word in TYPED
        for end in range(len(word))
    ]
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    saves = [ms(lambda number=number: store.save(number)) for number in range(5)]
    return {
        "open ms": opened,
        "touch ms": touched,
        "key ms": statistics.median(keys),
        "slowest key ms": max(keys),
        "save ms": statistics.median(saves) if name != "ours" else float("nan"),
        "rss MB": rss,
        "disk MB": sum(each.stat().st_size for each in path.iterdir()) / 1e6,
    }


def table(sizes: list[int]) -> bool:
    """Print the first table; return whether ours is past a limit."""
    late = False
    names = ("open ms", "touch ms", "key ms", "slowest key ms", "save ms", "rss MB", "disk MB")
    print(f"{'cases':>7} {'store':<10}", *(f"{name:>14}" for name in names))
    for size in sizes:
        for name, module in PEERS.items():
            if module and importlib.util.find_spec(module) is None:
                print(f"{size:7} {name:<10} skipped: {module} is not installed")
                continue
            if size > LARGEST.get(name, size):
                print(f"{size:7} {name:<10} skipped: not measured beyond {LARGEST[name]} cases")
                continue
            with tempfile.TemporaryDirectory() as folder:
                run("build", name, str(size), folder)
                rounds = [json.loads(run("measure", name, folder)) for _ in range(3)]
            told = {each: statistics.median(one[each] for one in rounds) for each in names}
            print(f"{size:7} {name:<10}", *(f"{told[each]:14.2f}" for each in names))
            late |= name == "ours" and any(told[each] > MOST.get(each, told[each]) for each in told)
    return late


def run(*arguments: str) -> str:
    """Run this program for one store, in a process of its own."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, __file__, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


# ---- a real vault


def real(cases: int) -> bool:
    """Print the second table; return whether a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault"
        figures = fill(path, cases) | saves(path)
        figures |= reopened(path)
        shutil.rmtree(path / "cache")
        figures |= rebuilt(path)
    for name, value in figures.items():
        limit = MOST.get(name)
        print(f"{name:<44} {value:10.2f}", f"limit {limit:g}" if limit else "")
    return any(value > MOST.get(name, value) for name, value in figures.items())


def fill(path: Path, cases: int) -> dict[str, float]:
    """Make the vault; return how long that took."""
    start = time.perf_counter()
    founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
    vault, _ = Vault.create(path, bytearray(PASSPHRASE), founding, WALL)
    busy = new_case(vault, "The busy one", wall=WALL)
    for number in range(999):
        ops = [SetOp("case/title", f"The busy one {number}")]
        vault.commit(busy, ops, shown=vault.state(busy), wall=WALL)
    for case in made_up(cases):
        case_id = new_case(vault, case["title"], wall=case["wall"])
        answers = {"what_happened": Answer(state="answered", value=case["text"])}
        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=case["wall"])
    made = time.perf_counter()
    vault.close()
    return {
        f"making {cases} cases, s": made - start,
        "closing: case files, the first pack, s": time.perf_counter() - made,
    }


def opened(path: Path) -> Vault:
    """Return the vault, open for writing."""
    return Vault.open(path, bytearray(PASSPHRASE))


def saves(path: Path) -> dict[str, float]:
    """Return what saves cost in a vault of this size."""
    vault = opened(path)
    baseline = Baseline(path.parent / "baseline")
    case_id = new_case(vault, "a case to save", wall=WALL)
    syncs, sync = [0], platform.sync

    def counted(descriptor: int) -> None:
        syncs[0] += 1
        sync(descriptor)

    platform.sync = counted
    before, ours, theirs = size_of(path), [], []
    for number in range(200):
        theirs.append(timed(lambda n=number: baseline.save(f"answer number {n}")))
        ops, shown = [SetOp("case/title", f"title number {number}")], vault.state(case_id)
        ours.append(
            timed(lambda o=ops, s=shown: vault.commit(case_id, o, shown=s, wall=WALL)),
        )
    platform.sync = sync
    told = {
        "save, ms": statistics.median(ours) * 1000,
        "save, ratio": statistics.median(ours) / statistics.median(theirs),
        "syncs a save": syncs[0] / 200,
        "bytes a save": (size_of(path) - before) / 200,
    }
    return told | {"closing: one case file, the hot table, s": ms(vault.close) / 1000}


def reopened(path: Path) -> dict[str, float]:
    start = time.perf_counter()
    with opened(path) as vault:
        unlocked = time.perf_counter() - start
        first = ms(lambda: vault.index.page("clock", "", 0, ROWS))
        vault.index.warm()
        listing = vault.index.listing()
        keys = []
        for word in TYPED:
            for end in range(len(word)):
                begun = time.perf_counter()
                listing = listing.narrowed(word[: end + 1])
                listing.find(500)
                keys.append((time.perf_counter() - begun) * 1000)
        rows = vault.index.listing().of
    return {
        "opening the vault: key, journal, index, s": unlocked,
        f"first page of {rows} cases, ms": first,
        "key, median ms": statistics.median(keys),
        "key, slowest ms": max(keys),
    }


def rebuilt(path: Path) -> dict[str, float]:
    with opened(path) as vault:
        history = vault.history
        busy = max(history.case_ids, key=lambda each: len(history._found(each)))  # noqa: SLF001 - as the vault names none by size
        case = ms(lambda: vault.state(busy)) / 1000
        whole = ms(lambda: vault.index.page("clock", "", 0, ROWS)) / 1000
        remade = vault.index.remade
    return {
        "rebuild of 1,000 changes, s": case,
        "rebuild of the whole index, s": whole,
        "files of the index made again": float(remade),
    }


def main() -> int:
    """Print both tables; exit 1 when a limit is passed."""
    match sys.argv[1:]:
        case ["build", name, size, folder]:
            STORES[name](Path(folder)).build(int(size))
            return 0
        case ["measure", name, folder]:
            print(json.dumps(measure(name, Path(folder))))
            return 0
        case [sizes, cases]:
            late = table([int(size) for size in sizes.split(",")])
        case _:
            sizes, cases = "500,10000,200000", "5000"
            late = table([500, 10_000, 200_000])
    print()
    return int(real(int(cases)) or late)


if __name__ == "__main__":
    os.umask(0o077)
    raise SystemExit(main())
