"""`breachcase ack`, `ask`, `decide` and `close`: the regulator's desk, and the end of a case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from models.text import normalise
from tui.commands import output, params
from tui.commands.amber import amber_option, require_compared
from tui.commands.clearing import cleared, confirm_option
from tui.commands.opening import opened
from tui.commands.sending import output_option, report_sealed, require_free, written
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.moment import Moment


@click.command()
@click.argument("case")
@click.option("--ref", "reference", required=True, metavar="REF", help="The case reference.")
@click.option("--message", metavar="TEXT|-|@FILE", help="What goes with it.")
@params.moment_option("at", "When it is acknowledged, as you state it.")
@output_option
@confirm_option
@params.json_option
@params.vault_options
def ack(  # noqa: PLR0913 - one parameter an option
    case: str,
    reference: str,
    message: str | None,
    at: Moment | None,
    target: str | None,
    *,
    as_json: bool,
) -> None:
    """Give CASE its reference and seal the acknowledgement to whoever reported it."""
    from exports.desk import acknowledge

    require_free(target)
    said = params.said(message) if message is not None else None
    with opened() as vault:
        case_id = vault.find(case)
        deed = partial(acknowledge, vault, case_id, reference, at=at, wall=wall(), message=said)
        sealed = cleared(vault, case_id, deed)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@click.option(
    "--question", "questions", multiple=True, metavar="TEXT|@FILE", help="One question; once each."
)
@click.option(
    "--due",
    "dues",
    multiple=True,
    metavar="[N=]MOMENT",
    help="When answers are wanted; N=MOMENT for question N alone.",
)
@click.option("--message", metavar="TEXT|-|@FILE", help="What goes with the questions.")
@params.moment_option("at", "When it is asked, as you state it.")
@output_option
@confirm_option
@params.json_option
@params.vault_options
def ask(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    questions: Sequence[str],
    dues: Sequence[str],
    message: str | None,
    at: Moment | None,
    target: str | None,
    *,
    as_json: bool,
) -> None:
    """Seal questions about CASE to whoever reported it, each with when its answer is wanted.

    Questions are numbered 1, 2, 3 ... as given: --question 'How many?' --question 'Which?'
    --due 2020-01-17[Europe/London] --due 2=2020-01-31[Europe/London].
    """
    from exports.desk import ask as seal
    from tui.due import dues as each_due

    texts = [params.said(text) for text in questions]
    asked = tuple(zip(texts, each_due(dues, len(texts)), strict=True))
    require_free(target)
    said = params.said(message) if message is not None else None
    with opened() as vault:
        case_id = vault.find(case)
        deed = partial(seal, vault, case_id, asked, message=said, at=at, wall=wall())
        sealed = cleared(vault, case_id, deed)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@click.option("--outcome", required=True, metavar="TEXT", help="The decision in one sentence.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="Once a reason.")
@click.option("--recommend", "recommendations", multiple=True, metavar="TEXT", help="Once each.")
@click.option(
    "--basis", type=int, metavar="N", help="Which report was read (0: initial; default: the last)."
)
@click.option("--note", metavar="TEXT|-|@FILE", help="What else the controller should know.")
@params.moment_option("at", "When it is decided, as you state it.")
@output_option
@amber_option
@confirm_option
@params.json_option
@params.vault_options
def decide(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    outcome: str,
    reasons: Sequence[str],
    recommendations: Sequence[str],
    basis: int | None,
    note: str | None,
    at: Moment | None,
    target: str | None,
    *,
    amber: bool,
    as_json: bool,
) -> None:
    """Decide CASE on a report received, the latest unless you say, and seal the decision."""
    from exports.desk import decide as seal
    from exports.desk import opener_of

    require_free(target)
    said = params.said(note) if note is not None else None
    with opened() as vault:
        case_id = vault.find(case)
        require_compared(opener_of(vault, case_id), amber=amber)
        deed = partial(
            seal,
            vault,
            case_id,
            normalise(outcome),
            tuple(map(normalise, reasons)),
            tuple(map(normalise, recommendations)),
            at=at,
            wall=wall(),
            basis=basis,
            note=said,
        )
        sealed = cleared(vault, case_id, deed)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@params.moment_option("at", "When it is closed, as you state it.")
@click.option("--unreported", default="", metavar="TEXT", help="Why nothing was reported, or late.")
@params.vault_options
def close(case: str, at: Moment | None, unreported: str) -> None:
    """Close CASE; it stays readable and can be reopened by new information."""
    from store.casework import close_case

    with opened() as vault:
        case_id = vault.find(case)
        at = at or now(vault.settings.zone)
        close_case(vault, case_id, at, wall=wall(), unreported=unreported)
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} closed")
