"""`breachcase key`: our card and its keys: shown, replaced, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.text import normalise
from tui import outfile, passphrase
from tui.commands import output, params
from tui.commands.asking import agree
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from exports.sealing import Sealed
    from exports.trust import Contact
    from models.moment import Moment
    from store.vault import RecoverySecret, Vault

folder_option = click.option(
    "-o", "--output", "folder", metavar="FOLDER", default=".", help="Where to write the bundles."
)


@click.group()
def key() -> None:
    """Show, rotate and revoke this office's keys.

    Its card is what others need to seal to us and to know our signature.
    """


@key.command("show")
@click.option("--secret", is_flag=True, help="Print the secret age keys instead.")
@click.option("--yes", is_flag=True, help="Print them without asking.")
@params.json_option
@params.vault_options
def show(*, secret: bool, yes: bool, as_json: bool) -> None:
    """Print the office card on stdout, its number on stderr.

    --secret prints what opens the bundles sealed to us, as an identity file for `age -i`, to
    read them without breachcase. Whoever has it reads every bundle ever sealed to this office.
    """
    from exports.card import office_card, office_cards, office_revoked

    if secret and not yes:
        agree("print the secret keys of this office?", "nothing was printed", "pass --yes")
    with opened(writable=False) as vault:
        card = office_card(vault)
        revoked = office_revoked(vault)
        secrets = [
            (own.sha256, [each.text() for each in keys.identities])
            for own, keys in zip(office_cards(vault), vault.offices, strict=True)
        ]
    if secret:
        _print_secrets(secrets[::-1], as_json=as_json)
        return
    if as_json:
        output.out_json(
            {"card": card.line(), "number": card.number, "sha256": card.sha256, "revoked": revoked}
        )
        return
    output.out(card.line())
    output.narrate(f"number  {card.number}")
    output.narrate("give the card by any way; read the number aloud over a telephone")
    if revoked:
        output.narrate("REVOKED by this office: make a new one with breachcase key rotate")


def _print_secrets(secrets: Iterable[tuple[str, list[str]]], *, as_json: bool) -> None:
    """Print the age identities of each card, by its sha256, the newest first."""
    if as_json:
        output.out_json({"identities": [{"card": card, "age": each} for card, each in secrets]})
        return
    for card, identities in secrets:
        output.out(f"# opens what was sealed to card {card}")
        for text in identities:
            output.out(text)


@key.command("rotate")
@click.option("--recovery-file", metavar="FILE", help="The recovery key: FILE's first line.")
@folder_option
@params.json_option
@params.vault_options
def rotate(recovery_file: str | None, folder: str, *, as_json: bool) -> None:
    """Give the office new keys and seal that to each contact.

    The next signing key is kept under the recovery key alone, so that is asked for. Whoever
    gets the statement before it gets our next bundle goes on with us as if nothing had changed.
    """
    place = folder_at(folder)
    with opened() as vault:
        vault.rotate_office(recovery_key(recovery_file), wall=wall())
        written = announce(vault, place)
    report(written, as_json=as_json)


def announce(vault: Vault, place: Path) -> list[tuple[Contact, str]]:
    """Say that the office has just got new keys: here, and in a sealed file for each contact."""
    from exports.card import office_card, office_revocation

    output.narrate(f"new keys; number  {office_card(vault).number}")
    before = vault.office_number - 1
    written = _write_updates(vault, _open_contacts(vault), place, first=before)
    if office_revocation(vault, before) is not None:
        output.narrate("the card before was revoked: hand the new one over to each contact")
    return written


@key.command("update")
@click.option("--to", "who", required=True, metavar="CONTACT", help="Whom to seal them to.")
@folder_option
@params.json_option
@params.vault_options
def update(who: str, folder: str, *, as_json: bool) -> None:
    """Seal once more to CONTACT that our keys changed.

    A bundle for each time they did, to be received in this order; what the contact knows already
    changes nothing there.
    """
    from exports.trust import find_contact

    place = folder_at(folder)
    with opened(writable=False) as vault:
        written = _write_updates(vault, [find_contact(vault, who)], place, first=1)
    if not written:
        raise UsageError("the keys of this office never changed", hint="see breachcase key rotate")
    report(written, as_json=as_json)


@key.command("revoke")
@params.moment_option("since", "Since when somebody else may have had the key.")
@click.option("--reason", metavar="TEXT", help="Why, as the contacts will read it.")
@click.option("--yes", is_flag=True, help="Revoke it without asking.")
@folder_option
@params.json_option
@params.vault_options
def revoke(
    since: Moment | None, reason: str | None, folder: str, *, yes: bool, as_json: bool
) -> None:
    """Take this office's card back and seal that to each contact.

    They believe nothing more that it signs and seal nothing to it. Afterwards: key rotate, then
    hand the new card over; its number is compared anew. Run again, it seals the same once more.
    """
    from exports.statement import revoke_office, seal_revocation

    place = folder_at(folder)
    if not yes:
        question = "revoke this office's card? it cannot be undone"
        agree(question, "nothing was revoked", "pass --yes")
    with opened() as vault:
        told = normalise(reason) if reason else None
        revoke_office(vault, since=since, reason=told, wall=wall())
        written = [
            (one, _write(seal_revocation(vault, one, wall=wall()), place))
            for one in _open_contacts(vault)
        ]
    output.narrate("revoked; next: breachcase key rotate, then hand the new card over")
    report(written, as_json=as_json)


def _open_contacts(vault: Vault) -> list[Contact]:
    from exports.trust import contacts

    known = contacts(vault)
    for one in known:
        if one.frozen or one.revoked:
            output.narrate(f"nothing is sealed to {one.card.name}: it is {one.state}")
    return [one for one in known if not (one.frozen or one.revoked)]


def _write_updates(
    vault: Vault, to: Iterable[Contact], place: Path, *, first: int
) -> list[tuple[Contact, str]]:
    from exports.statement import seal_updates

    return [
        (one, _write(sealed, place))
        for one in to
        for sealed in seal_updates(vault, one, wall=wall(), first=first)
    ]


def _write(sealed: Sealed, place: Path) -> str:
    path = outfile.target(str(place), sealed.name)
    outfile.save_pieces(path, sealed.pieces())
    return str(path)


def report(written: list[tuple[Contact, str]], *, as_json: bool = False) -> None:
    """Print which file is for whom."""
    if as_json:
        output.out_json({"sealed": [{"contact": one.id, "file": name} for one, name in written]})
        return
    output.table((name, one.card.name) for one, name in written)


def folder_at(typed: str) -> Path:
    """Return the folder to write bundles into; raise UsageError where there is none."""
    from pathlib import Path

    place = Path(typed).expanduser()
    if not place.is_dir():
        raise UsageError("there is no such folder", hint="name a folder that is there")
    return place


def recovery_key(file: str | None) -> RecoverySecret:
    """Return the recovery key on the first line of `file`, else as it is typed."""
    from store.passphrase import recovery_identity
    from store.vault import RecoverySecret

    hint = "pass --recovery-file FILE"
    words = (
        passphrase.from_file(file, "--recovery-file")
        if file is not None
        else passphrase.ask("recovery key: ", hint)
    )
    try:
        identity = recovery_identity(words)
    finally:
        passphrase.wipe(words)
    if identity is None:
        raise UsageError("that is not a recovery key", hint="it begins with AGE-SECRET-KEY-1")
    return RecoverySecret(identity.text())
