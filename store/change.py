"""Changes: the ops that a person means, and the record that is made of them and signed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.errors import ShapeError, UsageError
from models.strictjson import JSON, Limits, dump
from store import signing

VERSION: Final = 1
LARGEST: Final = 8 * 1024 * 1024  # bytes of one record
LIMITS: Final = Limits(
    bytes=LARGEST, depth=32, tokens=1_000_000, string=2 * 1024 * 1024, array=100_000
)
CASE_ID_SIZE: Final = 16
_SALT: Final = 16
_FIELD: Final = re.compile(r"[a-z_]+(/[A-Za-z0-9_-]+){0,3}")
_LONGEST_FIELD: Final = 200
_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SetOp:
    """Give a field a value, over the values that were shown."""

    field: str
    value: JSON


@dataclass(frozen=True, slots=True)
class AddOp:
    """Give a field its one value, for good."""

    field: str
    value: JSON


@dataclass(frozen=True, slots=True)
class BlobOp:
    """Name an attachment: `{"blob","sha256","size",...}`."""

    field: str
    value: JSON


@dataclass(frozen=True, slots=True)
class DelOp:
    """Take away the values of a field that were shown."""

    field: str


AnyOp: TypeAlias = SetOp | AddOp | BlobOp | DelOp
OVER: Final = frozenset({"set", "del"})
"""The kinds of op that say which others they replace."""
KINDS: Final[dict[type[AnyOp], str]] = {SetOp: "set", AddOp: "add", BlobOp: "blob", DelOp: "del"}


@dataclass(frozen=True, slots=True)
class Op:
    """One op of a record: `op_id` is `<change id>:<index>`, `over` the op ids it replaces."""

    op_id: str
    kind: str
    field: str
    value: JSON
    over: tuple[str, ...]

    def as_json(self) -> dict[str, JSON]:
        """Return the op for scripts."""
        over: list[JSON] = [*self.over]
        return {"op": self.kind, "field": self.field, "value": self.value, "over": over}


@dataclass(frozen=True, slots=True)
class Change:
    """One signed record. `raw` (signature | JSON) is the truth, the rest a reading of it.

    `ops` holds the kinds this version knows; others stay in `raw`. `undo` is the id of the change
    that this one takes back, empty for none; `resolves` are the ops that a person chose among.
    """

    id: str
    case_id: str
    device: str
    seq: int
    parents: tuple[str, ...]
    lam: int
    wall: str
    who: str
    role: str
    ops: tuple[Op, ...]
    why: str
    raw: bytes
    undo: str = ""
    resolves: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JSON]:
        """Return the change for scripts: who did what, when, on top of what."""
        return {
            "id": self.id,
            "case": self.case_id,
            "device": self.device,
            "seq": self.seq,
            "parents": [*self.parents],
            "lam": self.lam,
            "wall": self.wall,
            "who": self.who,
            "role": self.role,
            "ops": [op.as_json() for op in self.ops],
            "why": self.why,
            "undo": self.undo or None,
            "resolves": [*self.resolves],
        }

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in the order of display."""
        return (self.lam, self.id)

    @property
    def attachments(self) -> frozenset[str]:
        """The ids of the attachments that it names."""
        told = (op.value for op in self.ops if op.kind == "blob" and isinstance(op.value, dict))
        return frozenset(each for value in told if isinstance(each := value.get("blob"), str))

    def is_signed(self, public: bytes, vault_id: bytes) -> bool:
        """Whether the 32-byte `public` key signed it for this vault."""
        size = signing.SIGNATURE_SIZE
        return signing.is_signed(public, "record", vault_id, (self.raw[:size], self.raw[size:]))


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: the device and its number of the change, the person, the role acted in."""

    device: str
    seq: int
    who: str
    role: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What a change is written on top of: its case, the heads, the lamport time, the clock.

    `undo` and `resolves` say what it is for, as in Change.
    """

    case_id: str
    parents: tuple[str, ...]
    lam: int
    wall: str
    why: str = ""
    undo: str = ""
    resolves: tuple[str, ...] = ()


def is_case_id(text: str) -> bool:
    """Whether `text` is 32 lower-case hex digits."""
    return bool(_ID.fullmatch(text))


def check_field(field: str) -> None:
    """Raise UsageError for what cannot name a register."""
    if not _FIELD.fullmatch(field) or len(field) > _LONGEST_FIELD:
        raise UsageError("a field has an impossible name", hint="breachcase show --json names them")


def op_json(op: AnyOp, over: Sequence[str]) -> dict[str, JSON]:
    """Return an op as it stands in a record; `over` counts for set and del."""
    kind = KINDS[type(op)]
    value: dict[str, JSON] = {"o": kind, "f": op.field}
    if not isinstance(op, DelOp):
        value["v"] = op.value
    if kind in OVER:
        value["over"] = [*over]
    return value


def write_change(
    author: Author,
    setting: Setting,
    ops: Sequence[dict[str, JSON]],
    key: Ed25519PrivateKey,
    vault_id: bytes,
) -> Change:
    """Return a new signed record; raise UsageError for what could not be read back.

    The salt keeps short answers from being guessed by hash.
    """
    value: dict[str, JSON] = {
        "v": VERSION,
        "salt": os.urandom(_SALT).hex(),
        "case": setting.case_id,
        "dev": author.device,
        "seq": author.seq,
        "parents": list(setting.parents),
        "lam": setting.lam,
        "wall": setting.wall,
        "who": author.who,
        "role": author.role,
        "ops": list(ops),
        "why": setting.why,
    }
    if setting.undo:
        value["undo"] = setting.undo
    if setting.resolves:
        value["resolves"] = [*setting.resolves]
    try:
        data = dump(value, LIMITS)  # what a reader would refuse must never be "saved"
    except ShapeError:
        raise UsageError(
            "too much for one change, or text that is not unicode",
            hint="attach long material as a file",
        ) from None
    change_id = hashlib.sha256(data).hexdigest()
    return Change(
        id=change_id,
        case_id=setting.case_id,
        device=author.device,
        seq=author.seq,
        parents=setting.parents,
        lam=setting.lam,
        wall=setting.wall,
        who=author.who,
        role=author.role,
        ops=tuple(_written(f"{change_id}:{index}", op) for index, op in enumerate(ops)),
        why=setting.why,
        raw=signing.sign(key, "record", vault_id, data) + data,
        undo=setting.undo,
        resolves=setting.resolves,
    )


def _written(op_id: str, op: Mapping[str, Any]) -> Op:
    """Return the reading of an op that `op_json` made."""
    return Op(op_id, op["o"], op["f"], op.get("v"), tuple(op.get("over", ())))
