"""Tests of exports.documents."""

from __future__ import annotations
