"""Finding the vault, asking its passphrase, opening it for one command."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import MissingError
from tui import passphrase
from tui.commands import output
from tui.ownforms import data_folder
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.vault import Vault


def vault_path() -> Path:
    """Return --vault, else BREACHCASE_VAULT, else the XDG data folder's."""
    said = click.get_current_context().find_root().obj["vault"] or os.environ.get(
        "BREACHCASE_VAULT"
    )
    if said:
        return Path(said)
    return data_folder() / "vault"


def secret(prompt: str, *, new: bool = False) -> bytearray:
    """Return the passphrase from where the command line or the environment says, else ask.

    It is the first secret that the process holds, so the process is hardened before.
    """
    from store.platform import harden

    harden()
    said = click.get_current_context().find_root().obj
    if said["passphrase_file"] is not None:
        return passphrase.from_file(said["passphrase_file"])
    if said["passphrase_fd"] is not None:
        return passphrase.from_descriptor(said["passphrase_fd"])
    command = os.environ.get("BREACHCASE_PASSPHRASE_COMMAND")
    if command is not None:
        from tui.passphrase_command import from_command

        return from_command(command)
    return passphrase.ask_twice(prompt) if new else passphrase.ask(prompt)


def typed() -> bool:
    """Return whether a person types the passphrase: nothing else is said to give it."""
    said = click.get_current_context().find_root().obj
    given = (said["passphrase_file"], said["passphrase_fd"])
    return given == (None, None) and "BREACHCASE_PASSPHRASE_COMMAND" not in os.environ


def require_vault(path: Path) -> None:
    """Refuse before asking a passphrase when there is no vault at `path`."""
    if not (path / "header").exists():
        raise MissingError(
            f"no vault at {path}", hint="make one with breachcase vault init, or pass --vault PATH"
        )


@contextmanager
def opened(*, writable: bool = True) -> Iterator[Vault]:
    """Open the vault for one command and close it after; its notices go to stderr."""
    path = vault_path()
    require_vault(path)
    words = secret("passphrase: ")
    from store.vault import Vault

    try:
        vault = Vault.open(path, words, writable=writable)
    finally:
        passphrase.wipe(words)
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
