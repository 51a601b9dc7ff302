"""`breachcase vault clone`: a replica on another machine, or of a vault whose devices are lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui import passphrase
from tui.commands import output, params
from tui.commands.asking import ask
from tui.commands.founding import kdf_option, require_new
from tui.commands.opening import new_secret, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from store.device import Device
    from store.joining import Newcomer
    from store.medium import Folder


@click.command()
@click.argument("medium", metavar="FOLDER|rclone:REMOTE:PATH")
@click.option("--number", metavar="DIGITS", help="The 30-digit vault number, from its sheet.")
@click.option("--person", metavar="NAME", help="You, as the history will name you.")
@kdf_option
@click.option("--recover", is_flag=True, help="Every device is lost: ask for the recovery key.")
@click.option("--recovery-file", metavar="FILE", help="As --recover; the key is FILE's first line.")
@params.vault_options
def clone(  # noqa: PLR0913 - one parameter an option
    medium: str,
    number: str | None,
    person: str | None,
    kdf_memory: int,
    recovery_file: str | None,
    *,
    recover: bool,
) -> None:
    """Begin a replica of the vault that is synced in FOLDER.

    It prints the card of its new device: an admin lets it in (breachcase team add), both sync, and
    it can be read. With the recovery key the device lets itself in.
    """
    path = vault_path()
    require_new(path)
    from store.joining import Newcomer, find_vault
    from store.medium import vaults
    from store.rclone import PREFIX, Remote

    remote = Remote.parse(medium) if medium.startswith(PREFIX) else None
    number = number or _asked("vault number (30 digits, on the recovery sheet)", "--number")
    vault_id = find_vault(remote.vaults() if remote else vaults(Path(medium)), number)
    newcomer = Newcomer(person or _asked("your name", "--person"), kdf_memory, wall())
    if recover or recovery_file is not None:
        from store.medium import Folder

        root = remote.staging(vault_id) if remote else Path(medium)
        if remote:
            remote.fetch(vault_id, root)
        _recover(path, Folder(root, vault_id), newcomer, recovery_file)
        output.narrate(f"vault recovered at {path}; this device is an admin of it")
        output.narrate("now: breachcase sync, then breachcase team remove for each lost device")
        return
    words = new_secret("new passphrase: ")
    from store.joining import clone as begin

    try:
        device = begin(path, words, vault_id, newcomer)
    finally:
        passphrase.wipe(words)
    output.narrate(f"replica begun at {path}; it can be read once an admin let its device in")
    print_card(device, newcomer.person, vault_id)


def print_card(device: Device, person: str, vault_id: bytes) -> None:
    """Print a device card on stdout, and its number with what to do on stderr."""
    from store.device import card_line

    output.out(card_line(device, person, vault_id))
    output.narrate(f"number  {device.card(person, ()).number}")
    output.narrate("give the card to an admin by any way, and read the number aloud to them")


def _recover(path: Path, medium: Folder, newcomer: Newcomer, file: str | None) -> None:
    from store.joining import recover
    from store.recovery import RecoverySecret

    given = (
        passphrase.from_file(file, "--recovery-file")
        if file is not None
        else passphrase.ask("recovery key: ", "pass --recovery-file FILE")
    )
    words = new_secret("new passphrase: ")
    try:
        recover(path, words, medium, RecoverySecret.read(given), newcomer)
    finally:
        passphrase.wipe(given)
        passphrase.wipe(words)


def _asked(question: str, option: str) -> str:
    return ask(question, f"not said: {question}", f"pass {option}")
