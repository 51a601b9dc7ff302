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
    from store.proposed import Proposal
    from store.vault import Vault


@click.command()
@click.argument("case")
@click.argument("field")
@click.option("--take", "number", type=int, metavar="N", help="The value that show calls N.")
@click.option("--value", metavar="TEXT", help="Another value, typed as for edit.")
@click.option("--proposal", is_flag=True, help="What puts both texts together, as show has it.")
@click.option("--keep", "kept", is_flag=True, help="Of a group to review together: all is right.")
@params.vault_options
def resolve(  # noqa: PLR0913 - one parameter an option
    case: str, field: str, number: int | None, value: str | None, *, proposal: bool, kept: bool
) -> None:
    """Settle the conflict in FIELD of CASE; breachcase show names the values.

    FIELD may be a group that is to be reviewed together: times, counts, measures.
    """
    from store.conflict import find_conflict, settle, take, take_proposal

    if (number is not None) + (value is not None) + proposal + kept != 1:
        raise UsageError(
            "say which value", hint="--take N, --value TEXT for another one, --proposal, or --keep"
        )
    with opened() as vault:
        case_id = vault.find(case)
        if kept:
            _keep(vault, case_id, field)
            return
        conflict = find_conflict(vault.state(case_id), field)
        for text in conflict_lines([conflict]):  # what this choice goes over, as it is now
            output.narrate(text)
        if number is not None:
            take(vault, conflict, number, wall=wall())
        elif proposal:
            take_proposal(vault, conflict, wall=wall())
        else:
            settle(vault, conflict, str(value), wall=wall())
        left = len(vault.state(case_id).conflicts)
    output.narrate(f"{conflict.field} settled; {left} in conflict")


def _keep(vault: Vault, case_id: str, group: str) -> None:
    from store.coupled import find_review, keep, reviews

    review = find_review(vault.state(case_id), group)
    output.narrate(review.text)
    keep(vault, case_id, review, wall=wall())
    left = len(reviews(vault.state(case_id)))
    output.narrate(f"{group} reviewed; {left} to review together")


def conflict_lines(conflicts: Iterable[Conflict]) -> Iterator[str]:
    """Yield each conflict: the field, then its values with who wrote them when, and where."""
    for conflict in conflicts:
        yield f"{conflict.field} {conflict.label}".rstrip()
        if conflict.remark:
            yield f"  {conflict.remark}"
        for number, choice in enumerate(conflict.choices, 1):
            found = choice.found
            yield f"  {number}. {choice.text}"
            yield f"     {found.who}, {found.wall}, device {found.device[:8]}"
            if choice.deadline:
                yield f"     deadline {choice.deadline}"
        if conflict.proposal is not None:
            yield from _proposal_lines(conflict, conflict.proposal)


def _proposal_lines(conflict: Conflict, proposal: Proposal) -> Iterator[str]:
    from tui.contested import diff_lines

    if proposal.why_not:
        yield f"  {proposal.why_not}"
        return
    yield "  proposal (--proposal), both together:"
    for text in diff_lines(conflict, proposal):
        yield f"   {text}"
