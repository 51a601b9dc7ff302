"""What the two sides hand each other: sealed, signed bundles."""

from __future__ import annotations
