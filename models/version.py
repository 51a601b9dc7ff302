"""The version, alone: `--version` is answered before anything else is imported."""

from __future__ import annotations

VERSION = "0.1.0"
