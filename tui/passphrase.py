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

    from store.opener import Opener

LIMIT = 1024
"""Bytes of a passphrase; a longer line is a wrong file, not a passphrase."""

ELSEWHERE = "pass --passphrase-file FILE or --passphrase-fd N, or set BREACHCASE_PASSPHRASE_COMMAND"
"""Where a passphrase comes from when there is nobody to ask."""

_ENTER = b"\r\n"
_INTERRUPT, _KILL_LINE, _END = 0x03, 0x15, 0x04
_RUBOUT = b"\x7f\x08"


def from_file(name: str, option: str = "--passphrase-file") -> bytearray:
    """Return the first line of file `name`, as `option` says, without its line end."""
    path = Path(name)
    if not path.exists():
        raise MissingError(f"no passphrase file {path.name}", hint=f"check {option}")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return first_line(descriptor)
    finally:
        os.close(descriptor)


def from_descriptor(number: int, option: str = "--passphrase-fd") -> bytearray:
    """Return the first line that file descriptor `number` gives, without its line end."""
    try:
        return first_line(number)
    except OSError:
        raise UsageError(
            f"file descriptor {number} is not open for reading", hint=f"check {option}"
        ) from None


def ask(prompt: str, hint: str = ELSEWHERE) -> bytearray:
    """Ask on /dev/tty without echo; the caller overwrites what it gets.

    Raises:
        UsageError: there is no terminal to ask on; standard input is never read instead. The
            hint says what to do without one.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        raise UsageError("no terminal to ask the passphrase on", hint=hint) from None
    try:
        return ask_on(terminal, prompt)
    finally:
        os.close(terminal)


def ask_twice(prompt: str, hint: str = ELSEWHERE) -> bytearray:
    """Ask for a new passphrase and once more to be sure."""
    first = ask(prompt, hint)
    second = ask("again: ", hint)
    if first != second:
        wipe(first)
        wipe(second)
        raise UsageError("the two passphrases differ", hint="nothing was changed; try again")
    wipe(second)
    return first


def wipe(secret: Opener) -> None:
    """Overwrite a secret where it lies; keys out of a file or the kernel cannot be."""
    if isinstance(secret, bytearray):
        for index in range(len(secret)):
            secret[index] = 0


def first_line(descriptor: int) -> bytearray:
    """Return the first line that can be read, without its line end; the caller overwrites it."""
    line = _Line()
    for byte in _bytes_of(descriptor):
        if byte in _ENTER:
            break
        if not line.add(byte):
            line.clear()
            raise UsageError("that is no passphrase: its first line is too long", hint="check it")
    return line.end()


class _Line:
    """A line that is being read. Its room is taken at once: growing would leave copies behind."""

    def __init__(self) -> None:
        self._room = bytearray(LIMIT)
        self._used = 0

    def add(self, byte: int) -> bool:
        """Add a byte unless the line is full; return whether it was added."""
        fits = self._used < LIMIT
        if fits:
            self._room[self._used] = byte
            self._used += 1
        return fits

    def rub_out(self) -> None:
        """Take the last character away, all its bytes."""
        while self._used:
            self._used -= 1
            byte = self._room[self._used]
            self._room[self._used] = 0
            if byte & 0xC0 != 0x80:  # noqa: PLR2004 - not a UTF-8 continuation byte
                return

    def clear(self) -> None:
        """Begin again."""
        wipe(self._room)
        self._used = 0

    def end(self) -> bytearray:
        """Return the line; shrinking moves nothing."""
        del self._room[self._used :]
        return self._room


def _bytes_of(descriptor: int) -> Iterator[int]:
    while piece := os.read(descriptor, 1):
        yield piece[0]


def ask_on(terminal: int, prompt: str) -> bytearray:
    """Ask on an open terminal; ctrl-u starts again, ctrl-c raises KeyboardInterrupt."""
    # byte by byte in raw mode, not getpass: a line that went through str stays in memory for good
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    line = _Line()
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        os.write(terminal, prompt.encode())
        for byte in _bytes_of(terminal):
            if byte in _ENTER or byte == _END:
                break
            _take(line, byte)
    finally:
        with suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.write(terminal, b"\n")
    return line.end()


def _take(line: _Line, byte: int) -> None:
    if byte == _INTERRUPT:
        line.clear()
        raise KeyboardInterrupt
    if byte == _KILL_LINE:
        line.clear()
    elif byte in _RUBOUT:
        line.rub_out()
    else:
        line.add(byte)
