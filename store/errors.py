"""What can be wrong with a vault."""

from __future__ import annotations

from typing import ClassVar

from models.errors import CaseError, MissingError


class StoreError(CaseError):
    """The vault cannot do what was asked of it."""


class NotAVaultError(StoreError):
    """The folder is not there, or is not a vault."""

    code: ClassVar[int] = 66


class WrongPassphraseError(StoreError):
    """The header is whole and nothing that was given opens it."""

    code: ClassVar[int] = 77


class NotEnrolledError(StoreError):
    """This replica's device was not let into the vault, or not yet."""

    code: ClassVar[int] = 77


class LockedError(StoreError):
    """Another process is writing to this vault; the message names it."""

    code: ClassVar[int] = 75


class ReadOnlyError(StoreError):
    """The vault was opened for reading only."""

    code: ClassVar[int] = 75


class DiskError(StoreError):
    """The system refused a read, a write or a sync; what was being saved is not saved.

    `full` says that there was no room.
    """

    code: ClassVar[int] = 74
    full: bool = False


class DamagedError(StoreError):
    """Bytes of the vault fail their check."""


class ConflictError(StoreError):
    """A field has several live values and one was asked for."""


class UnknownCaseError(StoreError, MissingError):
    """The vault holds no case of that id."""

    code: ClassVar[int] = 66
