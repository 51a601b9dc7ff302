"""Behaviour, properties, vectors, pilot and whole-program tests."""

from __future__ import annotations
