"""Clock rules: how long the law gives, from which event, by which count. Dated data, not code."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from models.errors import UsageError


@dataclass(frozen=True, slots=True)
class Rule:
    """One reporting period, as its TOML file in `models/rules/` states it.

    `trigger` is the fact it runs from, `hours` its length in elapsed hours: None where the law has
    no number, only words such as "as soon as practicable" (`kind` open). `authority_end` says
    whether the end by Regulation 1182/71 is given beside the strict one. `valid_to` None: still
    valid.
    """

    id: str
    title: str
    source: str
    trigger: str
    kind: Literal["elapsed", "open"]
    authority_end: bool
    status: Literal["in_force", "proposed"]
    valid_from: dt.date
    valid_to: dt.date | None = None
    hours: int | None = None

    @property
    def limit_s(self) -> int | None:
        """The length in seconds, None where the law has no number."""
        return None if self.hours is None else self.hours * 3600


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return every rule there is, by id."""
    pages = (page for page in files("models").joinpath("rules").iterdir())
    tables = [tomllib.loads(page.read_text("utf-8")) for page in pages if page.name[-5:] == ".toml"]
    return tuple(sorted((Rule(**table) for table in tables), key=lambda rule: rule.id))


def rule(rule_id: str) -> Rule:
    """Return the rule of that id; UsageError, naming those there are, for any other."""
    for found in rules():
        if found.id == rule_id:
            return found
    known = ", ".join(found.id for found in rules())
    raise UsageError("no clock rule of that id", hint=f"rules: {known}")
