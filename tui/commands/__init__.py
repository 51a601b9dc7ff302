"""One module a command group: parse, call one function, print, return a code."""

from __future__ import annotations
