"""A case under way between two vaults, and what it takes to forge letters in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pytest

from exports.card import Card, office_card
from exports.inbox import preview
from exports.sealing import Sealed
from models.errors import CaseError
from store.vault import Vault
from tests.exports.build import Office, contents, encoded, letter, office, sealed, signed

STRANGER = office("Example Stranger", 1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A case whose initial report was sealed to the regulator and filed there."""

    ours: Vault
    theirs: Vault
    case_id: str
    their_id: str
    initial: Sealed

    @property
    def here(self) -> Card:
        return office_card(self.ours)

    @property
    def there(self) -> Card:
        return office_card(self.theirs)

    def report(self, writer: Office, tail: bytes = b"", /, **changed: object) -> bytes:
        """Return a report like the one sent, some members changed; `tail` follows line 1."""
        said = self.initial.manifest.model_dump(mode="json", by_alias=True)
        device = said["sender"]["device"]
        mine = {"sender": {"card": writer.card.line(), "device": device}, "bundle_id": "b1" * 16}
        raw = encoded({**said, **mine, **changed})
        return sealed(signed(raw, writer.signing) + tail, self.there)

    def answer(self, writer: Office, **changed: object) -> bytes:
        """Return an acknowledgement of the report sent, some members changed."""
        said = {"case_id": self.case_id, "in_reply_to": self.initial.sha256, **changed}
        return letter(writer, self.here, **said)

    def follow_up(self, writer: Office, **changed: object) -> bytes:
        """Return the report sent as its own follow-up, some members changed."""
        said = self.initial.manifest.model_dump(mode="json")["payload"]
        report = {**said["report"], "kind": "follow_up", "number": 1}
        payload = {**said, "report": report}
        return self.report(
            writer, **{"kind": "follow_up_report", "payload": payload, "seq": 2, **changed}
        )


@contextmanager
def nothing_changes(*vaults: Vault) -> Iterator[None]:
    """Hold that every file of these vaults stays as it was."""
    before = [contents(vault) for vault in vaults]
    yield
    assert [contents(vault) for vault in vaults] == before


def refused(receiver: Vault, data: bytes, error: type[CaseError], words: str | None = None) -> None:
    """Hold that a bundle is refused by one line with a hint, and changes nothing."""
    with nothing_changes(receiver), pytest.raises(error, match=words) as caught:
        preview(receiver, BytesIO(data))
    assert caught.value.code in {65, 76, 77, 79}
    assert caught.value.message[0].islower()
    assert caught.value.hint
