"""Who may do what: roles, and the fields that their ops may touch."""

from __future__ import annotations

from typing import Final

ADMIN: Final = "admin"
RECOVERY: Final = "recovery"
ROLES: Final = (ADMIN, "responder", "case_officer", "reader")
"""The roles that a device is enrolled with; the recovery key has one of its own."""
GRANTING: Final = frozenset({ADMIN, RECOVERY})
"""Who lets devices in and out."""
DEVICE_FIELD: Final = "device/"
REMOVAL_FIELD: Final = "removal/"
ADOPTION_FIELD: Final = "adoption/"
EPOCH_FIELD: Final = "epoch/"
KEY_FIELD: Final = "key/"
_BOTH: Final = frozenset({"responder", "case_officer"})
_OFFICER: Final = frozenset({"case_officer"})
_ADMIN: Final = frozenset({ADMIN})

_Row = tuple[str, frozenset[str], frozenset[str]]
LOG: Final[tuple[_Row, ...]] = (
    (DEVICE_FIELD, frozenset({"add"}), GRANTING),
    (REMOVAL_FIELD, frozenset({"add"}), GRANTING),
    (ADOPTION_FIELD, frozenset({"add"}), _ADMIN),
    (EPOCH_FIELD, frozenset({"add"}), _ADMIN),
    ("office/", frozenset({"add"}), _ADMIN),
    ("contact/", frozenset({"set", "add", "del", "blob"}), _ADMIN),
    ("hold/", frozenset({"set", "del"}), _ADMIN),
    ("setting/", frozenset({"set", "del"}), _ADMIN),
    ("shred/", frozenset({"set", "del", "add"}), _ADMIN),
    (KEY_FIELD, frozenset({"add"}), GRANTING),
)
"""Fields of the vault log: name or its beginning, ops, roles; the first row that fits counts.

Source: docs/format-vault.md, "Who may do what".
"""
CASE: Final[tuple[_Row, ...]] = (
    ("case/reference", frozenset({"set", "del"}), _OFFICER),
    ("case/", frozenset({"set", "del"}), _BOTH),
    ("assessment/", frozenset({"set", "del"}), _BOTH),
    ("group/", frozenset({"set", "del"}), _BOTH),
    ("report/", frozenset({"set", "add", "del"}), _BOTH),
    ("party/", frozenset({"set", "add", "del"}), _BOTH),
    ("override/", frozenset({"set", "del"}), _BOTH),
    ("message/", frozenset({"add"}), _BOTH),
    ("event/", frozenset({"add"}), _BOTH),
    ("log/", frozenset({"add"}), _BOTH),
    ("confirmed/", frozenset({"add"}), _BOTH),
    ("evidence/", frozenset({"blob"}), _BOTH),
    ("file/", frozenset({"blob"}), _BOTH),
    ("decision/", frozenset({"add"}), _OFFICER),
    (KEY_FIELD, frozenset({"add"}), _BOTH),
)
"""The same of a case."""
_NOBODY: Final = (frozenset[str](), frozenset[str]())


def allows(role: str, kind: str, field: str, *, in_log: bool) -> bool:
    """Whether `role` may do an op of that kind to that field of a case, or of the vault log."""
    rows = LOG if in_log else CASE
    found = (row[1:] for row in rows if field.startswith(row[0]))
    kinds, roles = next(found, _NOBODY)
    return kind in kinds and role in roles
