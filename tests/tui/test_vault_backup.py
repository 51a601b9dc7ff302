"""`vault backup` at the command line: what it says, its exit codes, and the way back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.store.build import closed, flip, opened, segments
from tests.tui.terminal import Terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "words").write_text("correct horse battery\n")
    return closed(tmp_path / "vault", "Lost laptop")


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], path: Path) -> Terminal:
    return Terminal(capsys, "--vault", str(path), "--passphrase-file", str(path.parent / "words"))


def test_a_backup_is_verified_and_takes_the_place_of_a_lost_vault(
    at: Terminal, path: Path, tmp_path: Path
) -> None:
    ran = at("vault", "backup", str(tmp_path / "copy"))

    assert ran.code == 0
    assert ran.out.startswith("whole    devices 1, segments 2, records 3, cases 1")
    assert "read back and the same" in ran.err
    assert "passphrase of today" in ran.err
    shutil.rmtree(path)
    shutil.copytree(tmp_path / "copy", path)
    assert "Lost laptop" in at.ok("ls")


def test_without_a_passphrase_at_hand_none_is_asked(
    at: Terminal, path: Path, tmp_path: Path
) -> None:
    at.options = ("--vault", str(path))

    ran = at("vault", "backup", str(tmp_path / "copy"))

    assert (ran.code, ran.out) == (0, "")
    assert "not opened" in ran.err


def test_a_backup_of_a_damaged_vault_is_made_and_the_damage_named(
    at: Terminal, path: Path, tmp_path: Path
) -> None:
    flip(segments(path)[1], 200)

    ran = at("vault", "backup", str(tmp_path / "copy"))

    assert ran.code == 65
    assert ran.out.startswith("damaged  ")
    assert (tmp_path / "copy" / "header").exists()


def test_a_backup_is_refused_in_one_line_and_a_hint(
    at: Terminal, path: Path, tmp_path: Path
) -> None:
    taken = at("vault", "backup", str(path.parent))
    with opened(path):
        busy = at("vault", "backup", str(tmp_path / "copy"))

    assert (taken.code, busy.code) == (73, 75)
    assert len(taken.err.splitlines()) == len(busy.err.splitlines()) == 2
    assert not (tmp_path / "copy").exists()
