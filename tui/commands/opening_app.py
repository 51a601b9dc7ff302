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
from tui.commands.demo import demo
from tui.commands.founding import is_new, make_vault
from tui.commands.opening import (
    look_at_shreds,
    require_vault,
    secret,
    secret_of_a_person,
    typed,
    vault_path,
)
from tui.environment import scrub
from tui.today import awake_or_asleep, now, wall

if TYPE_CHECKING:
    from pathlib import Path

    from store.opener import Opener
    from store.vault import Vault
    from tui.founder import Founder

_TRIES = 3  # at a new passphrase

# GNU screen, for one, has no alternate screen by default: what the app drew would stay there
_CLEAR = "\x1b[2J\x1b[H"


@click.command("open")
@click.argument("case", required=False)
@params.vault_options
def open_app(case: str | None) -> int:
    """Open the app."""
    require_app_terminal()
    path = vault_path()
    minutes = lock.idle_minutes(os.environ)
    scrub(os.environ)
    if case is None and is_new(path):
        return _first_run(path, minutes)
    require_vault(path)
    # Textual takes longer to import than the passphrase takes to type: do both at once
    import store.age.identities
    import store.unlocking  # noqa: F401 - what `_words` may need, before a second thread imports

    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    words = _words()
    # first: two threads that import one module at once can each see it half made
    loading.join()
    try:
        vault, read_only = open_or_read(path, words)
    finally:
        passphrase.wipe(words)
    return run_on(vault, case, minutes, read_only=read_only)


def open_or_read(path: Path, words: Opener) -> tuple[Vault, str]:
    """Open to write, or else to read; return also why only to read, "" if to write."""
    from store.errors import LockedError, ReadOnlyError
    from store.vault import Vault

    try:
        vault = Vault.open(path, words)
    except LockedError as error:
        holder = error.message.rpartition(" by ")[2]
        return Vault.open(path, words, writable=False), f"{holder} writes"
    except ReadOnlyError:
        return Vault.open(path, words, writable=False), "its folder cannot be written"
    look_at_shreds(vault)
    return vault, ""


def _first_run(path: Path, minutes: int) -> int:
    """Ask who has no vault yet what they want, and do it."""
    from tui.screens.first_run import run_first_run

    match run_first_run(path):
        case int(code):
            return code
        case "sample":
            seen: int = click.get_current_context().invoke(demo, listing=False)
            return seen
        case founder:
            return run_on(_made(path, founder), None, minutes)


def _made(path: Path, founder: Founder) -> Vault:
    """Make the vault; whoever mistypes the new passphrase is asked again."""
    for _ in range(_TRIES - 1):
        try:
            return make_vault(path, founder)
        except UsageError as error:
            if not typed():
                raise
            output.narrate(f"{error.message}; {error.hint}")
    return make_vault(path, founder)


def run_on(vault: Vault, case: str | None, minutes: int, *, read_only: str = "") -> int:
    """Run the app on an open vault, close it, and lock the session if it ended so.

    `read_only` says why this session may only read, "" where it may write.
    """
    from tui.app import run_app

    idle_lock = lock.IdleLock(minutes, awake_or_asleep)
    with vault:
        for notice in vault.notices:
            output.narrate(f"breachcase: {notice}")
        case_id = vault.find(case) if case is not None else None
        code = run_app(
            vault,
            now=now,
            wall=wall,
            case_id=case_id,
            idle_lock=idle_lock,
            read_only=read_only,
        )
    if code == lock.LOCKED:
        from store import unlocking

        unlocking.drop(vault.replica.path, vault.replica.vault_id)
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


def _words() -> Opener:
    if lock.was_locked(os.environ):
        return secret_of_a_person()
    return secret("passphrase: ")


def _load() -> None:
    import tui.app  # noqa: F401 - warmed up for the import that follows
