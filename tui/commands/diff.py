"""`breachcase diff`: two reports, field by field."""

from __future__ import annotations

import click

from models.errors import MissingError
from models.form import load_pack
from models.report import Report, diff_json, parse_report
from models.report import diff as compare
from tui.commands import output, params
from tui.commands.reports import change_lines

PAIR = 2


@click.command()
@click.argument("first", metavar="A|CASE")
@click.argument("second", metavar="[B]", required=False)
@params.json_option
@params.vault_options
def diff(first: str, second: str | None, *, as_json: bool) -> int:
    """Compare two report files, or the last two reports of a CASE. Exit 1 when they differ."""
    if second is None:
        before, after = _of_case(first)
    else:
        before, after = (parse_report(params.read_file(name)) for name in (first, second))
    changes = compare(before, after)
    if as_json:
        output.out_json(diff_json(changes))
    else:
        for text in change_lines(load_pack(after.form), changes):
            output.out(text)
    return int(bool(changes))


def _of_case(text: str) -> tuple[Report, Report]:
    from tui.commands.opening import opened

    with opened(writable=False) as vault:
        case = vault.case(vault.find(text))
    if len(case.reports) < PAIR:
        raise MissingError(
            f"case {case.slug} has {len(case.reports)} report, a diff needs two",
            hint="start the next one with breachcase followup",
        )
    return case.reports[-2].report, case.reports[-1].report
