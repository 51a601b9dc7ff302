"""The passphrase: from a file, a descriptor or the terminal, never from an argument."""

from __future__ import annotations

import os
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import MissingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1024
"""Bytes of a passphrase; a longer line is a wrong file, not a passphrase."""

_ENTER = b"\r\n"
_INTERRUPT, _KILL_LINE, _END = 0x03, 0x15, 0x04
_RUBOUT = b"\x7f\x08"


def from_file(name: str) -> bytearray:
    """Return the first line of file `name`, without its line end."""
    path = Path(name)
    if not path.exists():
        raise MissingError(f"no passphrase file {path.name}", hint="check --passphrase-file")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _first_line(descriptor)
    finally:
        os.close(descriptor)


def from_descriptor(number: int) -> bytearray:
    """Return the first line that file descriptor `number` gives, without its line end."""
    try:
        return _first_line(number)
    except OSError:
        raise UsageError(
            f"file descriptor {number} is not open for reading", hint="check --passphrase-fd"
        ) from None


def ask(prompt: str) -> bytearray:
    """Ask on /dev/tty without echo; the caller overwrites what it gets.

    Raises:
        UsageError: there is no terminal to ask on; standard input is never read instead.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        raise UsageError(
            "no terminal to ask the passphrase on",
            hint="pass --passphrase-file FILE or --passphrase-fd N",
        ) from None
    try:
        return ask_on(terminal, prompt)
    finally:
        os.close(terminal)


def ask_twice(prompt: str) -> bytearray:
    """Ask for a new passphrase and once more to be sure."""
    first = ask(prompt)
    second = ask("again: ")
    if first != second:
        wipe(first)
        wipe(second)
        raise UsageError("the two passphrases differ", hint="nothing was made; try again")
    wipe(second)
    return first


def wipe(secret: bytearray) -> None:
    """Overwrite a secret where it lies."""
    for index in range(len(secret)):
        secret[index] = 0


def _first_line(descriptor: int) -> bytearray:
    secret = bytearray()
    for byte in _bytes_of(descriptor):
        if byte in _ENTER:
            break
        secret.append(byte)
        if len(secret) > LIMIT:
            wipe(secret)
            raise UsageError("that is no passphrase: its first line is too long", hint="check it")
    return secret


def _bytes_of(descriptor: int) -> Iterator[int]:
    while piece := os.read(descriptor, 1):
        yield piece[0]


def ask_on(terminal: int, prompt: str) -> bytearray:
    """Ask on an open terminal; ctrl-u starts again, ctrl-c raises KeyboardInterrupt."""
    # byte by byte in raw mode, not getpass: a line that went through str stays in memory for good
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    secret = bytearray()
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        os.write(terminal, prompt.encode())
        for byte in _bytes_of(terminal):
            if byte in _ENTER or byte == _END:
                break
            _take(secret, byte)
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.write(terminal, b"\n")
    return secret


def _take(secret: bytearray, byte: int) -> None:
    if byte == _INTERRUPT:
        wipe(secret)
        raise KeyboardInterrupt
    if byte == _KILL_LINE:
        wipe(secret)
        secret.clear()
    elif byte in _RUBOUT:
        while secret and secret[-1] & 0xC0 == 0x80:  # noqa: PLR2004 - a UTF-8 continuation byte
            secret.pop()
        if secret:
            secret.pop()
    elif len(secret) < LIMIT:
        secret.append(byte)
