"""`breachcase key` and `breachcase contact`: our card, and whom we seal to."""

from __future__ import annotations

from pathlib import Path

import click

from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

ROLES = ("controller", "processor", "regulator")


@click.group()
def key() -> None:
    """Show this office's card: what others need to seal to us and to know our signature."""


@key.command("show")
@params.json_option
@params.vault_options
def show(*, as_json: bool) -> None:
    """Print the office card on stdout and its number on stderr."""
    from exports.card import office_card

    with opened(writable=False) as vault:
        card = office_card(vault)
    if as_json:
        output.out_json({"card": card.line(), "number": card.number, "sha256": card.sha256})
        return
    output.out(card.line())
    output.narrate(f"number  {card.number}")
    output.narrate("give the card by any way; read the number aloud over a telephone")


@click.group()
def contact() -> None:
    """The offices we exchange bundles with."""


@contact.command("add")
@click.argument("card", metavar="CARD|FILE|-")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they are to us.")
@params.json_option
@params.vault_options
def add(card: str, role: str, *, as_json: bool) -> None:
    """Add the office whose CARD this is; the role is yours to say, never the card's."""
    from exports.card import parse_card
    from exports.trust import add_contact

    parsed = parse_card(_card_text(card))
    with opened() as vault:
        added = add_contact(vault, parsed, role, wall=wall())
    if as_json:
        output.out_json(
            {"id": added.id, "name": added.card.name, "role": added.role, "number": parsed.number}
        )
        return
    output.out(f"{added.id}  {added.role}  {added.card.name}")
    output.narrate(f"number  {parsed.number}")
    output.narrate("not verified yet: compare the number with them by telephone")


@contact.command("ls")
@params.json_option
@params.vault_options
def ls(*, as_json: bool) -> None:
    """List the contacts, amber (not verified) ones marked."""
    from exports.trust import contacts

    with opened(writable=False) as vault:
        known = contacts(vault)
    if as_json:
        output.out_json(
            {
                "contacts": [
                    {
                        "id": one.id,
                        "name": one.card.name,
                        "role": one.role,
                        "verified": one.verified,
                        "number": one.card.number,
                    }
                    for one in known
                ]
            }
        )
        return
    output.table(
        (one.id, one.role or "-", "verified" if one.verified else "amber", one.card.name)
        for one in known
    )


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
