"""Making a vault: its passphrase asked, its recovery key handed over, or nothing made at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import passphrase
from tui.commands import output
from tui.commands.asking import ask, require_person
from tui.commands.opening import new_secret
from tui.founder import DEFAULT_ZONE, Founder, side_of
from tui.today import wall

if TYPE_CHECKING:
    from store.vault import Vault

KDF_MIB = 256
kdf_option = click.option(
    "--kdf-memory",
    type=click.IntRange(19, 1024),
    default=KDF_MIB,
    show_default=True,
    metavar="MIB",
    help="Memory of the key derivation, 19 to 1024 MiB.",
)
TYPED_BACK = 8
"""Characters of the recovery key that are typed back, so that it was really written down."""


def ask_founder(
    person: str | None, side: str | None, organisation: str | None, zone: str | None
) -> Founder:
    """Return who makes the vault; what was not said is asked."""
    side = side_of(side or _asked("which side are you (controller or regulator)", "controller"))
    person = person or _asked("your name", "")
    organisation = organisation or _asked("your organisation", "")
    return Founder.told(person, side, organisation, zone or _asked("default zone", DEFAULT_ZONE))


def is_new(path: Path) -> bool:
    """Return whether a vault can be made at `path`: nothing is there, or an empty folder."""
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


def require_new(path: Path) -> None:
    """Refuse a folder that holds something."""
    if not is_new(path):
        raise UsageError(f"{path} is not empty", hint="a vault is made in a new folder")


def make_vault(
    path: Path,
    founder: Founder,
    *,
    kdf_mib: int = KDF_MIB,
    recovery_file: Path | None = None,
    post_quantum: bool = True,
) -> Vault:
    """Ask for the passphrase, make the vault, hand over its recovery key; return the vault open.

    The key is shown and its end typed back, or written to `recovery_file`. A vault whose key did
    not reach anybody is removed again. Raises CaseError, OSError, click.Abort.
    """
    words = new_secret("new passphrase: ")
    # a second or more of imports: after the questions, not before the first of them
    from store.vault import Founding, Vault

    founding = Founding(*founder, kdf_mib=kdf_mib, post_quantum=post_quantum)
    try:
        made, recovery = Vault.create(path, words, founding, wall())
    finally:
        passphrase.wipe(words)
    try:
        if recovery_file is not None:
            _write_recovery(recovery_file, recovery.text, made.number)
        else:
            _show_recovery(recovery.text, made.number)
    except BaseException:
        made.close()
        shutil.rmtree(path)
        output.narrate("not confirmed: nothing was made")
        raise
    output.narrate(f"vault made at {path}")
    output.narrate(f"vault number {made.number}")
    return made


def require_terminal() -> None:
    """Refuse to make a vault whose recovery key nobody would see."""
    require_person(
        "no terminal to show the recovery key on",
        "pass --recovery-file FILE and keep that file apart from the vault",
    )


def _asked(question: str, default: str) -> str:
    hint = "pass --person --organisation --role --zone"
    return ask(question, f"not said: {question}", hint, default=default or None)


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
        typed = _typed_back()
        if typed.strip().upper() == text[-TYPED_BACK:].upper():
            return
        click.echo("that is not how it ends; look again", err=True)


def _typed_back() -> str:
    try:
        typed: str = click.prompt(f"type its last {TYPED_BACK} characters", err=True)
    except click.Abort:
        click.echo(err=True)  # ctrl-c leaves the cursor behind the prompt
        raise
    return typed
