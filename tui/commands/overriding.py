"""`breachcase override`: let a warning or a gap stand, with a reason."""

from __future__ import annotations

import click

from models.errors import UsageError
from models.moment import Moment
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import now as today
from tui.today import wall


@click.command()
@click.argument("case")
@click.argument("check")
@click.option("--question", metavar="NAME", help="Where the check stands at several questions.")
@click.option("--reason", metavar="TEXT", help="Why it may stand.")
@click.option("--lift", is_flag=True, help="Take the override back.")
@params.moment_option("now", "The present, instead of this machine's clock.")
@params.form_option
@params.vault_options
def override(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    check: str,
    question: str | None,
    reason: str | None,
    now: Moment | None,
    form: str,
    *,
    lift: bool,
) -> None:
    """Let what CHECK (such as K17) finds in the latest report of CASE stand, and say why.

    Warnings and gaps only: an error has to be corrected. The next report is checked afresh.
    """
    from store.overriding import find_problem, lift_override, override_check

    if (reason is None) != lift:
        raise UsageError("an override needs a reason", hint="--reason TEXT, or --lift")
    with opened() as vault:
        found = vault.case(vault.find(case), form)
        problem = find_problem(found, check, question, now or today())
        if lift:
            lift_override(vault, found, problem, wall=wall())
        else:
            override_check(vault, found, problem, str(reason), wall=wall())
    where = f" at {problem.question}" if problem.question else ""
    output.narrate(
        f"{found.slug}: {problem.id}{where} {'stands again' if lift else 'is overridden'}"
    )
