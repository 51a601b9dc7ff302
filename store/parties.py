"""The parties of a case: who held the data, when they knew, whom they tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.case import Case
from models.errors import MissingError, UsageError
from models.links import CONTROLLER, UPSTREAM, route, told_by
from models.record import Party
from models.strictjson import JSON
from models.text import normalise
from store.change import DelOp, SetOp
from store.entry import new_id
from store.vault import Vault

ROLES: Final = (CONTROLLER, "processor", "sub_processor")
KEYS: Final = ("role", "name", "aware", "tells", "target_s")
"""What a party says, by the key of its register; see docs/format-vault.md."""
_FAMILY: Final = "party/"
_LONGEST_NAME: Final = 200  # characters
_LONGEST_TARGET_S: Final = 366 * 86_400
_SHORTEST_ID: Final = 4


def add_party(vault: Vault, case_id: str, told: Mapping[str, JSON], *, wall: str) -> str:
    """Add a party of which KEYS are told, a role at least; return its id. Raises UsageError."""
    party_id = new_id()
    _write(vault, case_id, party_id, told, wall=wall)
    return party_id


def set_party(
    vault: Vault, case_id: str, party_id: str, told: Mapping[str, JSON], *, wall: str
) -> None:
    """Change what is told of a party, and leave the rest. Raises UsageError."""
    held = vault.state(case_id).values().get(_FAMILY + party_id)
    before = held if isinstance(held, dict) else {}
    _write(vault, case_id, party_id, {**before, **told}, wall=wall)


def remove_party(vault: Vault, case_id: str, party_id: str, *, wall: str) -> None:
    """Take a party out; the history keeps it. Raises UsageError where another one tells it."""
    telling = [each for each in vault.case(case_id).parties if each.tells == party_id]
    if telling:
        raise UsageError(
            "another party tells this one", hint="say whom that one tells: party CASE set --tells"
        )
    vault.commit(case_id, [DelOp(_FAMILY + party_id)], shown=vault.state(case_id), wall=wall)


def find_party(case: Case, text: str) -> Party:
    """Return the party of that name, or whose id begins so; MissingError unless there is one."""
    wanted = " ".join(normalise(text).split()).casefold()  # as `add` keeps it
    found = [each for each in case.parties if each.name.casefold() == wanted]
    if not found and len(wanted) >= _SHORTEST_ID:
        found = [each for each in case.parties if each.id.startswith(wanted)]
    if len(found) != 1:
        raise MissingError(
            "no party of that name in this case", hint="breachcase party CASE lists them"
        )
    return found[0]


def _write(
    vault: Vault, case_id: str, party_id: str, told: Mapping[str, JSON], *, wall: str
) -> None:
    case = vault.case(case_id)
    value: dict[str, JSON] = {
        key: each for key, each in told.items() if each is not None and each != ""
    }
    value["name"] = " ".join(normalise(str(told.get("name") or "")).split())
    value["aware"] = told.get("aware")
    _require_sound(value)
    made = Party(party_id, str(value["role"]), "", None, str(value.get("tells", "")))
    _require_way(made, [each for each in case.parties if each.id != party_id])
    vault.commit(case_id, [SetOp(_FAMILY + party_id, value)], shown=vault.state(case_id), wall=wall)


def _require_sound(value: Mapping[str, JSON]) -> None:
    if value.get("role") not in ROLES:
        raise UsageError("a party has a role", hint=f"--role {', '.join(ROLES)}")
    if len(str(value["name"])) > _LONGEST_NAME:
        raise UsageError(f"a name has at most {_LONGEST_NAME} characters")
    target = value.get("target_s", 0)
    if not isinstance(target, int) or not 0 <= target <= _LONGEST_TARGET_S:
        raise UsageError("a target is at most a year", hint="write it like 24h, 90m or 2d")
    if value["role"] == CONTROLLER and (value["aware"] or {"tells", "target_s"} & value.keys()):
        raise UsageError(
            "the controller tells the regulator, and its awareness is the case's",
            hint="breachcase edit CASE --aware MOMENT --reason TEXT",
        )


def _require_way(made: Party, others: list[Party]) -> None:
    """Refuse a party that tells nobody there is, or by others itself."""
    known = {each.id for each in others if each.role in UPSTREAM} | {"", CONTROLLER}
    if made.tells not in known:
        raise UsageError("that party cannot be told: it is no processor or sub-processor here")
    parties = [*others, made]
    if told_by(parties, route(parties, made)[-1]) is not None:
        raise UsageError("the parties would tell each other in a circle")
