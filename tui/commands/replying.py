"""`breachcase answer`, `withdraw` and `receipt`: what either side answers in a case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import counted
from tui.commands import output, params
from tui.commands.clearing import cleared, confirm_option
from tui.commands.opening import opened
from tui.commands.sending import (
    attach_option,
    output_option,
    report_sealed,
    require_free,
    to_enclose,
    written,
)
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.moment import Moment
    from models.request import Request


@click.command()
@click.argument("case")
@click.option(
    "--reply",
    "replies",
    nargs=2,
    type=(int, str),
    multiple=True,
    metavar="N TEXT|-|@FILE",
    help="The answer to question N; once each.",
)
@click.option("--message", metavar="TEXT|-|@FILE", help="What goes with the answers.")
@click.option("--request", "which", default="", metavar="ID", help="Which request, if several.")
@params.moment_option("at", "When it is answered, as you state it.")
@attach_option
@output_option
@confirm_option
@params.json_option
@params.vault_options
def answer(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    replies: Sequence[tuple[int, str]],
    message: str | None,
    which: str,
    at: Moment | None,
    names: Sequence[str],
    target: str | None,
    *,
    as_json: bool,
) -> None:
    """Answer a regulator's request for information in CASE; the rest can follow later.

    Without --reply, --message and --attach the open questions are printed and nothing is sealed.
    """
    from exports.reply import answer as seal
    from models.request import requests

    texts = {number: params.said(text) for number, text in replies}
    if len(texts) < len(replies):
        raise UsageError("one question is answered twice", hint="give each number once")
    require_free(target)
    said = params.said(message) if message is not None else None
    with opened() as vault:
        case_id = vault.find(case)
        if not (texts or said or names):
            asked = [one for one in requests(vault.case(case_id)) if not one.by_us]
            _print_open(asked, as_json=as_json)
            return
        files = to_enclose(vault, case_id, names)
        deed = partial(seal, vault, case_id, texts, request=which, message=said, files=files)
        sealed = cleared(vault, case_id, partial(deed, at=at, wall=wall()))
        name = written(sealed, target)
        left = [each.open for each in requests(vault.case(case_id)) if not each.by_us]
    report_sealed(sealed, name, as_json=as_json)
    count = sum(map(len, left))
    output.narrate(f"{counted(count, 'question')} still open")


def _print_open(asked: Sequence[Request], *, as_json: bool) -> None:
    from tui.commands.messages import request_json

    if as_json:
        output.out_json({"requests": [request_json(one) for one in asked]})
        return
    for request in asked:
        for each in request.open:
            due = f" (due {each.due})" if each.due else ""
            output.out(f"{request.id[:8]}  {each.number}.{due} {each.text}")
    if not any(request.open for request in asked):
        output.narrate("no question is open in this case")


@click.command()
@click.argument("case")
@click.option("--reason", required=True, metavar="TEXT|-|@FILE", help="Why it is taken back.")
@click.option("--to", "contact", default="", metavar="CONTACT", help="To whom, if several.")
@params.moment_option("at", "When it is withdrawn, as you state it.")
@output_option
@confirm_option
@params.json_option
@params.vault_options
def withdraw(  # noqa: PLR0913 - one parameter an option
    case: str,
    reason: str,
    contact: str,
    at: Moment | None,
    target: str | None,
    *,
    as_json: bool,
) -> None:
    """Take the notification of CASE back: seal that, and why, to whoever was sent a report."""
    from exports.reply import withdraw as seal

    require_free(target)
    text = params.said(reason)
    with opened() as vault:
        case_id = vault.find(case)
        deed = partial(seal, vault, case_id, text, to=contact, at=at, wall=wall())
        sealed = cleared(vault, case_id, deed)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


@click.command()
@click.argument("case")
@click.option("--bundle", "which", default="", metavar="ID", help="Which one (default: the last).")
@output_option
@params.json_option
@params.vault_options
def receipt(case: str, which: str, target: str | None, *, as_json: bool) -> None:
    """Seal to its sender that a bundle of CASE arrived, and when, by our record."""
    from exports.reply import give_receipt

    require_free(target)
    with opened() as vault:
        sealed = give_receipt(vault, vault.find(case), which, wall=wall())
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)
