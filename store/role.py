"""Who may do what: the roles of devices and the fields their ops may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from store.change import Change, Op
from store.device import DeviceCard, parse_card

ADMIN: Final = "admin"
DEVICE_FIELD: Final = "device/"
KEY_FIELD: Final = "key/"
_BOTH: Final = frozenset({"responder", "case_officer"})
_OFFICER: Final = frozenset({"case_officer"})
_ADMIN: Final = frozenset({ADMIN})

_Row = tuple[str, frozenset[str], frozenset[str]]
# the first row whose name begins the field counts; docs/format-vault.md, "Who may do what"
_LOG: Final[tuple[_Row, ...]] = (
    (DEVICE_FIELD, frozenset({"add"}), frozenset({ADMIN, "recovery"})),
    ("epoch/", frozenset({"add"}), _ADMIN),
    ("office/", frozenset({"add"}), _ADMIN),
    ("contact/", frozenset({"set", "add", "del", "blob"}), _ADMIN),
    ("hold/", frozenset({"set", "del"}), _ADMIN),
    (KEY_FIELD, frozenset({"add"}), _ADMIN),
)
_CASE: Final[tuple[_Row, ...]] = (
    ("case/reference", frozenset({"set", "del"}), _OFFICER),
    ("case/", frozenset({"set", "del"}), _BOTH),
    ("report/", frozenset({"set", "add", "del"}), _BOTH),
    ("party/", frozenset({"set", "add", "del"}), _BOTH),
    ("message/", frozenset({"add"}), _BOTH),
    ("event/", frozenset({"add"}), _BOTH),
    ("log/", frozenset({"add"}), _BOTH),
    ("evidence/", frozenset({"blob"}), _BOTH),
    ("file/", frozenset({"blob"}), _BOTH),
    ("decision/", frozenset({"add"}), _OFFICER),
    (KEY_FIELD, frozenset({"add"}), _BOTH),
)
_NOBODY: Final = (frozenset[str](), frozenset[str]())


def allows(role: str, kind: str, field: str, *, in_log: bool) -> bool:
    """Whether `role` may do an op of that kind to that field of a case, or of the vault log."""
    rows = _LOG if in_log else _CASE
    found = (row[1:] for row in rows if field.startswith(row[0]))
    kinds, roles = next(found, _NOBODY)
    return kind in kinds and role in roles


@dataclass(frozen=True, slots=True)
class Authority:
    """The devices of a vault, by id, as the vault log enrols them."""

    vault_id: bytes
    log_id: str
    devices: Mapping[str, DeviceCard]

    def permits(self, change: Change, op: Op) -> bool:
        """Whether an op counts: its device is enrolled with the role, and the role may do it."""
        if change.id == self.vault_id.hex():
            return True
        card = self.devices.get(change.device)
        in_log = change.case_id == self.log_id
        enrolled = card is not None and change.role in card.roles
        return enrolled and allows(change.role, op.kind, op.field, in_log=in_log)

    def vouches(self, change: Change) -> bool:
        """Whether an enrolled device signed the change."""
        if change.id == self.vault_id.hex():
            return _founds(change)
        card = self.devices.get(change.device)
        return card is not None and change.is_signed(card.signing, self.vault_id)


def authority_of(vault_id: bytes, log_id: str, changes: Iterable[Change]) -> Authority:
    """Return the devices that the records of the vault log enrol, checking each signature.

    Record 0 founds the rest: its hash is the vault id.
    """
    devices: dict[str, DeviceCard] = {}
    authority = Authority(vault_id, log_id, devices)
    for change in sorted(changes, key=lambda each: each.place):
        if authority.vouches(change):
            enrolled = [op for op in change.ops if authority.permits(change, op)]
            devices.update(_cards(enrolled))
    return authority


def _cards(ops: Iterable[Op]) -> dict[str, DeviceCard]:
    found = {}
    for op in ops:
        card = parse_card(op.value) if op.field.startswith(DEVICE_FIELD) else None
        if card is not None and op.field == DEVICE_FIELD + card.device_id:
            found[card.device_id] = card
    return found


def _founds(change: Change) -> bool:
    card = _cards(change.ops).get(change.device)
    return card is not None and change.is_signed(card.signing, bytes(32))
