"""What leaves: a report sealed to a regulator, and the record that it was sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Final

from exports.bundle import Opened, read_line, seal_bundle, sign_bundle
from exports.card import Card, office_cards
from exports.correspondence import Letter, heads, history, letters, next_seq
from exports.errors import IncompleteError
from exports.filing import event_op, letter_ops, stamp
from exports.manifest import FORMAT, VERSION, Manifest, build_manifest
from exports.trust import Contact, find_contact
from models import version
from models.case import Case
from models.errors import UsageError
from models.form import load_pack
from models.moment import Moment
from models.problem import Findings, Severity
from models.record import CaseReport
from models.strictjson import JSON
from store.age.armour import ArmourWriter
from store.change import AnyOp, SetOp
from store.errors import ConflictError
from store.office import OfficeKeys
from store.vault import Vault

_KINDS: Final = {"initial": "initial_report", "follow_up": "follow_up_report"}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed bundle to hand over: `data` is the file, `name` what to call it.

    `sha256` (hex) is that of the manifest's bytes, `line1` the evidence that both sides keep.
    """

    data: bytes
    name: str
    manifest: Manifest
    sha256: str
    line1: bytes
    findings: Findings = field(default_factory=Findings)

    @property
    def text(self) -> bytes:
        """The same file as armour for pasting; its name ends in `.age.txt`."""
        out = BytesIO()
        armour = ArmourWriter(out)
        armour.write(self.data)
        armour.close()
        return out.getvalue()


def file_name() -> str:
    """Return a name for a sealed file: random, so that it tells nothing and nothing names it."""
    return f"breachcase-{secrets.token_hex(4)}.age"


def prepare(vault: Vault, case_id: str, *, now: Moment | None) -> Findings:
    """Return what the report that `send` would seal lacks; raise UsageError where there is none."""
    case = vault.case(case_id)
    _latest(case)
    return case.findings(now)


def send(  # noqa: PLR0913 -- each says one thing of this letter, by name
    vault: Vault,
    case_id: str,
    contact_id: str,
    *,
    at: Moment | None,
    wall: str,
    incomplete_reason: str | None,
) -> Sealed:
    """Seal the latest report of a case to a contact; from then on the report is frozen.

    Sealing is not sending: the clock runs on until `record_sent`. `at` is the time of sealing as
    stated. A report that this contact was already sealed gives the same bundle again, so that a
    file that was lost on its way out can be had once more. Raises IncompleteError where checks
    are open and no reason is given, ConflictError, UsageError, or MissingError for the contact.
    """
    case = vault.case(case_id)
    contact = find_contact(vault, contact_id)
    if case.conflicts:
        raise ConflictError(
            f"case has {len(case.conflicts)} open conflicts", hint="resolve them before sending"
        )
    latest = _latest(case)
    for letter in letters(vault, case_id):
        if letter.sent_by_us and letter.contact == contact.id and letter.report == latest.rid:
            return _sealed(letter.opened, contact)
    findings = case.findings(at or stamp(wall, case.zone))
    if not findings.complete and not incomplete_reason:
        raise IncompleteError(findings)
    said = _said(latest, findings, incomplete_reason)
    sealed = compose(vault, case_id, contact, {**said, "stated_at": at, "created": wall})
    frozen = SetOp(f"report/{latest.rid}/frozen", sealed.manifest.bundle_id)
    about: dict[str, JSON] = {
        "contact": contact.id,
        "report": latest.rid,
        "amber": not contact.verified,
    }
    ops = keep_sealed(vault, case_id, sealed, about)
    ops += [frozen] if latest.frozen is None else []
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)
    return replace(sealed, findings=findings)


def record_sent(  # noqa: PLR0913 -- each says one thing of how it went, by name
    vault: Vault, case_id: str, at: Moment, *, via: str, ref: str | None, wall: str
) -> None:
    """Record that a report was sent `at` a stated moment: this stops the clock.

    It is the oldest sealed report that was not sent yet; without one, and by another way than
    a bundle, the draft, which is frozen by it. Raises UsageError where there is neither.
    """
    case = vault.case(case_id)
    waiting = [one for one in case.reports if one.frozen and one.sent_at is None]
    event_id = secrets.token_hex(16)
    ops: list[AnyOp] = []
    message = None
    if waiting:
        message = waiting[0].frozen
    elif case.draft is not None and via != "bundle":
        # no bundle names this version: the event that sent it does
        ops = [SetOp(f"report/{case.draft.rid}/frozen", event_id)]
        message = event_id
    else:
        raise UsageError(
            "no sealed report waits to be sent", hint="seal it with `send`, or name another --via"
        )
    ops.append(event_op("sent", at, message, via=via, ref=ref, event_id=event_id))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall)


def compose(vault: Vault, case_id: str, contact: Contact, said: Mapping[str, object]) -> Sealed:
    """Return a bundle of this case signed by the office and sealed to `contact`; file nothing.

    `said` are the members of the manifest that its kind decides; the rest follows from the case.
    Raises ShapeError for text that no manifest carries.
    """
    recipients = [contact.card.sha256]
    exchanged = [letter for letter in letters(vault, case_id) if letter.contact == contact.id]
    card, keys = _office(vault, exchanged)
    received = [letter.opened.sha256 for letter in exchanged if not letter.sent_by_us]
    manifest = build_manifest(
        {
            "format": FORMAT,
            "version": VERSION,
            "min_reader": VERSION,
            "bundle_id": secrets.token_hex(16),
            "case_id": _opener_id(vault, case_id),
            "case_reference": vault.case(case_id).reference,
            "seq": next_seq(exchanged, card.signing, vault.device_id, recipients),
            "prev": heads(exchanged),
            "in_reply_to": received[-1] if received else None,
            "sender": {"card": card.line(), "device": vault.device_id},
            "recipients": recipients,
            "stated_at": None,
            "tool": f"breachcase {version.VERSION}",
            "schema": None,
            "complete": None,
            "open_checks": (),
            "attachments": (),
            "history": history(exchanged),
            "pad": "",
            **said,
        }
    )
    return _sealed(read_line(sign_bundle(manifest, keys.signing)), contact)


def _office(vault: Vault, exchanged: Sequence[Letter]) -> tuple[Card, OfficeKeys]:
    """Return the identity that this correspondence began with, today's where it begins now.

    The other side knows no other, until it has compared our new card.
    """
    ours = [*zip(office_cards(vault), vault.offices, strict=True)]
    opened = [letter.opened for letter in exchanged]
    named = {name for each in opened for name in (each.card.sha256, *each.manifest.recipients)}
    return next((pair for pair in reversed(ours) if pair[0].sha256 in named), ours[0])


def keep_sealed(
    vault: Vault, case_id: str, sealed: Sealed, about: Mapping[str, JSON]
) -> list[AnyOp]:
    """Return the ops that keep a bundle of ours: its message and its evidence.

    `about` says what only this side knows: contact, report, amber. The payload of a report is
    left out: the report has its own registers.
    """
    payload = sealed.manifest.payload.model_dump(mode="json", exclude={"report"})
    filed = {"direction": "out", "manifest": sealed.sha256, "payload": payload, **about}
    return letter_ops(vault.put_blob(case_id, sealed.line1), sealed.manifest, filed)


def _latest(case: Case) -> CaseReport:
    if case.side != "controller" or not case.reports:
        raise UsageError(
            "this case has no report of ours to send", hint="reports are sent by the controller"
        )
    return case.draft or case.reports[-1]


def _said(latest: CaseReport, findings: Findings, reason: str | None) -> Mapping[str, object]:
    report = latest.report
    pack = load_pack(report.form)
    counts = (Severity.ERROR, Severity.INCOMPLETE, Severity.WARNING)
    return {
        "kind": _KINDS[report.kind],
        "payload": {
            "report": report.as_json(),
            "incomplete_reason": None if findings.complete else reason,
        },
        "schema": {"id": pack.id, "version": pack.version, "sha256": pack.sha256},
        "complete": findings.complete,
        "open_checks": sorted({one.id for one in findings.problems if one.severity in counts}),
    }


def _opener_id(vault: Vault, case_id: str) -> str:
    match vault.state(case_id).values().get("case/foreign"):
        case {"case_id": str(theirs)}:
            return theirs
        case _:
            return case_id


def _sealed(opened: Opened, contact: Contact) -> Sealed:
    data = seal_bundle(opened.line1, [contact.card.recipient])
    return Sealed(data, file_name(), opened.manifest, opened.sha256, opened.line1)
