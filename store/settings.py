"""What a vault was founded with, as its sessions use it."""

from __future__ import annotations

from dataclasses import dataclass

from models.strictjson import JSON
from store.device import DeviceCard
from store.errors import DamagedError
from store.role import ADMIN


@dataclass(frozen=True, slots=True)
class Settings:
    """Who works here, for which side and office, in which zone and in which role on cases."""

    person: str
    side: str
    organisation: str
    zone: str
    role: str


def settings_of(founding: JSON, card: DeviceCard) -> Settings:
    """Return the settings of a device from the register `founding`; raise DamagedError."""
    match founding:
        case {"side": str(side), "organisation": str(name), "zone": str(zone)}:
            role = next((role for role in card.roles if role != ADMIN), "reader")
            return Settings(card.person, side, name, zone, role)
        case _:
            raise DamagedError("record 0 does not say what the vault is for")
