"""A form that came as text, such as an e-mailed copy, read without guessing anything."""

from __future__ import annotations

from models.formtext.reading import UNREADABLE, FormText, Read, read_form

__all__ = ["UNREADABLE", "FormText", "Read", "read_form"]
