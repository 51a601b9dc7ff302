"""Several replicas of one vault and the stick between them, with real files and keys."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from store import team
from store.device import card_line, read_card_line
from store.joining import Newcomer, clone, join
from store.recovery import RecoverySecret
from store.sync import sync
from store.sync_report import SyncReport
from store.vault import Vault
from tests.store.build import WALL, make, opened, passphrase


def newcomer(person: str = "b.colleague") -> Newcomer:
    return Newcomer(person, 19, WALL)


def closing(*vaults: Vault) -> ExitStack:
    """Closes them all at its end."""
    stack = ExitStack()
    for vault in vaults:
        stack.callback(vault.close)
    return stack


def exchange(vault: Vault, stick: Path) -> SyncReport:
    return sync(vault, stick, wall=WALL)


def let_in(
    admin: Vault, path: Path, stick: Path, *roles: str, person: str = "b.colleague"
) -> Vault:
    """A second replica, on another machine, whose device the admin lets in over the stick."""
    exchange(admin, stick)
    vault_id = bytes.fromhex(admin.id)
    device = clone(path, passphrase(), vault_id, newcomer(person))
    card = read_card_line(card_line(device, person, vault_id), vault_id)
    team.add(admin, card, roles or ("responder",), wall=WALL)
    exchange(admin, stick)
    joined = join(path, passphrase(), stick)
    vault = opened(path)
    sync(vault, stick, wall=WALL, joined=joined)
    return vault


def stick_in(folder: Path) -> Path:
    path = folder / "stick"
    path.mkdir()
    return path


def two(folder: Path, *roles: str) -> tuple[Vault, Vault, Path]:
    """A vault with one case, a colleague's replica of it, and the stick, all in step."""
    ours, _, stick = founded(folder)
    return ours, let_in(ours, folder / "theirs", stick, *roles), stick


def founded(folder: Path) -> tuple[Vault, RecoverySecret, Path]:
    vault, recovery = make(folder / "ours")
    return vault, recovery, stick_in(folder)


def digests(vault: Vault) -> dict[str, str]:
    """What a replica holds, so that two can be compared."""
    ids = (vault.log_id, *vault.history.case_ids)
    return {each: vault.history.state(each).digest() for each in ids}


def home(vault: Vault, stick: Path) -> Path:
    """Where the files of the vault lie on the stick."""
    return stick / vault.id


def segments_of(vault: Vault, stick: Path, device: str) -> list[Path]:
    return sorted((home(vault, stick) / "journal" / device).glob("*.seg"))
