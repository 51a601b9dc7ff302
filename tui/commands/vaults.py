"""`breachcase vault`: a new vault with its recovery key, a new passphrase, a whole check."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import normalise
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import require_vault, secret, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from store.vault import Founding

TYPED_BACK = 8
"""Characters of the recovery key that are typed back, so that it was really written down."""


@click.group()
def vault() -> None:
    """Make a vault, change its passphrase, check all of it."""


_kdf_option = click.option(
    "--kdf-memory",
    type=click.IntRange(19, 1024),
    default=256,
    show_default=True,
    metavar="MIB",
    help="Memory of the key derivation, 19 to 1024 MiB.",
)


@vault.command()
@click.option("--person", metavar="NAME", help="You, as the history will name you.")
@click.option("--organisation", metavar="NAME", help="Your office, as its card will name it.")
@click.option("--role", type=click.Choice(["controller", "regulator"]), help="Which side you are.")
@click.option("--zone", metavar="ZONE", help="Default time zone, such as Europe/London.")
@_kdf_option
@click.option("--recovery-file", metavar="FILE", help="Write the recovery key to FILE (0600).")
@params.vault_options
def init(  # noqa: PLR0913, PLR0917 - one parameter an option
    person: str | None,
    organisation: str | None,
    role: str | None,
    zone: str | None,
    kdf_memory: int,
    recovery_file: str | None,
) -> None:
    """Make a vault; without options it asks. The recovery key is shown once."""
    from store.vault import Vault

    path = vault_path()
    if path.exists() and any(path.iterdir()):
        raise UsageError(f"{path} is not empty", hint="a vault is made in a new folder")
    if recovery_file is None:
        _require_terminal()
    founding = _founding(person, organisation, role, zone, kdf_memory)
    words = secret("new passphrase: ", new=True)
    try:
        made, recovery = Vault.create(path, words, founding, wall())
    finally:
        passphrase.wipe(words)
    with made:
        number = made.number
    if recovery_file is not None:
        _write_recovery(Path(recovery_file), recovery.text, number)
    else:
        _show_recovery(recovery.text, number)
    output.narrate(f"vault made at {path}")
    output.narrate(f"vault number {number}")


@vault.command()
@click.option("--new-passphrase-file", metavar="FILE", help="The new one: FILE's first line.")
@click.option("--new-passphrase-fd", type=int, metavar="N", help="The new one: descriptor N.")
@_kdf_option
@params.vault_options
def passwd(new_passphrase_file: str | None, new_passphrase_fd: int | None, kdf_memory: int) -> None:
    """Change the passphrase, knowing the present one or the recovery key."""
    path = vault_path()
    require_vault(path)
    words = secret("present passphrase, or recovery key: ")
    from store.access import unlocked
    from store.kdf import cost_of

    try:
        with unlocked(path, words) as access:
            if access.notice:
                output.narrate(f"breachcase: {access.notice}")
            new = _new_passphrase(new_passphrase_file, new_passphrase_fd)
            try:
                access.change_passphrase(new, cost_of(kdf_memory))
            finally:
                passphrase.wipe(new)
    finally:
        passphrase.wipe(words)
    output.narrate("passphrase changed; the recovery key is as before")
    output.narrate(
        "older copies of the file header (backups, snapshots) still open with the old passphrase"
    )


def _new_passphrase(file: str | None, descriptor: int | None) -> bytearray:
    if file is not None:
        return passphrase.from_file(file, "--new-passphrase-file")
    if descriptor is not None:
        return passphrase.from_descriptor(descriptor, "--new-passphrase-fd")
    hint = "pass --new-passphrase-file FILE or --new-passphrase-fd N"
    return passphrase.ask_twice("new passphrase: ", hint)


def _founding(
    person: str | None, organisation: str | None, role: str | None, zone: str | None, kdf: int
) -> Founding:
    from store.vault import Founding

    side = role or _asked("which side are you (controller or regulator)", "controller")
    if side not in {"controller", "regulator"}:
        raise UsageError("a side is controller or regulator", hint="pass --role")
    return Founding(
        person=normalise(person or _asked("your name", "")),
        side="regulator" if side == "regulator" else "controller",
        organisation=normalise(organisation or _asked("your organisation", "")),
        zone=zone or _asked("default time zone", "Europe/London"),
        kdf_mib=kdf,
    )


def _asked(question: str, default: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(f"not said: {question}", hint="pass --person --organisation --role --zone")
    answer: str = click.prompt(question, default=default or None, err=True)
    return answer


def _require_terminal() -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "no terminal to show the recovery key on",
            hint="pass --recovery-file FILE and keep that file apart from the vault",
        )


def _write_recovery(path: Path, text: str, number: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="ascii") as sheet:
        # the key first: the sheet serves as --passphrase-file and as an identity file of age
        sheet.write(f"{text}\n# breachcase recovery key; vault number {number}\n")
    output.narrate(f"recovery key written to {path}: print it, keep it apart from the vault")


def _show_recovery(text: str, number: str) -> None:
    click.echo("\nThe recovery key, shown once. Write it on paper; keep it apart.\n", err=True)
    click.echo(f"  {text}\n\n  vault number {number}\n", err=True)
    click.echo("Without the passphrase and without this key the cases are lost.\n", err=True)
    while True:
        typed = click.prompt(f"type its last {TYPED_BACK} characters", err=True)
        if typed.strip().upper() == text[-TYPED_BACK:].upper():
            return
        click.echo("that is not how it ends; look again", err=True)
