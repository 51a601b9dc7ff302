"""Another device of the same vault, whose records arrive as a sync would bring them."""

from __future__ import annotations

from pathlib import Path

from models.strictjson import JSON
from store.change import Change, Setting
from store.device import Device
from store.fold import CaseState
from tests.store.build import LATER, WALL, insider, opened

ROLES = ("responder",)


def arrive(path: Path, shown: CaseState, *ops: dict[str, JSON]) -> Change:
    """Put a change of a new colleague, made on top of `shown`, into a closed vault."""
    inside, device = insider(path), Device.generate()
    card = device.card("b.colleague", ROLES)
    with opened(path, writable=False) as vault:
        log = vault.log_state()
    enrol: dict[str, JSON] = {"o": "add", "f": f"device/{card.device_id}", "v": card.as_json()}
    setting = Setting(log.case_id, log.heads, log.changes[-1].lam + 1, WALL)
    made = inside.change(setting, [enrol], role="admin")
    inside.append((made, made.raw), case_id=log.case_id)
    lam = 1 + (shown.changes[-1].lam if shown.changes else 0)
    setting = Setting(shown.case_id, shown.heads, lam, LATER)
    change = inside.change(setting, [*ops], device=device)
    inside.append((change, change.raw), case_id=shown.case_id, by=device)
    return change


def set_op(shown: CaseState, field: str, value: JSON) -> dict[str, JSON]:
    """A set over what was shown."""
    return {"o": "set", "f": field, "v": value, "over": [*_over(shown, field)]}


def del_op(shown: CaseState, field: str) -> dict[str, JSON]:
    return {"o": "del", "f": field, "over": [*_over(shown, field)]}


def _over(shown: CaseState, field: str) -> tuple[str, ...]:
    return shown.fields[field].op_ids if field in shown.fields else ()
