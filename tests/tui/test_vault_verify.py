"""`vault verify` at the command line: its lines, its JSON, its exit code, its progress."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.store.build import closed, flip, opened, segments
from tests.tui.terminal import ENTRANCE, Terminal
from tests.tui.test_passphrase import in_a_session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "words").write_text("correct horse battery\n")
    return closed(tmp_path / "vault", "Lost laptop", "Wrong address")


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], path: Path) -> Terminal:
    return Terminal(capsys, "--vault", str(path), "--passphrase-file", str(path.parent / "words"))


def test_a_whole_vault_is_said_to_be_whole(at: Terminal) -> None:
    ran = at("vault", "verify")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "whole    devices 1, segments 2, records 4, cases 2, key files 3, grants 2, attachments 0, "
        "destroyed records 0\n"
    )


def test_each_damaged_item_is_one_line_and_the_exit_code_is_65(at: Terminal, path: Path) -> None:
    flip(segments(path)[1], 200)
    [head] = path.glob("journal/*/head")
    head.unlink()

    ran = at("vault", "verify")
    as_json = at("vault", "verify", "--json")

    lines = ran.out.splitlines()
    assert (ran.code, as_json.code) == (65, 65)
    assert [line.split()[0] for line in lines] == ["damaged", "damaged", "lost", "whole"]
    assert lines[2] == "lost     1 change is not readable; of which cases cannot be told"
    told = json.loads(as_json.out)
    assert told["damaged"] == [line.removeprefix("damaged  ") for line in lines[:2]]
    assert told["lost"] == {"changes": 1, "cases": []}
    assert told["files"] == [str(segments(path)[1].relative_to(path))]
    assert told["whole"]["records"] == 3
    assert "laptop" not in ran.out + as_json.out


def test_verify_works_beside_a_session_that_writes(at: Terminal, path: Path) -> None:
    with opened(path):
        assert at("vault", "verify").code == 0


def test_an_older_copy_is_told_on_the_side(at: Terminal, path: Path) -> None:
    before = (path / "header").read_bytes()
    change = ("vault", "passwd", "--kdf-memory", "19", "--new-passphrase-file")
    at.ok(*change, str(path.parent / "words"))
    (path / "header").write_bytes(before)

    ran = at("vault", "verify")

    assert ran.code == 0
    assert "header is older" in ran.err


def test_a_wrong_passphrase_verifies_nothing(at: Terminal, path: Path) -> None:
    (path.parent / "words").write_text("wrong horse battery\n")

    assert at("vault", "verify").code == 77


def test_on_a_terminal_the_progress_is_a_bar(path: Path) -> None:
    words = ["breachcase", "--vault", str(path), "vault", "verify"]
    script = f"os.dup2(os.open('/dev/tty', os.O_RDWR), 2)\nsys.argv = {words!r}\n{ENTRANCE}"

    code, seen = in_a_session(script, [b"correct horse battery\n"])

    assert code == 0
    assert b"reading devices" in seen
    assert seen.count(b"100%") == 2  # devices, records; there is no attachment
