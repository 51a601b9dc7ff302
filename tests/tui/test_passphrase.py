"""The passphrase prompt on a real terminal pair."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
import threading
from contextlib import suppress

import pytest

from tests.tui.terminal import python
from tui import passphrase


class Pair:
    """Both ends of a terminal; what is typed waits until the prompt has appeared."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        self.seen = b""

    def type_after_prompt(self, typed: bytes) -> threading.Thread:
        thread = threading.Thread(target=self._type, args=(typed,))
        thread.start()
        return thread

    def _type(self, typed: bytes) -> None:
        while b": " not in self.seen:
            self.seen += os.read(self.ours, 100)
        os.write(self.ours, typed)

    def rest(self) -> bytes:
        os.close(self.theirs)
        try:
            while piece := os.read(self.ours, 100):
                self.seen += piece
        except OSError:
            pass
        os.close(self.ours)
        return self.seen


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (b"open sesame\r", b"open sesame"),
        (b"opeb\x7fn\n", b"open"),
        (b"wrong\x15right\n", b"right"),
        ("cafe\u0301é".encode() + b"\x7f\n", "cafe\u0301".encode()),
        (b"\x7fx\n", b"x"),
        (b"end\x04", b"end"),
    ],
)
def test_a_typed_passphrase_is_taken_without_echo(
    pair: Pair, typed: bytes, expected: bytes
) -> None:
    before = termios.tcgetattr(pair.theirs)
    typing = pair.type_after_prompt(typed)

    secret = passphrase.ask_on(pair.theirs, "passphrase: ")

    typing.join()
    assert secret == expected
    assert termios.tcgetattr(pair.theirs) == before
    assert expected not in pair.rest().removeprefix(b"passphrase: ")


def test_ctrl_c_at_the_prompt_interrupts_and_restores_the_terminal(pair: Pair) -> None:
    before = termios.tcgetattr(pair.theirs)
    typing = pair.type_after_prompt(b"half\x03")

    with pytest.raises(KeyboardInterrupt):
        passphrase.ask_on(pair.theirs, "passphrase: ")

    typing.join()
    assert termios.tcgetattr(pair.theirs) == before
    pair.rest()


def test_more_than_the_limit_is_not_kept(pair: Pair) -> None:
    typing = pair.type_after_prompt(b"x" * (passphrase.LIMIT + 10) + b"\n")

    secret = passphrase.ask_on(pair.theirs, ": ")

    typing.join()
    assert len(secret) == passphrase.LIMIT
    pair.rest()


def test_wiping_overwrites_every_byte() -> None:
    secret = bytearray(b"open sesame")

    passphrase.wipe(secret)

    assert secret == bytearray(11)


def in_a_session(script: str, typed: list[bytes]) -> tuple[int, bytes]:
    """Run a script whose controlling terminal is a new one, typing at each prompt."""
    ours, theirs = pty.openpty()
    claim = (
        "import fcntl, os, sys, termios\n"
        f"os.setsid(); fcntl.ioctl({theirs}, termios.TIOCSCTTY, 0)\n" + script
    )
    child = subprocess.Popen(  # noqa: S603 - our own interpreter on the test's own script
        [sys.executable, "-I", "-c", claim], pass_fds=(theirs,)
    )
    os.close(theirs)
    seen = b""
    for answer in typed:
        start = len(seen)
        while b": " not in seen[start:]:
            seen += os.read(ours, 100)
        os.write(ours, answer)
    code = child.wait(timeout=20)
    with suppress(OSError):  # how the end of a terminal is told
        while piece := os.read(ours, 100):
            seen += piece
    os.close(ours)
    return code, seen


def test_ask_uses_the_controlling_terminal_even_when_stdin_is_closed() -> None:
    script = (
        "os.close(0)\nfrom tui.passphrase import ask\n"
        "sys.exit(0 if ask('passphrase: ') == b'sesame' else 3)"
    )

    code, seen = in_a_session(script, [b"sesame\n"])

    assert code == 0
    assert b"sesame" not in seen


@pytest.mark.parametrize(("second", "code"), [(b"one\n", 0), (b"two\n", 4)])
def test_a_new_passphrase_is_asked_twice(second: bytes, code: int) -> None:
    script = (
        "from tui.passphrase import ask_twice\nfrom models.errors import UsageError\n"
        "try: sys.exit(0 if ask_twice('new: ') == b'one' else 3)\n"
        "except UsageError: sys.exit(4)"
    )

    assert in_a_session(script, [b"one\n", second])[0] == code


def test_without_a_terminal_standard_input_is_never_read_instead() -> None:
    script = (
        "import os\nos.setsid()\nfrom tui.passphrase import ask\n"
        "from models.errors import UsageError\n"
        "try: ask('x: ')\nexcept UsageError as e: print(e.message, '|', e.hint)"
    )

    ran = python(script, stdin="sesame\n")

    assert "no terminal" in ran.out
    assert "--passphrase-file" in ran.out
