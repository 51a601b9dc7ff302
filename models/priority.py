"""How urgently a case is worked on, as whoever triaged it says."""

from __future__ import annotations

from typing import Final

PRIORITIES: Final = ("urgent", "high", "normal", "low")
"""The most urgent first."""
NORMAL: Final = "normal"
"""What a case has that nobody triaged."""
