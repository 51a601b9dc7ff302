"""`breachcase reopen` and `breachcase hold`: a closed case opened again, a case kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.moment import Moment
    from store.hold import Hold


@click.command()
@click.argument("case")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is opened again.")
@params.moment_option("at", "When it is reopened, as you state it.")
@params.vault_options
def reopen(case: str, reason: str, at: Moment | None) -> None:
    """Open a closed CASE again; the closing stays in its history."""
    from store.casework import reopen_case

    with opened() as vault:
        case_id = vault.find(case)
        reopen_case(vault, case_id, reason, at or now(vault.settings.zone), wall=wall())
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} reopened")


@click.command()
@click.argument("case")
@click.option("--reason", metavar="TEXT", help="Why it must be kept, or is not held any more.")
@click.option("--lift", is_flag=True, help="Lift the hold.")
@params.vault_options
def hold(case: str, reason: str | None, *, lift: bool) -> None:
    """Mark CASE as one that must not be destroyed, as for a claim or an inquiry.

    A hold stops every shred of it, also one ordered where nobody knew of the hold yet.
    """
    from store.hold import hold_case, lift_hold

    if reason is None and not lift:
        raise UsageError("a hold needs a reason", hint="--reason TEXT, or --lift to end one")
    with opened() as vault:
        case_id = vault.find(case)
        if lift:
            lift_hold(vault, case_id, reason or "", wall=wall())
        else:
            hold_case(vault, case_id, reason or "", wall=wall())
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} {'is not held any more' if lift else 'is held'}")


def hold_lines(holds: Iterable[Hold]) -> Iterator[tuple[str, str]]:
    """Yield each hold as (name, text)."""
    for each in holds:
        yield "held", f"{each.reason} ({each.who}, {each.wall})"
