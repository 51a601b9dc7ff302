"""`breachcase vault slots`: what opens this copy of a vault; letting more in, and out again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import passphrase
from tui.commands import output, params
from tui.commands.asking import agree
from tui.commands.founding import kdf_option
from tui.commands.opening import new_passphrase, presented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.access import Access
    from store.slots import Slot

_SHORT = 8  # characters of a slot's id
_WIDEST = 32  # characters of a recipient that are shown


@click.group()
def slots() -> None:
    """List and change what opens this copy: passphrases and keys."""


@slots.command("ls")
@params.json_option
@params.vault_options
def ls(*, as_json: bool) -> None:
    """List what opens this copy, `*` before what opened it now."""
    with presented() as (path, words):
        from store.access import listed

        entered, recipients = listed(path, words)
    if entered.notice:
        output.narrate(f"breachcase: {entered.notice}")
    found = [(each, recipients.get(each.name, "")) for each in entered.header.slots]
    if as_json:
        told = [_as_json(slot, text, opened=slot == entered.slot) for slot, text in found]
        output.out_json({"slots": told, "generation": entered.header.generation})
        return
    output.table(
        ("*" if slot == entered.slot else " ", slot.name[:_SHORT], *_said(slot, text))
        for slot, text in found
    )


@slots.command("add")
@click.option(
    "--recipient", metavar="TEXT", help="age1..., age1pq1... or 'ssh-ed25519 AAAA...'; @FILE."
)
@click.option("--passphrase", "words_too", is_flag=True, help="One more passphrase.")
@click.option("--new-passphrase-file", metavar="FILE", help="That one: FILE's first line.")
@click.option("--new-passphrase-fd", type=int, metavar="N", help="That one: descriptor N.")
@kdf_option
@params.vault_options
def add(
    recipient: str | None,
    new_passphrase_file: str | None,
    new_passphrase_fd: int | None,
    kdf_memory: int,
    *,
    words_too: bool,
) -> None:
    """Let a key or a second passphrase open this copy as well.

    Who has the key that belongs to RECIPIENT opens this copy, with all that is in it.
    """
    if words_too == bool(recipient):
        raise UsageError("say what is to open it", hint="pass --recipient TEXT or --passphrase")
    text = "" if recipient is None else params.said(recipient).strip()
    with accessed() as access:
        if text:
            slot = access.add_recipient(text)
        else:
            from store.kdf import cost_of

            new = new_passphrase(new_passphrase_file, new_passphrase_fd)
            try:
                slot = access.add_passphrase(new, cost_of(kdf_memory))
            finally:
                passphrase.wipe(new)
    output.table([(slot.name[:_SHORT], *_said(slot, text))])
    if text:
        output.narrate("open with it: breachcase --identity FILE, or BREACHCASE_IDENTITY_FILE")


@slots.command("rm")
@click.argument("slot", metavar="SLOT")
@click.option("--recovery-too", is_flag=True, help="Also where it is the recovery key's.")
@params.vault_options
def rm(slot: str, *, recovery_too: bool) -> None:
    """Let a SLOT of slots ls open this copy no more; never the last one.

    Older copies of the file header still open with it, until breachcase vault rekey.
    """
    with accessed() as access:
        found = access.find(slot)
        if found.is_recovery and not recovery_too:
            _agree()
        access.remove(found)
    output.out(f"slot {found.name[:_SHORT]} opens this copy no more")
    output.narrate("older copies of the file header still open with it, until vault rekey")


@contextmanager
def accessed(prompt: str = "passphrase, or recovery key: ") -> Iterator[Access]:
    """Lend what changes what opens the vault, to whoever shows anew that they may."""
    with presented(prompt, anew=True) as (path, words):
        from store.access import unlocked

        with unlocked(path, words) as access:
            if access.notice:
                output.narrate(f"breachcase: {access.notice}")
            yield access


def _agree() -> None:
    """Ask whether the recovery key is really meant."""
    question = "that is the recovery key: a forgotten passphrase then loses the cases; go on?"
    agree(question, "nothing was changed", "pass --recovery-too if you mean it")


def _said(slot: Slot, recipient: str) -> tuple[str, str]:
    """Return what kind of slot it is and for what, in words."""
    from store.slots import cost_of_slot, sealed_for

    cost = cost_of_slot(slot)
    if cost is not None:
        memory = cost.memory // 1024
        return "passphrase", f"Argon2id {memory} MiB, {cost.passes} passes, {cost.lanes} lanes"
    if slot.is_recovery:
        return "recovery key", "as on its sheet; any age program opens it"
    shown = recipient if len(recipient) <= _WIDEST else f"{recipient[:_WIDEST]}..."
    return sealed_for(slot) or "damaged", shown or "not known for whom"


def _as_json(slot: Slot, recipient: str, *, opened: bool) -> dict[str, object]:
    from store.slots import PASSPHRASE, cost_of_slot, sealed_for

    cost = cost_of_slot(slot)
    kdf = cost and {"memory_kib": cost.memory, "passes": cost.passes, "lanes": cost.lanes}
    return {
        "id": slot.name,
        "type": "passphrase" if slot.kind == PASSPHRASE else "recipient",
        "recovery": slot.is_recovery,
        "kdf": kdf,
        "kind": sealed_for(slot) or None,
        "recipient": recipient or None,
        "opened": opened,
    }
