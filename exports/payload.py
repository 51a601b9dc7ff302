"""What each kind of bundle says: its payload, and the types that manifest and payloads share."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from exports import limits
from models.moment import Moment
from models.text import Line, Prose

LARGEST_INT: Final = 2**53 - 1

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""16 bytes: a bundle, a case, a device."""
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A sha256."""

_Item = TypeVar("_Item")
# strict pydantic takes no list for a tuple, and JSON has nothing else; the items stay strict
Many: TypeAlias = Annotated[tuple[_Item, ...], Field(strict=False)]
"""A JSON list as a value that can't grow."""


class Exact(BaseModel):
    """A value that takes these members and no others, of these types and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ReportPayload(Exact):
    """A report, as the report file says it; `incomplete_reason` when it was sent with gaps."""

    report: dict[str, JsonValue]
    incomplete_reason: Prose | None


class NoticePayload(Exact):
    """What a processor tells its controller; `report` is what it could answer of a form, or null.

    Source: UK GDPR Art. 33(2): without undue delay after becoming aware.
    """

    text: Prose
    aware_at: Moment | None
    report: dict[str, JsonValue] | None


class AcknowledgementPayload(Exact):
    """The regulator's statement of when a report was reported, received and filed."""

    reference: Line
    reported_at: Moment | None
    received_at: Moment | None
    filed_at: Moment | None
    acknowledged_at: Moment
    message: Prose | None


class Question(Exact):
    """One question of a request: `number` from 1 names it, `due` is when the answer is wanted."""

    number: Annotated[int, Field(ge=1, le=limits.POINTS)]
    text: Prose
    due: Moment | None


class RequestPayload(Exact):
    """What a regulator asks; the numbers of its questions are 1, 2, 3 ... in order."""

    questions: Annotated[Many[Question], Field(min_length=1, max_length=limits.POINTS)]
    requested_at: Moment
    message: Prose | None


class Reply(Exact):
    """The answer to the question of that number."""

    number: Annotated[int, Field(ge=1, le=limits.POINTS)]
    text: Prose


class ResponsePayload(Exact):
    """The answers to a request, which may leave some for later; attachments come beside them."""

    replies: Annotated[Many[Reply], Field(max_length=limits.POINTS)]
    answered_at: Moment
    message: Prose | None


class DecisionPayload(Exact):
    """How a case ends; `basis` is the sha256 of the manifest whose report was read."""

    outcome: Line
    reasons: Annotated[Many[Prose], Field(max_length=limits.POINTS)]
    recommendations: Annotated[Many[Prose], Field(max_length=limits.POINTS)]
    basis: Hex64
    decided_at: Moment
    note: Prose | None


class WithdrawalPayload(Exact):
    """A notification taken back by the office that made it, and why."""

    reason: Prose
    withdrawn_at: Moment


class ReceiptPayload(Exact):
    """That a bundle arrived: by our record received at, filed at."""

    received_at: Moment | None
    filed_at: Moment


class KeyUpdatePayload(Exact):
    """A new card in the place of `old` (sha256 of a card), proved by the new card's own key.

    `proof` is that key's SSHSIG, namespace `key-v1@breachcase`, see `exports.statement`.
    """

    old: Hex64
    card: Annotated[str, StringConstraints(max_length=limits.CARD)]
    proof: Annotated[str, StringConstraints(max_length=limits.SIGNATURE)]


class KeyRevokePayload(Exact):
    """That the card of this sha256 must not be believed any more, and since when."""

    card: Hex64
    compromised_since: Moment | None
    reason: Prose | None
