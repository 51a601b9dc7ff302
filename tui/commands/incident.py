"""`breachcase note`: the incident log of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.moment import Moment
    from store.incident import Note

_LARGEST = 256 * 1024


@click.command()
@click.argument("case")
@click.argument("text", metavar="TEXT|-")
@params.moment_option("at", "When it happened (default: now).")
@click.option("--who", metavar="NAME", default="", help="Who did it (default: you).")
@click.option("--corrects", metavar="ID", default="", help="The entry that this one corrects.")
@params.json_option
@params.vault_options
def note(  # noqa: PLR0913 - one parameter an option
    case: str, text: str, at: Moment | None, who: str, corrects: str, *, as_json: bool
) -> None:
    """Add TEXT to the incident log of CASE: who did what when. Nothing is ever taken out of it.

    A wrong entry is corrected by another one: --corrects ID.
    """
    from store.incident import Statement, add_note

    if text == params.STDIN:
        text = params.read_file(params.STDIN, _LARGEST).decode("utf-8", "replace")
    with opened() as vault:
        case_id = vault.find(case)
        said = Statement(text, at or now(vault.case(case_id).zone), who, corrects)
        made = add_note(vault, case_id, said, wall=wall())
    if as_json:
        output.out_json({"id": made})
    else:
        output.out(made[:8])


def note_lines(notes: Iterable[Note]) -> Iterator[tuple[str, str]]:
    """Yield each entry as (time and id, who and text)."""
    for each in notes:
        marks = [f"corrects {each.corrects[:8]}"] if each.corrects else []
        marks += ["corrected"] if each.corrected else []
        mark = f" ({', '.join(marks)})" if marks else ""
        yield f"{each.at or 'undated'}  {each.id[:8]}", f"{each.who}{mark}: {each.text}"
