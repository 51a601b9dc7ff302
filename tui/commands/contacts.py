"""`breachcase contact`: the offices we seal to, how far each is trusted, and their keys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import outfile
from tui.commands import output, params
from tui.commands.asking import require_person
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from exports.trust import Contact

ROLES = ("controller", "processor", "regulator")
SIGNERS = "allowed_signers"
"""What a file of allowed signers is called in a folder."""


@click.group()
def contact() -> None:
    """Add, list, verify and forget the offices we exchange bundles with."""


@contact.command("add")
@click.argument("card", metavar="CARD|FILE|-")
@click.option("--role", type=click.Choice(ROLES), help="What they are to us.")
@click.option("--replaces", metavar="CONTACT", help="The contact whose new card this is.")
@params.json_option
@params.vault_options
def add(card: str, role: str | None, replaces: str | None, *, as_json: bool) -> None:
    """Add the office whose CARD this is.

    What it is to us is yours to say, never the card's: --role. An office that lost or revoked
    its keys hands over a new card: --replaces CONTACT. It counts once its number was compared.
    """
    from exports.card import parse_card
    from exports.trust import add_contact, find_contact, replace_card

    if (role is None) == (replaces is None):
        raise UsageError(
            "say --role or --replaces", hint="one of them: a new contact, or a new card"
        )
    parsed = parse_card(_card_text(card))
    with opened() as vault:
        if replaces is None:
            added = add_contact(vault, parsed, role, wall=wall())
        else:
            added = replace_card(vault, find_contact(vault, replaces), parsed, wall=wall())
    if as_json:
        output.out_json({**_told(added), "number": parsed.number})
        return
    output.out(f"{added.id}  {added.role or '-'}  {added.card.name}")
    output.narrate("not verified yet: have them read their number to you by telephone, then")
    output.narrate(f"breachcase contact verify {added.id[:8]}")


@contact.command("ls")
@params.json_option
@params.vault_options
def ls(*, as_json: bool) -> None:
    """List the contacts and how far each is trusted.

    Verified, amber (its number was not compared), frozen (its key updates differ) or revoked.
    """
    from exports.trust import contacts

    with opened(writable=False) as vault:
        known = contacts(vault)
    if as_json:
        found = [{**_told(one), "number": one.card.number} for one in known]
        output.out_json({"contacts": found})
        return
    output.table((one.id, one.role or "-", one.state, one.card.name) for one in known)


@contact.command("verify")
@click.argument("who", metavar="CONTACT")
@click.option("--number", metavar="DIGITS", help="The 30 digits, as they were read to you.")
@params.json_option
@params.vault_options
def verify(who: str, number: str | None, *, as_json: bool) -> None:
    """Type the number that CONTACT reads to you.

    By telephone, under a number that did not come with the card. Nothing here shows the digits:
    what is copied from a screen proves nothing.
    """
    from exports.comparison import verify_contact
    from exports.trust import find_contact

    with opened() as vault:
        known = find_contact(vault, who)
        heard = number if number is not None else _asked_number(known)
        verified = verify_contact(vault, known, heard, wall=wall())
    if as_json:
        output.out_json(_told(verified))
    else:
        output.narrate(f"{verified.card.name} is verified")


@contact.command("rm")
@click.argument("who", metavar="CONTACT")
@params.vault_options
def rm(who: str) -> None:
    """Forget CONTACT; its cases and all evidence stay."""
    from exports.trust import find_contact, remove_contact

    with opened() as vault:
        known = find_contact(vault, who)
        remove_contact(vault, known, wall=wall())
    output.narrate(f"{known.card.name} is no contact any more")


@contact.command("allowed-signers")
@click.option("--all", "everyone", is_flag=True, help="Contacts too that are not verified.")
@click.option("-o", "--output", "target", metavar="FILE", help="Where to; default stdout.")
@params.vault_options
def allowed_signers(target: str | None, *, everyone: bool) -> None:
    """Write the keys of verified contacts for ssh-keygen.

    A file of allowed signers, for `ssh-keygen -Y verify`.
    """
    from exports.signers import signer_lines

    with opened(writable=False) as vault:
        text = "".join(f"{line}\n" for line in signer_lines(vault, everyone=everyone))
    if target is None or target == params.STDIN:
        sys.stdout.write(text)
        return
    path = outfile.target(target, SIGNERS)
    outfile.save(path, text.encode("ascii"))
    output.narrate(f"written: {path}")


def _told(contact: Contact) -> dict[str, object]:
    return {
        "id": contact.id,
        "name": contact.card.name,
        "role": contact.role,
        "verified": contact.verified,
        "state": contact.state,
    }


def _asked_number(contact: Contact) -> str:
    require_person("no number", "pass --number DIGITS, as they were read to you")
    output.narrate(f"call {contact.card.name} on a telephone number that you did not get from them")
    output.narrate("with this card, and have them read out what `breachcase key show` prints")
    number: str = click.prompt("the 30 digits you hear", err=True)
    return number


def _card_text(said: str) -> str:
    if said.startswith("breachcase-card-"):
        return said
    if said != params.STDIN and not Path(said).exists():
        raise UsageError("that is neither a card nor a file", hint="paste the whole card line")
    raw = params.read_file(said, 16 * 1024)
    try:
        return raw.decode("ascii").strip()
    except UnicodeDecodeError:
        raise UsageError("that file is not a card", hint="a card is one line of ASCII") from None
