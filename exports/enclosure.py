"""Attachments of a case as they go out with a bundle, and as those of a bundle are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from mimetypes import MimeTypes
from typing import Final

from exports import limits
from exports.attached import Attached, check_attached, plain_name
from models.errors import MissingError, UsageError
from store.attachment import SUFFIX, Attachment, attachments
from store.vault import Vault

_ANY: Final = "application/octet-stream"
_TYPES: Final = MimeTypes(())  # the list that ships with Python, never the system's
_TABLES: Final = frozenset(
    [
        "csv",
        "tsv",
        "tab",
        "xls",
        "xlsx",
        "xlsm",
        "xlsb",
        "ods",
        "numbers",
        "mdb",
        "accdb",
        "db",
        "sqlite",
        "sql",
        "parquet",
    ]
)
_ODD: Final = re.compile(r'[/\\:*?"<>|]')

PEOPLE: Final = (
    "looks like a table of people; regulators ask not to be sent the personal data themselves"
)
"""What to say of an attachment that does, behind its name."""


def enclosed(files: Sequence[Attachment]) -> tuple[Attached, ...]:
    """Return how a manifest names these attachments; raise UsageError for what it cannot take."""
    if len(files) > limits.ATTACHMENTS:
        raise UsageError(
            f"a bundle takes {limits.ATTACHMENTS} attachments, not {len(files)}",
            hint="put several into one archive",
        )
    for file in files:
        if file.size > limits.ATTACHMENT:
            raise UsageError(
                f"an attachment of a bundle has at most {limits.ATTACHMENT // 1024**2} MiB",
                hint="send a part or a listing of it",
            )
    found = tuple(_enclosed(file) for file in files)
    try:
        check_attached(found)
    except ValueError as error:
        raise UsageError(str(error), hint="send fewer, or under other names") from None
    return found


def looks_like_people(file: Attachment) -> bool:
    """Whether an attachment is, by its name, a table that may hold the personal data themselves.

    Source: ICO form, "Please do not include any of the personal data involved in the breach".
    """
    return file.name.rpartition(".")[2].casefold() in _TABLES


def find_enclosed(vault: Vault, case_id: str, files: Sequence[Attached]) -> tuple[Attachment, ...]:
    """Return the attachments of a case that a bundle of it names, by their content.

    Raises MissingError where one is not in the case.
    """
    if not files:
        return ()
    known = {each.sha256: each for each in attachments(vault.state(case_id))}
    try:
        return tuple(known[file.sha256] for file in files)
    except KeyError:
        raise MissingError(
            "an attachment of this bundle is not in the case", hint="attach the file again"
        ) from None


def _enclosed(file: Attachment) -> Attached:
    name = outward_name(file)
    kind, _ = _TYPES.guess_type(name)
    return Attached(name=name, media_type=kind or _ANY, size=file.size, sha256=file.sha256)


def outward_name(file: Attachment) -> str:
    """Return what an attachment is called in a bundle: its own name where any system takes it."""
    stem, ending = SUFFIX.sub("", file.name), SUFFIX.search(file.name)
    last = ending[0] if ending else ""
    room = limits.ATTACHMENT_NAME - len(last)
    try:
        return plain_name(_ODD.sub("_", stem).strip(" .")[:room].rstrip(" .") + last)
    except ValueError:
        return file.file_name
