"""Finding the vault, asking its passphrase, opening it for one command."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from models.errors import MissingError, UsageError
from tui import passphrase
from tui.commands import identity, output
from tui.ownforms import data_folder
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.opener import Identities, Opener, ReplicaKey
    from store.vault import Vault

_OF_THE_FILE: Final = "passphrase of the identity file: "


def vault_path() -> Path:
    """Return --vault, else BREACHCASE_VAULT, else the XDG data folder's."""
    said = click.get_current_context().find_root().obj["vault"] or os.environ.get(
        "BREACHCASE_VAULT"
    )
    if said:
        return Path(said)
    return data_folder() / "vault"


def secret(prompt: str, *, anew: bool = False) -> Opener:
    """Return what opens the vault, from where the command line says; else it is asked.

    In between come an unlocked vault (unless it has to be shown `anew` who asks), then the
    environment. It is the first secret that the process holds, so that is hardened before.
    """
    from store.platform import harden

    harden()
    said, told = _said(), _told_words()
    if said["identity"] is not None:
        return _identities(said["identity"], "--identity", told=told)
    if told:
        return _words(prompt)
    held = None if anew else _held()
    if held is not None:
        return held
    file = named_identity()
    return _words(prompt) if file is None else _identities(file, identity.VARIABLE)


def new_secret(prompt: str) -> bytearray:
    """Return the passphrase of a vault that is being made; as `secret`, or asked twice."""
    from store.platform import harden

    harden()
    if _said()["identity"] is not None:
        raise UsageError(
            "a new vault opens by a passphrase",
            hint="let the identity in afterwards: breachcase vault slots add --recipient",
        )
    return passphrase.ask_twice(prompt) if typed() else _words(prompt)


def new_passphrase(file: str | None, descriptor: int | None) -> bytearray:
    """Return a further passphrase, from where its own options say, else asked twice."""
    if file is not None:
        return passphrase.from_file(file, "--new-passphrase-file")
    if descriptor is not None:
        return passphrase.from_descriptor(descriptor, "--new-passphrase-fd")
    hint = "pass --new-passphrase-file FILE or --new-passphrase-fd N"
    return passphrase.ask_twice("new passphrase: ", hint)


def secret_of_a_person() -> Opener:
    """Return what opens a session that was locked: typed on the terminal, and nothing else."""
    from store.platform import harden

    harden()
    file = named_identity()
    if file is not None and identity.has_passphrase(file, "--identity"):
        return identity.from_file(file, "--identity", lambda: passphrase.ask(_OF_THE_FILE))
    return passphrase.ask("passphrase: ")


def typed() -> bool:
    """Return whether a person types the passphrase: nothing else is said to give it."""
    return not _told_words() and "BREACHCASE_PASSPHRASE_COMMAND" not in os.environ


def asks() -> bool:
    """Return whether opening asks a person: for the passphrase, or that of an identity file."""
    if not typed():
        return False
    if _said()["identity"] is None and _held() is not None:
        return False
    file = named_identity()
    return file is None or identity.has_passphrase(file, "--identity")


def named_identity() -> str | None:
    """Return the identity file that is said; one of the environment stands behind a passphrase."""
    told = _said()["identity"]
    return told if told or _told_words() else os.environ.get(identity.VARIABLE)


def _said() -> dict[str, Any]:
    found: dict[str, Any] = click.get_current_context().find_root().obj
    return found


def _told_words() -> bool:
    said = _said()
    return (said["passphrase_file"], said["passphrase_fd"]) != (None, None)


def _words(prompt: str) -> bytearray:
    said = _said()
    if said["passphrase_file"] is not None:
        return passphrase.from_file(said["passphrase_file"])
    if said["passphrase_fd"] is not None:
        return passphrase.from_descriptor(said["passphrase_fd"])
    command = os.environ.get("BREACHCASE_PASSPHRASE_COMMAND")
    if command is not None:
        from tui.passphrase_command import from_command

        return from_command(command)
    return passphrase.ask(prompt)


def _identities(file: str, option: str, *, told: bool = False) -> Identities:
    return identity.from_file(file, option, lambda: _words(_OF_THE_FILE), told=told)


def _held() -> ReplicaKey | None:
    from store.errors import StoreError
    from store.unlocking import kept

    try:
        unlocked = kept(vault_path())
    except StoreError:  # no vault, or a damaged one: whoever opens it is told
        return None
    return unlocked.opener if unlocked else None


def require_vault(path: Path) -> None:
    """Refuse before asking a passphrase when there is no vault at `path`."""
    if not (path / "header").exists():
        raise MissingError(
            f"no vault at {path}", hint="make one with breachcase vault init, or pass --vault PATH"
        )


@contextmanager
def presented(prompt: str = "passphrase: ", *, anew: bool = False) -> Iterator[tuple[Path, Opener]]:
    """Lend the path of the vault and what opens it, as `secret` gives it; wiped after."""
    path = vault_path()
    require_vault(path)
    words = secret(prompt, anew=anew)
    try:
        yield path, words
    finally:
        passphrase.wipe(words)


@contextmanager
def opened(*, writable: bool = True) -> Iterator[Vault]:
    """Open the vault for one command and close it after; its notices go to stderr."""
    with presented() as (path, words):
        from store.vault import Vault

        vault = Vault.open(path, words, writable=writable)
    with vault:
        look_at_shreds(vault)
        for notice in vault.notices:
            output.narrate(f"breachcase: {notice}")
        yield vault


def look_at_shreds(vault: Vault) -> None:
    """Carry out what is due to be destroyed in a vault opened to write, and say so."""
    from store.destruction import look

    for fate in look(vault, wall=wall()):
        output.narrate(f"breachcase: case {fate.shred.case_id[:8]} {fate.line}")
