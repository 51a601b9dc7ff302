"""`breachcase triage`, `assign` and `inbox`: what to work on, who does, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.priority import PRIORITIES
from models.thread import EVERY_FORM
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import now, today, wall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.case import Case
    from models.strictjson import JSON
    from models.waiting import Waiting
    from store.vault import Row, Vault

_TO_THE_MINUTE = len("2020-01-31T17:00")


@click.command()
@click.argument("case")
@click.option("--priority", required=True, type=click.Choice(PRIORITIES), help="How urgent it is.")
@click.option("--note", default="", metavar="TEXT", help="Why; it stands in the history.")
@params.vault_options
def triage(case: str, priority: str, note: str) -> None:
    """Say how urgent CASE is; `ls` and `inbox` show it."""
    from store.alike import alike_cases
    from store.triage import set_priority

    with opened() as vault:
        case_id = vault.find(case)
        set_priority(vault, case_id, priority, note, wall=wall())
        slug = vault.case(case_id).slug
        alike = alike_cases(vault, case_id, today(vault.settings.zone))
    output.narrate(f"{slug}: {priority}")
    for each in alike:
        output.narrate(f"note: {each.line}")


@click.command()
@click.argument("case")
@click.option("--to", "person", required=True, metavar="PERSON", help="A name; '' for nobody.")
@params.vault_options
def assign(case: str, person: str) -> None:
    """Say who works on CASE."""
    from store.triage import assign as give

    with opened() as vault:
        case_id = vault.find(case)
        give(vault, case_id, person, wall=wall())
        after = vault.case(case_id)
    output.narrate(f"{after.slug}: {after.assignee or 'nobody'}")


@click.command()
@click.option("--mine", metavar="PERSON", help="Only the cases assigned to PERSON.")
@click.option("--seen", metavar="CASE", help="Record that you looked at the letters of CASE.")
@click.option("--bundle", "letter", default="", metavar="ID", help="With --seen: this letter only.")
@params.json_option
@params.vault_options
def inbox(mine: str | None, seen: str | None, letter: str, *, as_json: bool) -> None:
    """Print what waits for a person in every open case, the most pressing first.

    A letter counts as looked at once somebody says so (--seen), or went on with the case.
    """
    from store.alike import alike_among
    from store.retention import due_reviews

    if letter and not seen:
        raise UsageError("--bundle goes with --seen CASE", hint="breachcase inbox --help")
    if seen:
        _mark(seen, letter)
        return
    with opened(writable=False) as vault:
        rows = vault.rows()
        cases = _cases(vault, rows, mine)
        alike = alike_among(rows, {case.id for case in cases})
        due = len(due_reviews(vault, rows, (), today(vault.settings.zone)))
    found = [(case, each) for case in cases for each in _waiting(case)]
    found.sort(key=lambda pair: pair[1].place)
    if as_json:
        waiting = [_as_json(case, each) for case, each in found]
        notes = {name: [each.as_json() for each in like] for name, like in alike.items()}
        output.out_json({"waiting": waiting, "alike": notes, "reviews_due": due})
        return
    output.table(_cells(case, each) for case, each in found)
    for case_id, like in alike.items():
        output.narrate(f"note: {case_id[:8]} {like[0].line}")
    if due:
        output.narrate(f"due for review: {due} (breachcase retain --due)")
    if not found:
        output.narrate("nothing waits")


def _mark(case: str, letter: str) -> None:
    from store.triage import mark_seen

    with opened() as vault:
        at = now(vault.settings.zone)
        seen = mark_seen(vault, vault.find(case), letter, at, wall=wall())
    for each in seen:
        output.narrate(f"no longer waits: {each.text}")


def _cases(vault: Vault, rows: Iterable[Row], mine: str | None) -> list[Case]:
    # only a case whose row says that something waits is read
    found = [row for row in rows if row.waits]
    if mine is not None:
        found = [row for row in found if row.assignee.casefold() == mine.strip().casefold()]
    return [vault.case(row.id, EVERY_FORM) for row in found]


def _waiting(case: Case) -> tuple[Waiting, ...]:
    from models.waiting import waiting

    return waiting(case, now())


def _cells(case: Case, each: Waiting) -> tuple[str, ...]:
    due = str(each.due)[:_TO_THE_MINUTE].partition("[")[0] if each.due else "-"
    mark = "passed" if each.passed else each.priority
    return mark, due, case.id[:8], each.text, case.title


def _as_json(case: Case, each: Waiting) -> dict[str, JSON]:
    return {
        "case": case.id,
        "title": case.title,
        "reference": case.reference,
        "assignee": case.assignee or None,
        "priority": each.priority,
        "kind": each.kind,
        "text": each.text,
        "bundle": each.message,
        "since": str(each.since) if each.since else None,
        "due": str(each.due) if each.due else None,
        "passed": each.passed,
    }
