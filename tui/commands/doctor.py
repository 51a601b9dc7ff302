"""`breachcase doctor`: every protection and its limit, one line each."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from models.errors import CaseError
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import asks, named_identity, secret, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from pathlib import Path

    from store.finding import Finding
    from store.opener import Opener


@click.command()
@params.json_option
@params.vault_options
def doctor(*, as_json: bool) -> int:
    """Say what protects this vault and machine, and what does not; exit 1 when something warns.

    Changes nothing. With the passphrase it looks into the vault too; on a terminal, Enter goes on
    without. No line names a case, a person or another office.
    """
    from store import premises, surroundings
    from store.platform import harden
    from tui import diagnosis

    harden()
    path = vault_path()
    opened, newest = _inside(path)
    said = click.get_current_context().find_root().obj
    found = (
        *surroundings.look(path),
        *premises.look(path),
        diagnosis.passphrase_source(
            said["passphrase_file"],
            said["passphrase_fd"],
            identity=named_identity(),
            command=diagnosis.command_is_set(),
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


def _line(finding: Finding) -> str:
    return f"{finding.says}: {finding.advice}" if finding.advice else finding.says


def _inside(path: Path) -> tuple[tuple[Finding, ...], str]:
    """Return what is to be said of the inside of a vault, and its newest record's wall clock."""
    from store.finding import Finding

    advice = "give the passphrase for history, contacts and keys"
    closed = Finding("inside", "note", "not looked at without a passphrase", advice)
    if not (path / "header").exists():
        return (closed,), ""
    try:
        asked = asks()
        if asked and not sys.stdin.isatty():
            return (closed,), ""
        words = secret("passphrase (Enter: without it): ")
        try:
            return _opened(path, words) if words or not asked else ((closed,), "")
        finally:
            passphrase.wipe(words)
    except CaseError as error:  # what keeps it closed is the very thing to tell
        return (Finding("inside", "warn", error.message, error.hint),), ""


def _opened(path: Path, words: Opener) -> tuple[tuple[Finding, ...], str]:
    from store.vault import Vault
    from tui import diagnosis

    vault = Vault.open(path, words, writable=False)
    passphrase.wipe(words)
    with vault:
        return diagnosis.inside(vault, wall()), diagnosis.newest(vault)
