from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.strictjson import JSON
from store import folder
from store.attachment import (
    Attachment,
    attach,
    attachments,
    find_attachment,
    pieces,
    verified_pieces,
)
from store.blob import LARGEST, PIECE, unchanged
from store.casework import new_case
from store.change import BlobOp
from store.errors import DamagedError, UnknownCaseError
from store.vault import Vault
from tests.store.build import WALL, flip, make, opened


def _case(vault: Vault) -> str:
    return new_case(vault, "Lost laptop", wall=WALL)


def _take(vault: Vault, case_id: str, path: Path, name: str = "") -> Attachment:
    return attach(vault, case_id, path, name=name, wall=WALL)


def _sealed(path: Path, attachment: Attachment) -> Path:
    return path / "blobs" / attachment.blob[:2] / attachment.blob


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, 3 * PIECE + 17])
def test_a_file_comes_back_byte_for_byte(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "export.csv").write_bytes(data)
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        made = _take(vault, case_id, tmp_path / "export.csv")

    assert (made.name, made.size, made.who, made.wall) == ("export.csv", size, "a.officer", WALL)
    assert made.sha256 == made.as_json()["sha256"] == hashlib.sha256(data).hexdigest()
    with opened(tmp_path / "vault", writable=False) as vault:
        assert attachments(vault.state(case_id)) == (made,)
        assert b"".join(pieces(vault, case_id, made)) == data
        assert b"".join(verified_pieces(vault, case_id, made)) == data
        assert max(map(len, pieces(vault, case_id, made)), default=0) <= PIECE


def test_nothing_of_the_file_is_readable_in_the_vault(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"national insurance number " * 1000)
    with make(tmp_path / "vault")[0] as vault:
        made = _take(vault, _case(vault), tmp_path / "secret.txt", "numbers of staff")

    sealed = _sealed(tmp_path / "vault", made)
    assert b"national" not in sealed.read_bytes()
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert not any("secret" in path.name for path in (tmp_path / "vault").rglob("*"))


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "absent", "unreadable"])
def test_what_is_not_a_plain_file_is_refused_and_nothing_is_saved(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / kind
    (tmp_path / "real").write_bytes(b"x")
    match kind:
        case "link":
            path.symlink_to(tmp_path / "real")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "unreadable":
            path = tmp_path / "real" / "below"
        case _:
            pass
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)

        with pytest.raises((UsageError, MissingError)):
            _take(vault, case_id, path)

        assert len(vault.state(case_id).changes) == 1
    assert list((tmp_path / "vault" / "blobs").iterdir()) == []


def test_a_file_over_one_gibibyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "image").open("wb") as image:
        image.truncate(LARGEST + 1)
    with make(tmp_path / "vault")[0] as vault, pytest.raises(UsageError, match="1 GiB"):
        _take(vault, _case(vault), tmp_path / "image")


def test_a_file_that_grows_or_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """The procfs says that its files are empty, and then they are not."""
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)

        with pytest.raises(UsageError, match="changed while it was read"):
            _take(vault, case_id, Path("/proc/self/status"))

    assert list((tmp_path / "vault" / "blobs").iterdir()) == []


@pytest.mark.parametrize("later", [b"first line\nsecond line\n", b"first lime\n", b"first"])
def test_a_file_that_changes_between_hashing_and_sealing_leaves_nothing_behind(
    tmp_path: Path, later: bytes
) -> None:
    """Sealing reads the file again: were it believed, the name would not fit the content."""
    source = tmp_path / "growing.log"
    source.write_bytes(b"first line\n")
    digest = hashlib.sha256(source.read_bytes()).digest()
    source.write_bytes(later)
    descriptor = os.open(source, os.O_RDONLY)

    with pytest.raises(UsageError, match="changed while it was read"):
        folder.write_new(tmp_path / "sealed", unchanged(descriptor, 11, digest))
    os.close(descriptor)

    assert [path.name for path in tmp_path.iterdir()] == ["growing.log"]


def test_the_same_file_attached_again_mends_a_damaged_blob(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(os.urandom(5000))
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        made = _take(vault, case_id, tmp_path / "photo.jpg")
        flip(_sealed(tmp_path / "vault", made), -1)
        with pytest.raises(DamagedError):
            list(pieces(vault, case_id, made))

        again = _take(vault, case_id, tmp_path / "photo.jpg", "second copy")

        assert again.blob == made.blob
        assert b"".join(pieces(vault, case_id, made)) == (tmp_path / "photo.jpg").read_bytes()


def test_of_a_damaged_attachment_nothing_is_given_out_that_cannot_be_taken_back(
    tmp_path: Path,
) -> None:
    (tmp_path / "photo.jpg").write_bytes(os.urandom(3 * PIECE))
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        made = _take(vault, case_id, tmp_path / "photo.jpg")
        flip(_sealed(tmp_path / "vault", made), -1)

        assert len(next(pieces(vault, case_id, made))) > 0
        with pytest.raises(DamagedError):
            next(verified_pieces(vault, case_id, made))


def test_an_entry_that_lies_about_its_file_is_found_out(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        blob = vault.put_blob(case_id, b"the real thing")
        value: JSON = {**blob, "sha256": "0" * 64, "name": "x"}
        vault.commit(case_id, [BlobOp("file/f1", value)], shown=None, wall=WALL)
        (lying,) = attachments(vault.state(case_id))

        with pytest.raises(DamagedError, match="not the file"):
            list(pieces(vault, case_id, lying))


def test_names_are_text_and_never_paths(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        names = ["../../etc/passwd", "a\n b\x1b[31m", ".bashrc", "photo.JPG", "x.tar.gz;rm -rf"]
        made = [_take(vault, case_id, tmp_path / "x", name) for name in names]

    assert [each.name for each in made][:2] == ["../../etc/passwd", "a b[31m"]
    endings = [each.file_name.removeprefix(f"attachment-{each.id[:8]}") for each in made]
    assert endings == ["", "", ".bashrc", ".JPG", ""]


@pytest.mark.parametrize("name", ["\x1b", "x" * 201])
def test_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with make(tmp_path / "vault")[0] as vault, pytest.raises(UsageError, match="name"):
        _take(vault, _case(vault), tmp_path / "x", name)


def test_an_attachment_is_found_by_its_name_or_by_how_its_id_begins(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        one, two = (_take(vault, case_id, tmp_path / "x", name) for name in ("one", "two"))
        again = _take(vault, case_id, tmp_path / "x", "two")
        state = vault.state(case_id)

        assert find_attachment(state, "one") == one
        assert find_attachment(state, two.id[:10]) == two
        assert find_attachment(state, again.id) == again
        with pytest.raises(UsageError, match="2 attachments"):
            find_attachment(state, "two")
        for text in ("three", one.id[:3], ""):
            with pytest.raises(MissingError):
                find_attachment(state, text)


def test_an_attachment_needs_a_case(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(UnknownCaseError):
            _take(vault, "0" * 32, tmp_path / "x")
        with pytest.raises(UnknownCaseError):
            vault.blob_pieces("0" * 32, "0" * 64)


def test_odd_entries_are_left_out(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = _case(vault)
        ops = [BlobOp("file/f1", "text"), BlobOp("file/f2", {"name": "x", "size": "1"})]
        vault.commit(case_id, ops, shown=None, wall=WALL)

        assert attachments(vault.state(case_id)) == ()
