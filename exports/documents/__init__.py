"""What leaves the vault in clear, for people: a copy-sheet for the portal, an e-mail draft."""

from __future__ import annotations
