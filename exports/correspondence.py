"""What two offices have exchanged in a case: read back from the evidence, never from a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports import limits
from exports.book import entry, family, key_text, line_of
from exports.bundle import Opened, read_line
from exports.errors import BundleError
from models.strictjson import JSON
from models.thread import EVERY_FORM
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Letter:
    """One bundle of a case, sealed by us (`sent_by_us`) or received, with whom, and as what.

    `report` is the local id of the report it carried, None where it carried none.
    """

    bundle_id: str
    contact: str
    sent_by_us: bool
    report: str | None
    opened: Opened


def letters(vault: Vault, case_id: str) -> tuple[Letter, ...]:
    """Return every bundle of a case by the clocks that made them, each verified once more.

    What came in plain words is no bundle and proves nothing: it is left out.

    Raises the store's errors where evidence is missing or damaged.
    """
    values = vault.state(case_id).values()
    found = (
        _letter(vault, case_id, field.removeprefix("message/"), values)
        for field, value in values.items()
        if field.startswith("message/") and not _is_plain(value)
    )
    return tuple(sorted(found, key=lambda one: (one.opened.manifest.created, one.bundle_id)))


def heads(exchanged: Sequence[Letter]) -> tuple[str, ...]:
    """Return the sha256 of each manifest that no other one names as known, newest last."""
    named = {head for one in exchanged for head in one.opened.manifest.prev}
    loose = [one.opened.sha256 for one in exchanged if one.opened.sha256 not in named]
    return tuple(loose[-limits.HEADS :])


def history(exchanged: Sequence[Letter]) -> tuple[dict[str, JSON], ...]:
    """Return the manifest's `history` of these letters, at most the newest 500."""
    return tuple(
        {
            "manifest": one.opened.sha256,
            "kind": one.opened.manifest.kind,
            "sender": one.opened.card.sha256,
            "seq": one.opened.manifest.seq,
            "created": one.opened.manifest.created,
        }
        for one in exchanged[-limits.HISTORY :]
    )


def next_seq(
    exchanged: Sequence[Letter], signer: bytes, device: str, recipients: Sequence[str]
) -> int:
    """Return the number that the next bundle of this device to these recipients carries."""
    return 1 + max(
        (
            one.opened.manifest.seq
            for one in exchanged
            if one.opened.signer == signer
            and one.opened.manifest.sender.device == device
            and set(one.opened.manifest.recipients) == set(recipients)
        ),
        default=0,
    )


def _is_plain(value: JSON) -> bool:
    return isinstance(value, dict) and "via" in value


def revoked_letters(vault: Vault, case_id: str) -> dict[str, str]:
    """Return since when, by bundle id, the keys that signed letters to us are revoked, as text.

    They were judged when they were filed, and stay. The text is what the office stated, else
    when its revocation was filed here.
    """
    state = vault.log_state()
    writers = {message.contact for message in vault.case(case_id, EVERY_FORM).messages}
    said = [kept for ident in writers for kept in family(entry(state, ident), "revoked").values()]
    since = {line_of(value): value for value in said if isinstance(value, dict)}
    found = {}
    for letter in letters(vault, case_id) if since else ():
        key = key_text(letter.opened.signer)
        for value in (value for line, value in since.items() if key in line):
            found[letter.bundle_id] = str(value.get("since") or value.get("wall"))
    return found


def _letter(vault: Vault, case_id: str, bundle_id: str, values: Mapping[str, JSON]) -> Letter:
    match values[f"message/{bundle_id}"], values.get(f"evidence/{bundle_id}"):
        case (
            {"contact": str(contact), "direction": str(direction), "report": report},
            {"blob": str(blob)},
        ):
            opened = read_line(vault.get_blob(case_id, blob))
            rid = report if isinstance(report, str) else None
            return Letter(bundle_id, contact, direction == "out", rid, opened)
        case _:
            raise BundleError(
                "evidence of a bundle in this case is missing", hint="run `breachcase vault verify`"
            )
