"""The root of everything breachcase says went wrong: one line and one hint."""

from __future__ import annotations

from typing import ClassVar


class CaseError(Exception):
    """Something a person can act on: one line, lower case, no full stop, plus a hint.

    Never carries a secret or text of a report. `code` is the exit code of the command line.
    """

    code: ClassVar[int] = 65

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CaseError):
    """The words of a command, or the state it was asked in, do not allow it."""

    code: ClassVar[int] = 2


class ShapeError(CaseError):
    """Text or bytes from outside do not have the shape they claim."""


class MissingError(CaseError):
    """No case, file, form or key of that name."""

    code: ClassVar[int] = 66
