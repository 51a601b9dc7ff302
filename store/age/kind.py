"""What every kind of recipient can do: its keys as text, its stanza in the header."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Final

from store.age.encoding import decode_raw
from store.age.errors import AgeError
from store.age.header import FILE_KEY_SIZE, Stanza

BODY_SIZE: Final = FILE_KEY_SIZE + 16  # bytes of a wrapped file key

Draw = Callable[[int], bytes]
"""Gives that many random bytes."""


class Kind(ABC):
    """One way to wrap a file key for a public key. Stateless: there is one value of each kind."""

    __slots__ = ()
    name: ClassVar[str]  # the first argument of its stanzas
    post_quantum: ClassVar[bool]
    recipient_begins: ClassVar[str]
    identity_begins: ClassVar[str]
    args: ClassVar[int] = 1  # of a stanza, its name not counted; the share is the last
    share_size: ClassVar[int]  # bytes

    @abstractmethod
    def parse_recipient(self, text: str) -> bytes:
        """Return the public key that begins as `recipient_begins` says; raise AgeError."""

    @abstractmethod
    def parse_identity(self, text: str) -> bytes:
        """Return the 32 secret bytes of an identity's text; raise AgeError, never quoting it."""

    @abstractmethod
    def recipient_text(self, raw: bytes) -> str:
        """Return the text that `parse_recipient` reads."""

    @abstractmethod
    def identity_text(self, seed: bytes) -> str:
        """Return the text that `parse_identity` reads: a secret."""

    @abstractmethod
    def check(self, raw: bytes) -> None:
        """Raise AgeError unless `raw` is a public key that only its owner can answer to."""

    @abstractmethod
    def public(self, seed: bytes) -> bytes:
        """Return the public key of 32 secret bytes."""

    @abstractmethod
    def wrap(self, file_key: bytes, raw: bytes, draw: Draw) -> Stanza:
        """Return the stanza that gives the owner of `raw` the 16-byte file key."""

    @abstractmethod
    def unwrap(self, stanza: Stanza, seed: bytes) -> bytes | None:
        """Return the file key, or None where the stanza is for someone else; raise AgeError."""

    def share_of(self, stanza: Stanza) -> bytes:
        """Return the public share of a stanza of this kind; raise AgeError for another shape.

        The body's length is checked here, before anyone decrypts: a longer one could hold a
        file key that opens under several identities (partitioning oracle).
        """
        if len(stanza.args) != self.args or len(stanza.body) != BODY_SIZE:
            raise AgeError(f"age header has a malformed {self.name} recipient")
        share = decode_raw(stanza.args[-1].encode("ascii"))
        if len(share) != self.share_size:
            raise AgeError(
                f"age header has a {self.name} share that is not {self.share_size} bytes long"
            )
        return share
