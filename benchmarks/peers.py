"""Stores of a case list, for benchmarks/stores.py: ours, and others that hold the same cases.

Each is made at a folder; `build(count)` fills it. In another process then `open()` reads the first
rows by deadline, `touch()` what a search needs, `type(text)` is one keystroke, `save(number)` a
change of one row.
"""

from __future__ import annotations

import importlib
import json
import random
import time
from typing import TYPE_CHECKING, Any

from tinydb import TinyDB

from models.alike import Traits
from store.cache import Cache
from store.envelope import Envelope
from store.index import Index
from store.slip import Slip, day_word
from store.storage import EnvelopeStorage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = bytes(range(32))
VAULT_ID = bytes(32)
COVERS = "ab" * 32
WORD = "a b c"
ROWS = 24
WORDS = [
    "email",
    "sent",
    "wrong",
    "recipient",
    "payroll",
    "spreadsheet",
    "laptop",
    "lost",
    "unencrypted",
    "phishing",
    "mailbox",
    "ransomware",
    "supplier",
    "portal",
    "misconfigured",
    "patient",
    "letters",
    "posted",
    "previous",
    "address",
    "password",
    "reset",
    "credential",
    "backup",
    "tape",
    "courier",
    "council",
    "school",
    "hospital",
    "charity",
    "bank",
    "insurer",
    "university",
    "notified",
    "regulator",
    "contained",
    "identifiers",
    "national",
    "insurance",
    "health",
    "record",
    "forensic",
    "image",
    "firewall",
    "log",
    "retention",
    "access",
    "review",
    "training",
    "refreshed",
]


def made_up(count: int) -> Iterator[dict[str, Any]]:
    """Yield fictional cases, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 - the same cases each time, no secret
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
    is_empty = True

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
        "priority": "normal",
        "assignee": "",
        "waits": 0,
        "wall": case["wall"],
        "review": "",
        "closed": "2020-02-01" if case["closed"] else "",
        "traits": Traits(discovered=case["wall"][:10]).as_json(),
        "deadline": case["deadline"],
    }
    days = day_word("discovered", case["wall"][:10])
    told = (row["slug"], row["reference"], row["title"], case["party"], case["text"], days)
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
        self._database.update({"wall": str(time.perf_counter_ns())}, doc_ids=[number + 1])


class SqlCipher:
    """A row each in SQLCipher, and a trigram index of the text."""

    def __init__(self, path: Path) -> None:
        self._path = path / "all.db"

    def _connect(self) -> Any:  # noqa: ANN401 - it comes without types
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
        return len(self._all("SELECT doc FROM cases ORDER BY deadline LIMIT ?", ROWS))

    def touch(self) -> None:
        self.type("aaa")

    def type(self, text: str) -> int:
        if len(text) < 3:  # a trigram index has nothing shorter
            return len(self._all("SELECT n FROM cases WHERE doc LIKE ? LIMIT 500", f"%{text}%"))
        return len(self._all("SELECT rowid FROM texts WHERE t MATCH ? LIMIT 500", f'"{text}"'))

    def save(self, number: int) -> None:
        with self._database:
            self._database.execute(
                "UPDATE cases SET wall=? WHERE n=?", (str(time.perf_counter_ns()), number)
            )

    def _all(self, question: str, *values: str | int) -> list[Any]:
        rows: list[Any] = self._database.execute(question, values).fetchall()
        return rows


class KeePass:
    """An entry each in a KeePass file, its key derivation included as a user would feel it."""

    def __init__(self, path: Path) -> None:
        self._path = str(path / "all.kdbx")

    def build(self, count: int) -> None:
        base = importlib.import_module("pykeepass").create_database(self._path, password=WORD)
        for case in made_up(count):
            base.add_entry(
                base.root_group, case["id"], case["title"], case["reference"], notes=case["text"]
            )
        base.save()

    def open(self) -> int:
        kind = importlib.import_module("pykeepass").PyKeePass
        self._base = kind(self._path, password=WORD)
        return len(sorted(self._base.entries, key=lambda entry: entry.username)[:ROWS])

    def touch(self) -> None:
        self.type("a")

    def type(self, text: str) -> int:
        return sum(
            text in f"{entry.username} {entry.password} {entry.notes}".lower()
            for entry in self._base.entries
        )

    def save(self, number: int) -> None:
        self._base.entries[0].notes = f"{number} {time.perf_counter_ns()}"
        self._base.save()


STORES = {"ours": Ours, "tinydb": SealedTinyDB, "sqlcipher": SqlCipher, "keepass": KeePass}
