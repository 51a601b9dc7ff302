"""Legal holds: cases that must not be destroyed, as the vault log says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.errors import UsageError
from models.strictjson import JSON
from models.text import normalise
from store.change import DelOp, SetOp
from store.vault import Vault

FAMILY: Final = "hold/"
LONGEST_REASON: Final = 2000  # characters


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold on a case: why, by whom, and their machine's clock then."""

    reason: str
    who: str
    wall: str

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {"reason": self.reason, "who": self.who, "wall": self.wall}


def holds(vault: Vault) -> dict[str, tuple[Hold, ...]]:
    """Return the holds by case id, only of cases that are held.

    A hold that another device set while somebody lifted one still counts.
    """
    found: dict[str, tuple[Hold, ...]] = {}
    for field, register in vault.log_state().fields.items():
        live = [each for each in register.values if not each.deleted]
        if field.startswith(FAMILY) and live:
            case_id = field.removeprefix(FAMILY)
            found[case_id] = tuple(Hold(_reason(each.value), each.who, each.wall) for each in live)
    return found


def hold_case(vault: Vault, case_id: str, reason: str, *, wall: str) -> None:
    """Put a hold on a case; raise UsageError without a reason, or when it is held already."""
    vault.state(case_id)
    why = required_reason(reason)
    if case_id in holds(vault):
        raise UsageError("this case is held already", hint="lift that hold first: --lift")
    op = SetOp(FAMILY + case_id, {"reason": why})
    vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=wall)


def lift_hold(vault: Vault, case_id: str, reason: str, *, wall: str) -> None:
    """Lift the holds on a case; `reason` may be empty. Raises UsageError when there is none."""
    vault.state(case_id)
    if case_id not in holds(vault):
        raise UsageError("this case is not held")
    shown, why = vault.log_state(), normalise(reason).strip()
    vault.commit(vault.log_id, [DelOp(FAMILY + case_id)], shown=shown, wall=wall, why=why)


def required_reason(text: str) -> str:
    """Return a reason as it is kept; raise UsageError for none and for a very long one."""
    reason = normalise(text).strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise UsageError(
            f"a reason of at most {LONGEST_REASON} characters is needed", hint="say why"
        )
    return reason


def _reason(value: object) -> str:
    reason = value.get("reason") if isinstance(value, dict) else None
    return reason if isinstance(reason, str) else ""
