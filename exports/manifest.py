"""The manifest: what a bundle says, as the exact JSON bytes that are signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from exports import limits
from exports.attached import Attached, check_attached
from exports.errors import BundleError
from exports.payload import (
    AcknowledgementPayload,
    DecisionPayload,
    Exact,
    Hex32,
    Hex64,
    KeyRevokePayload,
    KeyUpdatePayload,
    Many,
    NoticePayload,
    ReceiptPayload,
    ReportPayload,
    RequestPayload,
    ResponsePayload,
    WithdrawalPayload,
)
from models import strictjson
from models.moment import Moment
from models.schema import DIALECT, tidied
from models.shape import refusal
from models.strictjson import JSON
from models.text import Line

FORMAT: Final = "breachcase-bundle"
VERSION: Final = 1
KINDS: Final = (
    "initial_report",
    "follow_up_report",
    "processor_notice",
    "acknowledgement",
    "information_request",
    "information_response",
    "decision",
    "withdrawal",
    "receipt",
    "key_update",
    "key_revoke",
)
_NEWER = "open it with a newer breachcase; nothing was changed"
_COMMENT: Final = (
    "A reader also refuses attachments whose names mean something in a path, are alike, or whose "
    "sizes add up to more than 320 MiB; text of more than 256 KiB as UTF-8; a zone that the tz "
    "database does not have; and bytes that docs/format-bundle.md, Limits, does not allow."
)
_SMALLEST = 4096  # bytes: an acknowledgement and a decision look alike

WallText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?Z$"),
]
"""What a machine's clock said, in UTC: evidence, never computed with."""
Seq = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""The place of a bundle among those of one case, one device and one set of recipients."""
One = Annotated[int, Field(ge=VERSION, le=VERSION)]
"""The one version there is; not a Literal, which takes true for 1."""
CheckId = Annotated[str, StringConstraints(pattern=r"^K[0-9]{2}$")]
"""The name of a check."""


class Sender(Exact):
    """Who speaks: the whole line of the office card, and which of its devices."""

    card: Annotated[str, StringConstraints(max_length=limits.CARD)]
    device: Hex32


class FormSchema(Exact):
    """The form pack a report answers; `sha256` is that of the pack's TOML bytes."""

    id: Line
    version: Seq
    sha256: Hex64


class Past(Exact):
    """A bundle exchanged before: `sender` is the sha256 of a card."""

    manifest: Hex64
    kind: Line
    sender: Hex64
    seq: Seq
    created: WallText


class _Manifest(Exact):
    format: Literal["breachcase-bundle"]
    version: One
    min_reader: One
    bundle_id: Hex32
    case_id: Hex32 | None
    case_reference: Line | None
    seq: Seq
    prev: Annotated[Many[Hex64], Field(max_length=limits.HEADS)]
    in_reply_to: Hex64 | None
    sender: Sender
    recipients: Annotated[Many[Hex64], Field(min_length=1, max_length=limits.RECIPIENTS)]
    created: WallText
    stated_at: Moment | None
    tool: Line
    form_schema: FormSchema | None = Field(alias="schema")
    complete: bool | None
    open_checks: Annotated[Many[CheckId], Field(max_length=limits.CHECKS)]
    attachments: Annotated[Many[Attached], Field(max_length=limits.ATTACHMENTS)]
    history: Annotated[Many[Past], Field(max_length=limits.HISTORY)]
    pad: Annotated[str, StringConstraints(pattern="^ *$")]


class _CaseManifest(_Manifest):
    case_id: Hex32

    @model_validator(mode="after")
    def _attached(self) -> Self:
        check_attached(self.attachments)
        return self


class _KeyManifest(_Manifest):
    case_id: None
    case_reference: None
    attachments: Annotated[Many[Attached], Field(max_length=0)]


class InitialReport(_CaseManifest):
    """The first report of a case."""

    kind: Literal["initial_report"]
    payload: ReportPayload


class FollowUpReport(_CaseManifest):
    """A later report of the same case."""

    kind: Literal["follow_up_report"]
    payload: ReportPayload


class ProcessorNotice(_CaseManifest):
    """A processor's word to its controller that data it holds for them were breached."""

    kind: Literal["processor_notice"]
    payload: NoticePayload


class Acknowledgement(_CaseManifest):
    """The regulator's reply that carries the case reference."""

    kind: Literal["acknowledgement"]
    payload: AcknowledgementPayload


class InformationRequest(_CaseManifest):
    """The regulator's questions about a report."""

    kind: Literal["information_request"]
    payload: RequestPayload


class InformationResponse(_CaseManifest):
    """The answers to a request for information."""

    kind: Literal["information_response"]
    payload: ResponsePayload


class Decision(_CaseManifest):
    """The regulator's decision, with reasons and recommendations."""

    kind: Literal["decision"]
    payload: DecisionPayload


class Withdrawal(_CaseManifest):
    """The notification of a case taken back by its opener."""

    kind: Literal["withdrawal"]
    payload: WithdrawalPayload


class Receipt(_CaseManifest):
    """The signed word of an office that a bundle reached it."""

    kind: Literal["receipt"]
    payload: ReceiptPayload


class KeyUpdate(_KeyManifest):
    """An office's new card, vouched for by the key it replaces and by the next one."""

    kind: Literal["key_update"]
    payload: KeyUpdatePayload


class KeyRevoke(_KeyManifest):
    """An office's word that one of its cards is not to be believed any more."""

    kind: Literal["key_revoke"]
    payload: KeyRevokePayload


CaseManifest: TypeAlias = (
    InitialReport
    | FollowUpReport
    | ProcessorNotice
    | Acknowledgement
    | InformationRequest
    | InformationResponse
    | Decision
    | Withdrawal
    | Receipt
)
"""What is said in a case."""
KeyManifest: TypeAlias = KeyUpdate | KeyRevoke
"""What is said of an office's keys, in no case."""
Manifest: TypeAlias = Annotated[CaseManifest | KeyManifest, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[CaseManifest | KeyManifest] = TypeAdapter(Manifest)


def manifest_schema() -> dict[str, JSON]:
    """Return the JSON Schema 2020-12 of every kind of manifest; its verdict is ours.

    It differs only in what its `$comment` says.
    """
    return {
        "$schema": DIALECT,
        "$id": f"urn:breachcase:bundle:{VERSION}",
        "$comment": _COMMENT,
        **tidied(_ADAPTER.json_schema(by_alias=True)),
        "title": f"manifest of a breachcase bundle, version {VERSION}",
    }


def build_manifest(fields: Mapping[str, object]) -> Manifest:
    """Return the manifest of these members (JSON values or models); raise ShapeError."""
    try:
        return _ADAPTER.validate_python(dict(fields))
    except ValidationError as error:
        # pydantic's own error prints the input, which may be personal data
        raise refusal(error, "manifest") from None


def parse_manifest(raw: bytes) -> Manifest:
    """Return what signed bytes say.

    Raises ShapeError for bytes that are no manifest, BundleError for what a newer breachcase
    may have written.
    """
    found = strictjson.scan(raw, limits.MANIFEST_LIMITS)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BundleError("signed text is not a breachcase bundle")
    lowest = found.get("min_reader")
    if isinstance(lowest, int) and lowest > VERSION:
        raise BundleError(f"bundle needs a reader of version {lowest}", hint=_NEWER)
    kind = found.get("kind")
    if isinstance(kind, str) and kind not in KINDS:
        raise BundleError("bundle is of a kind that this breachcase does not know", hint=_NEWER)
    return build_manifest(found)


def dump_manifest(manifest: Manifest) -> bytes:
    """Return the bytes to sign: compact JSON, its length padded to a Padme step."""
    fields = manifest.model_dump(mode="json", by_alias=True)
    bare = len(strictjson.dump({**fields, "pad": ""}))
    return strictjson.dump({**fields, "pad": " " * (padded(bare) - bare)})


def padded(size: int) -> int:
    """Return the least length of at least 4096 that a sealed manifest of `size` bytes may show.

    Source: Padme (Nikitin et al., PETS 2019): at most 12 % more, O(log log n) bits told.
    """
    size = max(size, _SMALLEST)
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step
