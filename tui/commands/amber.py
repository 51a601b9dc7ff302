"""Sealing to a contact that nobody has compared: a person says that they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands import output, params
from tui.commands.asking import require_person

if TYPE_CHECKING:
    from exports.trust import Contact

WORD = "amber"


def amber_option(command: params.F) -> params.F:
    """Add `--amber` to a command that seals something that matters."""
    says = "Seal it although nobody has compared the contact's number."
    option = click.option("--amber", is_flag=True, help=says)
    return option(command)


def require_compared(contact: Contact, *, amber: bool) -> None:
    """Ask before something is sealed to an amber contact, unless `amber` says that it may.

    Raises UsageError without a terminal, click.Abort for another answer, UntrustedError for a
    contact to which nothing is sealed at all.
    """
    contact.check_open()
    if contact.verified or amber:
        return
    compare = f"breachcase contact verify {contact.id[:8]}"
    require_person(
        "contact is amber: nobody has compared its number",
        f"{compare}, or pass --amber to seal it all the same",
    )
    output.narrate(f"{contact.card.name} is amber: nobody has compared its number")
    output.narrate(f"compare it by telephone: {compare}")
    said: str = click.prompt(f"or type {WORD} to seal it all the same", default="", err=True)
    if said.strip().casefold() != WORD:
        raise click.Abort
