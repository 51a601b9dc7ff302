"""Locking: the process that holds the keys ends, and a new one asks for the passphrase.

Python cannot promise to wipe memory; the end of the process image is the one honest wipe. Textual
is not imported here: a locked session begins at this module, before its passphrase is typed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import ClassVar, NoReturn

from models.errors import CaseError
from models.text import counted

MINUTES = "BREACHCASE_IDLE_MINUTES"
DEFAULT_MINUTES = 15
LOCKED = -1
"""What the app returns in place of an exit code when the session has to be locked."""

_MARK = "BREACHCASE_LOCKED"


class IdleMinutesError(CaseError):
    """BREACHCASE_IDLE_MINUTES is no number of minutes."""

    code: ClassVar[int] = 78


class IdleLock:
    """How long no key has come. `clock` gives seconds that also pass while the machine sleeps.

    `said` is why the session is locked, once it is.
    """

    def __init__(self, minutes: int, clock: Callable[[], float]) -> None:
        self._minutes = minutes
        self._clock = clock
        self._last = clock()
        self.said = ""

    def touch(self) -> None:
        """Take note of a key."""
        self._last = self._clock()

    @property
    def due(self) -> bool:
        """Whether no key came for so long that the session has to be locked."""
        return self._minutes > 0 and self._clock() - self._last >= 60 * self._minutes

    def close(self, *, unread: bool) -> None:
        """Say why the session is locked, and whether an answer that cannot be read was lost."""
        minutes = counted(self._minutes, "minute")
        self.said = f"locked after {minutes} without a key" if self.due else "locked"
        if unread:
            self.said += "; one answer could not be read and was not saved"


def idle_minutes(environ: Mapping[str, str]) -> int:
    """Return after how many minutes without a key to lock, 0 for never; IdleMinutesError."""
    text = environ.get(MINUTES, str(DEFAULT_MINUTES))
    if re.fullmatch("[0-9]{1,4}", text) is None:
        raise IdleMinutesError(
            f"{MINUTES} is not a number of minutes",
            hint=f"a whole number, 0 for never; without it {DEFAULT_MINUTES}",
        )
    return int(text)


def begin_again() -> NoReturn:
    """Replace this process by one that stands at the prompt: same interpreter, same arguments.

    Close the vault and give the terminal back before. Raises OSError.
    """
    os.environ[_MARK] = "1"
    # not by its name as first called: that would be looked up in PATH anew
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves


def was_locked(environ: MutableMapping[str, str]) -> bool:
    """Return, once, whether this process follows on a lock: then only a person may open the vault.

    A passphrase file would open it at once for whoever sits there, a descriptor is used up.
    """
    return environ.pop(_MARK, None) is not None
