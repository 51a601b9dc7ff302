"""Running the command line as a user would: arguments in, exit code and both streams out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.cli import run

if TYPE_CHECKING:
    import pytest


class Ran(NamedTuple):
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


class Terminal:
    """A command line with fixed leading options."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *options: str) -> None:
        self._capsys = capsys
        self._options = options

    def __call__(self, *arguments: str) -> Ran:
        code = run([*self._options, *arguments])
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def ok(self, *arguments: str) -> str:
        """Run a command that must succeed and return its stdout."""
        ran = self(*arguments)
        assert ran.code == 0, ran
        return ran.out
