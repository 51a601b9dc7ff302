"""`breachcase team`: the devices of a vault, let in and out by its admins."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import passphrase
from tui.commands import keys, output, params
from tui.commands.asking import ask
from tui.commands.cloning import print_card
from tui.commands.opening import opened, require_vault, secret, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.device import DeviceCard
    from store.recovery import RecoverySecret
    from store.vault import Vault

ROLES = ("admin", "responder", "case_officer", "reader")


@click.group()
def team() -> None:
    """Let devices in and out; a device is one person on one machine."""


@team.command("card")
@click.option("--person", required=True, metavar="NAME", help="You, as the history will name you.")
@params.vault_options
def card(person: str) -> None:
    """Print the card of this device, for an admin who lets it in."""
    path = vault_path()
    require_vault(path)
    words = secret("passphrase: ")
    from store.joining import device_of

    try:
        device, vault_id = device_of(path, words)
    finally:
        passphrase.wipe(words)
    print_card(device, person, vault_id)


@team.command("add")
@click.argument("card", metavar="DEVICE-CARD")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given twice.",
)
@click.option("--number", metavar="DIGITS", help="What they read aloud; asked on a terminal.")
@params.vault_options
def add(card: str, roles: tuple[str, ...], number: str | None) -> None:
    """Let a device in.

    Its number is compared by voice, for a card may come from anybody.
    """
    from store import team as store_team
    from store.device import read_card_line

    with opened() as vault:
        asked = read_card_line(card, bytes.fromhex(vault.id))
        _compare(asked, number)
        enrolled = store_team.add(vault, asked, roles, wall=wall())
    output.out(f"{enrolled.device_id}  {' '.join(enrolled.roles)}  {enrolled.person}")
    output.narrate("let in; now breachcase sync here, then there")


@team.command("ls")
@params.json_option
@params.vault_options
def ls(*, as_json: bool) -> None:
    """List the devices, and what of removed ones is quarantined."""
    from store.standing import standing
    from store.team import members

    with opened(writable=False) as vault:
        found, number, now = members(vault), vault.number, standing(vault)
        aside = [f"{each.name}  {each.device}" for each in vault.history.quarantined]
    if as_json:
        output.out_json(
            {
                "number": number,
                "devices": [each.as_json() for each in found],
                "quarantined": aside,
                "stale": sorted(now.reading),
                "knowing_office": sorted(now.knowing),
            }
        )
        return
    output.table(
        (
            each.card.device_id,
            "removed" if each.removed else " ".join(each.card.roles),
            each.card.person + (" (here)" if each.here else ""),
        )
        for each in found
    )
    for text in aside:
        output.out(f"quarantined  {text}")
    output.narrate(f"vault number {number}")
    if now.reading:
        output.narrate("a removed device can still read what is written: an admin has to sync")
    if now.knowing:
        names = ", ".join(each[:8] for each in sorted(now.knowing))
        output.narrate(
            f"removed and still knowing the office's keys: {names}: breachcase key rotate"
        )


@team.command("remove")
@click.argument("device")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--last", type=int, metavar="N", help="The last of its segments that counts.")
@click.option("--recovery-file", metavar="FILE", help="The recovery key: FILE's first line.")
@keys.folder_option
@params.vault_options
def remove(
    device: str, reason: str, last: int | None, recovery_file: str | None, folder: str
) -> None:
    """Take a device out; what it writes from now on does not count.

    What it has read it keeps: a copy cannot be called back. With the recovery key the office gets
    new keys too, and a bundle for each contact says so, as by key rotate. Where this device is no
    admin, or was removed itself, the recovery key signs: its word goes before any admin's.
    """
    from store import team as store_team

    place = keys.folder_at(folder)
    recovery = keys.recovery_key(recovery_file) if recovery_file is not None else None
    with _open_to_remove(recovery) as vault:
        office = recovery if store_team.is_admin(vault) else None
        card = store_team.find_member(vault, device).card
        store_team.remove(vault, card.device_id, reason, wall=wall(), last=last, recovery=office)
        output.narrate(f"{card.person} is out; breachcase sync, so that the others know")
        written = keys.announce(vault, place) if office else []
    keys.report(written)
    if not office:
        output.narrate("the device still knows the keys of the office, until breachcase key rotate")


@contextmanager
def _open_to_remove(recovery: RecoverySecret | None) -> Iterator[Vault]:
    """Open the vault; where this device may not remove any, the recovery key takes its place."""
    path = vault_path()
    require_vault(path)
    words = secret("passphrase: ")
    from store.joining import with_recovery
    from store.team import is_admin
    from store.vault import Vault

    try:
        with Vault.open(path, words) as vault:
            for notice in vault.notices:
                output.narrate(f"breachcase: {notice}")
            if recovery is None or is_admin(vault):
                yield vault
                return
        with with_recovery(path, words, recovery) as vault:
            yield vault
    finally:
        passphrase.wipe(words)


@team.command("adopt")
@click.argument("segment")
@click.option("--reason", required=True, metavar="TEXT", help="Why it counts after all.")
@params.vault_options
def adopt(segment: str, reason: str) -> None:
    """Let a quarantined SEGMENT of a removed device count.

    `breachcase team ls` shows its name.
    """
    from store import team as store_team

    with opened() as vault:
        store_team.adopt(vault, segment, reason, wall=wall())
    output.narrate(f"{segment} counts from now on")


@team.command("renew")
@params.vault_options
def renew() -> None:
    """Give this copy a new device.

    For a vault that was copied or restored and is forked.
    """
    from store import team as store_team

    with opened() as vault:
        person, vault_id = vault.settings.person, bytes.fromhex(vault.id)
        device, let_in = store_team.renew(vault, wall=wall())
    if let_in:
        output.narrate("this copy has a device of its own now; breachcase sync tells the others")
    else:
        output.narrate("this copy can be read again once an admin let its new device in")
        print_card(device, person, vault_id)


def _compare(card: DeviceCard, number: str | None) -> None:
    """Raise UsageError unless the number that was read aloud is the card's."""
    if number is None:
        question = f"number that {card.person} reads from their screen"
        number = ask(question, "no number to compare", "pass --number, as they read it to you")
    if "".join(str(number).split()) != "".join(card.number.split()):
        raise UsageError(
            "that is another device's number", hint="compare again; never let in what differs"
        )
