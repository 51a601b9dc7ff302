"""`breachcase clock`: awareness to report against the limit, for a case or for two moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.clock import Reading, read_rule, rule
from models.deadline import counts, event_of
from models.errors import UsageError
from models.moment import Moment, duration
from tui.commands import output, params
from tui.today import now as today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.rule import Rule

DEFAULT_RULE = "uk-gdpr-33-1"


@click.command()
@click.argument("case", required=False)
@click.option("--list", "listed", is_flag=True, help="Print every rule, with its source.")
@click.option("--rule", "rule_id", metavar="RULE", help=f"The clock rule (default {DEFAULT_RULE}).")
@params.moment_option("aware", "When the controller became aware.")
@params.moment_option("reported", "When the report was sent; without it the clock is running.")
@click.option(
    "--event",
    "pairs",
    multiple=True,
    metavar="NAME=MOMENT",
    help="Another event: detected, suspected, classified, significant, or a RULE submitted.",
)
@click.option(
    "--add", "added", metavar="RULE", help="Let a rule, and what follows it, run in CASE."
)
@click.option("--remove", "removed", metavar="RULE", help="Take such a rule away again.")
@click.option("--proposed", is_flag=True, help="With --add: although it is no law yet.")
@params.moment_option("now", "The present, instead of this machine's clock.")
@params.form_option
@click.option("--exit-code", is_flag=True, help="Exit 1 when late or overdue.")
@params.json_option
@params.vault_options
def clock(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str | None,
    rule_id: str | None,
    aware: Moment | None,
    reported: Moment | None,
    pairs: Sequence[str],
    added: str | None,
    removed: str | None,
    now: Moment | None,
    form: str,
    *,
    listed: bool,
    proposed: bool,
    exit_code: bool,
    as_json: bool,
) -> int:
    """Measure awareness to report against the law's limit.

    With a CASE the moments come from the vault, and every clock of the case and its delay chain are
    printed; without one they come from --aware, --event and --reported, and no vault is needed.
    """
    if listed:
        from tui.commands.rules import print_rules

        print_rules(as_json=as_json)
        return 0
    present = now or today()
    if added or removed:
        _beside(case, added, removed, proposed=proposed)
        return 0
    if proposed:
        raise UsageError("--proposed goes with --add", hint="breachcase clock CASE --add RULE")
    if form and case is None:
        raise UsageError("--form goes with a CASE", hint="without one, name a --rule")
    if case is None:
        found = rule(rule_id or DEFAULT_RULE)
        events = _events(found, aware, pairs)
        reading = read_rule(found, events, reported=reported, now=present)
        _print(reading, as_json=as_json, note=found.note)
    elif aware or reported or pairs:
        raise UsageError("the moments of a CASE are its own", hint="breachcase event CASE NAME")
    else:
        from tui.commands.chain import print_case_clock

        reading = print_case_clock(case, rule_id, present, form=form, as_json=as_json)
    return int(exit_code and (reading.overdue or reading.status in {"late", "late_strict_only"}))


def _beside(case: str | None, added: str | None, removed: str | None, *, proposed: bool) -> None:
    from store.clocks import add_clock, remove_clock
    from tui.commands.opening import opened
    from tui.today import wall

    if case is None or (added and removed):
        raise UsageError("one CASE and either --add or --remove", hint="breachcase clock --help")
    with opened() as vault:
        case_id = vault.find(case)
        if added:
            found = add_clock(vault, case_id, added, proposed=proposed, wall=wall())
        else:
            found = remove_clock(vault, case_id, removed or "", wall=wall())
    said = "runs now" if added else "runs no longer"
    for each in found:
        output.narrate(f"{each.id} {said}: {each.title}")


def _events(rule: Rule, aware: Moment | None, pairs: Sequence[str]) -> dict[str, Moment | None]:
    """Return the events as stated; UsageError where none of them starts the rule."""
    events: dict[str, Moment | None] = {"aware": aware} if aware else {}
    if pairs:
        from tui.commands.rules import stated

        events |= stated(pairs)
        strange = next((name for name in events if not counts(rule, name)), "")
        if strange:
            wanted = ", ".join(rule.events)
            raise UsageError(f"{rule.id} does not look at {strange}", hint=f"it runs from {wanted}")
    if event_of(events, rule.events[0]) is None and not any(map(events.get, rule.events)):
        if rule.events[0] == "aware":
            raise UsageError("no --aware", hint="give --aware MOMENT, or a CASE of the vault")
        wanted = rule.events[0]
        raise UsageError(f"no --event {wanted}", hint=f"give --event {wanted}=MOMENT")
    return events


def _print(reading: Reading, *, as_json: bool, note: str) -> None:
    if as_json:
        output.out_json(reading.as_json())
        return
    output.fields([*reading_lines(reading), *([("note", note)] if note else [])])


def reading_lines(reading: Reading) -> list[tuple[str, str]]:
    """Return a clock reading as (name, text) pairs, in the order a person asks."""
    pairs = [("status", reading.status), ("why", reading.why)]
    if reading.elapsed_min_s is not None and reading.elapsed_max_s is not None:
        low, high = duration(reading.elapsed_min_s), duration(reading.elapsed_max_s)
        pairs.append(("elapsed", low if low == high else f"{low} .. {high}"))
    if reading.deadline_min is not None:
        pairs.append(("deadline", deadline_text(reading.deadline_min)))
    if reading.deadline_max is not None and reading.deadline_max != reading.deadline_min:
        pairs.append(("or at the latest", deadline_text(reading.deadline_max)))
    if reading.end_1182_71 is not None:
        pairs.append(("end (1182/71)", reading.end_1182_71))
    return [*pairs, ("rule", reading.rule), ("source", reading.source)]


def deadline_text(text: str) -> str:
    """Return a deadline as it is read: a date without a time is the end of that day."""
    return text if "T" in text.partition("[")[0] else f"{text}, end of that day"
