"""`breachcase form add` and `form confirm`: a case reported on a further form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("add")
@click.argument("case")
@click.argument("form_id", metavar="FORM")
@params.vault_options
def add(case: str, form_id: str) -> None:
    """Report CASE on a further FORM as well.

    It goes to another regulator, with a clock of its own. What the case's other forms say is taken
    over where it fits, and waits to be confirmed.
    """
    from store.further import add_form

    with opened() as vault:
        case_id = vault.find(case)
        taken = add_form(vault, case_id, form_id, wall=wall())
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} is reported on {form_id} too: breachcase edit {slug} --form {form_id}")
    output.narrate(f"taken over, to be confirmed: {', '.join(taken) or 'nothing fitted'}")


@click.command("confirm")
@click.argument("case")
@click.argument("form_id", metavar="FORM")
@click.argument("fields", metavar="[FIELD]...", nargs=-1)
@params.vault_options
def confirm(case: str, form_id: str, fields: Sequence[str]) -> None:
    """Confirm what a report of CASE took over from another form.

    Each FIELD that is named, or all of it. An answer that is edited is confirmed by that.
    """
    from store.further import confirm as make_own

    with opened() as vault:
        case_id = vault.find(case)
        done = make_own(vault, case_id, form_id, fields, wall=wall())
    output.narrate(f"confirmed: {', '.join(done)}")
