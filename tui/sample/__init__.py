"""The fictional cases of `breachcase demo`: every organisation, person and number is invented."""

from __future__ import annotations
