"""What comes back in plain words, by e-mail, post, telephone or portal: the regulator's statement.

Nobody signed it: it answers no bundle and proves nothing. The letter itself is kept as it came.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exports import limits
from exports.filing import event_op
from exports.heading import Heading, heading, one_line
from models.case import Case
from models.errors import UsageError
from models.form import load_pack
from models.moment import Moment
from models.shape import refusal
from models.strictjson import JSON
from models.text import Line, Prose
from store.attachment import FAMILY, attachments
from store.change import AddOp, AnyOp, BlobOp
from store.entry import new_id
from store.hold import required_reason
from store.vault import Vault

_LONGEST_NAME: Final = 200  # characters
_T = TypeVar("_T")
_Many = Annotated[tuple[_T, ...], Field(strict=False, max_length=limits.POINTS)]


class PlainAcknowledgement(BaseModel):
    """What an acknowledgement says: the reference, if it gives one, and the regulator's dates."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    kind: ClassVar[str] = "acknowledgement"
    event: ClassVar[str] = "acknowledged"

    acknowledged_at: Moment
    reference: Line | None = None
    reported_at: Moment | None = None
    received_at: Moment | None = None
    filed_at: Moment | None = None

    @property
    def at(self) -> Moment:
        """When it was written."""
        return self.acknowledged_at


class PlainDecision(BaseModel):
    """What a decision says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    kind: ClassVar[str] = "decision"
    event: ClassVar[str] = "decided"
    reference: ClassVar[str | None] = None
    reported_at: ClassVar[Moment | None] = None

    decided_at: Moment
    outcome: Line
    reasons: _Many[Prose] = ()
    recommendations: _Many[Prose] = ()

    @property
    def at(self) -> Moment:
        """When it was written."""
        return self.decided_at


_Said = TypeVar("_Said", PlainAcknowledgement, PlainDecision)


@dataclass(frozen=True, slots=True)
class Letter:
    """How it came: `via` such as `email`, its file byte for byte (None: there is none), its name.

    `subject` is what a person states of it; empty, that of an e-mail's own heading counts.
    """

    via: str
    data: bytes | None = None
    name: str = ""
    subject: str = ""

    @property
    def heading(self) -> Heading:
        """Subject and message id, as stated or as the e-mail says."""
        mail = self.data is not None and self.name.lower().endswith(".eml")
        found = heading(self.data or b"") if mail else Heading()
        return Heading(one_line(self.subject) or found.subject, found.message_id)


def stated(kind: type[_Said], **fields: Any) -> _Said:  # noqa: ANN401 -- what pydantic is to judge
    """Return a statement of those fields; ShapeError for text that steers or is too long."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        # pydantic's own error prints the input, which may be personal data
        raise refusal(error, str(kind.kind)) from None


def record_plain(  # noqa: PLR0913 -- what it says, how it came, why it is taken, each by name
    vault: Vault,
    case_id: str,
    said: PlainAcknowledgement | PlainDecision,
    letter: Letter,
    *,
    reason: str | None = None,
    wall: str,
    form: str = "",
) -> bool:
    """Record what the regulator said in plain words; False where the very same is recorded.

    `form` is the form it is about, where it is not the one that the case began with.
    A reference that is not of the authority's pattern, or another one than the case has, needs a
    `reason`: the last one recorded is the case's. Raises UsageError.
    """
    case = vault.case(case_id, form)
    if case.side != "controller":
        raise UsageError(
            "this case was reported to us", hint="the regulator's own are `ack` and `decide`"
        )
    why = required_reason(reason) if reason else ""
    if said.reference is not None and not why:
        _check_reference(case, said.reference)
    payload = _payload(said, letter)
    if _is_known(vault, case, (said.kind, letter.via, payload), letter):
        return False
    ident = secrets.token_hex(16)
    message: dict[str, JSON] = {
        "kind": said.kind,
        "direction": "in",
        "via": letter.via,
        "stated_at": str(said.at),
        "created": wall,
        "payload": payload,
    }
    if form:
        message["form"] = form
    ref = said.reference
    kept = _evidence(vault, case_id, letter, message)
    event = event_op(said.event, said.at, ident, by="them", via=letter.via, ref=ref)
    ops = [AddOp(f"message/{ident}", message), event, *kept]
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=wall, why=why)
    return True


def _is_known(
    vault: Vault, case: Case, told: tuple[str, str, Mapping[str, JSON]], letter: Letter
) -> bool:
    """Whether the same words are recorded, and the letter's file, if there is one, is kept."""
    if all((one.kind, one.via, one.payload) != told for one in case.messages):
        return False
    kept = {each.sha256 for each in attachments(vault.state(case.id))}
    return letter.data is None or sha256(letter.data).hexdigest() in kept


def _payload(said: PlainAcknowledgement | PlainDecision, letter: Letter) -> dict[str, JSON]:
    found: dict[str, JSON] = said.model_dump(mode="json", exclude_none=True)
    top = letter.heading
    told = {"subject": top.subject, "message_id": top.message_id}
    return {**found, **{name: text for name, text in told.items() if text}}


def _evidence(vault: Vault, case_id: str, letter: Letter, message: dict[str, JSON]) -> list[AnyOp]:
    """Return the op that keeps the letter's file among the attachments; name it in `message`."""
    if letter.data is None:
        return []
    ident = new_id()
    message["file"] = ident
    name = one_line(letter.name)[:_LONGEST_NAME].strip() or "letter"
    return [BlobOp(FAMILY + ident, {**vault.put_blob(case_id, letter.data), "name": name})]


def _check_reference(case: Case, reference: str) -> None:
    authority = load_pack(case.form).authority
    if not re.fullmatch(authority.reference_pattern, reference):
        raise UsageError(
            f"reference is not as {authority.name} writes it",
            hint=f"write it like {authority.reference_example}, or say why it differs (--reason)",
        )
    if case.reference not in {None, reference}:
        raise UsageError(
            f"case has the reference {case.reference} already",
            hint="say why it changes (--reason TEXT); both stay in the history",
        )
