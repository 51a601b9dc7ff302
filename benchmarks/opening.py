"""Opening vaults of several sizes, and what a sync costs that brings nothing or a little.

Run: .venv/bin/python benchmarks/opening.py [SIZES]
     .venv/bin/python benchmarks/opening.py 5000,20000,200000

The cases are made up, two changes each, written by the store's own writer but without a sync; the
list of cases is written straight from them. `first`: the first opening, when no feed index is
there and the whole journal is read; `index`: filing it then; `unlock`: opening from there on,
after a session that saved once, without the derivation of the key, and what of it the processor
works; `page`: the first 24 rows; `case`: a case that nobody has looked at. Medians of five.

Then two replicas and a folder between them, at each history length up to 20,000: a pull that
brings nothing, and 200 changes of a colleague's taken in and folded. Last a case of 1,000 changes,
read anew.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from peers import ROWS, filed, made_up
from save import PASSPHRASE, WALL
from stores import ms

from store import platform, team
from store.casekey import CaseKey, save_case_key
from store.change import AddOp, Author, SetOp, Setting, op_json, write_change
from store.device import card_line, read_card_line
from store.frame import seal_record
from store.gate import enter
from store.joining import Newcomer, clone, join
from store.medium import Folder
from store.opener import ReplicaKey
from store.pull import Pull
from store.role import KEY_FIELD
from store.slip import Slip
from store.sync import sync
from store.sync_report import Notes
from store.vault import Founding, Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.change import Change
    from store.journal import FrameRef

SYNCED = 20_000  # cases: beyond, copying them takes too long
LIMITS = {"unlock ms": 100.0, "case ms": 100.0, "merge ms": 5.0, "rebuild s": 1.0}


@contextlib.contextmanager
def unsynced() -> Iterator[None]:
    """Let the disk off its syncs, while a sample is made."""
    kept = platform.sync, platform.sync_folder
    platform.sync = platform.sync_folder = lambda _: None
    try:
        yield
    finally:
        platform.sync, platform.sync_folder = kept


def opened(path: Path, clock: Callable[[], float] = time.perf_counter) -> tuple[Vault, float]:
    """Return the vault, and the ms that opening it took without the derivation of its key."""
    opener = ReplicaKey(enter(path, bytearray(PASSPHRASE)).key)
    start = clock()
    vault = Vault.open(path, opener)
    return vault, (clock() - start) * 1000


def grow(vault: Vault, count: int, changes: int = 2) -> None:
    """Write cases into an open vault as its device would, past its history."""
    replica, writer, card = vault.replica, vault._writer, vault._card  # noqa: SLF001 - saves one by one would keep every case in memory
    author = Author(card.device_id, 1, card.person, card.roles[-1])
    for case in made_up(count):
        key = CaseKey.generate(case["id"])
        save_case_key(replica.path / "keys", key, replica.keyring)
        told = [op_json(AddOp(KEY_FIELD + key.key_id, None), ())]
        parents: tuple[str, ...] = ()
        for number in range(changes):
            over = tuple(f"{each}:0" for each in parents)
            title = op_json(SetOp("case/title", f"{case['title']} {number}"), over)
            setting = Setting(case["id"], parents, number + 1, case["wall"])
            key_of = replica.device.signing
            change = write_change(author, setting, [title, *told], key_of, replica.vault_id)
            writer.append(seal_record(key, replica.vault_id, change.id, change.raw))
            parents, told = (change.id,), []
    writer.close()


def found(path: Path) -> Vault:
    """Make an empty vault."""
    founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
    return Vault.create(path, bytearray(PASSPHRASE), founding, WALL)[0]


def list_cases(vault: Vault, count: int) -> None:
    """Write the row pack as if it had been made from the journal."""
    slips = [Slip.of(*filed(case), vault.history.covers(case["id"])) for case in made_up(count)]
    slips.sort(key=lambda slip: slip.keys[0])
    vault.index._cache.save_pack(vault.history.digest(), slips)  # noqa: SLF001 - one by one it takes 2 ms a case


def sized(count: int) -> dict[str, float]:
    """Return the figures of a vault with so many cases."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault"
        with unsynced():
            vault = found(path)
            grow(vault, count)
            vault._lock.release()  # type: ignore[union-attr] # noqa: SLF001 - no caches yet
            vault, first = opened(path)
            index = ms(vault.history.file_feed)
            list_cases(vault, count)
            vault._lock.release()  # type: ignore[union-attr] # noqa: SLF001 - what it has of the list is behind
        unlocks, works, pages, cases, closings = [], [], [], [], []
        some = [case["id"] for case in made_up(5)]
        for case_id in some:
            vault, unlock = opened(path)
            unlocks.append(unlock)
            pages.append(ms(lambda: vault.index.page("clock", "", 0, ROWS)))  # noqa: B023 - called at once
            cases.append(ms(lambda: vault.state(case_id)))  # noqa: B023 - called at once
            ops = [SetOp("case/title", "another title")]
            vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)
            closings.append(ms(vault.close))
            vault, unlock = opened(path, time.process_time)
            works.append(unlock)
            vault.close()
        return {
            "first s": first / 1000,
            "index s": index / 1000,
            "unlock ms": statistics.median(unlocks),
            "of it CPU ms": statistics.median(works),
            "page ms": statistics.median(pages),
            "case ms": statistics.median(cases),
            "close ms": statistics.median(closings),
        }


def exchanged(count: int) -> dict[str, float]:
    """Return what a sync costs that brings nothing, and one that brings 200 changes."""
    with tempfile.TemporaryDirectory() as folder, unsynced():
        stick = Path(folder) / "stick"
        stick.mkdir()
        vault, colleague = two(Path(folder), stick, count)
        nothing = [ms(lambda: pull(vault, stick)) for _ in range(5)]
        whole = [ms(lambda: sync(vault, stick, wall=WALL)) for _ in range(5)]
        case_id = next(made_up(1))["id"]
        for number in range(200):
            ops = [SetOp("case/title", f"theirs {number}")]
            colleague.commit(case_id, ops, shown=colleague.state(case_id), wall=WALL)
        sync(colleague, stick, wall=WALL)
        vault.state(case_id)
        came = pull(vault, stick).changes
        merged = ms(lambda: merge(vault, case_id, came))
        colleague.close()
        vault.close()
    return {
        "pull of nothing ms": statistics.median(nothing),
        "sync of nothing ms": statistics.median(whole),
        "merge ms": merged,
    }


def two(folder: Path, stick: Path, count: int) -> tuple[Vault, Vault]:
    """Return two replicas with so many cases, in step."""
    path, theirs, words = folder / "vault", folder / "theirs", bytearray(PASSPHRASE)
    with found(path) as vault:
        grow(vault, count)
    ours, _ = opened(path)
    sync(ours, stick, wall=WALL)
    vault_id = bytes.fromhex(ours.id)
    device = clone(theirs, words[:], vault_id, Newcomer("B. Colleague", 19, WALL))
    card = read_card_line(card_line(device, "B. Colleague", vault_id), vault_id)
    team.add(ours, card, ("responder",), wall=WALL)
    sync(ours, stick, wall=WALL)
    join(theirs, words[:], stick)
    colleague, _ = opened(theirs)
    sync(colleague, stick, wall=WALL)
    sync(ours, stick, wall=WALL)
    return ours, colleague


def merge(vault: Vault, case_id: str, came: list[tuple[Change, FrameRef]]) -> None:
    """Let changes count that a pull brought."""
    for change, ref in came:
        vault.history.receive(change, ref)
    vault.state(case_id)


def pull(vault: Vault, stick: Path) -> Pull:
    """Take what is new on the stick."""
    medium = Folder(stick, vault.replica.vault_id)
    done = Pull(vault.replica, medium, vault.history.roster, Notes())
    done.run()
    return done


def rebuilt() -> dict[str, float]:
    """Return how long a case of 1,000 changes takes from the journal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault"
        with unsynced():
            vault = found(path)
            grow(vault, 1, 1000)
            vault.close()
            opened(path)[0].close()
        for each in (path / "cache" / "cases").rglob("*.tdb"):
            each.unlink()
        vault, _ = opened(path)
        case_id = next(made_up(1))["id"]
        taken = ms(lambda: vault.state(case_id)) / 1000
        count = len(vault.state(case_id).changes)
        vault.close()
    return {"changes": float(count), "rebuild s": taken}


def told(size: int | str, figures: dict[str, float]) -> bool:
    """Print figures; return whether one is past its limit."""
    line = "  ".join(f"{name} {value:.2f}" for name, value in figures.items())
    print(f"{size:>8}  {line}", flush=True)
    return any(value > LIMITS.get(name, value) for name, value in figures.items())


def main() -> int:
    """Print all figures; exit 1 when a limit is passed."""
    given = sys.argv[1] if len(sys.argv) > 1 else "5000,20000,200000"
    sizes = [int(size) for size in given.split(",")]
    late = [told(size, sized(size)) for size in sizes]
    late += [told(size, exchanged(size)) for size in sizes if size <= SYNCED]
    late.append(told("one", rebuilt()))
    return int(any(late))


if __name__ == "__main__":
    os.umask(0o077)
    raise SystemExit(main())
