"""`breachcase event`: what starts and stops the clocks beside the main one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from models.moment import Moment


@click.command()
@click.argument("case")
@click.argument("name")
@params.moment_option("at", "When it was.")
@params.vault_options
def event(case: str, name: str, at: Moment | None) -> None:
    """State when an event of CASE was: detected, suspected, classified, significant, assessed.

    NAME can be a rule of `clock --list` too: the step that it asks for was submitted. To state it
    anew is to correct it; the history keeps both.
    """
    from store.clocks import state_event

    if at is None:
        raise UsageError("no --at", hint="say when it was: --at 2026-07-04T10:00[Europe/Berlin]")
    with opened() as vault:
        found = state_event(vault, vault.find(case), name, at, wall=wall())
    output.narrate(f"recorded: {found} {at}")
