"""`breachcase scan`: what in the texts of a report looks like personal data, masked."""

from __future__ import annotations

import click

from tui.commands import output, params
from tui.commands.clearing import LISTED
from tui.commands.opening import opened


@click.command()
@click.argument("case")
@params.form_option
@params.json_option
@params.vault_options
def scan(case: str, form: str, *, as_json: bool) -> int:
    """List what looks like personal data in the report of CASE, masked. Exit 1 when there is any.

    What somebody has confirmed is left out. Nothing here proves that a report is free of
    personal data: the scan knows numbers, addresses, lists and tables, and no single name.
    """
    from exports.clearance import unconfirmed
    from exports.documents.leaving import require_report
    from tui.found import excerpt, what, where

    with opened(writable=False) as vault:
        found_case = vault.case(vault.find(case), form)
        require_report(found_case)
        found = unconfirmed(found_case, found_case.reports[-1].report)
    if as_json:
        output.out_json(
            {
                "findings": [
                    {
                        "question": each.place,
                        "kind": each.hit.kind,
                        "level": each.hit.level.value,
                        "excerpt": each.hit.excerpt,
                        "start": each.hit.start,
                        "end": each.hit.end,
                        "why": each.hit.why,
                    }
                    for each in found
                ]
            }
        )
    else:
        output.table(
            (where(each, found_case.form), what(each), excerpt(each, found))
            for each in found[:LISTED]
        )
        if len(found) > LISTED:
            output.narrate(f"and {len(found) - LISTED} more: --json has all")
        if not found:
            output.narrate("nothing found that looks like personal data; names are not looked for")
    return int(bool(found))
