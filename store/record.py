"""A record: the change in it, read out of a frame with the key of its case."""

from __future__ import annotations

import hashlib
from typing import TypeGuard

from models.errors import ShapeError
from models.strictjson import JSON, scan
from store import signing
from store.casekey import CaseKey
from store.change import LIMITS, OVER, VERSION, Change, Op, is_case_id
from store.errors import DamagedError
from store.frame import Body, open_record
from store.journal import FrameRef


def decode(ref: FrameRef, key: CaseKey | None, vault_id: bytes) -> Change:
    """Return the change in a frame, its signature not yet checked; raise DamagedError."""
    body = ref.body()
    told = body and (body.key_id, body.change_id)
    if key is None or body is None or told != (ref.key_id, ref.change_id):
        raise DamagedError("its frame does not open")
    return read_body(body, key, vault_id, ref.device)


def read_body(body: Body, key: CaseKey, vault_id: bytes, device: str) -> Change:
    """Return the change in a frame of `device`, not checked further; raise DamagedError."""
    raw = open_record(key, vault_id, body)
    if raw is None:
        raise DamagedError("its frame does not open")
    change = parse_change(raw)
    if (change.id, change.case_id, change.device) != (body.change_id, key.case_id, device):
        raise DamagedError("it is another record than its frame says")
    return change


def parse_change(raw: bytes) -> Change:
    """Return the reading of a record; raise DamagedError, quoting nothing of it.

    Unknown fields and ops are no error: they are kept in `raw` and have no effect here.
    """
    data = raw[signing.SIGNATURE_SIZE :]
    try:
        value = scan(data, LIMITS)
    except ShapeError as error:
        raise DamagedError(f"record is not what it should be: {error.message}") from None
    return read_change(raw, value)


def read_change(raw: bytes, value: JSON) -> Change:
    """Return the reading of a record whose JSON is `value`; raise DamagedError."""
    change_id = hashlib.sha256(raw[signing.SIGNATURE_SIZE :]).hexdigest()
    match value:
        case {
            "v": int(version),
            "case": str(case_id),
            "dev": str(device),
            "seq": int(seq),
            "parents": list(parents),
            "lam": int(lam),
            "wall": str(wall),
            "who": str(who),
            "role": str(role),
            "ops": list(ops),
            **rest,
        } if is_case_id(case_id) and _are_texts(parents):
            why, undo, chosen = (rest.get(name) for name in ("why", "undo", "resolves"))
            return Change(
                id=change_id,
                case_id=case_id,
                device=device,
                seq=seq,
                parents=tuple(parents),
                lam=lam,
                wall=wall,
                who=who,
                role=role,
                ops=_read_ops(change_id, ops) if version == VERSION else (),
                why=why if isinstance(why, str) else "",
                raw=raw,
                undo=undo if isinstance(undo, str) else "",
                resolves=tuple(chosen) if _are_texts(chosen) else (),
            )
        case _:
            raise DamagedError("record lacks a field, or has one of another type")


def _read_ops(change_id: str, ops: list[JSON]) -> tuple[Op, ...]:
    found = []
    for index, op in enumerate(ops):
        match op:
            case {"o": "set" | "add" | "blob" as kind, "f": str(field), "v": value, **rest}:
                pass
            case {"o": "del" as kind, "f": str(field), **rest}:
                value = None
            case _:
                continue
        over = rest.get("over")
        above = tuple(over) if kind in OVER and _are_texts(over) else ()
        found.append(Op(f"{change_id}:{index}", str(kind), field, value, above))
    return tuple(found)


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
