"""BREACHCASE_PASSPHRASE_COMMAND: when it runs, what is taken from it, and how it fails."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.store.build import WORDS, closed
from tests.tui.terminal import Ran, Terminal
from tui.passphrase_command import PassphraseCommandError, from_command

NAME = "BREACHCASE_PASSPHRASE_COMMAND"


def program(script: str, *words: str) -> str:
    """A command line that runs a script of Python's."""
    return shlex.join([sys.executable, "-I", "-c", script, *words])


@pytest.fixture
def at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys, "--vault", str(closed(tmp_path / "vault", "Lost laptop")))


def listed(at: Terminal, monkeypatch: pytest.MonkeyPatch, command: str, *more: str) -> Ran:
    monkeypatch.setenv(NAME, command)
    return at(*more, "ls")


def test_the_first_line_that_the_command_prints_opens_the_vault(
    at: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; print(sys.argv[1]); print('user: someone\\n' * 100_000)"

    ran = listed(at, monkeypatch, program(script, WORDS.decode()))

    assert (ran.code, ran.err) == (0, "")
    assert "Lost laptop" in ran.out


def test_a_passphrase_file_comes_before_the_command(
    at: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words").write_bytes(WORDS + b"\n")
    ran_file = tmp_path / "ran"
    script = "import sys; open(sys.argv[1], 'w').close()"

    ran = listed(
        at,
        monkeypatch,
        program(script, str(ran_file)),
        "--passphrase-file",
        str(tmp_path / "words"),
    )

    assert ran.code == 0
    assert not ran_file.exists()


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["vault", "--help"], ["ls", "-h"]])
def test_the_command_does_not_run_when_no_passphrase_is_needed(
    at: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv(NAME, program("import sys; open(sys.argv[1], 'w')", str(tmp_path / "ran")))

    assert at(*words).code == 0
    assert not (tmp_path / "ran").exists()


def test_no_shell_reads_the_command() -> None:
    secret = from_command(program("import sys; print(sys.argv[1:])", "$HOME", ";", "a b"))

    assert secret == b"['$HOME', ';', 'a b']"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "is empty"),
        ("pass 'show", "open quote"),
        ("/nowhere/at/all secret-argument", "all: no such file"),
        (program("print('words'); raise SystemExit(3)"), "exit code 3"),
        (program("print()"), "no passphrase"),
        (program(""), "no passphrase"),
    ],
)
def test_a_command_that_gives_nothing_is_bad_configuration(
    at: Terminal, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    ran = listed(at, monkeypatch, command)

    assert ran.code == 78
    assert said in ran.err
    assert "secret-argument" not in ran.err
    assert f"breachcase: hint: set {NAME} right" in ran.err


def test_a_command_that_prints_without_end_of_line_is_cut_short() -> None:
    with pytest.raises(Exception, match="too long"):
        from_command(program("print('x' * 5000)"))


def test_what_a_failed_command_printed_is_wiped_and_not_quoted() -> None:
    with pytest.raises(PassphraseCommandError) as caught:
        from_command(program("print('half a secret'); raise SystemExit(1)"))

    assert "half" not in caught.value.message + caught.value.hint
