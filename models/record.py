"""What single registers of a case say: parties, messages, events, decisions, reports.

Every reader takes a register's value as it lies there and returns None, or a blank part, where it
is odd: another device may have written it, or a later version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models import parts
from models.errors import CaseError
from models.library import load_pack, pack_ids
from models.moment import Moment, MomentError
from models.report import Report, report_from_json
from models.strictjson import JSON

REPORT_KINDS = frozenset({"initial_report", "follow_up_report"})
HEADS = ("form", "kind", "number")
_FRACTION = re.compile(r"\.[0-9]+(?=Z$)")


@dataclass(frozen=True, slots=True)
class Party:
    """Who held the data, `role` controller, processor or sub_processor, and when they knew.

    `tells` is the id of the party whom they inform, `controller`, or empty for the usual one;
    `target_s` how soon, None for the usual target.
    """

    id: str
    role: str
    name: str
    aware: Moment | None
    tells: str = ""
    target_s: int | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came or went with a bundle: its name, for reading only, size in bytes, sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Message:
    """One bundle sealed or filed: `id` is its bundle id, `report` the draft it was sealed from.

    `stated_at` is the time a person stated for it, `created` the wall clock of the machine.
    `manifest` is the sha256 of its manifest, `in_reply_to` that of the one it answers, or empty.
    `via` is how it came when it came in plain words, such as `email`; a bundle has none. `form` is
    the form that plain words are about, where it is not the one that the case began with.
    """

    id: str
    kind: str
    direction: str
    manifest: str
    contact: str
    report: str | None
    stated_at: Moment | None
    created: str
    amber: bool
    payload: Mapping[str, JSON] = field(default_factory=dict)
    in_reply_to: str = ""
    via: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    form: str = ""

    @property
    def at(self) -> Moment | None:
        """The time stated for the message, else the wall clock, in whole seconds."""
        return self.stated_at or moment(_FRACTION.sub("", self.created))

    def text(self, name: str) -> str:
        """Return a text of the payload, such as `reference`; empty where there is none."""
        return text(self.payload.get(name))

    def stated(self, name: str) -> Moment | None:
        """Return a moment of the payload, such as `received_at`; None where there is none."""
        return moment(self.payload.get(name))


@dataclass(frozen=True, slots=True)
class Happening:
    """One recorded event of a case; `by` is `us` or `them`, `message` the bundle it befell."""

    id: str
    name: str
    message: str | None
    at: Moment | None
    via: str
    ref: str
    by: str

    @property
    def place(self) -> tuple[bool, int, str]:
        """Where it stands among others: by time, undated ones last."""
        return (*place(self.at), self.id)


@dataclass(frozen=True, slots=True)
class Decision:
    """The regulator's decision; `basis` is the sha256 of the manifest whose report it read."""

    id: str
    outcome: str
    reasons: tuple[str, ...]
    recommendations: tuple[str, ...]
    basis: str
    at: Moment | None

    @property
    def place(self) -> tuple[bool, int, str]:
        """Where it stands among others: by time, undated ones last."""
        return (*place(self.at), self.id)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A report of a case: a draft while `frozen` is None, else sealed in the bundle of that id."""

    rid: str
    report: Report
    frozen: str | None = None
    sealed_at: Moment | None = None
    sent_at: Moment | None = None

    @property
    def name(self) -> str:
        """What people call it: `initial report`, or `follow-up report 1`."""
        initial = self.report.kind == "initial"
        return "initial report" if initial else f"follow-up report {self.report.number}"


def place(at: Moment | None) -> tuple[bool, int]:
    """Return what sorts by time, with what has none last."""
    earliest = at.span().earliest if at else None
    return (earliest is None, earliest or 0)


def text(value: JSON) -> str:
    """Return text as it is, anything else as empty."""
    return value if isinstance(value, str) else ""


def moment(value: JSON) -> Moment | None:
    """Return the moment a register states, None for none and for one that cannot be read."""
    try:
        return Moment.parse(value) if isinstance(value, str) else None
    except MomentError:
        return None


def party(name: str, value: JSON) -> Party | None:
    """Return the party of register `party/<name>`."""
    if not isinstance(value, dict) or not text(value.get("role")):
        return None
    target = value.get("target_s")
    return Party(
        id=name,
        role=text(value.get("role")),
        name=text(value.get("name")),
        aware=moment(value.get("aware")),
        tells=text(value.get("tells")),
        target_s=target if type(target) is int and target >= 0 else None,
    )


def message(name: str, value: JSON) -> Message | None:
    """Return the message of register `message/<name>`."""
    if not isinstance(value, dict) or not text(value.get("kind")):
        return None
    payload = value.get("payload")
    return Message(
        id=name,
        kind=text(value.get("kind")),
        direction=text(value.get("direction")),
        manifest=text(value.get("manifest")),
        contact=text(value.get("contact")),
        report=text(value.get("report")) or None,
        stated_at=moment(value.get("stated_at")),
        created=text(value.get("created")),
        amber=value.get("amber") is True,
        payload=payload if isinstance(payload, dict) else {},
        in_reply_to=text(value.get("in_reply_to")),
        via=text(value.get("via")),
        form=text(value.get("form")),
        enclosures=tuple(_enclosures(value.get("attachments"))),
    )


def _enclosures(value: JSON) -> Iterator[Enclosure]:
    for each in value if isinstance(value, list) else ():
        match each:
            case {"name": str(name), "size": int(size), "sha256": str(sha256)}:
                yield Enclosure(name, size, sha256)
            case _:
                pass


def happening(name: str, value: JSON) -> Happening | None:
    """Return the event of register `event/<name>`."""
    if not isinstance(value, dict) or not text(value.get("name")):
        return None
    return Happening(
        id=name,
        name=text(value.get("name")),
        message=text(value.get("message")) or None,
        at=moment(value.get("at")),
        via=text(value.get("via")),
        ref=text(value.get("ref")),
        by=text(value.get("by")),
    )


def decision(name: str, value: JSON) -> Decision | None:
    """Return the decision of register `decision/<name>`."""
    if not isinstance(value, dict) or not text(value.get("outcome")):
        return None
    return Decision(
        id=name,
        outcome=text(value.get("outcome")),
        reasons=_texts(value.get("reasons")),
        recommendations=_texts(value.get("recommendations")),
        basis=text(value.get("basis")),
        at=moment(value.get("at")),
    )


def _texts(value: JSON) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def report(value: JSON) -> Report | None:
    """Return the report of that JSON, None when it is not one of a known form."""
    try:
        return report_from_json(value)
    except CaseError:
        return None


def draft(registers: Mapping[str, JSON]) -> tuple[Report | None, tuple[str, ...]]:
    """Return the report that the registers below `report/<rid>` hold, and the odd ones' names.

    One answer that cannot be read does not lose the others.
    """
    head = {name: registers.get(name) for name in HEADS}
    form = head["form"]
    if not isinstance(form, str) or form not in pack_ids():
        return None, tuple(sorted(registers))
    held = parts.grouped(registers)
    answers, odd = parts.join(load_pack(form), held)
    whole = report({**head, "answers": answers})
    if whole is not None:
        return whole, tuple(sorted(odd))
    if report({**head, "answers": {}}) is None:
        return None, tuple(sorted(registers))
    sound = {
        name: value
        for name, value in answers.items()
        if report({**head, "answers": {name: value}}) is not None
    }
    return report({**head, "answers": sound}), tuple(sorted(odd | (set(answers) - set(sound))))
