"""Runs of the real store to cut the power of. Each tells what it promised, as its user was told."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from store import access, session, team, writer
from store.attachment import attach
from store.change import SetOp
from store.destruction import order_shred, shred_now
from store.draft import Slot
from store.joining import clone, join
from store.journal import OPEN, Reading, segment_places
from store.kdf import cost_of
from store.rekey import rekey
from store.roller import roll_up
from store.sync import sync
from store.vault import Vault
from tests.store.build import WALL, closed, make, opened, passphrase, save, segments
from tests.store.powercut import Medium
from tests.store.recorder import ROOT, Recorder
from tests.store.replicas import exchange, let_in, newcomer, two

EVIDENCE: Final = b"what was found on the laptop"
OTHER_WORDS: Final = b"another horse battery staple"
LET_IN: Final = "let in"
ORDERED: Final = "ordered to be destroyed"
DESTROYED: Final = "destroyed"
JOINED: Final = "joined"
_SMALL: Final = 2_000  # bytes after which a segment is closed


@dataclass(slots=True)
class Stage:
    """The folder of a run: `ours` is the vault, `state` what the machine knows, maybe a `stick`.

    `saved`: our changes of cases in order. `came`: those of others. `texts`: what was typed.
    `began_with`: the names in the folder before. `joins`: there is no vault before it is joined.
    `case_of`: the case of each change. `destroyed`: a case that was destroyed, once that was told.
    """

    root: Path
    saved: list[str] = field(default_factory=list)
    came: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    recorder: Recorder = field(init=False)
    before: Medium = field(init=False)
    began_with: frozenset[str] = frozenset()
    joins: bool = False
    case_of: dict[str, str] = field(default_factory=dict)
    destroyed: str = ""

    @property
    def path(self) -> Path:
        return self.root / "ours"

    @property
    def stick(self) -> Path:
        return self.root / "stick"

    def record(self, patch: pytest.MonkeyPatch) -> None:
        self.recorder = Recorder(self.root)
        self.before = Medium.before(self.recorder)
        self.began_with = frozenset(self.recorder.folders[ROOT])
        self.recorder.install(patch)

    def know(self, vault: Vault) -> None:
        """Take what is in a vault before the run for promised."""
        changes = [each for id_ in vault.history.case_ids for each in vault.state(id_).changes]
        self.saved += [each.id for each in changes if each.device == vault.device_id]
        self.came |= {each.id for each in changes if each.device != vault.device_id}
        self.case_of |= {each.id: each.case_id for each in changes}

    def save(self, vault: Vault, case_id: str, title: str) -> None:
        known = vault.history.knows(case_id)
        shown = vault.state(case_id) if known else None
        change = vault.commit(case_id, [SetOp("case/title", title)], shown=shown, wall=WALL)
        self.saved.append(change.id)
        self.case_of[change.id] = case_id
        self.recorder.tell(f"saved {change.id}")

    def destroy(self, vault: Vault, case_id: str) -> None:
        """Destroy a case at once, with the promises that were made of it."""
        order_shred(vault, case_id, "kept long enough", wall=WALL)
        self.recorder.tell(ORDERED)
        self.destroyed = case_id
        shred_now(vault, case_id, wall=WALL)
        self.recorder.tell(DESTROYED)


Run = Callable[[Stage, pytest.MonkeyPatch], None]


def saves(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Some saves, a new case, the caches in between and at the end."""
    case_id = _begun(stage)
    stage.record(patch)
    with opened(stage.path) as vault:
        stage.save(vault, case_id, "Laptop")
        stage.save(vault, case_id, "Stick")
        stage.save(vault, vault.new_case_id(), "Letter")
        vault.write_behind()
        stage.save(vault, case_id, "Parcel")
    stage.recorder.tell("closed")


def rolls(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Segments that grow too large, and one that is closed for a sync."""
    case_id = _begun(stage)
    patch.setattr(writer, "_LARGEST", _SMALL)
    stage.record(patch)
    with opened(stage.path) as vault:
        for title in ("Laptop", "Stick", "Letter", "Parcel"):
            stage.save(vault, case_id, title)
        vault.settle()
        stage.save(vault, case_id, "Phone")
    stage.recorder.tell("closed")


def rolls_up(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Segments that become one file when a session ends."""
    case_id = _begun(stage)
    patch.setattr(session, "roll_up", partial(roll_up, alone=4))
    stage.record(patch)
    for title in ("Laptop", "Stick", "Letter"):
        with opened(stage.path) as vault:
            stage.save(vault, case_id, title)
    assert len([*stage.path.glob("journal/*/*.roll")]) == 1
    stage.recorder.tell("closed")


def syncs_rolls(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Segments on a stick that our roll takes the place of there."""
    closed(stage.path, "Start")
    stage.stick.mkdir()
    for title in ("Laptop", "Stick"):
        with opened(stage.path) as vault:
            save(vault, vault.history.case_ids[0], title)
    with opened(stage.path) as vault:
        exchange(vault, stage.stick)
        stage.know(vault)
    before = _places(stage.path)
    roll_up(stage.path / "journal" / vault.device_id, alone=2)
    stage.record(patch)
    for place in before:
        stage.recorder.tell(f"on the medium {place}")
    with opened(stage.path) as vault:
        exchange(vault, stage.stick)
    assert [*stage.stick.rglob("*.roll")]
    stage.recorder.tell("closed")


def shreds(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A case with an attachment destroyed, out of a roll and the index too; another stays."""
    patch.setattr(session, "roll_up", partial(roll_up, alone=1))
    found = stage.root.parent / "evidence.txt"
    found.write_bytes(EVIDENCE)
    with opened(closed(stage.path, "Start")) as vault:
        (case_id,), gone = vault.history.case_ids, vault.new_case_id()
        save(vault, gone, "Stick")
    with opened(stage.path) as vault:
        attach(vault, gone, found, name="", wall=WALL)
        stage.know(vault)
    assert [*stage.path.glob("journal/*/*.roll")]
    stage.record(patch)
    with opened(stage.path) as vault:
        stage.save(vault, case_id, "Laptop")
        stage.destroy(vault, gone)
        stage.save(vault, case_id, "Letter")
    stage.recorder.tell("closed")


def recovery(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A vault opened after a crash that left an open segment, a torn frame and a temporary file."""
    case_id = _begun(stage)
    _crash(stage, case_id)
    stage.record(patch)
    with opened(stage.path) as vault:
        stage.save(vault, case_id, "Parcel")
    stage.recorder.tell("closed")


def attaches(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Files attached to a case."""
    case_id = _begun(stage)
    found = stage.root.parent / "evidence.txt"
    stage.record(patch)
    with opened(stage.path) as vault:
        for number in range(2):
            found.write_bytes(EVIDENCE + bytes([number]))
            entry = attach(vault, case_id, found, name="", wall=WALL)
            stage.saved.append(vault.state(case_id).changes[-1].id)
            stage.recorder.tell(f"attached {entry.id}")
            stage.save(vault, case_id, f"Laptop {number}")


def drafts(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """What is typed, saved, and typed again in another session."""
    case_id = _begun(stage)
    stage.record(patch)
    slot = Slot(case_id, "", "case/title")
    for turn in range(2):
        with opened(stage.path) as vault:
            vault.drafts.start(lambda _: None)
            for number in range(2):
                text = f"Lapt {turn}{number}"
                stage.texts.add(text)
                vault.drafts.keep(slot, text, WALL)
                vault.drafts.flush()
            if turn:
                stage.save(vault, case_id, "Laptop")
                vault.drafts.drop(slot, WALL)
                vault.drafts.flush()


def founds(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A vault made, with its first case."""
    stage.record(patch)
    with make(stage.path)[0] as vault:
        stage.recorder.tell("founded")
        stage.save(vault, vault.new_case_id(), "Laptop")


def syncs(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A sync that takes a colleague's changes from a stick and leaves ours; and one more."""
    ours, theirs, _ = two(stage.root)
    case_id = ours.new_case_id()
    with ours, theirs:
        ours.commit(case_id, [SetOp("case/title", "Start")], shown=None, wall=WALL)
        ours.put_blob(case_id, EVIDENCE)
        stage.know(ours)
        exchange(ours, stage.stick)
        exchange(theirs, stage.stick)
        shown = theirs.state(case_id)
        change = theirs.commit(case_id, [SetOp("case/zone", "UTC")], shown=shown, wall=WALL)
        exchange(theirs, stage.stick)
    theirs.replica.path.rename(stage.root.parent / "theirs")
    stage.record(patch)
    with opened(stage.path) as vault:
        stage.save(vault, case_id, "Laptop")
        stage.came.add(change.id)
        for title in ("Stick", "Letter"):
            exchange(vault, stage.stick)
            stage.recorder.tell(f"came {change.id}")
            for each in segments(stage.path):
                stage.recorder.tell(f"on the medium {each.parent.name}/{each.name}")
            stage.save(vault, case_id, title)


def lets_in(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A colleague let in over a new stick, and what the admin saves and leaves for them."""
    case_id = _begun(stage)
    stage.stick.mkdir()
    stage.record(patch)
    with opened(stage.path) as vault:
        let_in(vault, stage.root.parent / "theirs", stage.stick).close()
        stage.recorder.tell(LET_IN)
        stage.save(vault, case_id, "Laptop")
        exchange(vault, stage.stick)
        for each in segments(stage.path):
            stage.recorder.tell(f"on the medium {each.parent.name}/{each.name}")


def joins(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A newcomer makes a replica, is let in over the stick, and takes the vault from it."""
    stage.stick.mkdir()
    with make(stage.root.parent / "admin")[0] as admin:
        case_id = admin.new_case_id()
        came = admin.commit(case_id, [SetOp("case/title", "Start")], shown=None, wall=WALL)
        stage.came.add(came.id)
        exchange(admin, stage.stick)
        stage.joins = True
        stage.record(patch)
        vault_id = bytes.fromhex(admin.id)
        device = clone(stage.path, passphrase(), vault_id, newcomer())
        team.add(admin, device.card("b.colleague", ()), ("responder",), wall=WALL)
        exchange(admin, stage.stick)
    stage.recorder.tell(LET_IN)
    joined = join(stage.path, passphrase(), stage.stick)
    stage.recorder.tell(JOINED)
    with opened(stage.path) as vault:
        sync(vault, stage.stick, wall=WALL, joined=joined)
        stage.recorder.tell(f"came {came.id}")
        stage.save(vault, case_id, "Laptop")


def changes_passphrase(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Another passphrase for the vault, which then is the only one."""
    _begun(stage)
    stage.record(patch)
    with access.unlocked(stage.path, passphrase()) as unlocked:
        unlocked.change_passphrase(bytearray(OTHER_WORDS), cost_of(19))
    stage.recorder.tell("passphrase changed")


def rekeys(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Every key of the replica made anew, its device too: what was ours is another's then."""
    _begun(stage)
    with opened(stage.path) as vault:
        stage.destroyed = vault.new_case_id()
        save(vault, stage.destroyed, "Stick")
        order_shred(vault, stage.destroyed, "kept long enough", wall=WALL)
        shred_now(vault, stage.destroyed, wall=WALL)
    stage.came |= {*stage.saved}
    stage.record(patch)
    for each in stage.saved:
        stage.recorder.tell(f"saved {each}")
    stage.recorder.tell(DESTROYED)
    rekey(stage.path, passphrase(), wall=WALL)
    stage.recorder.tell("rekeyed")


RUNS: Final[tuple[Run, ...]] = (
    saves,
    rolls,
    rolls_up,
    syncs_rolls,
    shreds,
    recovery,
    attaches,
    drafts,
    founds,
    syncs,
    lets_in,
    joins,
    changes_passphrase,
    rekeys,
)


def _places(path: Path) -> list[str]:
    """Device and name of each closed segment, alone or in a roll."""
    homes = (each for each in (path / "journal").iterdir())
    found = ((home.name, place) for home in homes for place in segment_places(home, Reading()))
    return [f"{name}/{place.stem}.seg" for name, place in found if place.path.suffix != OPEN]


def _begun(stage: Stage) -> str:
    with opened(closed(stage.path, "Start")) as vault:
        stage.know(vault)
        return vault.history.case_ids[0]


def _crash(stage: Stage, case_id: str) -> None:
    """Leave the folder as a process that died in a save leaves it."""
    left = Path(tempfile.mkdtemp(dir=stage.root.parent)) / "left"
    with opened(stage.path) as vault:
        for title in ("Laptop", "Stick"):
            shown = vault.state(case_id)
            change = vault.commit(case_id, [SetOp("case/title", title)], shown=shown, wall=WALL)
            stage.saved.append(change.id)
        shutil.copytree(stage.root, left)
    shutil.rmtree(stage.root)
    left.rename(stage.root)
    (live,) = segments(stage.path, ".open")
    live.write_bytes(live.read_bytes() + b"\0\0\1\x10torn")
    live.with_name(f"{live.stem}-00000000.seg.00000000.tmp").write_bytes(b"left")
