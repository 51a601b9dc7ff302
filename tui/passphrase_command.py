"""The passphrase from a program of the person's choice, such as a password manager."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import ClassVar

from models.errors import CaseError
from tui.passphrase import first_line, wipe

_SCRATCH = 4096


class PassphraseCommandError(CaseError):
    """BREACHCASE_PASSPHRASE_COMMAND gave no passphrase."""

    code: ClassVar[int] = 78

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="set BREACHCASE_PASSPHRASE_COMMAND right, or unset it")


def from_command(command: str) -> bytearray:
    """Run `command` and return the first line of its output; the caller overwrites it.

    Split into words as a shell would and run without one: nothing in it is expanded. It shares
    our terminal, so that it may ask in turn. Raises PassphraseCommandError, which names the
    program and never its arguments.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        raise PassphraseCommandError("passphrase command has an open quote") from None
    if not words:
        raise PassphraseCommandError("passphrase command is empty")
    name = Path(words[0]).name
    try:
        # bufsize 0: a buffer would keep a copy of what it read
        running = subprocess.Popen(words, stdout=subprocess.PIPE, bufsize=0)  # noqa: S603 - the person's own program
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise PassphraseCommandError(f"passphrase command {name}: {reason}") from None
    with running:
        secret = _read(running)
    if running.returncode != 0 or not secret:
        wipe(secret)
        said = f"exit code {running.returncode}" if running.returncode else "no passphrase"
        raise PassphraseCommandError(f"passphrase command {name} ended with {said}")
    return secret


def _read(running: subprocess.Popen[bytes]) -> bytearray:
    descriptor = running.stdout.fileno()  # type: ignore[union-attr] # PIPE makes it one
    secret = first_line(descriptor)
    rest = bytearray(_SCRATCH)
    while os.readv(descriptor, [rest]):  # to its end: a program cut short would seem to fail
        wipe(rest)
    return secret
