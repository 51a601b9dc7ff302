"""`vault passwd` at the command line and at a real prompt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.store.build import closed
from tests.tui.terminal import ENTRANCE, Terminal
from tests.tui.test_passphrase import in_a_session

NEW = "another six words for today"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "old").write_text("correct horse battery\n")
    (tmp_path / "new").write_text(f"{NEW}\n")
    return closed(tmp_path / "vault", "Lost laptop")


def at(capsys: pytest.CaptureFixture[str], path: Path, words: str = "old") -> Terminal:
    file = str(path.parent / words)
    return Terminal(capsys, "--vault", str(path), "--passphrase-file", file)


def test_passwd_says_what_it_changed_and_what_it_cannot_change(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    new = str(path.parent / "new")

    ran = at(capsys, path)("vault", "passwd", "--new-passphrase-file", new, "--kdf-memory", "19")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == [
        "passphrase changed; the recovery key is as before",
        "older copies of the file header (backups, snapshots) still open with the old passphrase",
        "breachcase vault rekey ends that",
    ]
    assert at(capsys, path)("ls").code == 77
    assert "Lost laptop" in at(capsys, path, "new").ok("ls")


def test_the_recovery_sheet_serves_as_the_present_passphrase(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    made = path.with_name("made")
    sheet = path.with_name("sheet")
    at(capsys, made).ok(
        "vault", "init", "--person", "A. Person", "--organisation", "Agency", "--role",
        "controller", "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", str(sheet),
    )  # fmt: skip
    descriptor = os.open(path.parent / "new", os.O_RDONLY)
    try:
        at(capsys, made, "sheet").ok(
            "vault", "passwd", "--kdf-memory", "19", "--new-passphrase-fd", str(descriptor)
        )
    finally:
        os.close(descriptor)

    assert at(capsys, made, "new")("ls").code == 0
    assert at(capsys, made, "old")("ls").code == 77


def test_an_older_header_is_told_before_it_is_changed(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    before = (path / "header").read_bytes()
    change = ("vault", "passwd", "--kdf-memory", "19", "--new-passphrase-file")
    at(capsys, path).ok(*change, str(path.parent / "new"))
    (path / "header").write_bytes(before)

    ran = at(capsys, path)(*change, str(path.parent / "new"))

    assert ran.code == 0
    assert "header is older" in ran.err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--new-passphrase-file", "nowhere"), 66, "check --new-passphrase-file"),
        (("--new-passphrase-fd", "987"), 2, "check --new-passphrase-fd"),
        (("--kdf-memory", "18"), 2, "--help"),
    ],
)
def test_passwd_refuses_what_it_cannot_use(
    capsys: pytest.CaptureFixture[str],
    path: Path,
    options: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    ran = at(capsys, path)("vault", "passwd", *options)

    assert ran.code == code
    assert said in ran.err
    assert at(capsys, path)("ls").code == 0


def test_passwd_without_a_vault_says_so(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    assert at(capsys, path.with_name("absent"))("vault", "passwd").code == 66


def session(path: Path, *typed: str) -> int:
    words = ["breachcase", "--vault", str(path), "vault", "passwd", "--kdf-memory", "19"]
    script = f"sys.argv = {words!r}\n{ENTRANCE}"
    return in_a_session(script, [f"{line}\n".encode() for line in typed])[0]


def test_a_new_passphrase_is_typed_twice(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    assert session(path, "correct horse battery", NEW, "another six worlds") == 2
    assert at(capsys, path)("ls").code == 0

    assert session(path, "correct horse battery", NEW, NEW) == 0
    assert at(capsys, path, "new")("ls").code == 0
