"""What the scan found: where, of which kind, how sure, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

NAMES: Final = {
    "address": "home address",
    "bank_account": "bank account",
    "birth_date": "date of birth",
    "bsn": "burgerservicenummer",
    "card": "payment card",
    "codice_fiscale": "codice fiscale",
    "credential": "password or key",
    "dni": "Spanish DNI or NIE",
    "driving_licence": "driving licence",
    "email": "e-mail address",
    "iban": "IBAN",
    "medicare": "Medicare number",
    "names": "list of names",
    "nhs": "NHS number",
    "ni": "National Insurance number",
    "nir": "French NIR",
    "passport": "passport",
    "pesel": "PESEL",
    "phone": "telephone number",
    "pps": "PPS number",
    "rijksregister": "Belgian national number",
    "steuer_id": "German tax number",
    "table": "table of people",
    "tfn": "tax file number",
    "utr": "taxpayer reference",
}
"""What people call each kind, in the singular."""

_SHORTEST_SHOWN = 8  # characters: of less, first and last would tell too much


class Level(StrEnum):
    """How sure: check digits and words agree; one of them; or only the words beside it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Hit:
    """`text[start:end]` is likely personal data; `excerpt` is it masked, `why` one short phrase."""

    kind: str
    start: int
    end: int
    level: Level
    why: str
    excerpt: str

    @property
    def name(self) -> str:
        """What people call it: `NHS number`."""
        return NAMES[self.kind]


class Candidate(NamedTuple):
    """A hit in folded text; of two that overlap, the surer stands, then the one nearer its word."""

    kind: str
    start: int
    end: int
    level: Level
    why: str
    distance: int = 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """What sorts the one to keep first."""
        return (tuple(Level).index(self.level), self.distance, self.start - self.end)


def masked(kind: str, text: str) -> str:
    """Return the first and the last character of `text`, or neither where it is short or secret."""
    plain = "".join(text.split())
    if kind == "credential" or len(plain) < _SHORTEST_SHOWN:
        return "***"
    return f"{plain[0]}***{plain[-1]}"
