"""`breachcase receive`: who sent a bundle, what it would change, then file it; see `batch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import kind_name
from tui.commands import output, params
from tui.commands.asking import agree
from tui.commands.opening import opened
from tui.commands.sending import require_free, written
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.inbox import Preview
    from models.moment import Moment
    from store.vault import Vault


@click.command()
@click.argument("files", metavar="FILE...|FOLDER|-", nargs=-1, required=True)
@params.moment_option("sent", "When the sender sent it (the e-mail's own time).")
@params.moment_option("received", "When it first reached this office.")
@params.moment_option("at", "When it is filed, as you state it.")
@click.option("--yes", is_flag=True, help="File without asking.")
@click.option("--receipt", "target", metavar="FILE", help="Write a receipt for the sender there.")
@click.option("--weaker", is_flag=True, help="File it although less protected than before.")
@params.json_option
@params.vault_options
def receive(  # noqa: PLR0913 - one parameter an option
    files: Sequence[str],
    sent: Moment | None,
    received: Moment | None,
    at: Moment | None,
    target: str | None,
    *,
    yes: bool,
    weaker: bool,
    as_json: bool,
) -> int:
    """Open a bundle, show who sent it and what it would change, then file it.

    Of several, or of a FOLDER's *.age and *.age.txt, each is shown in one line; one yes files
    them all, those that wait for another one after it. A refusal stops no other; the exit code
    is the highest of them.
    """
    if len(files) > 1 or Path(files[0]).is_dir():
        if sent is not None or target is not None:
            raise UsageError(
                "--sent and --receipt are for one bundle", hint="receive that one by itself"
            )
        from tui.commands.batch import receive_all

        return receive_all(files, received=received, at=at, yes=yes, as_json=as_json)
    require_free(target)
    _receive_one(files[0], sent, received, at, target, yes=yes, weaker=weaker, as_json=as_json)
    return 0


def _receive_one(  # noqa: PLR0913 - what `receive` was given
    file: str,
    sent: Moment | None,
    received: Moment | None,
    at: Moment | None,
    target: str | None,
    *,
    yes: bool,
    weaker: bool,
    as_json: bool,
) -> None:
    from exports.inbox import file_bundle, preview

    with params.lent_file(file) as source, opened() as vault:
        seen = preview(vault, source)
        for text in preview_lines(seen):
            output.narrate(text)
        if not seen.already:
            if not yes:
                agree_to_file("file it?")
            if seen.weaker and not weaker:
                agree_to_file("file it although it is less protected than before?", "--weaker")
            file_bundle(
                vault,
                seen,
                source,
                sent=sent,
                received=received,
                at=at,
                wall=wall(),
                weaker=bool(seen.weaker),
            )
        receipt = _receipt(vault, seen, target) if target is not None else None
    _report(seen, receipt, as_json=as_json)


def _receipt(vault: Vault, seen: Preview, target: str) -> str | None:
    from exports.reply import give_receipt

    if seen.case_id is None or seen.kind == "receipt":
        output.narrate(f"no receipt is given for a {kind_name(seen.kind)}")
        return None
    bundle_id = seen.opened.manifest.bundle_id
    name = written(give_receipt(vault, seen.case_id, bundle_id, wall=wall()), target)
    output.narrate(f"receipt sealed: {name}")
    return name


def preview_lines(seen: Preview) -> list[str]:
    """Return what a person reads before a bundle is filed."""
    lines = [
        f"from     {seen.who}{' (amber: not verified)' if seen.amber else ''}",
        f"number   {seen.number}",
        f"kind     {kind_name(seen.kind)}",
        f"sealed   {seen.when}",
    ]
    if seen.already:
        return [*lines, "already imported, nothing changes"]
    if seen.case_id is not None:
        lines.append(f"case     {'new' if seen.new_case else seen.case_id[:8]}")
    lines += [f"would    {text}" for text in seen.changes]
    return lines + [f"warning  {text}" for text in (*seen.warnings, *seen.weaker)]


def agree_to_file(question: str, option: str = "--yes") -> None:
    """Have it confirmed that something is filed, unless an option says so."""
    agree(question, "nothing was filed", f"pass {option} to file it")


def _report(seen: Preview, receipt: str | None, *, as_json: bool) -> None:
    if receipt == params.STDIN:  # it is what stands on standard output
        return
    if as_json:
        told = {"case": seen.case_id, "kind": seen.kind, "already": seen.already}
        output.out_json({**told, "receipt": receipt} if receipt else told)
    elif seen.case_id is not None:
        output.out(seen.case_id[:8])
    elif not seen.already:
        output.narrate(f"{kind_name(seen.kind)} filed")
