"""`breachcase doctor`: every protection and its limit, one line each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from models.errors import CaseError
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import secret, typed, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from pathlib import Path

    from store.finding import Finding


@click.command()
@params.json_option
@params.vault_options
def doctor(*, as_json: bool) -> int:
    """Say what protects this vault and machine, and what does not; exit 1 when something warns.

    Changes nothing and asks nothing: with a passphrase from a file, a descriptor or a command it
    looks into the vault too. No line names a case, a person or another office.
    """
    from store import premises, surroundings
    from store.platform import harden
    from tui import diagnosis

    harden()
    path = vault_path()
    opened, newest = _opened(path) if _at_hand(path) else ((_not_opened(),), "")
    said = click.get_current_context().find_root().obj
    found = (
        *surroundings.look(path),
        *premises.look(path),
        diagnosis.passphrase_source(
            said["passphrase_file"], said["passphrase_fd"], command=diagnosis.command_is_set()
        ),
        *opened,
        diagnosis.clock(premises.header_of(path), newest, wall()),
        *diagnosis.around(os.environ),
    )
    warnings = sum(each.level == "warn" for each in found)
    if as_json:
        told = [each.as_json() for each in found]
        output.out_json({"findings": told, "warnings": warnings})
    else:
        output.table((each.level, each.name, _line(each)) for each in found)
    return 1 if warnings else 0


def _at_hand(path: Path) -> bool:
    return not typed() and (path / "header").exists()


def _line(finding: Finding) -> str:
    return f"{finding.says}: {finding.advice}" if finding.advice else finding.says


def _not_opened() -> Finding:
    from store.finding import Finding

    advice = "pass --passphrase-file FILE for history, contacts and keys"
    return Finding("inside", "note", "not looked at without a passphrase", advice)


def _opened(path: Path) -> tuple[tuple[Finding, ...], str]:
    """Return what is to be said of the inside of a vault, and its newest record's wall clock."""
    from store.finding import Finding
    from store.vault import Vault
    from tui import diagnosis

    try:
        words = secret("")
        try:
            vault = Vault.open(path, words, writable=False)
        finally:
            passphrase.wipe(words)
        with vault:
            return diagnosis.inside(vault, wall()), diagnosis.newest(vault)
    except CaseError as error:  # what keeps it closed is the very thing to tell
        return (Finding("inside", "warn", error.message, error.hint),), ""
