"""`breachcase` and `breachcase CASE`: the app, on the case list or on one case."""

from __future__ import annotations

import os
import sys
import threading

import click

from models.errors import UsageError
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import require_vault, secret, vault_path
from tui.environment import scrub
from tui.today import now, wall


@click.command("open")
@click.argument("case", required=False)
@params.vault_options
def open_app(case: str | None) -> int:
    """Open the app."""
    require_app_terminal()
    path = vault_path()
    require_vault(path)
    scrub(os.environ)
    # Textual takes longer to import than the passphrase takes to type: do both at once
    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    words = secret("passphrase: ")
    from store.vault import Vault

    try:
        vault = Vault.open(path, words)
    finally:
        passphrase.wipe(words)
    loading.join()
    from tui.app import run_app

    with vault:
        for notice in vault.notices:
            output.narrate(f"breachcase: {notice}")
        case_id = vault.find(case) if case is not None else None
        return run_app(vault, now=now, wall=wall, case_id=case_id)


def require_app_terminal() -> None:
    """Refuse the app without a terminal, naming what works without one."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the app needs a terminal", hint="breachcase ls, show and edit work without one"
        )


def _load() -> None:
    import tui.app  # noqa: F401 - warmed up for the import that follows
