"""`breachcase clock`: awareness to report against the limit, for a case or for two moments."""

from __future__ import annotations

import click

from models.clock import Reading, read_clock, rule
from models.errors import UsageError
from models.moment import Moment, duration
from tui.commands import output, params
from tui.today import now as today

DEFAULT_RULE = "uk-gdpr-33-1"


@click.command()
@click.argument("case", required=False)
@click.option("--rule", "rule_id", metavar="RULE", help=f"The clock rule (default {DEFAULT_RULE}).")
@params.moment_option("aware", "When the controller became aware.")
@params.moment_option("reported", "When the report was sent; without it the clock is running.")
@params.moment_option("now", "The present, instead of this machine's clock.")
@click.option("--exit-code", is_flag=True, help="Exit 1 when late or overdue.")
@params.json_option
@params.vault_options
def clock(  # noqa: PLR0913 - one parameter an option
    case: str | None,
    rule_id: str | None,
    aware: Moment | None,
    reported: Moment | None,
    now: Moment | None,
    *,
    exit_code: bool,
    as_json: bool,
) -> int:
    """Measure awareness to report against the law's limit.

    With a CASE the moments come from the vault and the whole delay chain is printed; without one
    they come from --aware and --reported, and no vault is needed.
    """
    present = now or today()
    if case is None:
        if aware is None:
            raise UsageError("no --aware", hint="give --aware MOMENT, or a CASE of the vault")
        reading = read_clock(
            rule(rule_id or DEFAULT_RULE), aware=aware, reported=reported, now=present
        )
        _print(reading, as_json=as_json)
    else:
        from tui.commands.chain import print_case_clock

        reading = print_case_clock(case, rule_id, present, as_json=as_json)
    return int(exit_code and (reading.overdue or reading.status in {"late", "late_strict_only"}))


def _print(reading: Reading, *, as_json: bool) -> None:
    if as_json:
        output.out_json(reading.as_json())
        return
    output.fields(reading_lines(reading))


def reading_lines(reading: Reading) -> list[tuple[str, str]]:
    """Return a clock reading as (name, text) pairs, in the order a person asks."""
    pairs = [("status", reading.status), ("why", reading.why)]
    if reading.elapsed_min_s is not None and reading.elapsed_max_s is not None:
        low, high = duration(reading.elapsed_min_s), duration(reading.elapsed_max_s)
        pairs.append(("elapsed", low if low == high else f"{low} .. {high}"))
    if reading.deadline_min is not None:
        pairs.append(("deadline", reading.deadline_min))
    if reading.deadline_max is not None and reading.deadline_max != reading.deadline_min:
        pairs.append(("or at the latest", reading.deadline_max))
    if reading.end_1182_71 is not None:
        pairs.append(("end (1182/71)", reading.end_1182_71))
    return [*pairs, ("rule", reading.rule), ("source", reading.source)]
