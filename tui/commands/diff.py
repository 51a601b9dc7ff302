"""`breachcase diff`: two reports, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import MissingError, UsageError
from models.form import load_pack
from models.report import Report, diff_json, parse_report
from models.report import diff as compare
from models.text import counted
from tui.commands import output, params
from tui.commands.reports import change_lines

if TYPE_CHECKING:
    from models.case import Case
    from models.record import CaseReport

PAIR = 2


@click.command()
@click.argument("first", metavar="A|CASE")
@click.argument("second", metavar="[B]", required=False)
@click.option("--from", "older", type=int, metavar="N", help="Report N of the CASE (0: initial).")
@click.option("--to", "newer", type=int, metavar="M", help="Report M (default: the latest).")
@params.form_option
@params.json_option
@params.vault_options
def diff(  # noqa: PLR0913 - one parameter an option
    first: str,
    second: str | None,
    older: int | None,
    newer: int | None,
    form: str,
    *,
    as_json: bool,
) -> int:
    """Compare two report files, or two reports of a CASE: the last two unless you say which.

    Exit 1 when they differ.
    """
    if second is None:
        before, after = _of_case(first, form, older, newer)
    elif older is not None or newer is not None:
        raise UsageError("--from and --to go with a CASE", hint="name two files, or one case")
    else:
        before, after = (parse_report(params.read_file(name)) for name in (first, second))
    changes = compare(before, after)
    if as_json:
        output.out_json(diff_json(changes))
    else:
        for text in change_lines(load_pack(after.form), changes):
            output.out(text)
    return int(bool(changes))


def _of_case(text: str, form: str, older: int | None, newer: int | None) -> tuple[Report, Report]:
    from tui.commands.opening import opened

    with opened(writable=False) as vault:
        case = vault.case(vault.find(text), form)
    found = case.reports
    if len(found) < PAIR and older is None and newer is None:
        count = len(found)
        raise MissingError(
            f"case {case.slug} has {counted(count, 'report')} to compare, a diff needs two",
            hint="a report on an unknown form cannot be compared; breachcase show prints it",
        )
    after = found[-1] if newer is None and found else _numbered(case, newer)
    if older is None:
        earlier = [each for each in found if each.report.number < after.report.number]
        older = earlier[-1].report.number if earlier else None
    return _numbered(case, older).report, after.report


def _numbered(case: Case, number: int | None) -> CaseReport:
    for each in case.reports:
        if each.report.number == number:
            return each
    known = ", ".join(str(each.report.number) for each in case.reports) or "none"
    raise MissingError(
        f"case {case.slug} has no such report to compare", hint=f"those that can be: {known}"
    )
