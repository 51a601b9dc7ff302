"""Vaults to test with: valid by default, one keyword to make them otherwise."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models.strictjson import JSON
from store.cache import Cache
from store.casekey import CaseKey, load_case_key
from store.change import Author, Change, SetOp, Setting, write_change
from store.device import Device, DeviceCard
from store.feed import Feed
from store.frame import seal_record
from store.header import parse_header, unlock
from store.history import History
from store.index import Index
from store.journal import read_journal
from store.keyring import Keyring
from store.recovery import RecoverySecret
from store.replica import device_envelope, keyring_envelope
from store.vault import Founding, Vault
from store.writer import Writer

WALL = "2026-01-02T03:04:05.678Z"
LATER = "2026-01-03T03:04:05.678Z"
WORDS = b"correct horse battery"


def day(number: int) -> str:
    """The clock so many days after WALL (2 January 2026)."""
    return (datetime.fromisoformat(WALL) + timedelta(days=number)).isoformat()


def passphrase(words: bytes = WORDS) -> bytearray:
    return bytearray(words)


def founding(
    *,
    person: str = "a.officer",
    side: str = "controller",
    organisation: str = "Marram Housing Trust",
    zone: str = "Europe/London",
    kdf_mib: int = 19,
) -> Founding:
    return Founding(person, side, organisation, zone, kdf_mib)


def make(path: Path, told: Founding | None = None) -> tuple[Vault, RecoverySecret]:
    """A new open vault and its recovery secret."""
    return Vault.create(path, passphrase(), told or founding(), WALL)


def closed(path: Path, *titles: str) -> Path:
    """A closed vault with a case of each title, one save each."""
    with make(path)[0] as vault:
        for title in titles:
            save(vault, vault.new_case_id(), title)
    return path


def opened(path: Path, *, writable: bool = True) -> Vault:
    return Vault.open(path, passphrase(), writable=writable)


def save(vault: Vault, case_id: str, title: str) -> str:
    """One save of a case's title, over what is there now; the id of the change."""
    known = case_id in {row.id for row in vault.rows()}
    shown = vault.state(case_id) if known else None
    return vault.commit(case_id, [SetOp("case/title", title)], shown=shown, wall=WALL).id


def freeze(vault: Vault, case_id: str) -> None:
    """Seal the draft report of a case, as a bundle would."""
    draft = vault.case(case_id).draft
    assert draft is not None
    op = SetOp(f"report/{draft.rid}/frozen", "b" * 32)
    vault.commit(case_id, [op], shown=vault.state(case_id), wall=WALL)


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def titles(vault: Vault) -> list[str]:
    return sorted(row.title for row in vault.rows())


@functools.cache
def _replica_key(raw: bytes) -> bytes:
    return unlock(raw, parse_header(raw), passphrase())


def cache_of(path: Path) -> Cache:
    """The cache of a closed vault."""
    key, vault_id = opened_key(path)
    return Cache(path / "cache", vault_id, key)


def index_of(path: Path, *, hottest: int = 2, crowd: int = 5, writable: bool = True) -> Index:
    """The index of a closed vault, with less room than in use."""
    cache, keyring = cache_of(path), insider(path).keyring
    feed = Feed(cache, keyring)
    reading = read_journal(path / "journal", keyring, feed.recall)
    history = History(path / "keys", keyring, cache, feed, reading)
    return Index(history, cache, writable=writable, hottest=hottest, crowd=crowd)


def index_with(vault: Vault, cache: Cache) -> Index:
    """Another index of an open vault, with less room than in use."""
    history = vault.history
    return Index(history, cache, writable=True, hottest=2)


def flip(path: Path, offset: int) -> None:
    """Change one bit of one byte."""
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def segments(path: Path, suffix: str = ".seg") -> list[Path]:
    return sorted(path.glob(f"journal/*/*{suffix}"))


@dataclass(frozen=True)
class Insider:
    """The parts of a closed vault, for writing what our own code would not."""

    path: Path
    device: Device
    keyring: Keyring

    @property
    def card(self) -> DeviceCard:
        return self.device.card("a.officer", ())

    @property
    def log_key(self) -> Path:
        """The file of the key of the vault log."""
        with opened(self.path, writable=False) as vault:
            log_id = vault.log_id
        return self.path / "keys" / self.case_key(log_id).key_id

    def case_key(self, case_id: str) -> CaseKey:
        folder = self.path / "keys"
        keys = (load_case_key(folder, each.name, self.keyring) for each in folder.iterdir())
        return next(key for key in keys if key.case_id == case_id)

    def change(
        self,
        setting: Setting,
        ops: list[dict[str, JSON]],
        *,
        role: str = "responder",
        device: Device | None = None,
        name: str = "",
    ) -> Change:
        signer = device or self.device
        author = Author(name or signer.card("", ()).device_id, 99, "mallory", role)
        return write_change(author, setting, ops, signer.signing, self.keyring.vault_id)

    def append(
        self, *records: tuple[Change, bytes], case_id: str, by: Device | None = None
    ) -> None:
        """Append frames whose records may be other bytes than the change says."""
        writer = Writer(self.path / "journal", by or self.device, self.keyring)
        writer.recover()
        for change, raw in records:
            key = self.case_key(case_id)
            writer.append(seal_record(key, self.keyring.vault_id, change.id, raw))
        writer.close()


def opened_key(path: Path) -> tuple[bytes, bytes]:
    """The replica key of a vault, and its id."""
    raw = (path / "header").read_bytes()
    return _replica_key(raw), parse_header(raw).vault_id


def insider(path: Path) -> Insider:
    key, vault_id = opened_key(path)
    device = device_envelope(key, vault_id).unseal((path / "device.key").read_bytes())
    keyring = keyring_envelope(key, vault_id).unseal((path / "keyring").read_bytes())
    return Insider(path, Device.load(device), Keyring.load(vault_id, keyring))
