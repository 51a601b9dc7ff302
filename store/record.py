"""A record: the change inside a frame, read with the key of its case."""

from __future__ import annotations

from store.casekey import CaseKey
from store.change import Change, parse_change
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
