"""`breachcase vault rekey`: all keys of this replica made anew."""

from __future__ import annotations

import click

from tui.commands import output, params
from tui.commands.opening import presented
from tui.today import wall


@click.command()
@params.json_option
@params.vault_options
def rekey(*, as_json: bool) -> None:
    """Make the keys of this copy anew.

    Takes an admin, and the passphrase even if it is unlocked.

    A new replica key, a new device in the place of this one, and a new epoch that every device but
    the old one is granted: old copies of the header open nothing here any more, and an old copy of
    the whole folder reads and signs nothing that comes. What was sealed before stays readable to
    who has it and its passphrase. If it is cut off, the vault is whole: run it again.
    """
    with presented(anew=True) as (path, words):
        from store.rekey import rekey as make_anew

        made = make_anew(path, words, wall=wall())
    if made.notice:
        output.narrate(f"breachcase: {made.notice}")
    if as_json:
        output.out_json({"device": made.device, "epoch": made.epoch})
    else:
        output.out(f"rekeyed; this copy is device {made.device[:8]} now, epoch {made.epoch}")
    for text in (
        "older copies of the header, and this copy's earlier device, open nothing of what comes",
        "not changed: what was sealed before stays readable to who has an old copy and its words",
        "breachcase sync tells the others; the office's keys stay, until breachcase key rotate",
    ):
        output.narrate(text)
