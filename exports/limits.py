"""Every limit of the bundle format in one place; source: docs/format-bundle.md, "Limits"."""

from __future__ import annotations

from typing import Final

from models.strictjson import Limits
from store.founding import LONGEST_NAME

SEALED: Final = 32 * 1024 * 1024  # bytes of the sealed file, binary or armoured
LINE: Final = 4 * 1024 * 1024  # bytes of line 1 with its line feed
CARD: Final = 4096  # characters
NAME: Final = LONGEST_NAME  # characters of an office's name
RECIPIENTS: Final = 32
HEADS: Final = 64
HISTORY: Final = 500
CHECKS: Final = 99
POINTS: Final = 100  # reasons, and again recommendations
LINE_LIMITS: Final = Limits(bytes=LINE, depth=2, tokens=32, string=LINE, array=4)
MANIFEST_LIMITS: Final = Limits(
    bytes=2 * 1024 * 1024, depth=16, tokens=50_000, string=256 * 1024, array=1000
)
