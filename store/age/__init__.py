"""The age v1 file format over `cryptography`."""

from __future__ import annotations
