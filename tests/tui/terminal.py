"""Running the command line as a user would: arguments in, exit code and both streams out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.store.build import WORDS
from tui.cli import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


ENTRANCE = "from tui.cli import main; main()"
"""What `./run` and the console script end in."""


class Ran(NamedTuple):
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


class Terminal:
    """A command line with fixed leading options."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *options: str) -> None:
        self._capsys = capsys
        self.options = options

    def __call__(self, *arguments: str) -> Ran:
        code = run([*self.options, *arguments])
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def ok(self, *arguments: str) -> str:
        """Run a command that must succeed and return its stdout."""
        ran = self(*arguments)
        assert ran.code == 0, ran
        return ran.out


def founded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Terminal:
    """Return a command line at a new vault of a controller, in a folder that is now the present."""
    monkeypatch.chdir(folder)
    (folder / "words").write_bytes(WORDS + b"\n")
    vault, words = str(folder / "vault"), str(folder / "words")
    terminal = Terminal(capsys, "--vault", vault, "--passphrase-file", words)
    terminal.ok(
        "vault", "init", "--role", "controller", "--organisation", "Northmoor Agency",
        "--person", "a.officer", "--zone", "Europe/London", "--kdf-memory", "19",
        "--recovery-file", "recovery",
    )  # fmt: skip
    return terminal


def python(script: str, *arguments: str, stdin: str = "") -> Ran:
    """Run a script in a process of its own."""
    ran = _process(script, arguments, stdin)
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def python_bytes(script: str, *arguments: str) -> bytes:
    """Run a script in a process of its own and return its stdout as it is."""
    return _process(script, arguments, "").stdout


def _process(
    script: str, arguments: tuple[str, ...], stdin: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own interpreter on the test's own script
        [sys.executable, "-I", "-c", script, *arguments],
        input=stdin.encode(),
        capture_output=True,
        check=False,
    )
