"""What can be wrong with a sealed file."""

from __future__ import annotations

from typing import ClassVar

from models.errors import CaseError


class AgeError(CaseError):
    """A sealed file, a recipient or an identity is not what age v1 allows, or is damaged."""

    def __init__(self, message: str, *, hint: str = "have it sent again") -> None:
        super().__init__(message, hint=hint)


class NotForUsError(AgeError):
    """The file is well formed and no identity at hand opens it."""

    code: ClassVar[int] = 77
