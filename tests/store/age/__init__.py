"""Tests of the age format."""

from __future__ import annotations
