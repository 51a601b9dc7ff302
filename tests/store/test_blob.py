from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from store.change import BlobOp
from store.envelope import Envelope
from store.errors import (
    DamagedError,
)
from store.kdf import derive
from tests.store.build import (
    WALL,
    closed,
    flip,
    insider,
    make,
    opened,
    save,
)


def test_an_attachment_comes_back_and_only_to_its_case(tmp_path: Path) -> None:
    data = os.urandom(100_000)
    with make(tmp_path / "vault")[0] as vault:
        ours, theirs = vault.new_case_id(), vault.new_case_id()
        blob = vault.put_blob(ours, data)
        again = vault.put_blob(ours, data)
        elsewhere = vault.put_blob(theirs, data)
        vault.commit(ours, [BlobOp("evidence/b1", {**blob, "name": "x"})], shown=None, wall=WALL)
        save(vault, theirs, "Theirs")

    assert blob == again
    assert (blob["sha256"], blob["size"]) == (elsewhere["sha256"], elsewhere["size"])
    assert blob["blob"] != elsewhere["blob"]
    with opened(tmp_path / "vault", writable=False) as vault:
        assert vault.get_blob(ours, str(blob["blob"])) == data
        with pytest.raises(DamagedError):
            vault.get_blob(theirs, str(blob["blob"]))


def test_pieces_of_what_is_here_already_are_still_read_to_their_end(tmp_path: Path) -> None:
    data, sha256 = (b"evi", b"dence"), hashlib.sha256(b"evidence").digest()
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        first = vault.put_pieces(case_id, data, 8, sha256)
        coming = iter(data)

        again = vault.put_pieces(case_id, coming, 8, sha256)

        assert (again, [*coming]) == (first, [])
        assert again == vault.put_blob(case_id, b"evidence")


@pytest.mark.parametrize("blob_id", ["0" * 64, "../../header", "x" * 64, ""])
def test_an_impossible_attachment_is_refused(tmp_path: Path, blob_id: str) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


@pytest.mark.parametrize("offset", [0, 9, 20, -1])
def test_a_damaged_attachment_is_refused(tmp_path: Path, offset: int) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        blob_id = str(vault.put_blob(case_id, b"evidence")["blob"])
        flip(tmp_path / "vault" / "blobs" / blob_id[:2] / blob_id, offset)

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


def test_a_stump_of_an_attachment_is_refused(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        blob_id = str(vault.put_blob(case_id, b"evidence")["blob"])
        (tmp_path / "vault" / "blobs" / blob_id[:2] / blob_id).write_bytes(b"BCBLOB1\0\0")

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


def test_an_attachment_that_says_it_is_longer_than_it_is_is_refused() -> None:
    envelope = Envelope(bytes(32), bytes(32), "blob", "a" * 64)
    sealed = b"".join(envelope.seal_pieces((b"short",), 4096, b""))

    with pytest.raises(DamagedError):
        list(envelope.unseal_pieces((sealed,)))


def test_an_attachment_sealed_under_anothers_name_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    inside = insider(path)
    with opened(path, writable=False) as vault:
        case_id = vault.find("one")
    key, name = inside.case_key(case_id), "a" * 64
    both = inside.keyring.epoch_key(1) + key.key
    blob_key = derive(both, inside.keyring.vault_id, b"breachcase/blob/1\0" + bytes.fromhex(name))
    sealed = Envelope(blob_key, inside.keyring.vault_id, "blob", name)
    (path / "blobs" / "aa").mkdir(mode=0o700)
    (path / "blobs" / "aa" / name).write_bytes(sealed.seal(b"x", b"BCBLOB1\0\0\0\0\1"))

    with opened(path, writable=False) as vault, pytest.raises(DamagedError):
        vault.get_blob(case_id, name)
