"""The person: the command line and the terminal app."""

from __future__ import annotations
