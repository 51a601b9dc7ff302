"""Taking whole copies of what is damaged in a vault from a medium, or from a backup."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from models.errors import UsageError
from models.strictjson import JSON
from models.text import visible
from store import folder
from store.blob import Blobs
from store.chain import closed_names, forked_at, load_head
from store.errors import DamagedError, NotEnrolledError
from store.gate import enter
from store.head import NAME as HEAD
from store.head import sign_head
from store.header import LARGEST, Header, parse_header
from store.lock import Lock
from store.medium import JOURNAL, Folder, WholeCopy
from store.opener import Opener
from store.pull import Pull
from store.push import BLOBS, blob_place
from store.rclone import PREFIX, Remote, Staged
from store.replica import Replica
from store.roller import mended_rolls
from store.survey import Progress, Survey
from store.sync import take_attachment
from store.sync_report import Notes
from store.verify import Verdict, verdict_of

_HEADER = "header"


@dataclass(frozen=True, slots=True)
class Repaired:
    """`healed`: a line for each file that was put right. `verdict` is what stands after that."""

    healed: tuple[str, ...]
    verdict: Verdict

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {"healed": [*self.healed], **self.verdict.as_json()}


def repair(path: Path, opener: Opener, place: str | None, progress: Progress) -> Repaired:
    """Read everything, set aside what is damaged and put whole copies in its stead.

    `place` is a folder or `rclone:REMOTE:PATH` where replicas meet, or a backup; None puts right
    what needs no copy. Each copy proves itself as in a sync, and a damaged file keeps its place
    until then; none is deleted. Raises what keeps even the reading from being done
    (NotAVaultError, WrongPassphraseError, DamagedError, StoreError), LockedError, MissingError and
    UsageError (no such place, another vault's backup), DiskError.
    """
    folder.check(path)
    lock = Lock.acquire(path / "lock")
    try:
        entered = enter(path, opener)
        header = entered.header
        replica = Replica.load(path, entered.key, header.vault_id, writable=True)
        return _Repair(replica, header, progress).run(place)
    finally:
        lock.release()


class _Repair:
    """One repair of a replica whose lock is held."""

    def __init__(self, replica: Replica, header: Header, progress: Progress) -> None:
        self._replica = replica
        self._header = header
        self._progress = progress
        self._notes = Notes()

    def run(self, place: str | None) -> Repaired:
        """Heal what can be healed; return what was, and what still stands."""
        medium = _medium(place, self._replica) if place else None
        survey = self._survey()
        missed = survey.faults
        if medium is not None and survey.faults:
            survey = self._take(medium, survey)
        mended = self._mend()
        if self._renew_head(survey) or mended:
            survey = self._survey()
        healed = [text for kind, text in self._notes.told if kind == "healed"]
        if not healed:  # heads and grants that were gone came as they would with any sync
            healed = [f"{line}: taken from there" for line in missed if line not in survey.faults]
        return Repaired((*healed,), verdict_of(survey, self._header))

    def _survey(self) -> Survey:
        found = Survey(self._replica.path, self._header, self._progress)
        found.run(self._replica.key)
        return found

    def _take(self, medium: Folder, survey: Survey) -> Survey:
        """Pull until nothing more comes: who is let in may stand in a segment that just came."""
        while True:
            notes, damaged = Notes(), frozenset(survey.damaged)
            pull = Pull(self._replica, medium, survey.roster, notes, damaged)
            try:
                pull.run()
            except NotEnrolledError:  # record 0 is neither here nor there
                break
            self._notes.told += notes.told
            survey = self._survey()
            if not pull.new and not survey.damaged < damaged:
                break
        return self._survey() if self._take_attachments(medium, survey) else survey

    def _take_attachments(self, medium: Folder, survey: Survey) -> bool:
        """Take attachments that are damaged or gone; return whether one came."""
        came = False
        keyring = self._replica.keyring
        for blob_id, case_id in sorted(survey.attached.items()):
            place = blob_place(blob_id)
            keys = survey.case_keys.get(case_id, ())
            blobs = Blobs(self._replica.path / BLOBS, keyring)
            if place in survey.damaged and take_attachment(medium, blobs, blob_id, keys):
                self._notes.tell(
                    "healed",
                    f"attachment {visible(blob_id[:8])} of case {case_id[:8]}: taken whole",
                )
                came = True
        return came

    def _mend(self) -> bool:
        """Make damaged rolls whole of their segments; return whether one was."""
        told = [*mended_rolls(self._replica.path / JOURNAL)]
        self._notes.tell("healed", *told)
        return bool(told)

    def _renew_head(self, survey: Survey) -> bool:
        """Sign our own head again where it is damaged, gone or behind; return whether it was.

        Not where a segment of ours is damaged or gone: what it was, the old head may still say.
        """
        device, vault_id = self._replica.device, self._replica.vault_id
        home = self._replica.path / JOURNAL / self._replica.device_id
        links = survey.roster.links(self._replica.device_id) if survey.roster else []
        names = sorted(each.name for each in links)
        if not names or names != sorted(closed_names(home)) or forked_at({*names}):
            return False
        listed = [(each.seq, each.digest) for each in links]
        spoilt = f"{JOURNAL}/{self._replica.device_id}/{HEAD}" in survey.damaged
        with contextlib.suppress(FileNotFoundError, DamagedError):
            if not spoilt and load_head(home).last >= listed[-1]:
                return False
        folder.set_aside(home / HEAD)
        folder.write(home / HEAD, sign_head(device, vault_id, listed))
        self._notes.tell("healed", "head of this device: signed anew")
        return True


def _medium(place: str, replica: Replica) -> Folder:
    if place.startswith(PREFIX):
        remote = Remote.parse(place)
        root = remote.staging(replica.vault_id)
        remote.fetch(replica.vault_id, root)
        return Staged(root, replica.vault_id, remote)
    path = Path(place)
    if not (path / _HEADER).exists():
        return Folder(path, replica.vault_id)
    folder.check(path)
    if path.resolve() == replica.path.resolve():
        raise UsageError("that is this very vault", hint="name a backup, or where you sync")
    if parse_header(folder.read_part(path / _HEADER, LARGEST)).vault_id != replica.vault_id:
        raise UsageError("that is another vault", hint="name a backup of this one")
    return WholeCopy(path)
