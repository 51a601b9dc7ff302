"""`breachcase undo`: a change taken back by a new one."""

from __future__ import annotations

import click

from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall


@click.command()
@click.argument("case")
@click.argument("change", required=False, default="")
@params.json_option
@params.vault_options
def undo(case: str, change: str, *, as_json: bool) -> None:
    """Take back a CHANGE of CASE by its id, or your last one; history keeps both.

    What was sealed, received, attached or noted stays. The id of an undo makes it undone.
    """
    from store.undo import undo as take_back

    with opened() as vault:
        done = take_back(vault, vault.find(case), change, wall=wall())
    if as_json:
        conflicts = sorted(done.conflicts)
        output.out_json(
            {"undone": done.taken_back.id, "change": done.change.id, "conflicts": conflicts}
        )
        return
    fields = ", ".join(dict.fromkeys(op.field for op in done.change.ops))
    output.narrate(f"change {done.taken_back.id[:8]} taken back: {fields}")
    for field in sorted(done.conflicts):
        output.narrate(f"{field} was written on since: now in conflict, breachcase resolve CASE")
