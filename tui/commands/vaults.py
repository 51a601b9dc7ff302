"""`breachcase vault`: a new one and its recovery key, a new passphrase, a whole check, a copy."""

from __future__ import annotations

from pathlib import Path

import click

from tui import passphrase
from tui.commands import output, params
from tui.commands.cloning import clone
from tui.commands.founding import (
    ask_founder,
    kdf_option,
    make_vault,
    require_new,
    require_terminal,
)
from tui.commands.opening import asks, new_passphrase, presented, require_vault, secret, vault_path
from tui.commands.progress import bars
from tui.commands.rekeying import rekey
from tui.commands.repairing import repair
from tui.commands.slots import accessed, slots
from tui.commands.unlocking import lock, unlock
from tui.commands.verdict import tell


@click.group()
def vault() -> None:
    """Make a vault, change what opens it, check, repair and copy it."""


@vault.command()
@click.option("--person", metavar="NAME", help="You, as the history will name you.")
@click.option("--organisation", metavar="NAME", help="Your office, as its card will name it.")
@click.option("--role", type=click.Choice(["controller", "regulator"]), help="Which side you are.")
@click.option("--zone", metavar="ZONE", help="Default time zone, such as Europe/London.")
@kdf_option
@click.option("--recovery-file", metavar="FILE", help="Write the recovery key to FILE (0600).")
@click.option("--classic", is_flag=True, help="No post-quantum key: age before 1.3 opens bundles.")
@params.vault_options
def init(  # noqa: PLR0913, PLR0917 - one parameter an option
    person: str | None,
    organisation: str | None,
    role: str | None,
    zone: str | None,
    kdf_memory: int,
    recovery_file: str | None,
    *,
    classic: bool,
) -> None:
    """Make a vault; without options it asks. The recovery key is shown once."""
    path = vault_path()
    require_new(path)
    if recovery_file is None:
        require_terminal()
    founder = ask_founder(person, role, organisation, zone)
    sheet = Path(recovery_file) if recovery_file is not None else None
    made = make_vault(
        path, founder, kdf_mib=kdf_memory, recovery_file=sheet, post_quantum=not classic
    )
    made.close()


@vault.command()
@click.option("--new-passphrase-file", metavar="FILE", help="The new one: FILE's first line.")
@click.option("--new-passphrase-fd", type=int, metavar="N", help="The new one: descriptor N.")
@kdf_option
@params.vault_options
def passwd(new_passphrase_file: str | None, new_passphrase_fd: int | None, kdf_memory: int) -> None:
    """Change the passphrase.

    It takes the present one or the recovery key.
    """
    with accessed("present passphrase, or recovery key: ") as access:
        from store.kdf import cost_of

        new = new_passphrase(new_passphrase_file, new_passphrase_fd)
        try:
            others = access.change_passphrase(new, cost_of(kdf_memory))
        finally:
            passphrase.wipe(new)
    output.narrate("passphrase changed; the recovery key is as before")
    if others:
        output.narrate(f"other passphrases that still open it: {len(others)} (vault slots ls)")
    output.narrate(
        "older copies of the file header (backups, snapshots) still open with the old passphrase"
    )
    output.narrate("breachcase vault rekey ends that")


for command in (clone, slots, rekey, repair, unlock, lock):
    vault.add_command(command)


@vault.command()
@params.json_option
@params.vault_options
def verify(*, as_json: bool) -> int:
    """Read everything and name what is damaged.

    Then what that costs. Changes nothing. Exit 65 when something is damaged; vault repair takes
    whole copies.
    """
    from store.errors import DamagedError

    with presented() as (path, words), bars() as progress:
        from store.verify import verify as verify_all

        verdict = verify_all(path, words, progress)
    if verdict.notice:
        output.narrate(f"breachcase: {verdict.notice}")
    if as_json:
        output.out_json(verdict.as_json())
    else:
        tell(verdict)
    return DamagedError.code if verdict.faults else 0


@vault.command()
@click.argument("target", metavar="TARGET")
@params.vault_options
def backup(target: str) -> int:
    """Copy the whole vault to the new folder TARGET, and read it back.

    It stays sealed as it is. Asks no passphrase; with one from a file, a descriptor or a command
    the copy is opened and verified as well, and exit 65 says that it holds damaged items, as the
    vault does.
    """
    path = vault_path()
    require_vault(path)
    words = None if asks() else secret("")
    from store.backup import back_up
    from store.errors import DamagedError
    from store.verify import verify as verify_all

    copy = Path(target)
    try:
        with bars() as progress:
            made = back_up(path, copy, progress)
        output.narrate(f"backup of {made.files} files, {made.size} bytes, read back and the same")
        output.narrate("it opens with the passphrase of today, whatever is changed later")
        if words is None:
            output.narrate("not opened: to check all of it, breachcase vault verify --vault TARGET")
            return 0
        with bars() as progress:
            verdict = verify_all(copy, words, progress)
    finally:
        if words is not None:
            passphrase.wipe(words)
    tell(verdict)
    return DamagedError.code if verdict.faults else 0
