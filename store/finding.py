"""A finding: one protection, whether it holds here, its limit, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.strictjson import JSON

Level = Literal["ok", "note", "warn"]
"""It holds; something to know; something to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is the thing looked at, `says` one line about it, `advice` what to do or empty."""

    name: str
    level: Level
    says: str
    advice: str = ""

    def as_json(self) -> dict[str, JSON]:
        """Return the finding for scripts."""
        return {
            "name": self.name,
            "level": self.level,
            "says": self.says,
            "advice": self.advice or None,
        }
