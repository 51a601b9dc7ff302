"""The manifest: what a bundle says, as the exact JSON bytes that are signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from exports import limits
from exports.errors import BundleError
from models import strictjson
from models.moment import Moment
from models.shape import refusal
from models.text import Line, Prose

FORMAT: Final = "breachcase-bundle"
VERSION: Final = 1
LATER_KINDS: Final = (
    "processor_notice",
    "information_request",
    "information_response",
    "withdrawal",
    "receipt",
    "key_update",
    "key_revoke",
)
_NEWER = "open it with a newer breachcase; nothing was changed"
_SMALLEST = 4096  # bytes: an acknowledgement and a decision look alike

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""16 bytes: a bundle, a case, a device."""
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A sha256."""
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

_Item = TypeVar("_Item")
# strict pydantic takes no list for a tuple, and JSON has nothing else; the items stay strict
Many: TypeAlias = Annotated[tuple[_Item, ...], Field(strict=False)]
"""A JSON list as a value that can't grow."""


class _Exact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Sender(_Exact):
    """Who speaks: the whole line of the office card, and which of its devices."""

    card: Annotated[str, StringConstraints(max_length=limits.CARD)]
    device: Hex32


class FormSchema(_Exact):
    """The form pack a report answers; `sha256` is that of the pack's TOML bytes."""

    id: Line
    version: Seq
    sha256: Hex64


class Attachment(_Exact):
    """A file that follows line 1, in chunks."""

    name: Line
    media_type: Line
    size: Annotated[int, Field(ge=0, le=2**53 - 1)]
    sha256: Hex64


class Past(_Exact):
    """A bundle exchanged before: `sender` is the sha256 of a card."""

    manifest: Hex64
    kind: Line
    sender: Hex64
    seq: Seq
    created: WallText


class ReportPayload(_Exact):
    """A report, as the report file says it; `incomplete_reason` when it was sent with gaps."""

    report: dict[str, JsonValue]
    incomplete_reason: Prose | None


class AcknowledgementPayload(_Exact):
    """The regulator's statement of when a report was reported, received and filed."""

    reference: Line
    reported_at: Moment | None
    received_at: Moment | None
    filed_at: Moment | None
    acknowledged_at: Moment
    message: Prose | None


class DecisionPayload(_Exact):
    """How a case ends; `basis` is the sha256 of the manifest whose report was read."""

    outcome: Line
    reasons: Annotated[Many[Prose], Field(max_length=limits.POINTS)]
    recommendations: Annotated[Many[Prose], Field(max_length=limits.POINTS)]
    basis: Hex64
    decided_at: Moment
    note: Prose | None


class _Manifest(_Exact):
    format: Literal["breachcase-bundle"]
    version: One
    min_reader: One
    bundle_id: Hex32
    case_id: Hex32
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
    attachments: Many[Attachment]
    history: Annotated[Many[Past], Field(max_length=limits.HISTORY)]
    pad: Annotated[str, StringConstraints(pattern="^ *$")]


class InitialReport(_Manifest):
    """The first report of a case."""

    kind: Literal["initial_report"]
    payload: ReportPayload


class FollowUpReport(_Manifest):
    """A later report of the same case."""

    kind: Literal["follow_up_report"]
    payload: ReportPayload


class Acknowledgement(_Manifest):
    """The regulator's reply that carries the case reference."""

    kind: Literal["acknowledgement"]
    payload: AcknowledgementPayload


class Decision(_Manifest):
    """The regulator's decision, with reasons and recommendations."""

    kind: Literal["decision"]
    payload: DecisionPayload


Manifest: TypeAlias = Annotated[
    InitialReport | FollowUpReport | Acknowledgement | Decision, Field(discriminator="kind")
]
_ADAPTER: TypeAdapter[InitialReport | FollowUpReport | Acknowledgement | Decision] = TypeAdapter(
    Manifest
)


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
    if kind in LATER_KINDS:
        raise BundleError(f"this breachcase does not read {kind} yet", hint=_NEWER)
    manifest = build_manifest(found)
    if manifest.attachments:
        raise BundleError("this breachcase does not read attachments yet", hint=_NEWER)
    return manifest


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
