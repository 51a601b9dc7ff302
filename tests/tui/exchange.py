"""One case between two offices, letter by letter, for the tests of the exchange screens."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from exports.desk import acknowledge, ask, decide
from exports.inbox import file_bundle, preview
from exports.outbox import record_sent, send
from exports.reply import answer, give_receipt
from exports.sealing import Sealed
from models.moment import Moment
from models.request import requests
from store.attachment import attach, attachments
from store.casework import start_followup
from store.vault import Vault
from tests.tui.desks import TOLD, acquaint, case
from tests.tui.desks import answer as fill

REFERENCE = "IC-40718-T3W9"
DUE = Moment.parse("2020-01-17[Europe/London]")
SENT = Moment.parse("2019-12-20T18:16[Europe/London]")


@dataclass
class Exchange:
    """A controller with a case, its regulator, and the regulator's copy of the case."""

    ours: Vault
    theirs: Vault
    case_id: str = ""
    their_id: str = ""
    minutes: int = field(default=0)

    def __post_init__(self) -> None:
        acquaint(self.ours, self.theirs)
        self.case_id = case(self.ours, "Lost list", TOLD)

    @property
    def wall(self) -> str:
        """The wall clock of the next letter: each a minute after the one before."""
        self.minutes += 1
        return f"2019-12-21T10:{self.minutes:02}:00.000Z"

    def to_them(self, sealed: Sealed) -> str:
        return _filed(self.theirs, sealed, self.wall)

    def to_us(self, sealed: Sealed) -> None:
        _filed(self.ours, sealed, self.wall)

    def report(self) -> Sealed:
        """Seal and send our latest report, and let them file it."""
        sealed = send(
            self.ours, self.case_id, "Regulator", at=None, wall=self.wall, incomplete_reason="first"
        )
        record_sent(self.ours, self.case_id, SENT, via="bundle", ref=None, wall=self.wall)
        self.their_id = self.to_them(sealed)
        return sealed

    def acknowledge(self) -> None:
        said = acknowledge(self.theirs, self.their_id, REFERENCE, at=None, wall=self.wall)
        self.to_us(said)

    def ask(self) -> str:
        """Ask two questions; return the id of the request."""
        asked = (("How many were told?", DUE), ("Which regions?", None))
        said = ask(self.theirs, self.their_id, asked, message=None, at=None, wall=self.wall)
        self.to_us(said)
        return requests(self.ours.case(self.case_id))[-1].id

    def answer(self, replies: dict[int, str]) -> None:
        said = answer(self.ours, self.case_id, replies, message=None, at=None, wall=self.wall)
        self.to_them(said)

    def enclose(self, request: str) -> None:
        """Answer with the files of our case."""
        vault, wall = self.ours, self.wall
        files = attachments(vault.state(self.case_id))
        said = answer(
            vault,
            self.case_id,
            {},
            request=request,
            message="as asked",
            files=files,
            at=None,
            wall=wall,
        )
        self.to_them(said)

    def receipt(self) -> None:
        self.to_us(give_receipt(self.theirs, self.their_id, wall=self.wall))

    def follow_up(self) -> None:
        """Report once more, with more known."""
        start_followup(self.ours, self.case_id, wall=self.wall)
        fill(self.ours, self.case_id, {"how_found": "A colleague and a subject saw it."})
        self.report()

    def decide(self) -> None:
        reasons = ("The risk was low.", "The letters were recalled.")
        said = decide(
            self.theirs,
            self.their_id,
            "No further action",
            reasons,
            ("Check addresses twice.",),
            at=None,
            wall=self.wall,
        )
        self.to_us(said)

    def attach(self, path: Path, name: str) -> None:
        """Take a small file into our case."""
        path.write_bytes(b"a,b\n1,2\n")
        attach(self.ours, self.case_id, path, name=name, wall=self.wall)
        assert attachments(self.ours.state(self.case_id))

    def all(self) -> None:
        """Let every letter be exchanged, to the decision."""
        self.report()
        self.receipt()
        self.acknowledge()
        self.ask()
        self.answer({1: "121,109, all of them by post."})
        self.follow_up()
        self.decide()


def _filed(vault: Vault, sealed: Sealed, wall: str) -> str:
    source = BytesIO(sealed.data)
    seen = preview(vault, source)
    filed = file_bundle(vault, seen, source, sent=None, received=None, at=None, wall=wall)
    assert filed is not None
    return filed
