"""Clock rules: how long the law gives, from which event, by which count. Dated data, not code."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from models.errors import ShapeError, UsageError

Kind = Literal["elapsed", "calendar_days", "calendar_months", "open", "earliest"]
Standing = Literal["in_force", "proposed"]

FACTS: Final = ("aware", "detected", "suspected", "classified", "significant")
"""The events that start a clock, beside the submission of another rule's step."""
ENDS: Final = ("assessed",)
"""The events that stop a clock, beside a report and the submission of its own step."""
REPORTED: Final = "reported"
"""What stops the main clock of a case: its initial report was sent."""
SUBMISSION: Final = "submission:"
"""What leads the id of a rule where the submission of its step starts a clock."""
_LENGTHS: Final[Mapping[str, str]] = {
    "elapsed": "hours",
    "calendar_days": "days",
    "calendar_months": "months",
    "earliest": "legs",
}
_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("id", "title", "source", "trigger", "kind", "status"), str),
    **dict.fromkeys(("stop", "follows", "replaces", "note"), str),
    **dict.fromkeys(("hours", "days", "months"), int),
    **dict.fromkeys(("valid_from", "valid_to"), dt.date),
    **dict.fromkeys(("default_for", "legs"), list),
    "authority_end": bool,
}
_LEG_TYPES: Final[Mapping[str, type]] = {"trigger": str, "hours": int, "unless_past": str}
_NEEDED: Final = ("id", "title", "source", "trigger", "kind", "status")


@dataclass(frozen=True, slots=True)
class Leg:
    """One of several periods of which the earliest end counts, in elapsed hours.

    Where the event `unless_past` came after the end of this one, this one counts no longer.
    """

    trigger: str
    hours: int
    unless_past: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reporting period, as its TOML file in `models/rules/` states it: see docs/clocks.md.

    `trigger` is the event it runs from: one of FACTS, or `submission:<rule>`. Its length is in
    `hours`, in calendar `days` or `months`, or the earliest of `legs`; none where the law has no
    number, only words such as "as soon as practicable" (`kind` open). `stop` is what ends it:
    `reported`, a fact, or its own id (its submission). `follows` is the step of the same law before
    it, `replaces` the rule that held before. `default_for`: the main rules beside which it runs
    unasked. `authority_end`: the end by Regulation 1182/71 is given beside the strict one.
    """

    id: str
    title: str
    source: str
    trigger: str
    kind: Kind
    status: Standing
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    hours: int | None = None
    days: int | None = None
    months: int | None = None
    legs: tuple[Leg, ...] = ()
    stop: str = ""
    follows: str = ""
    replaces: str = ""
    default_for: tuple[str, ...] = ()
    authority_end: bool = False
    note: str = ""

    @property
    def limit_s(self) -> int | None:
        """The length in seconds, None where it is not one of elapsed hours."""
        return None if self.hours is None else self.hours * 3600

    @property
    def main(self) -> bool:
        """Whether a case can be measured by it: a proposal is never law."""
        return self.stop == REPORTED and self.status == "in_force"

    @property
    def events(self) -> tuple[str, ...]:
        """The events it is measured from: facts, and ids of rules whose submission counts."""
        legs = [leg.trigger for leg in self.legs]
        found = [self.trigger, *legs, *(leg.unless_past for leg in self.legs if leg.unless_past)]
        return tuple(dict.fromkeys(each.removeprefix(SUBMISSION) for each in found))

    def holds(self, day: dt.date) -> bool:
        """Whether it was in force on the day of the event; a proposal never is."""
        if self.valid_from is None or day < self.valid_from:
            return False
        return self.valid_to is None or day <= self.valid_to

    def as_json(self) -> dict[str, Any]:
        """Return what `clock --list --json` gives of it."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "hours": self.hours,
            "days": self.days,
            "months": self.months,
            "legs": [{"trigger": leg.trigger, "hours": leg.hours} for leg in self.legs],
            "trigger": self.trigger,
            "follows": self.follows or None,
            "status": self.status,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "source": self.source,
            "note": self.note or None,
        }


def parse_rule(name: str, raw: bytes) -> Rule:
    """Return the rule that a file states; ShapeError, one line with the file's name."""
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ShapeError(f"{name}: not a TOML file") from None
    wrong = _misspelled(table, _TYPES) or _unfit(name, table)
    if wrong:
        raise ShapeError(f"{name}: {wrong}", hint="docs/clocks.md says how a rule is written")
    legs = tuple(Leg(**leg) for leg in table.pop("legs", ()))
    return Rule(
        **{
            **table,
            "legs": legs,
            "stop": table.get("stop", table["id"]),
            "default_for": tuple(table.get("default_for", ())),
        }
    )


def _misspelled(table: Mapping[str, Any], types: Mapping[str, type]) -> str:
    for key, value in table.items():
        if key not in types:
            return f"no rule has a key of the name {key[:40]}"
        if type(value) is not types[key]:
            return f"{key} has the wrong type"
    return ""


def _unfit(name: str, table: Mapping[str, Any]) -> str:
    """Return what is wrong with keys that are all known and of their types; empty for nothing."""
    missing = next((key for key in _NEEDED if not table.get(key)), "")
    if missing:
        return f"{missing} is missing"
    if f"{table['id']}.toml" != name:
        return "the id is not the name of the file"
    if table["kind"] not in get_args(Kind):
        return "there is no kind of that name"
    if table["status"] not in get_args(Standing):
        return "the status is neither in_force nor proposed"
    if (table["status"] == "in_force") != ("valid_from" in table):
        return "a rule in force has a valid_from, a proposed one has none"
    return _unmeasurable(table)


def _unmeasurable(table: Mapping[str, Any]) -> str:
    length = _LENGTHS.get(table["kind"])
    given = [key for key in _LENGTHS.values() if table.get(key)]
    if given != ([length] if length else []):
        return f"the kind {table['kind']} needs {length or 'no length'} and nothing else"
    if table.get("authority_end") and table["kind"] != "elapsed":
        return "only a period in hours has an end by Regulation 1182/71"
    if table.get("stop", "") not in {"", REPORTED, table["id"], *ENDS}:
        return "there is no stop of that name"
    triggers = [table["trigger"]]
    for leg in table.get("legs", ()):
        wrong = "a leg is not a table" if type(leg) is not dict else _misspelled(leg, _LEG_TYPES)
        if wrong or not {"trigger", "hours"} <= leg.keys():
            return wrong or "a leg needs a trigger and hours"
        triggers.append(leg["trigger"])
    unknown = [each for each in triggers if each not in FACTS and not each.startswith(SUBMISSION)]
    return "a trigger is no event that starts a clock" if unknown else ""


def linked(found: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules by id, each naming only such as there are; ShapeError for what leads nowhere."""
    by_id = {each.id: each for each in sorted(found, key=lambda rule: rule.id)}
    for each in by_id.values():
        submitted = each.trigger.startswith(SUBMISSION) and each.trigger[len(SUBMISSION) :]
        named = {each.follows, each.replaces, submitted, *each.default_for} - {"", False}
        if not named <= by_id.keys():
            raise ShapeError(f"{each.id}.toml: it names a rule that there is not")
        seen, at = {each.id}, each.follows
        while at:
            if at in seen:
                raise ShapeError(f"{each.id}.toml: it follows itself")
            seen.add(at)
            at = by_id[at].follows if at in by_id else ""
        if submitted and submitted not in seen - {each.id}:
            raise ShapeError(f"{each.id}.toml: its trigger is no step that it follows")
    return tuple(by_id.values())


@lru_cache(maxsize=1)
def rule_ids() -> tuple[str, ...]:
    """Return the id of every rule there is, in order."""
    names = (page.name for page in files("models").joinpath("rules").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return every rule there is, by id."""
    return linked(map(rule, rule_ids()))


@cache
def _read(rule_id: str) -> Rule:
    name = f"{rule_id}.toml"
    return parse_rule(name, files("models").joinpath("rules", name).read_bytes())


def rule(rule_id: str) -> Rule:
    """Return the rule of that id; UsageError, naming those there are, for any other.

    Only its own file is read: `breachcase clock` is called from scripts.
    """
    if rule_id not in rule_ids():  # and so a name from outside never becomes a path
        raise UsageError("no clock rule of that id", hint=f"rules: {', '.join(rule_ids())}")
    return _read(rule_id)


def is_main(rule_id: str) -> bool:
    """Whether there is a rule of that id by which a case can be measured."""
    return rule_id in rule_ids() and rule(rule_id).main


def steps(rule_id: str) -> tuple[Rule, ...]:
    """Return a rule and those of the same law that follow it, in order; UsageError for none."""
    found = [rule(rule_id)]
    for each in found:
        found += [later for later in rules() if later.follows == each.id]
    return tuple(found)


def event_name(text: str) -> str:
    """Return an event as it is kept: a fact, or the id of the rule whose step was submitted.

    `submission:nis2-in` is `nis2-in`. Raises UsageError for another one.
    """
    name = text.strip().removeprefix(SUBMISSION)
    if name not in {*FACTS, *ENDS, *rule_ids()}:
        facts = ", ".join((*FACTS, *ENDS))
        raise UsageError(
            "no event of that name",
            hint=f"{facts}, or a rule of clock --list for the submission of its step",
        )
    return name
