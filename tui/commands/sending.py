"""`breachcase send`, `sent` and `followup`: the controller's side of the exchange."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import kind_name, normalise
from tui import outfile
from tui.commands import output, params
from tui.commands.amber import amber_option, require_compared
from tui.commands.asking import ask
from tui.commands.check import print_findings
from tui.commands.clearing import cleared, confirm_option
from tui.commands.opening import opened
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.sealing import Sealed
    from models.moment import Moment
    from models.problem import Findings
    from store.attachment import Attachment
    from store.vault import Vault

WAYS = ("bundle", "portal", "phone", "email", "post")


def output_option(command: params.F) -> params.F:
    """Add `--output FILE` to a command that seals a bundle."""
    says = "Where to write the bundle: a file, a folder or - (stdout); *.age.txt is armoured."
    option = click.option("-o", "--output", "target", metavar="FILE", help=says)
    return option(command)


def attach_option(command: params.F) -> params.F:
    """Add `--attach NAME`, any number of times, to a command that seals a bundle."""
    says = "An attachment of the case that goes with it; once each."
    option = click.option("--attach", "names", multiple=True, metavar="NAME", help=says)
    return option(command)


def to_enclose(vault: Vault, case_id: str, names: Sequence[str]) -> tuple[Attachment, ...]:
    """Return the attachments of those names; say so where one looks like a table of people."""
    from exports.enclosure import PEOPLE, looks_like_people
    from store.attachment import find_attachment

    state = vault.state(case_id)
    found = tuple(find_attachment(state, name) for name in names)
    for each in found:
        if looks_like_people(each):
            output.narrate(f"warning: {each.name} {PEOPLE}")
    return found


@click.command()
@click.argument("case")
@click.option("--to", "contact", metavar="CONTACT", help="Whom to seal it to.")
@params.moment_option("at", "When it is sealed, as you state it.")
@click.option("--incomplete", is_flag=True, help="Send although the report is not complete.")
@click.option("--reason", metavar="TEXT", help="Why it goes out incomplete.")
@click.option(
    "--notice", metavar="TEXT|-|@FILE", help="A processor's notice to its controller instead."
)
@click.option("--again", metavar="ID", help="Write a bundle sealed before once more, of any kind.")
@params.form_option
@attach_option
@output_option
@amber_option
@confirm_option
@params.json_option
@params.vault_options
def send(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    form: str,
    contact: str | None,
    at: Moment | None,
    names: Sequence[str],
    target: str | None,
    reason: str | None,
    notice: str | None,
    again: str | None,
    *,
    incomplete: bool,
    amber: bool,
    as_json: bool,
) -> None:
    """Seal the report of CASE to a contact and write the bundle. Sealing is not sending.

    What the report lacks is listed first; a late or thin report is better than none, so it can
    go out with --incomplete --reason TEXT. With --notice a processor tells its controller of the
    breach instead, with what it could answer; its own report stays a draft.
    """
    if again is not None:
        if contact or notice or names or reason or incomplete or at:
            raise UsageError("--again changes nothing", hint="it goes with -o only")
        _send_again(case, again, target, as_json=as_json)
        return
    if contact is None:
        raise UsageError("no --to CONTACT", hint="see breachcase contact ls")
    if incomplete and not reason:
        raise UsageError("--incomplete needs --reason TEXT", hint="say why it goes out as it is")
    if notice is not None and (incomplete or reason):
        raise UsageError("a notice is never incomplete", hint="leave --incomplete --reason out")
    require_free(target)
    text = None if notice is None else params.said(notice)
    with opened() as vault:
        case_id = vault.find(case)
        files = to_enclose(vault, case_id, names)
        if text is None:
            sealed = _sealed_report(vault, case_id, form, contact, reason, files, at, amber=amber)
        else:
            from exports.reply import notify

            deed = partial(notify, vault, case_id, contact, text, files=files, at=at, wall=wall())
            sealed = cleared(vault, case_id, deed)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)
    if text is None:
        on = f" --form {form}" if form else ""
        output.narrate(f"sealed, not sent: when it has gone, breachcase sent CASE{on} --at MOMENT")


def _send_again(case: str, again: str, target: str | None, *, as_json: bool) -> None:
    from exports.outbox import send_again

    require_free(target)
    with opened(writable=False) as vault:
        sealed = send_again(vault, vault.find(case), again)
        name = written(sealed, target)
    report_sealed(sealed, name, as_json=as_json)


def _sealed_report(  # noqa: PLR0913, PLR0917 - what `send` was given
    vault: Vault,
    case_id: str,
    form: str,
    contact: str,
    reason: str | None,
    files: Sequence[Attachment],
    at: Moment | None,
    *,
    amber: bool,
) -> Sealed:
    from exports.outbox import prepare
    from exports.outbox import send as seal
    from exports.trust import find_contact

    findings = prepare(vault, case_id, now=now(), form=form)
    if not findings.complete and reason is None:
        reason = _asked_reason(findings)
    require_compared(find_contact(vault, contact), amber=amber)
    deed = partial(
        seal,
        vault,
        case_id,
        contact,
        at=at,
        wall=wall(),
        incomplete_reason=normalise(reason) if reason else None,
        files=files,
        form=form,
    )
    return cleared(vault, case_id, deed, form)


def _asked_reason(findings: Findings) -> str:
    print_findings(findings, as_json=False, on_stderr=True)
    hint = "pass --incomplete --reason TEXT to send it as it is"
    return ask("send it as it is? say why (ctrl-c: no)", "the report is not complete", hint)


@click.command()
@click.argument("case")
@params.moment_option("at", "When it was sent.")
@click.option("--via", type=click.Choice(WAYS), default="bundle", show_default=True, help="How.")
@click.option("--ref", metavar="REF", help="What the regulator's portal or clerk gave you.")
@params.form_option
@params.vault_options
def sent(case: str, at: Moment | None, via: str, ref: str | None, form: str) -> None:
    """Record that the report of CASE was sent: this stops the clock.

    Without a sealed one, and by another way than a bundle, it is the draft, which can then no
    longer be changed.
    """
    from exports.outbox import record_sent

    if at is None:
        raise UsageError(
            "no --at", hint="say when it was sent: --at 2019-12-20T18:16[Europe/London]"
        )
    with opened() as vault:
        case_id = vault.find(case)
        record_sent(vault, case_id, at, via=via, ref=ref, wall=wall(), form=form)
        after = vault.case(case_id, form)
    output.narrate(f"recorded; clock {after.clock_text(now())}")


@click.command()
@click.argument("case")
@params.form_option
@params.json_option
@params.vault_options
def followup(case: str, form: str, *, as_json: bool) -> None:
    """Start a follow-up report of CASE, prefilled from the last one."""
    from store.casework import start_followup

    with opened() as vault:
        case_id = vault.find(case)
        start_followup(vault, case_id, wall=wall(), form=form)
        number = vault.case(case_id, form).reports[-1].report.number
    if as_json:
        output.out_json({"report": number})
    else:
        output.narrate(f"follow-up report {number} started: breachcase edit, then send")


def require_free(target: str | None) -> None:
    """Refuse before anything is sealed when `target` is there already."""
    from exports.sealing import file_name

    if target is not None and target != params.STDIN:
        outfile.target(target, file_name())


def report_sealed(sealed: Sealed, name: str, *, as_json: bool) -> None:
    """Say what was sealed and where it lies."""
    if as_json and name != params.STDIN:
        output.out_json(
            {"file": name, "bundle": sealed.manifest.bundle_id, "sha256": sealed.sha256}
        )
    else:
        output.narrate(f"{kind_name(sealed.manifest.kind)} sealed: {name}")


def written(sealed: Sealed, target: str | None) -> str:
    """Write the bundle and return its name: `-` is stdout, a folder takes the bundle's own name.

    A name that ends in `.age.txt` gets armour for pasting. Raises ExistsError for a file that is
    there, and DiskError; `send --again` then gives the same bundle.
    """
    if target == params.STDIN:
        output.out_pieces(sealed.pieces())
        return params.STDIN
    from exports.sealing import ARMOURED

    path = outfile.target(target or "", sealed.name)
    outfile.save_pieces(path, sealed.pieces(armoured=path.name.endswith(ARMOURED)))
    return str(path)
