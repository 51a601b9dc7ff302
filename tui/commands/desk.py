"""`breachcase ack`, `decide` and `close`: the regulator's desk, and the end of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.text import normalise
from tui.commands import output, params
from tui.commands.amber import amber_option, require_compared
from tui.commands.opening import opened
from tui.commands.sending import output_option, report_sealed, require_free, written
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.moment import Moment


@click.command()
@click.argument("case")
@click.option("--ref", "reference", required=True, metavar="REF", help="The case reference.")
@params.moment_option("at", "When it is acknowledged, as you state it.")
@output_option
@params.json_option
@params.vault_options
def ack(case: str, reference: str, at: Moment | None, target: str | None, *, as_json: bool) -> None:
    """Give CASE its reference and seal the acknowledgement to whoever reported it."""
    from exports.desk import acknowledge

    require_free(target)
    with opened() as vault:
        sealed = acknowledge(vault, vault.find(case), reference, at=at, wall=wall())
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@click.option("--outcome", required=True, metavar="TEXT", help="The decision in one sentence.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="Once a reason.")
@click.option("--recommend", "recommendations", multiple=True, metavar="TEXT", help="Once each.")
@params.moment_option("at", "When it is decided, as you state it.")
@output_option
@amber_option
@params.json_option
@params.vault_options
def decide(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    outcome: str,
    reasons: Sequence[str],
    recommendations: Sequence[str],
    at: Moment | None,
    target: str | None,
    *,
    amber: bool,
    as_json: bool,
) -> None:
    """Decide CASE on the latest report received and seal the decision to the controller."""
    from exports.desk import decide as seal
    from exports.desk import opener_of

    require_free(target)
    with opened() as vault:
        case_id = vault.find(case)
        require_compared(opener_of(vault, case_id), amber=amber)
        sealed = seal(
            vault,
            case_id,
            normalise(outcome),
            tuple(map(normalise, reasons)),
            tuple(map(normalise, recommendations)),
            at=at,
            wall=wall(),
        )
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@params.moment_option("at", "When it is closed, as you state it.")
@params.vault_options
def close(case: str, at: Moment | None) -> None:
    """Close CASE; it stays readable and can be reopened by new information."""
    from store.casework import close_case

    with opened() as vault:
        case_id = vault.find(case)
        close_case(vault, case_id, at or now(vault.settings.zone), wall=wall())
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} closed")
