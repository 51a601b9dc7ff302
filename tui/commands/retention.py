"""`breachcase retain`: when a case is looked at again, and which are due. It destroys nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import today, wall

if TYPE_CHECKING:
    import datetime as dt

    from store.retention import DueReview


@click.command()
@click.argument("case", required=False)
@click.option(
    "--review", "on", type=params.DATE, metavar="YYYY-MM-DD", help="When it is decided on again."
)
@click.option("--reason", metavar="TEXT", help="Why then; it stands in the history.")
@click.option("--due", is_flag=True, help="List the cases whose date has come.")
@click.option("--years", metavar="N|none", help="Suggest N years after closing, in this vault.")
@params.json_option
@params.vault_options
def retain(  # noqa: PLR0913 - one parameter an option
    case: str | None,
    on: dt.date | None,
    reason: str | None,
    *,
    due: bool,
    years: str | None,
    as_json: bool,
) -> None:
    """Say when CASE is reviewed, list what is due, or set what is suggested after closing.

    Nothing is destroyed by a date: a person decides, with `breachcase shred`, and a hold wins.
    """
    match case, due, years:
        case None, True, None:
            _list(as_json=as_json)
        case None, False, str():
            _set_years(years)
        case str(), False, None if on is not None:
            _set_review(case, on, reason)
        case _:
            raise UsageError(
                "say one thing: CASE --review DATE --reason TEXT, --due, or --years N",
                hint="breachcase retain --help",
            )


def review_lines(found: list[DueReview]) -> list[str]:
    """Return what is due as aligned lines: date, id, marks, title."""
    return output.aligned(
        (each.on, each.row.id[:8], each.row.reference or "-", _marks(each), each.row.title)
        for each in found
    )


def _list(*, as_json: bool) -> None:
    from store.hold import holds
    from store.retention import due_reviews

    with opened(writable=False) as vault:
        day = today(vault.settings.zone)
        found = due_reviews(vault, vault.rows(), holds(vault), day)
    if as_json:
        output.out_json({"due": [each.as_json() for each in found]})
        return
    for text in review_lines(found):
        output.out(text)
    if not found:
        output.narrate("nothing is due for review")


def _set_review(case: str, on: dt.date, reason: str | None) -> None:
    from store.retention import set_review

    if reason is None:
        raise UsageError("a review date needs a reason", hint="--reason TEXT")
    with opened() as vault:
        case_id = vault.find(case)
        set_review(vault, case_id, on, reason, wall=wall())
        slug = vault.case(case_id).slug
    output.narrate(f"{slug} is reviewed on {on}")


def _set_years(years: str) -> None:
    from store.retention import set_years

    if years != "none" and not years.isdecimal():
        raise UsageError("that is no number of years", hint="--years 6, or --years none")
    with opened() as vault:
        set_years(vault, None if years == "none" else int(years), wall=wall())
    output.narrate(
        "no review is suggested any more"
        if years == "none"
        else f"closed cases are suggested for review after {years} years"
    )


def _marks(review: DueReview) -> str:
    marks = [review.row.state]
    marks += ["suggested"] if review.suggested else []
    marks += ["held"] if review.held else []
    return ", ".join(marks)
