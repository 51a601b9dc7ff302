from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from models.errors import CaseError
from tui.signals import RESET, WATCHED, LastWords

ROOT = Path(__file__).parents[2]
WAITING = """
import signal, sys
from tui.signals import LastWords
LastWords(lambda: print("kept", flush=True)).install()
print("ready", flush=True)
signal.pause()
"""


def ended(words: list[str]) -> tuple[LastWords, list[int]]:
    codes: list[int] = []
    return LastWords(lambda: words.append("kept"), codes.append), codes


def test_a_hangup_keeps_the_open_field_and_ends() -> None:
    words: list[str] = []
    last, codes = ended(words)

    last.heard(signal.SIGHUP, None)

    assert (words, codes) == (["kept"], [129])


def test_the_watched_signals_are_taken_over() -> None:
    before = [signal.getsignal(number) for number in WATCHED]
    words: list[str] = []
    last, codes = ended(words)

    try:
        last.install()
        os.kill(os.getpid(), signal.SIGHUP)
    finally:
        for number, handler in zip(WATCHED, before, strict=True):
            signal.signal(number, handler)

    assert (words, codes) == (["kept"], [129])


def test_a_signal_during_a_save_waits_for_it() -> None:
    words: list[str] = []
    last, codes = ended(words)

    with last.held():
        last.heard(signal.SIGHUP, None)
        during = list(codes)

    assert (during, codes, words) == ([], [129], ["kept"])


def test_a_field_that_cannot_be_saved_does_not_keep_the_process_alive() -> None:
    def refuse() -> None:
        raise CaseError("disk is full")

    codes: list[int] = []

    LastWords(refuse, codes.append).heard(signal.SIGHUP, None)

    assert codes == [129]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_killed_process_keeps_its_words_and_says_why_it_ended(number: int, code: int) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", WAITING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out) == (code, b"kept\n")
    assert (RESET in err) == (number == signal.SIGTERM)


def test_a_killed_process_gives_the_terminal_its_modes_back() -> None:
    ours, theirs = pty.openpty()
    program = WAITING.replace('print("ready"', 'import tty; tty.setraw(0); print("ready"')
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=20)
    after = termios.tcgetattr(theirs)
    os.close(ours)
    os.close(theirs)

    assert after == before


def test_a_terminal_that_is_gone_does_not_stop_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(number: int, data: bytes) -> int:
        raise OSError(number, data)

    last, codes = ended([])
    monkeypatch.setattr(os, "write", gone)

    last.heard(signal.SIGTERM, None)

    assert codes == [143]
