"""`breachcase show` and `breachcase log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import MissingError
from models.form import load_pack
from models.report import dump_report
from tui.commands import output, params
from tui.commands.chain import chain_lines
from tui.commands.clock import reading_lines
from tui.commands.opening import opened
from tui.commands.reports import message_json, message_lines, report_lines
from tui.today import now

if TYPE_CHECKING:
    from models.case import Case
    from models.record import CaseReport


@click.command()
@click.argument("case")
@click.option("--report", "number", type=int, metavar="N", help="Print report N as a report file.")
@click.option("--blanks", is_flag=True, help="Print the unanswered questions too.")
@params.json_option
@params.vault_options
def show(case: str, number: int | None, *, blanks: bool, as_json: bool) -> None:
    """Print a CASE: its clock, delay chain, latest report and messages."""
    with opened(writable=False) as vault:
        found = vault.case(vault.find(case))
    if number is not None:
        report = _numbered(found, number).report
        for text in dump_report(report).decode().rstrip("\n").split("\n"):
            output.out(text)
    elif as_json:
        output.out_json(_as_json(found))
    else:
        _print(found, blanks=blanks)


def _numbered(case: Case, number: int) -> CaseReport:
    for report in case.reports:
        if report.report.number == number:
            return report
    raise MissingError(
        f"case {case.slug} has no report {number}", hint=f"it has {len(case.reports)} (from 0)"
    )


def _as_json(case: Case) -> dict[str, object]:
    present = now()
    return {
        "id": case.id,
        "slug": case.slug,
        "title": case.title,
        "reference": case.reference,
        "state": case.state,
        "side": case.side,
        "clock": case.reading(present).as_json(),
        "chain": [
            {"from": gap.from_.name, "to": gap.to.name, "min_s": gap.min_s, "max_s": gap.max_s}
            for gap in case.chain()
        ],
        "reports": [report.report.as_json() for report in case.reports],
        "messages": [message_json(message) for message in case.messages],
        "conflicts": sorted(case.conflicts),
    }


def _print(case: Case, *, blanks: bool) -> None:
    output.out(f"{case.title}  ({case.id[:8]}, {case.state})")
    output.fields([("reference", case.reference or "-"), *reading_lines(case.reading(now()))])
    output.out()
    for text in chain_lines(case):
        output.out(text)
    if case.reports:
        latest = case.reports[-1].report
        output.out()
        output.out(f"{latest.kind.replace('_', '-')} report {latest.number}, form {latest.form}")
        output.fields(report_lines(load_pack(latest.form), latest, blanks=blanks), indent="  ")
    for message in case.messages:
        output.out()
        output.out(f"{message.direction} {message.kind.replace('_', ' ')}")
        output.fields(message_lines(message), indent="  ")


@click.command()
@click.argument("case")
@params.json_option
@params.vault_options
def log(case: str, *, as_json: bool) -> None:
    """Print the signed history of a CASE: who changed what, and when."""
    with opened(writable=False) as vault:
        changes = vault.state(vault.find(case)).changes
    if as_json:
        output.out_json({"changes": [change.as_json() for change in changes]})
        return
    for change in changes:
        what = ", ".join(f"{op.kind} {op.field}" for op in change.ops)
        output.out(f"{change.wall}  {change.who} ({change.role})  {change.id[:8]}  {what}")
        if change.why:
            output.out(f"    {change.why}")
