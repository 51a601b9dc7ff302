"""`breachcase attach` and `breachcase extract`: files of a case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui import outfile
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.attachment import Attachment


@click.command()
@click.argument("case")
@click.argument("file", metavar="FILE")
@click.option("--name", metavar="NAME", default="", help="What it is called in the case.")
@params.json_option
@params.vault_options
def attach(case: str, file: str, name: str, *, as_json: bool) -> None:
    """Seal FILE, of at most 1 GiB, into CASE; print its id."""
    from store.attachment import attach as take_in

    with opened() as vault:
        made = take_in(vault, vault.find(case), Path(file), name=name, wall=wall())
    if as_json:
        output.out_json(made.as_json())
    else:
        output.out(f"{made.id[:8]}  {made.name}")
        output.narrate("sealed into the case; the file itself stays where it is")


@click.command()
@click.argument("case")
@click.argument("which", metavar="NAME|ID")
@click.option("-o", "--output", "target", metavar="FILE", help="Where to write it (- stdout).")
@params.vault_options
def extract(case: str, which: str, target: str | None) -> None:
    """Write an attachment of CASE to a new file, in clear.

    Without -o the file gets a harmless name in this folder, printed on stdout.
    """
    from store.attachment import find_attachment, pieces, verified_pieces

    with opened(writable=False) as vault:
        case_id = vault.find(case)
        found = find_attachment(vault.state(case_id), which)
        if target == params.STDIN:
            # what is printed cannot be taken back: it is read once to its end before
            output.out_pieces(verified_pieces(vault, case_id, found))
            return
        path = outfile.target(target or "", found.file_name)
        outfile.save_pieces(path, pieces(vault, case_id, found))
    output.out(str(path))
    output.narrate("written in clear: outside the vault nothing protects it")


def attachment_lines(found: Iterable[Attachment]) -> Iterator[str]:
    """Yield each attachment in one line: id, size, who, name."""
    for each in found:
        yield f"{each.id[:8]}  {each.size:,} bytes  {each.who}  {each.name}"
