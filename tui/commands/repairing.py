"""`breachcase vault repair`: whole copies in the place of what is damaged."""

from __future__ import annotations

import click

from tui.commands import output, params
from tui.commands.opening import presented
from tui.commands.progress import bars
from tui.commands.verdict import tell


@click.command()
@click.option(
    "--from", "place", metavar="PLACE", help="A backup, or where you sync: FOLDER, rclone:R:PATH."
)
@params.json_option
@params.vault_options
def repair(place: str | None, *, as_json: bool) -> int:
    """Take whole copies of what is damaged.

    They come from a backup or a medium; what none was found of is named. Each copy proves itself by
    its hash and signatures. What is damaged is renamed to NAME.<8 hex digits>.damaged, never
    deleted. Without --from only what needs no copy is put right. Exit 65 when something is still
    damaged.
    """
    from store.errors import DamagedError

    with presented() as (path, words), bars() as progress:
        from store.repair import repair as repair_all

        found = repair_all(path, words, place, progress)
    if as_json:
        output.out_json(found.as_json())
    else:
        for line in found.healed:
            output.out(f"healed   {line}")
        tell(found.verdict)
    if found.verdict.faults and place is None:
        output.narrate("pass --from with a backup, or with the folder where you sync")
    return DamagedError.code if found.verdict.faults else 0
