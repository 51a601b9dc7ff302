"""Attachments of a case: taking a file in, finding it by its name, giving it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import MissingError, UsageError
from models.strictjson import JSON
from models.text import normalise
from store import folder
from store.change import BlobOp
from store.entry import entries, new_id
from store.errors import DamagedError
from store.fold import CaseState, LiveValue
from store.vault import Vault

FAMILY: Final = "file/"
_LONGEST_NAME: Final = 200  # characters
_SHORTEST_ID: Final = 4
SHA256: Final = re.compile(r"[0-9a-f]{64}")
SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file. `name` is text from outside and never a path; `size` is in bytes.

    `who` attached it, `wall` is their machine's clock then.
    """

    id: str
    name: str
    size: int
    sha256: str
    blob: str
    who: str
    wall: str

    @property
    def file_name(self) -> str:
        """A file name to give it out under: nothing of the name but its ending, if harmless."""
        ending = SUFFIX.search(self.name)
        return f"attachment-{self.id[:8]}{ending[0] if ending else ''}"

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "id": self.id,
            "name": self.name,
            "size": self.size,
            "sha256": self.sha256,
            "who": self.who,
            "wall": self.wall,
        }


def attachments(state: CaseState) -> tuple[Attachment, ...]:
    """Return the attachments of a case in the order they came; what is odd is left out."""
    found = (_attachment(name, value) for name, value in entries(state, FAMILY))
    return tuple(each for each in found if each is not None)


def find_attachment(state: CaseState, text: str) -> Attachment:
    """Return the attachment of that name, or whose id begins so (4 characters will do).

    Raises MissingError for none, UsageError for several.
    """
    known = attachments(state)
    begins = len(text) >= _SHORTEST_ID
    found = [each for each in known if each.name == text] or [
        each for each in known if begins and each.id.startswith(text)
    ]
    match found:
        case []:
            raise MissingError("no attachment of that name", hint="breachcase show lists them")
        case [one]:
            return one
        case several:
            ids = ", ".join(each.id[:8] for each in several[:5])
            raise UsageError(
                f"{len(several)} attachments are called that", hint=f"use one of the ids {ids}"
            )


def attach(vault: Vault, case_id: str, path: Path, *, name: str, wall: str) -> Attachment:
    """Take a file of at most 1 GiB into a case, in constant memory; return its entry.

    `name` is what it is called there, empty for the file's own. Raises MissingError, UsageError
    (a link, a folder, a pipe; too large; changing), and what Vault.commit raises.
    """
    vault.state(case_id)
    called = _name(name or path.name)
    with folder.outside(path) as descriptor:
        blob = vault.put_file(case_id, descriptor)
    field = FAMILY + new_id()
    ops = [BlobOp(field, {**blob, "name": called})]
    vault.commit(case_id, ops, shown=None, wall=wall)
    return find_attachment(vault.state(case_id), field.removeprefix(FAMILY))


def pieces(vault: Vault, case_id: str, attachment: Attachment) -> Iterator[bytes]:
    """Yield the bytes of an attachment; raise DamagedError, perhaps at the very end.

    Nothing of it counts before the last piece has come: write it where it can be taken back.
    """
    # the name commits to the content, which is held to the name as it is read
    if vault.blob_name(case_id, attachment.sha256) != attachment.blob:
        raise DamagedError("attachment is not the file that its entry says")
    yield from vault.blob_pieces(case_id, attachment.blob)


def verified_pieces(vault: Vault, case_id: str, attachment: Attachment) -> Iterator[bytes]:
    """Yield as `pieces`, but only once all of it was read and found whole: for what can't wait."""
    for _ in pieces(vault, case_id, attachment):
        pass
    yield from pieces(vault, case_id, attachment)


def _attachment(name: str, found: LiveValue) -> Attachment | None:
    match found.value:
        case {
            "blob": str(blob),
            "sha256": str(sha256),
            "size": int(size),
            "name": str(called),
        } if SHA256.fullmatch(sha256):
            return Attachment(name, called, size, sha256, blob, found.who, found.wall)
        case _:
            return None


def _name(text: str) -> str:
    name = " ".join(normalise(text).split())
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(
            f"an attachment needs a name of at most {_LONGEST_NAME} characters",
            hint="say one: --name NAME",
        )
    return name
