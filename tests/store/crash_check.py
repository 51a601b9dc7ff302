"""What has to hold in every state that a power cut leaves of a run."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import os
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest

from models.errors import MissingError
from store.attachment import find_attachment, pieces
from store.errors import StoreError, WrongPassphraseError
from store.header import open_slot
from store.joining import join
from store.opener import Opener
from store.roll import entries, is_whole
from store.row import row_of, view
from store.shred import standing
from store.slots import Slot
from store.vault import Vault
from tests.store.build import WORDS, save
from tests.store.crash_runs import DESTROYED, JOINED, LET_IN, ORDERED, OTHER_WORDS, Run, Stage
from tests.store.powercut import State, states

_GOES_ON: Final = 8  # of so many states one is worked on
_TOLD: Final = re.compile(  # of a save that nobody was told is done
    r"cut [0-9]+ bytes of an unfinished save; saved changes are whole"
    r"|segment [0-9]{10} of this device is damaged; it was set aside"
)
_WAITS: Final = "cases ordered to be destroyed: 1 (breachcase ls --shredded)"
Opened = tuple[bytes, Slot | None]
_SEGMENT: Final = re.compile(r"[0-9]{10}-([0-9a-f]{8})\.seg")
_FAST: Final = Path("/dev/shm")  # noqa: S108 - a thousand small vaults, each of a private folder


@dataclass(slots=True)
class Outcome:
    """How many states a run left, at how many of them we looked, and what we saw.

    `cut`: in how many a save was cut that nobody was told of. `faults`: what did not hold.
    """

    left: int = 0
    states: int = 0
    cut: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Effort:
    """At how many states to look, in an order that `seed` draws, and when to leave off.

    `until` is a moment of the monotonic clock.
    """

    seed: int = 1
    most: int | None = None
    first_fault: bool = False
    until: float = math.inf


def explore(
    run: Run, effort: Effort, plant: Callable[[pytest.MonkeyPatch], None] | None = None
) -> Outcome:
    """Make the run, with a bug if there is a `plant`, and look at the states that it may leave."""
    found = Outcome()
    with _workshop() as (home, planted):
        root = home / "root"
        root.mkdir(mode=0o700)
        stage = Stage(root)
        planted.setenv("XDG_STATE_HOME", str(root / "state"))
        if plant:
            plant(planted)
        with pytest.MonkeyPatch.context() as patch:
            run(stage, patch)
        left = [*states(stage.recorder, stage.before, effort.seed)]
        found.left = len(left)
        random.Random(effort.seed).shuffle(left)  # noqa: S311 - which states first, no secret
        for number, state in enumerate(left[: effort.most]):
            place = home / f"state{number}"
            state.make(place)
            planted.setenv("XDG_STATE_HOME", str(place / "state"))
            for fault in _faults(stage, state, place, found, go_on=number % _GOES_ON == 0):
                found.faults.append(f"{run.__name__}, after call {state.number}: {fault}")
            shutil.rmtree(place)
            found.states += 1
            if (found.faults and effort.first_fault) or time.monotonic() > effort.until:
                break
    return found


@contextlib.contextmanager
def _workshop() -> Iterator[tuple[Path, pytest.MonkeyPatch]]:
    """Lend a folder, and a patch under which a key is derived from a passphrase only once."""
    place = _FAST if os.access(_FAST, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.gate.open_slot", _remembering(open_slot))
        yield Path(folder), patch


def _remembering(open_slot: Callable[..., Opened]) -> Callable[..., Opened]:
    @functools.cache
    def once(raw: bytes, header: object, words: bytes) -> Opened:
        return open_slot(raw, header, bytearray(words))

    def remembered(raw: bytes, header: object, opener: Opener) -> Opened:
        if isinstance(opener, bytearray):
            return once(raw, header, bytes(opener))
        return open_slot(raw, header, opener)

    return remembered


def _faults(
    stage: Stage, state: State, place: Path, found: Outcome, *, go_on: bool
) -> Iterator[str]:
    yield from _medium_faults(state, place)
    if not (place / "ours").exists() and not state.told and "ours" not in stage.began_with:
        return
    try:
        vault = _reopened(place / "ours", state)
    except StoreError as error:
        if stage.joins and JOINED not in state.told:
            yield from _joining_faults(state, place)
        else:
            yield f"does not open: {error.message}"
        return
    with vault:
        found.cut += any(map(_TOLD.fullmatch, vault.notices))
        yield from (line for line in _said(vault, state) if not _TOLD.fullmatch(line))
        yield from _vault_faults(stage, state, vault)
        if go_on:
            save(vault, vault.new_case_id(), "After")
        there = _digests(vault)
    if go_on:
        yield from _later_faults(state, place, there)


def _later_faults(state: State, place: Path, there: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong when the vault is opened once more, and without its cache."""
    shutil.rmtree(place / "ours" / "cache")
    with _reopened(place / "ours", state) as vault:
        if (_digests(vault), [*_said(vault, state)]) != (there, []):
            yield f"is another one without its cache: {vault.notices}"


def _said(vault: Vault, state: State) -> Iterator[str]:
    """Yield the notices, but for that of an order which was not carried out yet."""
    return (each for each in vault.notices if each != _WAITS or DESTROYED in state.told)


def _joining_faults(state: State, place: Path) -> Iterator[str]:
    """Yield why a newcomer whose joining was cut off cannot begin it again."""
    if LET_IN in state.told:
        try:
            join(place / "ours", bytearray(WORDS), place / "stick")
            Vault.open(place / "ours", bytearray(WORDS)).close()
        except StoreError as error:
            yield f"does not join again: {error.message}"


def _reopened(path: Path, state: State) -> Vault:
    """The vault, with the words that open it; before the promise either of them may."""
    if "passphrase changed" in state.told:
        return Vault.open(path, bytearray(OTHER_WORDS))
    try:
        return Vault.open(path, bytearray(WORDS))
    except WrongPassphraseError:
        return Vault.open(path, bytearray(OTHER_WORDS))


def _digests(vault: Vault) -> dict[str, str]:
    return {each: vault.state(each).digest() for each in vault.history.case_ids}


def _vault_faults(stage: Stage, state: State, vault: Vault) -> Iterator[str]:
    """Yield which promises are broken, and what came from nowhere."""
    changes = {each.id: each for id_ in vault.history.case_ids for each in vault.state(id_).changes}
    promised = {what.split()[1] for what in state.told if what.startswith(("saved", "came"))}
    gone = {*_gone(stage, vault)}
    yield from (f"lost {each[:8]}" for each in promised - changes.keys() - gone)
    yield from _shred_faults(stage, state, vault)
    ours = {each for each, change in changes.items() if change.device == vault.device_id}
    if ours != set([each for each in stage.saved if each not in gone][: len(ours)]):
        yield "a save is there without the one before it"
    if changes.keys() - ours - stage.came:
        yield "a change of nobody"
    yield from _index_faults(state, vault)
    if any(each.text not in stage.texts for each in vault.drafts.left()):
        yield "a draft that nobody typed"


def _gone(stage: Stage, vault: Vault) -> Iterator[str]:
    """Yield the changes of cases that are not here because an order stands to destroy them."""
    for case_id in standing(vault.log_state()):
        if not vault.history.knows(case_id):
            yield from (each for each, case in stage.case_of.items() if case == case_id)


def _shred_faults(stage: Stage, state: State, vault: Vault) -> Iterator[str]:
    """Yield what is still here, or may come back, of what was destroyed; or what never may go."""
    promised = {stage.destroyed} if stage.destroyed and DESTROYED in state.told else set()
    yield from (f"case {each[:8]} may come back" for each in promised - vault.ledger.gone.cases)
    yield from (f"case {each[:8]} is here still" for each in promised if vault.history.knows(each))
    for entry in vault.ledger.entries.values():
        left = entry.keys & {each.name for each in (vault.replica.path / "keys").iterdir()}
        if entry.done and (left or entry.blobs & vault.blobs.names()):
            yield f"files of case {entry.case_id[:8]} are here still"
    if ORDERED in state.told and not standing(vault.log_state()):
        yield "an order to destroy is lost"


def _index_faults(state: State, vault: Vault) -> Iterator[str]:
    rows = {row.id: row for row in vault.rows()}
    if rows.keys() != set(vault.history.case_ids):
        yield "the list has other cases than the journal"
    for case_id, row in rows.items():
        held = vault.state(case_id)
        if row != row_of(held, view(held)) or held != vault.state_of(case_id, held.changes):
            yield f"the index of case {case_id[:8]} is not its fold"
        for what in state.told:
            if what.startswith("attached"):
                yield from _attachment_faults(vault, case_id, what.split()[1])


def _attachment_faults(vault: Vault, case_id: str, entry: str) -> Iterator[str]:
    try:
        attachment = find_attachment(vault.state(case_id), entry)
        for _ in pieces(vault, case_id, attachment):
            pass
    except (MissingError, StoreError) as error:
        yield f"an attachment is lost: {error.message}"


def _medium_faults(state: State, place: Path) -> Iterator[str]:
    """Yield what lies on the stick under a segment's name without being it, and what is missing."""
    there = {}
    for path in (place / "stick").rglob("*.seg"):
        there[f"{path.parent.name}/{path.name}"] = path
        match = _SEGMENT.fullmatch(path.name)
        if not match or hashlib.sha256(path.read_bytes()).hexdigest()[:8] != match[1]:
            yield f"{path.name} on the medium is not whole"
    for path in (place / "stick").rglob("*.roll"):
        raw = path.read_bytes()
        if not is_whole(path.name, raw):
            yield f"{path.name} on the medium is not whole"
        there |= {f"{path.parent.name}/{stem}.seg": path for stem, _, _ in entries(BytesIO(raw))}
    promised = {what.split()[-1] for what in state.told if what.startswith("on the medium")}
    yield from (f"{each} is not on the medium" for each in promised - there.keys())
