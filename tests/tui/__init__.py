"""Tests of the command line and the app."""

from __future__ import annotations
