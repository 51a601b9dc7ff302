"""The state outside the vault: an older copy is told, and nothing else ever is."""

from __future__ import annotations

import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from store.access import unlocked
from store.header import parse_header, unlock
from store.kdf import cost_of, derive
from store.state import Watch
from store.vault import Vault
from tests.store.build import closed, flip, insider, make, opened, passphrase, save, segments

OLDER = re.compile(r"this vault is older than the one opened here on \d{4}-\d\d-\d\d \d\d:\d\d UTC")


def state_file() -> Path:
    files = (each for each in Path(os.environ["XDG_STATE_HOME"]).rglob("*") if each.is_file())
    [found] = (each for each in files if each.parent.name != "places")
    return found


def older(path: Path) -> Path:
    """A vault of which a newer copy was opened here."""
    closed(path, "Lost laptop")
    opened(path).close()
    shutil.copytree(path, path.with_name("backup"))
    with opened(path) as vault:
        save(vault, vault.rows()[0].id, "Lost laptop and phone")
    shutil.rmtree(path)
    return path.with_name("backup").rename(path)


def test_first_sight_and_growth_are_silent(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    (path / "journal" / ".DS_Store").write_bytes(b"a mover's")
    for title in ("One", "Two"):
        with opened(path) as vault:
            save(vault, vault.new_case_id(), title)
            assert vault.notices == ()
    with opened(path, writable=False) as vault:
        assert vault.notices == ()


def test_an_older_copy_is_told_and_stays_readable(tmp_path: Path) -> None:
    path = older(tmp_path / "vault")
    for writable in (False, True, False):  # told until somebody goes on with it
        with opened(path, writable=writable) as vault:
            [notice] = vault.notices
            assert OLDER.match(notice)
            assert [row.title for row in vault.rows()] == ["Lost laptop"]


def test_whoever_saves_in_the_older_copy_is_told_no_more(tmp_path: Path) -> None:
    path = older(tmp_path / "vault")
    with opened(path) as vault:
        save(vault, vault.rows()[0].id, "Lost laptop after all")
        assert OLDER.match(vault.notices[0])

    with opened(path) as vault:
        assert vault.notices == ()


def test_a_copy_that_went_on_by_itself_is_told(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    shutil.copytree(path, tmp_path / "copy")
    for each in (path, tmp_path / "copy"):
        with opened(each) as vault:
            save(vault, vault.rows()[0].id, each.name)

    with opened(path, writable=False) as vault:
        assert OLDER.match(vault.notices[0])


def test_an_older_header_is_told_once_the_passphrase_was_changed(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    before = (path / "header").read_bytes()
    with unlocked(path, passphrase()) as access:
        assert access.notice == ""
        access.change_passphrase(bytearray(b"another six words"), cost_of(19))
    (path / "header").write_bytes(before)

    with opened(path, writable=False) as vault:
        assert "header is older" in vault.notices[0]
    with unlocked(path, passphrase()) as access:
        assert "header is older" in access.notice


def test_a_lost_head_is_told_and_a_damaged_one_named_once(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    opened(path).close()
    [head] = path.glob("journal/*/head")
    kept = head.read_bytes()
    head.unlink()
    with opened(path, writable=False) as vault:
        assert OLDER.match(vault.notices[0])

    head.write_bytes(kept[:70])

    with opened(path, writable=False) as vault:
        [notice] = vault.notices
        assert "unreadable" in notice


def test_a_journal_full_of_newer_segments_is_not_older(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    with opened(path) as vault:
        device = vault.device_id
    raw = (path / "header").read_bytes()
    header, key = parse_header(raw), unlock(raw, parse_header(raw), passphrase())
    Watch(path, header, key)
    mark = state_file()
    data = mark.read_bytes()[65:].replace(b'[2,"', b'[1,"')  # a segment the head lists otherwise
    mac = derive(key, header.vault_id, b"breachcase/vault/1/state")
    import hmac  # noqa: PLC0415 - used here only

    mark.write_bytes(hmac.digest(mac, data, "sha256").hex().encode() + b"\n" + data)

    assert device in data.decode()
    assert OLDER.match(Watch(path, header, key).notice)
    for other in (b"[]", b'{"v":1,"generation":1,"heads":{"x":[]}}', b"{"):
        mark.write_bytes(hmac.digest(mac, other, "sha256").hex().encode() + b"\n" + other)
        assert Watch(path, header, key).notice == ""


def test_a_forged_or_unreadable_state_is_as_none(tmp_path: Path) -> None:
    path = older(tmp_path / "vault")
    flip(state_file(), 100)
    with opened(path, writable=False) as vault:
        assert vault.notices == ()

    state_file().unlink()
    with opened(path, writable=False) as vault:
        assert vault.notices == ()


def test_a_state_that_cannot_be_written_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    (tmp_path / "file").write_text("not a folder")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("XDG_STATE_HOME", str(home))
        with opened(path) as vault:
            assert vault.notices == ()

    open_to_all = tmp_path / "open"
    (open_to_all / "breachcase").mkdir(parents=True)
    (open_to_all / "breachcase").chmod(0o777)
    monkeypatch.setenv("XDG_STATE_HOME", str(open_to_all))
    opened(path).close()
    assert list((open_to_all / "breachcase").iterdir()) == []


@pytest.mark.parametrize("told", ["", "relative/place"])
def test_without_a_folder_said_the_state_is_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", told)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    opened(closed(tmp_path / "vault")).close()

    found = {each.name for each in (tmp_path / "home/.local/state/breachcase").iterdir()}
    assert (len(found), "places" in found) == (2, True)
    assert not (tmp_path / "relative").exists()


def test_nobody_without_a_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 5)  # an id that no table of users knows

    opened(closed(tmp_path / "vault")).close()


def test_the_state_is_private_and_tells_nothing_of_the_cases(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")
    before = os.umask(0)
    try:
        opened(path).close()
    finally:
        os.umask(before)

    found = state_file()
    case_ids = {insider(path).case_key(row.id).case_id for row in opened(path).rows()}
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700
    assert found.parent.name == insider(path).keyring.vault_id.hex()
    assert b"laptop" not in found.read_bytes().lower()
    assert [each for each in case_ids if each in found.read_text()] == []


def test_a_vault_that_was_only_made_leaves_no_state(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    vault.close()

    assert not Path(os.environ["XDG_STATE_HOME"]).exists()
    Vault.open(tmp_path / "vault", bytearray(recovery.text.encode())).close()
    assert state_file().is_file()
    assert len(segments(tmp_path / "vault")) == 1
