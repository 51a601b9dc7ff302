"""A bundle of ours: composed in its case, signed by the office, sealed to a contact, kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Final

from exports.bundle import Opened, read_line, seal_bundle, sign_bundle
from exports.card import Card, office_card, office_revoked
from exports.clearance import require_letter_confirmed
from exports.correspondence import Letter, heads, history, letters, next_seq
from exports.enclosure import enclosed, find_enclosed
from exports.filing import letter_ops
from exports.manifest import FORMAT, VERSION, Manifest, build_manifest
from exports.trust import Contact
from models import version
from models.errors import UsageError
from models.problem import Findings
from models.strictjson import JSON
from store.age import Recipient
from store.age.armour import ArmourWriter
from store.attachment import Attachment, pieces
from store.change import AnyOp
from store.vault import Vault

ARMOURED: Final = ".age.txt"  # how the name of a file for pasting ends


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed bundle to hand over: its file is called `name` and is made as it is written.

    `contents` give what its attachments hold. `findings` are what the checks said of a report.
    """

    opened: Opened
    recipients: tuple[Recipient, ...]
    contents: tuple[Callable[[], Iterator[bytes]], ...]
    name: str
    findings: Findings = field(default_factory=Findings)

    @property
    def manifest(self) -> Manifest:
        """What it says."""
        return self.opened.manifest

    @property
    def sha256(self) -> str:
        """The hash, in hex, of the manifest's bytes."""
        return self.opened.sha256

    @property
    def data(self) -> bytes:
        """The sealed file at once, for a bundle without large attachments."""
        return b"".join(self.pieces())

    def pieces(self, *, armoured: bool = False) -> Iterator[bytes]:
        """Yield the sealed file, in constant memory unless `armoured`, which is for pasting.

        Raises AgeError for an armour beyond 32 MiB, DamagedError where an attachment is damaged:
        what was written of the file by then is worth nothing.
        """
        sealed = seal_bundle(self.opened.line1, self.recipients, [each() for each in self.contents])
        if not armoured:
            yield from sealed
            return
        out = BytesIO()
        armour = ArmourWriter(out)
        for piece in sealed:
            armour.write(piece)
        armour.close()
        yield out.getvalue()


def file_name() -> str:
    """Return a name for a sealed file: random, so that it tells nothing and nothing names it."""
    return f"breachcase-{secrets.token_hex(4)}.age"


def compose(
    vault: Vault,
    case_id: str,
    contact: Contact,
    said: Mapping[str, object],
    files: Sequence[Attachment] = (),
) -> Sealed:
    """Return a bundle of this case signed by the office and sealed to `contact`; file nothing.

    `said` are the members of the manifest that its kind decides; the rest follows from the case.
    Raises ShapeError for text that no manifest carries, UsageError for attachments that it
    cannot take, UnconfirmedError for personal data that nobody has confirmed.
    """
    case = vault.case(case_id)
    require_letter_confirmed(case, said["payload"])
    exchanged = [letter for letter in letters(vault, case_id) if letter.contact == contact.id]
    received = [letter.opened.sha256 for letter in exchanged if not letter.sent_by_us]
    place = {
        "case_id": opener_id(vault, case_id, contact),
        "case_reference": _reference(vault, case_id, contact, said),
        "prev": heads(exchanged),
        "in_reply_to": received[-1] if received else None,
        "attachments": enclosed(files),
        "history": history(exchanged),
    }
    return signed(vault, case_id, contact, {**place, **said}, exchanged)


def _reference(
    vault: Vault, case_id: str, contact: Contact, said: Mapping[str, object]
) -> str | None:
    """Return the reference of the form that a bundle is about, or on which its receiver is."""
    case = vault.case(case_id)
    match said["payload"]:
        case {"report": {"form": str(form)}} if form in case.forms:
            return vault.case(case_id, form).reference
        case _:
            views = [vault.case(case_id, form) for form in case.forms]
            known = (
                view for view in views if any(one.contact == contact.id for one in view.messages)
            )
            return next(known, case).reference


def signed(
    vault: Vault,
    case_id: str,
    contact: Contact,
    said: Mapping[str, object],
    exchanged: Sequence[Letter],
) -> Sealed:
    """Return a bundle of the members `said`, and of those that every bundle has."""
    card = office_card(vault)
    common = common_members(card, vault.device_id, contact)
    seq = next_seq(exchanged, card.signing, vault.device_id, [contact.card.sha256])
    manifest = build_manifest({**common, "seq": seq, **said})
    return sealed_again(
        vault, case_id, read_line(sign_bundle(manifest, vault.office.signing)), contact
    )


def common_members(card: Card, device: str, contact: Contact) -> dict[str, object]:
    """Return the members of a manifest that are alike whatever it says, by card and to whom."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "min_reader": VERSION,
        "bundle_id": secrets.token_hex(16),
        "sender": {"card": card.line(), "device": device},
        "recipients": [contact.card.sha256],
        "stated_at": None,
        "tool": f"breachcase {version.VERSION}",
        "schema": None,
        "complete": None,
        "open_checks": (),
        "pad": "",
    }


def sealed_again(vault: Vault, case_id: str, opened: Opened, contact: Contact) -> Sealed:
    """Return a signed bundle of ours to be sealed to its contact, once more if need be.

    Raises UsageError where we revoked our own card, UntrustedError where nothing is sealed to
    the contact any more.
    """
    if office_revoked(vault):
        raise UsageError(
            "this office's card is revoked", hint="make a new one: breachcase key rotate"
        )
    contact.check_open()
    files = find_enclosed(vault, case_id, opened.manifest.attachments)
    contents = tuple(partial(pieces, vault, case_id, file) for file in files)
    return Sealed(opened, (contact.card.best,), contents, file_name())


def keep_sealed(
    vault: Vault, case_id: str, sealed: Sealed, contact: Contact, report: str | None = None
) -> list[AnyOp]:
    """Return the ops that keep a bundle of ours: its message and its evidence.

    `report` is the local id of the report it carries. The payload of a report is left out: the
    report has its own registers.
    """
    filed: dict[str, JSON] = {
        "direction": "out",
        "manifest": sealed.sha256,
        "payload": sealed.manifest.payload.model_dump(mode="json", exclude={"report"}),
        "contact": contact.id,
        "report": report,
        "amber": not contact.verified,
    }
    blob = vault.put_blob(case_id, sealed.opened.line1)
    return letter_ops(blob, sealed.manifest, filed)


def opener_id(vault: Vault, case_id: str, contact: Contact) -> str:
    """Return what a case is called between us and a contact: the id that its opener gave it."""
    match vault.state(case_id).value("case/foreign"):
        case {"case_id": str(theirs), "contact": str(opener)} if opener == contact.id:
            return theirs
        case _:
            return case_id
