"""`breachcase acked` and `decided`: what the regulator answered by e-mail, post, phone, portal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import normalise
from tui.commands import output, params
from tui.commands.opening import opened
from tui.commands.sending import WAYS as SENT_WAYS
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.plain import Letter, PlainAcknowledgement, PlainDecision
    from models.moment import Moment

WAYS = tuple(way for way in SENT_WAYS if way != "bundle")


def letter_options(command: params.F) -> params.F:
    """Add how the words came, and the letter's file."""
    for option in (
        click.option("--subject", metavar="TEXT", help="Its subject (default: the e-mail's own)."),
        click.option("--from", "source", metavar="FILE", help="The letter, kept as it came (-)."),
        click.option(
            "--via",
            type=click.Choice(WAYS),
            default="email",
            show_default=True,
            help="How it came.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("case")
@params.moment_option("at", "When it was written.")
@click.option("--ref", "reference", metavar="REF", help="The case reference it gives.")
@params.moment_option("reported", "When they say that the report was made.")
@params.moment_option("received", "When they say that they received it.")
@params.moment_option("filed", "When they say that they filed it.")
@click.option("--reason", metavar="TEXT", help="Why an unusual or another reference is taken.")
@letter_options
@params.form_option
@params.vault_options
def acked(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    at: Moment | None,
    reference: str | None,
    reported: Moment | None,
    received: Moment | None,
    filed: Moment | None,
    reason: str | None,
    via: str,
    source: str | None,
    subject: str | None,
    form: str,
) -> None:
    """Record that the regulator acknowledged the report of CASE in plain words.

    Its dates are kept as the regulator's statement beside our own. An acknowledgement that came
    as a bundle goes through receive.
    """
    from exports.plain import PlainAcknowledgement, stated

    said = stated(
        PlainAcknowledgement,
        acknowledged_at=_dated(at),
        reference=" ".join(normalise(reference).split()) if reference else None,
        reported_at=reported,
        received_at=received,
        filed_at=filed,
    )
    _record(case, form, said, _letter(via, source, subject), reason)


@click.command()
@click.argument("case")
@params.moment_option("at", "When it was written.")
@click.option("--outcome", required=True, metavar="TEXT", help="The decision in one sentence.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="Once a reason.")
@click.option("--recommend", "recommendations", multiple=True, metavar="TEXT", help="Once each.")
@letter_options
@params.form_option
@params.vault_options
def decided(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    at: Moment | None,
    outcome: str,
    reasons: Sequence[str],
    recommendations: Sequence[str],
    via: str,
    source: str | None,
    subject: str | None,
    form: str,
) -> None:
    """Record that the regulator decided CASE in plain words."""
    from exports.plain import PlainDecision, stated

    said = stated(
        PlainDecision,
        decided_at=_dated(at),
        outcome=" ".join(normalise(outcome).split()),
        reasons=tuple(map(normalise, reasons)),
        recommendations=tuple(map(normalise, recommendations)),
    )
    _record(case, form, said, _letter(via, source, subject), None)


def _dated(at: Moment | None) -> Moment:
    if at is None:
        raise UsageError(
            "no --at", hint="say when it was written: --at 2019-12-23T11:23[Europe/London]"
        )
    return at


def _letter(via: str, source: str | None, subject: str | None) -> Letter:
    from exports.plain import Letter

    if source is None:
        return Letter(via, subject=subject or "")
    name = "letter" if source == params.STDIN else Path(source).name
    return Letter(via, params.read_file(source), name, subject or "")


def _record(
    case: str,
    form: str,
    said: PlainAcknowledgement | PlainDecision,
    letter: Letter,
    reason: str | None,
) -> None:
    from exports.plain import record_plain
    from models.stamp import filing_stamp

    with opened() as vault:
        case_id = vault.find(case)
        new = record_plain(vault, case_id, said, letter, reason=reason, wall=wall(), form=form)
        after = vault.case(case_id, form)
    if not new:
        output.narrate("recorded already, nothing changes")
        return
    reference = f"; reference {after.reference}" if after.reference else ""
    output.narrate(f"{said.kind} recorded{reference}; clock {after.clock_text(now())}")
    if not any(report.frozen for report in after.reports):
        output.narrate("no report of this case is recorded as sent: breachcase sent CASE --at M")
    stamp = filing_stamp(after, said.reported_at)
    if stamp:
        output.narrate(stamp)
