"""What a case is and what a regulator asks: pure, no files, keys, clock or terminal."""

from __future__ import annotations
