"""One module a screen: it hears, asks models, shows."""

from __future__ import annotations
