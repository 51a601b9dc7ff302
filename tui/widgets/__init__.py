"""One module a widget: it asks and tells, and knows no store."""

from __future__ import annotations
