"""`breachcase show`: a case as it stands, or one of its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from models.duty import duties
from models.errors import MissingError
from models.form import load_pack
from models.prefill import unconfirmed
from models.priority import NORMAL
from models.report import dump_report
from models.text import kind_name
from tui.assessment import summary
from tui.commands import output, params
from tui.commands.attachments import attachment_lines
from tui.commands.chain import chain_lines, duty_lines, merging_lines
from tui.commands.clock import reading_lines
from tui.commands.conflicts import conflict_lines
from tui.commands.holding import hold_lines
from tui.commands.log import print_notes
from tui.commands.messages import message_lines, messages_json
from tui.commands.opening import opened
from tui.commands.reports import event_json, event_lines, numbered, report_lines
from tui.today import now, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.case import Case
    from store.alike import Alike
    from store.attachment import Attachment
    from store.conflict import Conflict
    from store.coupled import Review
    from store.destruction import Fate
    from store.hold import Hold
    from store.incident import Note
    from store.vault import Vault
    from store.void import Void


class _File(NamedTuple):
    """A case and what stands beside its reports."""

    case: Case
    holds: tuple[Hold, ...]
    conflicts: tuple[Conflict, ...]
    reviews: tuple[Review, ...]
    void: tuple[Void, ...]
    notes: tuple[Note, ...]
    attachments: tuple[Attachment, ...]
    revoked: Mapping[str, str]
    fate: Fate | None
    alike: tuple[Alike, ...]


@click.command()
@click.argument("case")
@click.option("--report", "number", type=int, metavar="N", help="Print report N as a report file.")
@click.option("--blanks", is_flag=True, help="Print the unanswered questions too.")
@params.form_option
@params.json_option
@params.vault_options
def show(case: str, number: int | None, form: str, *, blanks: bool, as_json: bool) -> None:
    """Print a CASE: clock, conflicts, delay chain, latest report, messages, notes, files."""
    from store.destruction import find_destroyed

    with opened(writable=False) as vault:
        try:
            found = _file(vault, vault.find(case), form)
        except MissingError:
            destroyed = find_destroyed(vault, case)
            if destroyed is None:
                raise
            _print_destroyed(destroyed, as_json=as_json)
            return
    if number is not None:
        report = numbered(found.case, number).report
        for text in dump_report(report).decode().rstrip("\n").split("\n"):
            output.out(text)
    elif as_json:
        output.out_json(_as_json(found))
    else:
        _print(found, blanks=blanks)


def _file(vault: Vault, case_id: str, form: str) -> _File:
    from exports.correspondence import revoked_letters
    from store.alike import alike_cases
    from store.attachment import attachments
    from store.conflict import conflicts
    from store.coupled import reviews
    from store.destruction import fates
    from store.hold import holds
    from store.incident import notes
    from store.void import void_ops

    state = vault.state(case_id)
    return _File(
        vault.case(case_id, form),
        holds(vault).get(case_id, ()),
        conflicts(state),
        reviews(state),
        void_ops(state),
        notes(state),
        attachments(state),
        revoked_letters(vault, case_id),
        fates(vault).get(case_id),
        alike_cases(vault, case_id, today(vault.settings.zone)),
    )


def _as_json(found: _File) -> dict[str, object]:
    case, present = found.case, now()
    return {
        "id": case.id,
        "slug": case.slug,
        "title": case.title,
        "reference": case.reference,
        "state": case.state,
        "side": case.side,
        "priority": case.priority,
        "assignee": case.assignee or None,
        "clock": case.reading(present).as_json(),
        "inferred": case.inferred.why if case.inferred else None,
        "chain": [
            {
                "from": gap.from_.name,
                "from_party": gap.from_.party or None,
                "to": gap.to.name,
                "to_party": gap.to.party or None,
                "min_s": gap.min_s,
                "max_s": gap.max_s,
            }
            for gap in case.chain()
        ],
        "assessment": summary(case.assessment) if case.assessment else None,
        "form": case.form,
        "forms": [*case.forms],
        "reports": [report.report.as_json() for report in case.reports],
        "messages": messages_json(case, found.revoked),
        "events": [event_json(event) for event in case.events],
        "conflicts": [conflict.as_json() for conflict in found.conflicts],
        "reviews": [review.as_json() for review in found.reviews],
        "without_effect": [each.as_json() for each in found.void],
        "holds": [hold.as_json() for hold in found.holds],
        "shred": found.fate.as_json() if found.fate else None,
        "alike": [each.as_json() for each in found.alike],
        "incident_log": [note.as_json() for note in found.notes],
        "attachments": [attachment.as_json() for attachment in found.attachments],
    }


def _forms(case: Case) -> str:
    """Return the forms of a case, the one looked at marked: `[ico-2019] gdpr-art33`."""
    return " ".join(f"[{form}]" if form == case.form else form for form in case.forms)


def _print(found: _File, *, blanks: bool) -> None:
    case = found.case
    output.out(f"{case.title}  ({case.id[:8]}, {case.state})")
    head = [("reference", case.reference or "-"), *hold_lines(found.holds)]
    head += [("forms", _forms(case))] if len(case.forms) > 1 else []
    head += [("shred", found.fate.line)] if found.fate else []
    head += [("note", each.line) for each in found.alike]
    head += [("priority", case.priority)] if case.priority != NORMAL else []
    head += [("assigned to", case.assignee)] if case.assignee else []
    head += [("assessment", summary(case.assessment))] if case.assessment else []
    output.fields([*head, *reading_lines(case.reading(now())), *merging_lines(case)])
    _section("in conflict (breachcase resolve):", conflict_lines(found.conflicts))
    _section(
        "to review together (breachcase resolve CASE GROUP --keep, or edit one of them):",
        (each.text for each in found.reviews),
    )
    _section(
        "kept without effect:",
        (f"{each.op.kind} {each.op.field} by {each.by}: {each.why}" for each in found.void),
    )
    output.out()
    for text in (*duty_lines(duties(case, now())), *chain_lines(case), *_further_lines(case)):
        output.out(text)
    if case.reports:
        latest = case.reports[-1].report
        output.out()
        output.out(f"{latest.kind.replace('_', '-')} report {latest.number}, form {latest.form}")
        output.fields(report_lines(load_pack(latest.form), latest, blanks=blanks), indent="  ")
    for message in case.messages:
        output.out()
        output.out(f"{message.direction} {kind_name(message.kind)}")
        lines = [*message_lines(case, message)]
        if since := found.revoked.get(message.id):
            lines.append(("key", f"revoked by its office since {since}; judged when it was filed"))
        output.fields(lines, indent="  ")
    _section("events:", event_lines(case))
    print_notes(found.notes)
    _section("attachments:", attachment_lines(found.attachments))


def _further_lines(case: Case) -> list[str]:
    lines = [f"  {line}" for line in output.aligned([*_further(case)])]
    return ["", "further forms (breachcase show CASE --form ID):", *lines] if lines else []


def _further(case: Case) -> Iterator[tuple[str, str]]:
    """Yield each of the other forms, and how far the latest report on it is."""
    for form in case.forms:
        reports = [each for each in case.others if each.report.form == form]
        for each in reports[-1:]:
            waiting = len(unconfirmed(each.report))
            sealed = "sealed, not sent" if each.frozen else "a draft"
            standing = f"sent {each.sent_at}" if each.sent_at else sealed
            wait = f"; {waiting} taken over, to be confirmed" if waiting else ""
            yield form, f"{each.name}, {standing}{wait}"


def _print_destroyed(fate: Fate, *, as_json: bool) -> None:
    if as_json:
        output.out_json({"id": fate.shred.case_id, "state": "destroyed", "shred": fate.as_json()})
    else:
        output.out(f"{fate.shred.case_id[:8]}  {fate.line}")


def _section(title: str, lines: Iterable[str]) -> None:
    for number, text in enumerate(lines):
        if number == 0:
            output.out()
            output.out(title)
        output.out(f"  {text}")
