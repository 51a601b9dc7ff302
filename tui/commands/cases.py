"""`breachcase new` and `breachcase ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.priority import NORMAL
from tui.commands import output, params
from tui.commands.opening import opened
from tui.commands.shredding import print_fates
from tui.today import now, today, wall

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from store.slip import Sort
    from store.vault import Row

_WIDTH = 80  # columns


@click.command()
@click.argument("title")
@click.option("--form", default="ico-2019", metavar="ID", help="The regulator's form.")
@click.option("--zone", metavar="ZONE", help="IANA zone of the case (default: the vault's).")
@params.json_option
@params.vault_options
def new(title: str, form: str, zone: str | None, *, as_json: bool) -> None:
    """Open a case called TITLE; print its id and short name."""
    from store.alike import alike_cases
    from store.casework import new_case

    with opened() as vault:
        case = vault.case(new_case(vault, title, form=form, zone=zone, wall=wall()))
        alike = alike_cases(vault, case.id, today(vault.settings.zone))
    if as_json:
        told = [each.as_json() for each in alike]
        output.out_json({"id": case.id, "slug": case.slug, "alike": told})
    else:
        output.out(f"{case.id[:8]}  {case.slug}")
    for each in alike:
        output.narrate(f"note: {each.line}")


@click.command()
@click.option(
    "--sort",
    type=click.Choice(["clock", "changed", "title"]),
    default="clock",
    help="Which case comes first: least time left, last changed, or by the alphabet.",
)
@click.option("--search", default="", metavar="WORDS", help="Cases with all these words in them.")
@click.option("--shredded", is_flag=True, help="What was destroyed, or is ordered to be, instead.")
@params.json_option
@params.vault_options
def ls(sort: Sort, search: str, *, shredded: bool, as_json: bool) -> None:
    """List the cases, the clock first. A search looks at titles, references, parties and texts."""
    from store.destruction import fates
    from store.hold import holds

    with opened(writable=False) as vault:
        found = fates(vault)
        if shredded:
            print_fates(found.values(), as_json=as_json)
            return
        rows, held = vault.index.listing(sort, search).all(), holds(vault)
    condemned = {name for name, each in found.items() if each.status == "waiting"}
    if as_json:
        present = now()
        listed = [
            {
                **row.as_json(),
                "clock": row.clock_text(present),
                "held": row.id in held,
                "shred": found[row.id].as_json() if row.id in found else None,
            }
            for row in rows
        ]
        output.out_json({"cases": listed})
    else:
        print_rows(rows, held, condemned)


def print_rows(
    rows: Iterable[Row], held: Container[str] = (), condemned: Container[str] = ()
) -> None:
    """Print the case list, the clock first.

    Who works on a case is said where all lines still fit 80 columns.
    `held` are the ids of the cases under a hold, `condemned` of those that are to be destroyed.
    """
    present = now()
    listed = tuple(rows)

    def lines(*, people: bool) -> list[str]:
        return output.aligned(
            (
                row.clock_text(present),
                row.id[:8],
                row.reference or "-",
                _standing(row, held, condemned, people=people),
                row.title,
            )
            for row in listed
        )

    named = lines(people=True)
    fits = all(len(line) <= _WIDTH for line in named)
    for line in named if fits else lines(people=False):
        output.out(line)


def _standing(row: Row, held: Container[str], condemned: Container[str], *, people: bool) -> str:
    triaged = row.state == "open" and row.priority != NORMAL
    marks = [row.priority if triaged else row.state]
    marks += ["held"] if row.id in held else []
    marks += ["to be destroyed"] if row.id in condemned else []
    marks += [f"{row.conflicts} in conflict"] if row.conflicts else []
    marks += [row.assignee] if people and row.assignee else []
    return ", ".join(marks)
