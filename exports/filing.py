"""What is written into a case for each bundle: its message, its evidence, its events."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from exports.attached import Attached
from exports.manifest import Manifest
from models.moment import Moment, from_instant
from models.strictjson import JSON
from store.attachment import FAMILY
from store.change import AddOp, AnyOp, BlobOp
from store.entry import new_id

_SECOND: Final = len("2026-01-02T03:04:05")


def letter_ops(
    blob: Mapping[str, JSON], manifest: Manifest, filed: Mapping[str, JSON]
) -> list[AnyOp]:
    """Return the ops that keep a bundle of either side: its message and its evidence."""
    stated = str(manifest.stated_at) if manifest.stated_at else None
    message: dict[str, JSON] = {
        "kind": manifest.kind,
        "stated_at": stated,
        "created": manifest.created,
        "in_reply_to": manifest.in_reply_to,
        "attachments": [
            {"name": each.name, "size": each.size, "sha256": each.sha256}
            for each in manifest.attachments
        ],
        **filed,
    }
    return [
        AddOp(f"message/{manifest.bundle_id}", message),
        BlobOp(f"evidence/{manifest.bundle_id}", {**blob, "name": "line-1.json"}),
    ]


def attached_op(blob: Mapping[str, JSON], file: Attached, bundle_id: str) -> AnyOp:
    """Return the op that makes a file of a bundle an attachment of the case."""
    return BlobOp(f"{FAMILY}{new_id()}", {**blob, "name": file.name, "message": bundle_id})


def event_op(  # noqa: PLR0913 -- the fields of one register, by name
    name: str,
    at: Moment,
    message: str | None,
    *,
    by: str = "us",
    via: str = "bundle",
    ref: str | None = None,
    event_id: str = "",
) -> AnyOp:
    """Return the op that adds one event to a case."""
    value: dict[str, JSON] = {
        "name": name,
        "message": message,
        "at": str(at),
        "via": via,
        "ref": ref,
        "by": by,
    }
    return AddOp(f"event/{event_id or secrets.token_hex(16)}", value)


def stamp(wall: str, zone: str) -> Moment:
    """Return a wall clock's text as a moment of `zone`, in whole seconds."""
    seconds = Moment.parse(f"{wall[:_SECOND]}Z").span().earliest
    return from_instant(seconds or 0, zone)


def decision_op(manifest: Manifest) -> AnyOp:
    """Return the op that adds our decision, sealed in `manifest`, to the case's decisions."""
    said = manifest.payload.model_dump(mode="json")
    names = ("outcome", "reasons", "recommendations", "basis")
    value = {name: said[name] for name in names}
    return AddOp(f"decision/{manifest.bundle_id}", {**value, "at": said["decided_at"]})
