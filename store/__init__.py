"""How cases rest, change and converge: the sealed vault."""

from __future__ import annotations
