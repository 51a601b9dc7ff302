"""That personal data found in a text may leave: recorded so that nobody is asked twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from models.personal.confirmed import FAMILY, KEY_BYTES, mark
from models.personal.finding import Finding
from store.change import AddOp
from store.entry import new_id
from store.hold import required_reason
from store.vault import Vault


def confirm(
    vault: Vault, case_id: str, findings: Iterable[Finding], why: str, *, wall: str
) -> None:
    """Record as one change that these findings stay, and why; what was found is not recorded.

    The first time the case gets a key for the marks, in a change before it: a record is evidence
    that may be shown one day, and with key and mark in one, a short number could be tried out.
    Raises UsageError without a reason, and what Vault.commit raises.
    """
    reason = required_reason(why)
    marked = {(each.place, each.hit.kind, each.found) for each in findings}
    if not marked:
        return
    if not vault.case(case_id).confirmed.keys:
        made = AddOp(f"{FAMILY}/{new_id()}", {"key": secrets.token_hex(KEY_BYTES)})
        vault.commit(case_id, [made], shown=None, wall=wall)
    name, key = vault.case(case_id).confirmed.keys[0]
    ops = [
        AddOp(
            f"{FAMILY}/{new_id()}",
            {"place": place, "kind": kind, "key": name, "mark": mark(key, place, kind, found)},
        )
        for place, kind, found in sorted(marked)
    ]
    vault.commit(case_id, ops, shown=None, wall=wall, why=reason)
