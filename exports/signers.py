"""The keys of contacts as OpenSSH's allowed_signers, so that others can verify without us.

Source: ssh-keygen(1), "ALLOWED SIGNERS"; times end in Z, which OpenSSH reads from 9.1 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from exports.book import Entry, entries, family, key_text, line_of
from exports.bundle import BUNDLE_NAMESPACE
from exports.card import CARD_NAMESPACE, Card
from exports.statement import KEY_NAMESPACE
from exports.trust import Contact, card_of, contacts
from models.moment import Moment
from models.strictjson import JSON
from store import sshsig
from store.vault import Vault

_EARLIEST: Final = 24 * 3600  # seconds: 1970-01-02
_LATEST: Final = 253402300799  # 9999-12-31T23:59:59Z
_SECOND: Final = len("2026-01-02T03:04:05")
_PURPOSES: Final = f"{BUNDLE_NAMESPACE},{CARD_NAMESPACE},{KEY_NAMESPACE}"


def signer_lines(vault: Vault, *, everyone: bool = False) -> tuple[str, ...]:
    """Return a line for each key of each verified contact, of all contacts with `everyone`.

    The principals are the name as on the card (`Example%20Agency`) and the contact's id. A key
    that was replaced or revoked counts until then; of a card that only waits there is no line.
    """
    kept = entries(vault.log_state())
    known = [one for one in contacts(vault) if everyone or one.state == "verified"]
    return tuple(line for one in known for line in _lines(one, kept[one.id]))


def _lines(contact: Contact, kept: Entry) -> Iterator[str]:
    adopted, former = family(kept, "adopted"), family(kept, "former")
    for value in (*former.values(), contact.card.line()):
        card = card_of(value)
        if card is None or (isinstance(value, dict) and value.get("until") is None):
            continue  # of a later version, or never believed
        since = _stamp(adopted.get(card.sha256), "since")
        ends = [_stamp(value, "until"), *_revocations(kept, card)]
        until = min((end for end in ends if end), default="")
        yield _line(contact, card, since if since < until or not until else "", until)


def _line(contact: Contact, card: Card, since: str, until: str) -> str:
    options = [f'namespaces="{_PURPOSES}"']
    options += [f'valid-after="{since}"'] if since else []
    options += [f'valid-before="{until}"'] if until else []
    principals = f"{quote(card.name, safe='')},{contact.id}"
    return f"{principals} {','.join(options)} {sshsig.public_line(card.signing)}"


def _revocations(kept: Entry, card: Card) -> Iterator[str]:
    key = key_text(card.signing)
    for value in family(kept, "revoked").values():
        if key in line_of(value):
            yield from (_instant(value), _stamp(value, "wall"))


def _instant(value: JSON) -> str:
    """Return since when a key is revoked as its office states it, empty where it does not say."""
    match value:
        case {"since": str(text)}:
            seconds = Moment.parse(text).span().earliest
            if seconds is None:
                return ""
            # whoever revokes states any time at all; to ssh-keygen, 0 would be no limit
            moment = datetime.fromtimestamp(max(_EARLIEST, min(seconds, _LATEST)), UTC)
            return f"{moment:%Y%m%d%H%M%SZ}"
        case _:
            return ""


def _stamp(value: JSON, name: str) -> str:
    text = value.get(name) if isinstance(value, dict) else None
    return f"{re.sub(r'[^0-9]', '', text[:_SECOND])}Z" if isinstance(text, str) else ""
