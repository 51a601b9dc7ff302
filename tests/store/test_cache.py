from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import TinyDB

from models.version import VERSION
from store.cache import Cache
from store.envelope import Envelope, pad, padded_size, unpad
from store.errors import DamagedError
from store.storage import EnvelopeStorage
from store.vault import Vault
from tests.store.build import WALL, cache_of, closed, flip, opened, save, titles

KEY = bytes(range(32))


def _digests(vault: Vault) -> dict[str, str]:
    return {row.id: vault.state(row.id).digest() for row in vault.rows()}


def _vault(path: Path) -> dict[str, str]:
    closed(path, "One", "Two")
    with opened(path) as vault:
        save(vault, vault.find("one"), "Three")
        return _digests(vault)


def test_the_cache_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    before = _vault(tmp_path / "vault")
    cache = tmp_path / "vault" / "cache"
    for target in (cache / "hot.tdb", cache / "cases", cache):
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        with opened(tmp_path / "vault") as vault:
            assert (_digests(vault), vault.notices) == (before, ())
        assert target.exists()


def test_a_damaged_cache_is_made_again_in_silence(tmp_path: Path) -> None:
    before = _vault(tmp_path / "vault")
    for file in (tmp_path / "vault" / "cache").rglob("*.tdb"):
        flip(file, 50)

    with opened(tmp_path / "vault") as vault:
        assert (_digests(vault), titles(vault)) == (before, ["Three", "Two"])
        assert vault.notices == ()


def test_a_cache_that_is_behind_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    _vault(path)
    shutil.copytree(path / "cache", tmp_path / "old")
    with opened(path) as vault:
        save(vault, vault.find("three"), "Four")
        after = _digests(vault)
    shutil.rmtree(path / "cache")
    shutil.copytree(tmp_path / "old", path / "cache")
    (path / "cache").chmod(0o700)

    with opened(path) as vault:
        assert (_digests(vault), titles(vault)) == (after, ["Four", "Two"])


def test_a_cache_of_another_vault_is_not_believed(tmp_path: Path) -> None:
    before = _vault(tmp_path / "one")
    _vault(tmp_path / "two")
    for theirs, ours in zip(
        sorted((tmp_path / "two" / "cache").rglob("*.tdb")),
        sorted((tmp_path / "one" / "cache").rglob("*.tdb")),
        strict=True,
    ):
        shutil.copy(theirs, ours)

    with opened(tmp_path / "one") as vault:
        assert _digests(vault) == before


def test_the_case_file_gives_what_the_journal_gives(tmp_path: Path) -> None:
    before = _vault(tmp_path / "vault")

    with opened(tmp_path / "vault", writable=False) as vault:
        assert _digests(vault) == before
        case_id = vault.find("three")
        assert [change.raw[:4] for change in vault.state(case_id).changes]
        row = next(row for row in vault.rows() if row.id == case_id)
        assert (row.title, row.wall, row.aware) == ("Three", WALL, None)


@pytest.mark.parametrize("lacking", ["id", "deadline", "aware"])
def test_rows_of_another_version_are_worked_out_again(tmp_path: Path, lacking: str) -> None:
    path = tmp_path / "vault"
    _vault(path)
    cache = cache_of(path)
    hot = cache.load_hot()
    slips = []
    for slip in hot.slips:
        row = json.loads(slip.row)
        del row[lacking]
        slips.append(replace(slip, row=json.dumps(row).encode()))
    cache.save_hot(replace(hot, slips=tuple(slips)))

    with opened(path) as vault:
        assert titles(vault) == ["Three", "Two"]
        assert vault.index.remade == 1


def test_a_hot_table_of_another_version_is_not_believed(tmp_path: Path) -> None:
    cache = Cache(tmp_path, bytes(32), KEY)
    envelope = Envelope(KEY, bytes(32), "hot")
    for told in ({"by": "0.0.1"}, {"by": VERSION}, {}):
        with TinyDB(tmp_path / "hot.tdb", envelope, storage=EnvelopeStorage) as file:
            file.drop_tables()
            file.table("state").insert(told)
        other = Cache(tmp_path, bytes(32), KEY)
        other._key = KEY  # noqa: SLF001 - the key that this forgery was sealed under
        with pytest.raises(DamagedError):
            other.load_hot()
    assert cache.empty_pack().count == 0


def test_case_files_of_odd_content_are_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path, bytes(32), KEY)
    (tmp_path / "cases").mkdir(mode=0o700)

    assert cache.load_changes("a" * 32, "x") is None
    cache.save_changes("a" * 32, "x", ())
    assert cache.load_changes("a" * 32, "x") == ()
    assert cache.load_changes("a" * 32, "y") is None


def test_tinydb_keeps_its_tables_in_one_sealed_file(tmp_path: Path) -> None:
    path = tmp_path / "file.tdb"
    envelope = Envelope(KEY, bytes(32), "case", "a")
    with TinyDB(path, envelope, storage=EnvelopeStorage) as database:
        database.insert({"word": "quokka"})
    with TinyDB(path, envelope, storage=EnvelopeStorage) as database:
        assert database.all() == [{"word": "quokka"}]

    assert b"quokka" not in path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["file.tdb"]
    other = EnvelopeStorage(path, Envelope(KEY, bytes(32), "case", "b"))
    with pytest.raises(DamagedError):
        other.read()


def test_sizes_tell_little() -> None:
    assert [padded_size(size) for size in (0, 1, 4096, 4097, 10_000, 1_000_000)] == [
        4096,
        4096,
        4096,
        4352,
        10_240,
        1_015_808,
    ]
    for size in (0, 100, 4088, 4089, 50_000):
        data = b"x" * size
        assert unpad(pad(data)) == data
        assert len(pad(data)) <= max(4096, 1.12 * (size + 8))
    assert unpad(b"") is None
    assert unpad(bytes(7)) is None
    assert unpad((9).to_bytes(8, "big") + bytes(8)) is None


def test_a_sealed_file_opens_only_as_what_it_is() -> None:
    envelope = Envelope(KEY, bytes(32), "device")
    raw = envelope.seal(b"data")

    assert envelope.unseal(raw) == b"data"
    for other in (
        Envelope(KEY, bytes(32), "keyring"),
        Envelope(KEY, bytes([1] * 32), "device"),
        Envelope(bytes(32), bytes(32), "device"),
        Envelope(KEY, bytes(32), "device", "x"),
    ):
        with pytest.raises(DamagedError):
            other.unseal(raw)
    for broken in (b"", raw[:8], raw[:40], raw[:-1], raw + b"x", b"x" + raw[1:]):
        with pytest.raises(DamagedError):
            envelope.unseal(broken)


def test_folders_that_a_mover_dropped_are_no_loss(tmp_path: Path) -> None:
    before = _vault(tmp_path / "vault")
    for name in ("cache", "drafts", "blobs"):
        shutil.rmtree(tmp_path / "vault" / name)

    with opened(tmp_path / "vault", writable=False) as vault:
        assert _digests(vault) == before
    assert not (tmp_path / "vault" / "drafts").exists()
    with opened(tmp_path / "vault") as vault:
        assert _digests(vault) == before
        blob = vault.put_blob(vault.find("two"), b"evidence")
        assert vault.get_blob(vault.find("two"), str(blob["blob"])) == b"evidence"
