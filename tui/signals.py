"""A closed line or a kill: keep the open field, give the terminal back, end at once.

A plain `signal.signal` handler, never the event loop's: with a hung link the loop stands still in
a full write queue, its handlers never run, and the process would spin as an orphan.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from models.errors import CaseError

# kitty keys off, alternate screen off, cursor shown, line wrap on, mouse, focus and paste modes off
RESET = b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[?1000;1003;1015;1006;1004;2004l\x1b[0m\r\n"
WATCHED = (signal.SIGHUP, signal.SIGTERM)


class LastWords:
    """What happens when the process is told to end.

    `flush` keeps what is typed but not saved yet; `leave` ends the process with an exit code. A
    signal that arrives while a save is under way (`held`) waits for that save.
    """

    def __init__(
        self, flush: Callable[[], object], leave: Callable[[int], object] = os._exit
    ) -> None:
        self._flush = flush
        self._leave = leave
        self._busy = False
        self._waiting: int | None = None
        self._modes = _terminal_modes()

    def install(self) -> None:
        """Take over SIGHUP and SIGTERM for the rest of the process."""
        for number in WATCHED:
            signal.signal(number, self.heard)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the save inside finish before a signal is acted on."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            if self._waiting is not None:
                self._end(self._waiting)

    def heard(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's signature
        """Act on a signal, now or when the save under way is done."""
        if self._busy:
            self._waiting = number
        else:
            self._end(number)

    def _end(self, number: int) -> None:
        try:
            self._flush()
        except CaseError:
            pass  # the field could not be kept, and there is nobody left to tell
        finally:
            self._restore(number)
            self._leave(128 + number)

    def _restore(self, number: int) -> None:
        if number == signal.SIGHUP:
            return  # the line is gone, and a write to a hung one would block for ever
        try:
            os.write(2, RESET)
            if self._modes is not None:
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
        except (OSError, termios.error):
            return


def _terminal_modes() -> list[int | list[bytes | int]] | None:
    if not sys.__stdin__ or not sys.__stdin__.isatty():
        return None
    return termios.tcgetattr(0)
