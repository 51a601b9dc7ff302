"""The list of cases at several sizes, beside stores that keep it in one sealed file or database.

Run: .venv/bin/python benchmarks/store.py [SIZES] [REAL]
     .venv/bin/python benchmarks/store.py 500,10000,200000 5000

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
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = str(Path(__file__).parent)
sys.path[:] = [*(each for each in sys.path if each != HERE), HERE]  # we have a package's name

from save import PASSPHRASE, WALL, Baseline, size_of, timed
from tinydb import TinyDB

from models.answer import Answer
from store import platform
from store.cache import Cache
from store.casework import new_case, set_answers
from store.change import SetOp
from store.envelope import Envelope
from store.index import Index
from store.slip import Slip
from store.storage import EnvelopeStorage
from store.vault import Founding, Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = bytes(range(32))
VAULT_ID = bytes(32)
COVERS = "ab" * 32
ROWS = 24
TYPED = ("phishing", "ransomware", "courier", "ic-0199", "zzqx")
WORDS = """email sent wrong recipient payroll spreadsheet laptop lost unencrypted phishing mailbox
    ransomware supplier portal misconfigured patient letters posted previous address password reset
    credential backup tape courier council school hospital charity bank insurer university notified
    regulator contained identifiers national insurance health record forensic image firewall log
    retention access review training refreshed""".split()
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
LARGEST = {"tinydb": 10_000, "keepass": 1_000}  # beyond, minutes a figure


def made_up(count: int) -> Iterator[dict[str, Any]]:
    """Yield fictional cases, the same ones each time."""
    chance = random.Random(7)
    for number in range(count):
        words = chance.choices(WORDS, k=84)
        yield {
            "id": chance.randbytes(16).hex(),
            "title": " ".join(words[:7]).capitalize(),
            "party": " ".join(words[7:9]).title() + " Ltd",
            "reference": f"IC-{number:06d}-{chance.choice('ABCDEFGH')}{chance.randrange(10)}",
            "text": " ".join(words[9:]),
            "deadline": 1_600_000_000 + chance.randrange(300_000_000),
            "wall": f"20{chance.randrange(20, 26)}-{chance.randrange(1, 13):02d}-03T10:00:00.000Z",
            "closed": chance.random() < 0.5,
        }


# ---- each store: build(path, count), then in a new process open(), type(text), save(number)


class Ours:
    """The index, over a journal that is not there."""

    def __init__(self, path: Path) -> None:
        self._cache = Cache(path, VAULT_ID, KEY)

    def build(self, count: int) -> None:
        slips = [Slip.of(*filed(case), COVERS) for case in made_up(count)]
        slips.sort(key=lambda slip: slip.keys[0])
        self._cache.save_pack(COVERS, slips)

    def open(self) -> int:
        self._index: Index = Index(Archive(), self._cache, writable=True)  # type: ignore[arg-type] # stands in for the journal
        return len(self._index.page("clock", "", 0, ROWS))

    def touch(self) -> None:
        self._index.warm()
        self._listing = self._index.listing()

    def type(self, text: str) -> int:
        self._listing = self._listing.narrowed(text)
        return self._listing.find(500)

    def save(self, number: int) -> None:
        """Nothing of the index is in the path of a save."""


class Archive:
    """What the index asks of a journal that has not changed."""

    case_ids: tuple[str, ...] = ()

    def digest(self) -> str:
        return COVERS

    def take_touched(self) -> frozenset[str]:
        return frozenset()


def filed(case: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return row and search text of a case, as the index files them."""
    row = {
        "id": case["id"],
        "slug": case["title"].lower().replace(" ", "-")[:40],
        "title": case["title"],
        "reference": case["reference"],
        "state": "closed" if case["closed"] else "open",
        "aware": "2020-01-14T09:00+00:00[Europe/London]",
        "reported": None,
        "rule_id": "uk-gdpr-33-1",
        "side": "regulator",
        "kind": "initial",
        "conflicts": 0,
        "wall": case["wall"],
        "deadline": case["deadline"],
    }
    told = (row["slug"], row["reference"], row["title"], case["party"], case["text"])
    text = "".join(f"\n{each}" for each in told).casefold()
    return json.dumps(row).encode(), text.encode()


class SealedTinyDB:
    """All rows in one sealed TinyDB file."""

    def __init__(self, path: Path) -> None:
        envelope = Envelope(KEY, VAULT_ID, "peer")
        self._make = lambda: TinyDB(path / "all.tdb", envelope, storage=EnvelopeStorage)

    def build(self, count: int) -> None:
        with self._make() as database:
            database.insert_multiple(made_up(count))

    def open(self) -> int:
        self._database = self._make()
        return len(sorted(self._database.all(), key=lambda case: case["deadline"])[:ROWS])

    def touch(self) -> None:
        self.type("a")

    def type(self, text: str) -> int:
        self._database.clear_cache()
        found = self._database.search(
            lambda case: text in f"{case['title']} {case['reference']} {case['text']}".lower()
        )
        return len(found)

    def save(self, number: int) -> None:
        self._database.update({"wall": str(number)}, doc_ids=[number + 1])


class SqlCipher:
    """A row each in SQLCipher, and a trigram index of the text."""

    def __init__(self, path: Path) -> None:
        self._path = path / "all.db"

    def _connect(self) -> Any:
        sqlcipher3 = importlib.import_module("sqlcipher3")
        database = sqlcipher3.connect(str(self._path))
        database.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        return database

    def build(self, count: int) -> None:
        database = self._connect()
        database.execute("CREATE TABLE cases(n INTEGER PRIMARY KEY, deadline, title, wall, doc)")
        database.execute("CREATE INDEX due ON cases(deadline)")
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(t, tokenize='trigram')")
        for number, case in enumerate(made_up(count)):
            told = (number, case["deadline"], case["title"], case["wall"], json.dumps(case))
            database.execute("INSERT INTO cases VALUES(?,?,?,?,?)", told)
            text = f"{case['title']} {case['reference']} {case['text']}".lower()
            database.execute("INSERT INTO texts(rowid,t) VALUES(?,?)", (number, text))
        database.commit()
        database.close()

    def open(self) -> int:
        self._database = self._connect()
        return len(self._all(f"SELECT doc FROM cases ORDER BY deadline LIMIT {ROWS}"))

    def touch(self) -> None:
        self.type("aaa")

    def type(self, text: str) -> int:
        if len(text) < 3:  # a trigram index has nothing shorter
            return len(self._all("SELECT n FROM cases WHERE doc LIKE ? LIMIT 500", f"%{text}%"))
        return len(self._all("SELECT rowid FROM texts WHERE t MATCH ? LIMIT 500", f'"{text}"'))

    def save(self, number: int) -> None:
        with self._database:
            self._database.execute("UPDATE cases SET wall=? WHERE n=?", (str(number), number))

    def _all(self, question: str, *values: str) -> list[Any]:
        rows: list[Any] = self._database.execute(question, values).fetchall()
        return rows


class KeePass:
    """An entry each in a KeePass file, its key derivation included as a user would feel it."""

    def __init__(self, path: Path) -> None:
        self._path = str(path / "all.kdbx")

    def build(self, count: int) -> None:
        base = importlib.import_module("pykeepass").create_database(self._path, password="a b c")
        for case in made_up(count):
            base.add_entry(
                base.root_group, case["id"], case["title"], case["reference"], notes=case["text"]
            )
        base.save()

    def open(self) -> int:
        kind = importlib.import_module("pykeepass").PyKeePass
        self._base = kind(self._path, password="a b c")
        return len(sorted(self._base.entries, key=lambda entry: entry.username)[:ROWS])

    def touch(self) -> None:
        self.type("a")

    def type(self, text: str) -> int:
        return sum(
            text in f"{entry.username} {entry.password} {entry.notes}".lower()
            for entry in self._base.entries
        )

    def save(self, number: int) -> None:
        self._base.entries[0].notes = str(number)
        self._base.save()


STORES = {"ours": Ours, "tinydb": SealedTinyDB, "sqlcipher": SqlCipher, "keepass": KeePass}


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
                print(f"{size:7} {name:<10} skipped: takes minutes beyond {LARGEST[name]} cases")
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
        figures = {f"making {cases} cases, s": ms(lambda: fill(path, cases)) / 1000}
        figures |= saves(path)
        figures |= reopened(path)
        shutil.rmtree(path / "cache")
        figures |= rebuilt(path)
    for name, value in figures.items():
        limit = MOST.get(name)
        print(f"{name:<44} {value:10.2f}", f"limit {limit:g}" if limit else "")
    return any(value > MOST.get(name, value) for name, value in figures.items())


def fill(path: Path, cases: int) -> None:
    founding = Founding("A. Person", "controller", "Sample Office", "Europe/London", 19)
    vault, _ = Vault.create(path, bytearray(PASSPHRASE), founding, WALL)
    with vault:
        busy = new_case(vault, "The busy one", wall=WALL)
        for number in range(999):
            ops = [SetOp("case/title", f"The busy one {number}")]
            vault.commit(busy, ops, shown=vault.state(busy), wall=WALL)
        for case in made_up(cases):
            case_id = new_case(vault, case["title"], wall=case["wall"])
            answers = {"what_happened": Answer(state="answered", value=case["text"])}
            set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=case["wall"])


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
    return told | {"closing, the pack written, s": ms(vault.close) / 1000}


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
        busy = max(vault._history._refs.items(), key=lambda each: len(each[1]))[0]  # noqa: SLF001 - as the vault names none by size
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
