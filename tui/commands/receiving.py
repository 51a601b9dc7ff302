"""`breachcase receive`: who sent a bundle, what it would change, then file it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from exports.inbox import Preview
    from models.moment import Moment


@click.command()
@click.argument("file", metavar="FILE|-")
@params.moment_option("sent", "When the sender sent it (the e-mail's own time).")
@params.moment_option("received", "When it first reached this office.")
@params.moment_option("at", "When it is filed, as you state it.")
@click.option("--yes", is_flag=True, help="File it without asking.")
@click.option("--weaker", is_flag=True, help="File it although less protected than before.")
@params.json_option
@params.vault_options
def receive(  # noqa: PLR0913 - one parameter an option
    file: str,
    sent: Moment | None,
    received: Moment | None,
    at: Moment | None,
    *,
    yes: bool,
    weaker: bool,
    as_json: bool,
) -> None:
    """Open a bundle, show who sent it and what it would change, then file it."""
    from exports.inbox import file_bundle, preview

    with params.lent_file(file) as source, opened() as vault:
        seen = preview(vault, source)
        for text in preview_lines(seen):
            output.narrate(text)
        if seen.already:
            _report(seen, seen.case_id, as_json=as_json)
            return
        if not yes:
            _confirm("file it?", "--yes")
        if seen.weaker and not weaker:
            _confirm("file it although it is less protected than before?", "--weaker")
        case_id = file_bundle(
            vault,
            seen,
            source,
            sent=sent,
            received=received,
            at=at,
            wall=wall(),
            weaker=bool(seen.weaker),
        )
    _report(seen, case_id, as_json=as_json)


def preview_lines(seen: Preview) -> list[str]:
    """Return what a person reads before a bundle is filed."""
    lines = [
        f"from     {seen.who}{' (amber: not verified)' if seen.amber else ''}",
        f"number   {seen.number}",
        f"kind     {seen.kind.replace('_', ' ')}",
        f"sealed   {seen.when}",
    ]
    if seen.already:
        return [*lines, "already imported, nothing changes"]
    if seen.case_id is not None:
        lines.append(f"case     {'new' if seen.new_case else seen.case_id[:8]}")
    lines += [f"would    {text}" for text in seen.changes]
    return lines + [f"warning  {text}" for text in (*seen.warnings, *seen.weaker)]


def _confirm(question: str, option: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("nothing was filed: not confirmed", hint=f"pass {option} to file it")
    if not click.confirm(question, default=False, err=True):
        raise click.Abort


def _report(seen: Preview, case_id: str | None, *, as_json: bool) -> None:
    if as_json:
        output.out_json({"case": case_id, "kind": seen.kind, "already": seen.already})
    elif case_id is not None:
        output.out(case_id[:8])
    elif not seen.already:
        output.narrate(f"{seen.kind.replace('_', ' ')} filed")
