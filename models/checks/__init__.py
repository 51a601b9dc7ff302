"""What a case officer would object to: pure functions returning problems."""

from __future__ import annotations
