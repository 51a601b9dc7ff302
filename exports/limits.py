"""Every limit of the bundle format in one place; source: docs/format-bundle.md, "Limits"."""

from __future__ import annotations

from typing import Final

from models.strictjson import Limits
from store.age.armour import ARMOUR_LIMIT
from store.founding import LONGEST_NAME
from store.sshsig import SIGNATURE_LIMIT

SEALED: Final = 512 * 1024 * 1024  # bytes of the sealed file
ARMOURED: Final = ARMOUR_LIMIT  # bytes of the same as text
LINE: Final = 4 * 1024 * 1024  # bytes of line 1 with its line feed
CARD: Final = 4096  # characters
SIGNATURE: Final = SIGNATURE_LIMIT  # characters
NAME: Final = LONGEST_NAME  # characters of an office's name
RECIPIENTS: Final = 32
HEADS: Final = 64
HISTORY: Final = 500
CHECKS: Final = 99
POINTS: Final = 100  # reasons, recommendations, questions, replies
ATTACHMENTS: Final = 64
ATTACHMENT_NAME: Final = 120  # characters
ATTACHMENT: Final = 256 * 1024 * 1024  # bytes of one
ATTACHED: Final = 320 * 1024 * 1024  # bytes of all
CHUNK: Final = 196_608  # bytes of an attachment in a line, fewer only in its last one
LINE_LIMITS: Final = Limits(bytes=LINE, depth=2, tokens=32, string=LINE, array=4)
MANIFEST_LIMITS: Final = Limits(
    bytes=2 * 1024 * 1024, depth=16, tokens=50_000, string=256 * 1024, array=1000
)
