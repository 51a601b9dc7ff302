"""`breachcase log`: the signed history of a case, and its incident log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.text import kind_name
from tui.commands import output, params
from tui.commands.incident import note_lines
from tui.commands.opening import opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.change import Change, Op
    from store.incident import Note


@click.command()
@click.argument("case")
@params.json_option
@params.vault_options
def log(case: str, *, as_json: bool) -> None:
    """Print the signed history of a CASE, who changed what and when; then the incident log."""
    from store.incident import notes
    from store.undo import undone_by
    from store.void import void_reasons

    with opened(writable=False) as vault:
        state = vault.state(vault.find(case))
    told, void = notes(state), void_reasons(state)
    if as_json:
        changes = [_change_json(change, void) for change in state.changes]
        output.out_json({"changes": changes, "incident_log": [note.as_json() for note in told]})
        return
    undone = undone_by(state.changes)
    for change in state.changes:
        what = ", ".join(
            f"{_told(op)}{' (without effect)' if op.op_id in void else ''}" for op in change.ops
        )
        output.out(f"{change.wall}  {change.who} ({change.role})  {change.id[:8]}  {what}")
        marks = [f"takes back {change.undo[:8]}"] if change.undo else []
        marks += ["settles a conflict"] if change.resolves else []
        marks += [f"taken back by {undone[change.id][:8]}"] if change.id in undone else []
        for text in [*marks, *([change.why] if change.why else [])]:
            output.out(f"    {text}")
    print_notes(told)


def _change_json(change: Change, void: Mapping[str, str]) -> dict[str, object]:
    """Return a change for scripts, each op with why it does not count, if it does not."""
    ops = [{**op.as_json(), "without_effect": void.get(op.op_id)} for op in change.ops]
    return {**change.as_json(), "ops": ops}


def _told(op: Op) -> str:
    """Return an op in a few words; of a letter and an event also what it is."""
    what = f"{op.kind} {op.field}"
    match op.field.partition("/")[0], op.value:
        case "message", {"kind": str(kind), "direction": str(direction)}:
            return f"{what} ({direction} {kind_name(kind)})"
        case "event", {"name": str(name)}:
            return f"{what} ({name})"
        case _:
            return what


def print_notes(notes: tuple[Note, ...]) -> None:
    """Print the incident log, if there is one."""
    if notes:
        output.out()
        output.out("incident log:")
        output.fields(note_lines(notes), indent="  ")
