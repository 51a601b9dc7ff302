"""The clock rules as `clock --list` prints them, and the events that `--event` states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import UsageError
from models.moment import Moment, MomentError
from models.rule import event_name, rules
from models.text import counted
from tui.commands import output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.rule import Rule


def print_rules(*, as_json: bool) -> None:
    """Print every rule there is, by id."""
    if as_json:
        output.out_json({"rules": [each.as_json() for each in rules()]})
        return
    rows = [("ID", "LENGTH", "FROM", "STATUS", "VALID", "TITLE", "SOURCE")]
    rows += [
        (each.id, length(each), each.trigger, each.status, _valid(each), each.title, each.source)
        for each in rules()
    ]
    output.table(rows)


def length(rule: Rule) -> str:
    """Return how long a rule gives: `72 h`, `30 days`, `1 month`, `4 h or 24 h`, `-`."""
    if rule.legs:
        return " or ".join(f"{leg.hours} h" for leg in rule.legs)
    if rule.hours:
        return f"{rule.hours} h"
    if rule.days:
        return f"{rule.days} days"
    return counted(rule.months, "month") if rule.months else "-"


def _valid(rule: Rule) -> str:
    return f"{rule.valid_from or '-'}..{rule.valid_to or ''}"


def stated(pairs: Sequence[str]) -> dict[str, Moment]:
    """Return what `--event NAME=MOMENT` states, once each; UsageError."""
    found: dict[str, Moment] = {}
    for pair in pairs:
        text, equals, moment = pair.partition("=")
        if not equals:
            raise UsageError("an event is NAME=MOMENT", hint="such as classified=2026-07-04T10:00Z")
        name = event_name(text)
        if name in found:
            raise UsageError(f"{name} is stated twice", hint="state each event once")
        try:
            found[name] = Moment.parse(moment)
        except MomentError as error:
            raise UsageError(error.message, hint=error.hint) from None
    return found
