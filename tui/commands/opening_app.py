"""`breachcase` and `breachcase CASE`: the app, on the case list or on one case."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from tui import lock, passphrase
from tui.commands import output, params
from tui.commands.opening import require_vault, secret, vault_path
from tui.environment import scrub
from tui.today import awake_or_asleep, now, wall

if TYPE_CHECKING:
    from store.vault import Vault

# GNU screen, for one, has no alternate screen by default: what the app drew would stay there
_CLEAR = "\x1b[2J\x1b[H"


@click.command("open")
@click.argument("case", required=False)
@params.vault_options
def open_app(case: str | None) -> int:
    """Open the app."""
    require_app_terminal()
    path = vault_path()
    require_vault(path)
    minutes = lock.idle_minutes(os.environ)
    scrub(os.environ)
    # Textual takes longer to import than the passphrase takes to type: do both at once
    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    words = _words()
    from store.vault import Vault

    try:
        vault = Vault.open(path, words)
    finally:
        passphrase.wipe(words)
    loading.join()
    return run_on(vault, case, minutes)


def run_on(vault: Vault, case: str | None, minutes: int) -> int:
    """Run the app on an open vault, close it, and lock the session if it ended so."""
    from tui.app import run_app

    idle_lock = lock.IdleLock(minutes, awake_or_asleep)
    with vault:
        for notice in vault.notices:
            output.narrate(f"breachcase: {notice}")
        case_id = vault.find(case) if case is not None else None
        code = run_app(vault, now=now, wall=wall, case_id=case_id, idle_lock=idle_lock)
    if code == lock.LOCKED:
        sys.stderr.write(_CLEAR)
        output.narrate(idle_lock.said)
        sys.stderr.flush()
        lock.begin_again()
    return code


def require_app_terminal() -> None:
    """Refuse the app without a terminal, naming what works without one."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the app needs a terminal", hint="breachcase ls, show and edit work without one"
        )


def _words() -> bytearray:
    if not lock.was_locked(os.environ):
        return secret("passphrase: ")
    from store.platform import harden

    harden()
    return passphrase.ask("passphrase: ")


def _load() -> None:
    import tui.app  # noqa: F401 - warmed up for the import that follows
