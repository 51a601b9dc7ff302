"""Many bundles at once: each looked at, then filed in whatever order they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from exports.bundle import open_bundle
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import Preview, file_bundle, judge, preview
from models.errors import CaseError
from models.moment import Moment
from models.text import visible
from store.vault import Vault

Lender = Callable[[], AbstractContextManager[BinaryIO]]
"""What opens a sealed file, as often as it is called."""
_CHANGED = "receive it again when nothing writes to it; nothing was filed"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed file among others; `name` is what it is called here, and is only shown."""

    name: str
    lend: Lender


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: looked at, filed, filed before, or refused by `error`.

    `sha256` is that of its manifest and `who`, `kind`, `seq` what it says of itself, all empty
    where it did not open. `case_id` is ours, None where nothing is filed. All text is safe to show.
    """

    parcel: Parcel
    sha256: str = ""
    who: str = ""
    kind: str = ""
    seq: int = 0
    amber: bool = False
    case_id: str | None = None
    new_case: bool = False
    already: bool = False
    filed: bool = False
    error: CaseError | None = None

    @property
    def waits(self) -> bool:
        """Whether another bundle of the same batch may make this one welcome."""
        return bool(self.sha256) and isinstance(self.error, OutOfOrderError | UntrustedError)


def look(vault: Vault, parcels: Iterable[Parcel]) -> Iterator[Outcome]:
    """Yield what each file is, in turn, and change nothing; of a file no more is kept than that."""
    for parcel in parcels:
        yield _looked_at(vault, parcel)


def file_all(
    vault: Vault,
    seen: Sequence[Outcome],
    *,
    received: Moment | None,
    at: Moment | None,
    wall: Callable[[], str],
) -> Iterator[Outcome]:
    """File what was looked at and yield what came of each, in the order in which they settle.

    What waits for another one is tried again for as long as any other was filed. `received` and
    `at` as in `file_bundle`, the same for all. A refusal of one stops no other.
    """
    attempt = partial(_filed, vault, received=received, at=at, wall=wall)
    waiting = sorted(seen, key=lambda each: each.seq)  # a long chain, shuffled, takes one round
    moved = True
    while waiting and moved:
        tried, waiting, moved = waiting, [], False
        for each in tried:
            outcome = attempt(each) if each.error is None or each.waits else each
            if outcome.waits:
                waiting.append(outcome)
                continue
            moved = moved or outcome.filed
            yield outcome
    yield from waiting


def _looked_at(vault: Vault, parcel: Parcel) -> Outcome:
    known = Outcome(parcel)
    try:
        with parcel.lend() as source:
            opened = open_bundle(source, vault.office_identities)
        known = Outcome(
            parcel,
            sha256=opened.sha256,
            who=visible(opened.card.name),
            kind=opened.manifest.kind,
            seq=opened.manifest.seq,
            amber=True,
        )
        return _outcome(parcel, judge(vault, opened))
    except CaseError as error:
        return _refused(known, error)


def _filed(
    vault: Vault,
    seen: Outcome,
    *,
    received: Moment | None,
    at: Moment | None,
    wall: Callable[[], str],
) -> Outcome:
    try:
        with seen.parcel.lend() as source:
            now = preview(vault, source)
            if now.opened.sha256 != seen.sha256:
                raise BundleError("the file is another one than was looked at", hint=_CHANGED)
            if not now.already:
                file_bundle(vault, now, source, sent=None, received=received, at=at, wall=wall())
            return _outcome(seen.parcel, now, filed=not now.already)
    except CaseError as error:
        return _refused(seen, error)


def _outcome(parcel: Parcel, seen: Preview, *, filed: bool = False) -> Outcome:
    return Outcome(
        parcel,
        sha256=seen.opened.sha256,
        who=seen.who,
        kind=seen.kind,
        seq=seen.opened.manifest.seq,
        amber=seen.amber,
        case_id=seen.case_id,
        new_case=seen.new_case,
        already=seen.already,
        filed=filed,
    )


def _refused(known: Outcome, error: CaseError) -> Outcome:
    # a traceback holds what its frames held: a thousand refusals would keep a thousand bundles
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return Outcome(
        known.parcel,
        sha256=known.sha256,
        who=known.who,
        kind=known.kind,
        seq=known.seq,
        amber=known.amber,
        error=error,
    )
