"""`breachcase shred`: a case destroyed for good, after a week in which a hold stops it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from models.errors import MissingError, UsageError
from tui.commands import output, params
from tui.commands.asking import require_person
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.destruction import Fate
    from store.vault import Vault


@click.command()
@click.argument("case")
@click.option("--reason", metavar="TEXT", help="Why it is destroyed; it stays on record.")
@click.option("--now", "at_once", is_flag=True, help="Carry it out here at once; others wait.")
@click.option("--cancel", is_flag=True, help="Take the order back; what is destroyed stays so.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@params.json_option
@params.vault_options
def shred(  # noqa: PLR0913 - one parameter an option
    case: str, reason: str | None, *, at_once: bool, cancel: bool, yes: bool, as_json: bool
) -> None:
    """Order that CASE be destroyed: 7 days from now, on each replica by itself.

    A hold stops it, also one that a colleague set without knowing. Then the keys of the case are
    deleted from the replica and from each medium it syncs with; what they sealed is unreadable.
    """
    from store.destruction import cancel_shred, fates

    if cancel and at_once:
        raise UsageError("--cancel and --now contradict each other", hint="one of them")
    with opened() as vault:
        case_id = _find(vault, case)
        if cancel:
            cancel_shred(vault, case_id, reason or "", wall=wall())
        else:
            _order(vault, case_id, reason, at_once=at_once, sure=yes)
        fate = fates(vault)[case_id]
    if as_json:
        output.out_json(fate.as_json())
    else:
        output.out(f"{case_id[:8]}  {fate.line}")


def _order(vault: Vault, case_id: str, reason: str | None, *, at_once: bool, sure: bool) -> None:
    """Order it, unless that was done; carry it out if that is asked for."""
    from store.destruction import fates, order_shred, shred_now

    known = fates(vault).get(case_id)
    ordered = known is not None and known.status != "cancelled"
    if ordered and not at_once:
        raise UsageError(
            "this case is ordered to be destroyed already",
            hint="--now carries it out here, --cancel takes it back",
        )
    if not ordered and reason is None:
        raise UsageError("a shred needs a reason", hint="--reason TEXT")
    if not sure:
        _confirm(vault, case_id, at_once=at_once)
    if not ordered:
        order_shred(vault, case_id, reason or "", wall=wall())
    if at_once:
        shred_now(vault, case_id, wall=wall())


def print_fates(found: Iterable[Fate], *, as_json: bool) -> None:
    """Print what was destroyed, and what is to be."""
    if as_json:
        output.out_json({"shredded": [each.as_json() for each in found]})
        return
    for each in found:
        output.out(f"{each.shred.case_id[:8]}  {each.line}")


def _find(vault: Vault, case: str) -> str:
    """Return the id of a case; one that is destroyed here can be named by its id."""
    from store.destruction import find_destroyed

    try:
        return vault.find(case)
    except MissingError:
        destroyed = find_destroyed(vault, case)
        if destroyed is None:
            raise
        return destroyed.shred.case_id


def _confirm(vault: Vault, case_id: str, *, at_once: bool) -> None:
    """Say what will be gone and what will not, and have the short id typed."""
    from tui.endings import LOST, REMAINS

    require_person("not confirmed: there is no terminal to ask on", "pass --yes")
    title = vault.case(case_id).title if vault.history.knows(case_id) else "(destroyed here)"
    when = "at once on this replica" if at_once else "in 7 days, unless a hold or --cancel comes"
    output.narrate(f"{title}: {LOST},")
    output.narrate(f"{when}; this cannot be taken back")
    for text in textwrap.wrap(REMAINS, 80):
        output.narrate(text)
    typed: str = click.prompt(f"type {case_id[:8]} to order it", default="", err=True)
    if typed.strip().lower() != case_id[:8]:
        raise UsageError("not confirmed: that is not its id", hint="nothing was ordered")
