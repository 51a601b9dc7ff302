"""`breachcase resolve`: the conflicts of a case, shown and settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.conflict import Conflict


@click.command()
@click.argument("case")
@click.argument("field")
@click.option("--take", "number", type=int, metavar="N", help="The value that show calls N.")
@click.option("--value", metavar="TEXT", help="Another value, typed as for edit.")
@params.vault_options
def resolve(case: str, field: str, number: int | None, value: str | None) -> None:
    """Settle the conflict in FIELD of CASE; breachcase show names the values."""
    from store.conflict import find_conflict, settle, take

    if (number is None) == (value is None):
        raise UsageError("say which value", hint="--take N, or --value TEXT for another one")
    with opened() as vault:
        case_id = vault.find(case)
        conflict = find_conflict(vault.state(case_id), field)
        for text in conflict_lines([conflict]):  # what this choice goes over, as it is now
            output.narrate(text)
        if number is not None:
            take(vault, conflict, number, wall=wall())
        else:
            settle(vault, conflict, str(value), wall=wall())
        left = len(vault.state(case_id).conflicts)
    output.narrate(f"{conflict.field} settled; {left} in conflict")


def conflict_lines(conflicts: Iterable[Conflict]) -> Iterator[str]:
    """Yield each conflict: the field, then its values with who wrote them when, and where."""
    for conflict in conflicts:
        yield f"{conflict.field} {conflict.label}".rstrip()
        for number, choice in enumerate(conflict.choices, 1):
            found = choice.found
            yield f"  {number}. {choice.text}"
            yield f"     {found.who}, {found.wall}, device {found.device[:8]}"
            if choice.deadline:
                yield f"     deadline {choice.deadline}"
