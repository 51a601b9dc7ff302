"""`breachcase doc`: what leaves the vault in clear, to be pasted, read out or sent by e-mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import outfile
from tui.commands import output, params
from tui.commands.asking import agree_in_clear
from tui.commands.clearing import cleared, confirm_option
from tui.commands.opening import opened
from tui.commands.reports import numbered
from tui.today import now, wall

if TYPE_CHECKING:
    from models.case import Case
    from models.record import CaseReport

_ADVICE = {
    "sheet": "when the report has gone: breachcase sent CASE{} --at MOMENT --via portal --ref REF",
    "eml": "nothing was sent; when it has gone: breachcase sent CASE{} --at MOMENT --via email",
}


@click.command()
@click.argument("case")
@click.argument("kind", metavar="sheet|eml", type=click.Choice(("sheet", "eml")))
@click.option("--report", "number", type=int, metavar="N", help="Of report N (default the last).")
@click.option("--bundle", metavar="FILE", help="eml: attach this sealed bundle.")
@click.option("--plain", is_flag=True, help="eml: attach the answers as text, in clear.")
@click.option("-o", "--output", "target", metavar="FILE", help="Where to write it (- stdout).")
@click.option("--yes", is_flag=True, help="Write it in clear without asking.")
@params.form_option
@confirm_option
@params.vault_options
def doc(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    kind: str,
    form: str,
    number: int | None,
    bundle: str | None,
    target: str | None,
    *,
    plain: bool,
    yes: bool,
) -> None:
    """Write a report of CASE in clear: the portal's copy-sheet, or an e-mail draft.

    The sheet has every question in the order of the regulator's form, each answer as it is to be
    pasted or read out, and the open checks. The draft has the regulator's mailbox and subject; a
    follow-up's answers the acknowledgement. What was written is recorded in the history.
    """
    from exports.documents.leaving import document_name, record_export
    from models.thread import option
    from tui.leaving import ENDINGS, WHAT, Chosen, document, sealed_enclosure

    if kind != "eml" and (bundle or plain):
        raise UsageError("--bundle and --plain go with an e-mail draft", hint="doc CASE eml")
    sealed = None if bundle is None else sealed_enclosure(bundle, params.read_file(bundle))
    fresh = document_name(ENDINGS[kind])
    path = None if target == params.STDIN else outfile.target(target or "", fresh)
    name = "standard output" if path is None else path.name
    with opened() as vault:
        case_id = vault.find(case)
        found = vault.case(case_id, form)
        filed = _filed(found, number)
        data = cleared(
            vault,
            case_id,
            # read anew: what was confirmed meanwhile is in the case
            lambda: document(vault.case(case_id, form), filed, kind, Chosen(sealed, plain), now()),
            form,
        )
        agree_in_clear(WHAT[kind], name, sure=yes)
        moment = now(vault.settings.zone)
        record_export(vault, case_id, filed, what=kind, name=name, at=moment, wall=wall())
        _save(path, data)
    if kind == "eml" and sealed is None and not plain:
        output.narrate("nothing is attached: add the form, or pass --bundle FILE or --plain")
    output.narrate(_ADVICE[kind].format(option(found.form, found.forms)))


def _filed(case: Case, number: int | None) -> CaseReport:
    from exports.documents.leaving import require_report

    require_report(case)
    return case.reports[-1] if number is None else numbered(case, number)


def _save(path: Path | None, data: bytes) -> None:
    if path is None:
        output.out_pieces((data,))
        return
    outfile.save(path, data)
    output.out(str(path))
