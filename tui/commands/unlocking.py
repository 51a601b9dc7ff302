"""`breachcase vault unlock` and `lock`: for a while no passphrase is asked, and no more."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import click

from models.errors import UsageError
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import require_vault, secret, vault_path
from tui.today import seconds

_SPAN: Final = re.compile(r"([0-9]{1,4})([mh])")
_UNITS: Final = {"m": 60, "h": 3600}


@click.command()
@click.option("--for", "span", required=True, metavar="TIME", help="How long: 1m to 12h.")
@params.json_option
@params.vault_options
def unlock(span: str, *, as_json: bool) -> None:
    """Let this vault open without a passphrase for a while (Linux).

    Its key stays in the memory of the kernel, never on disk; meanwhile every program that runs as
    you can take it from there. It ends by itself, by vault lock, when the app is locked, and with
    the next passwd, rekey or slots rm.
    """
    path = vault_path()
    require_vault(path)
    length = _seconds(span)
    words = secret("passphrase: ", anew=True)
    from store.gate import enter
    from store.unlocking import keep

    try:
        entered = enter(path, words)
    finally:
        passphrase.wipe(words)
    if entered.notice:
        output.narrate(f"breachcase: {entered.notice}")
    until = keep(path, entered.header.vault_id, entered.key, length, seconds())
    end = datetime.fromtimestamp(until, UTC)
    if as_json:
        output.out_json({"until": end.isoformat(), "seconds": length})
    else:
        output.out(f"unlocked until {end:%Y-%m-%d %H:%M} UTC")
    output.narrate("until then every program of yours can open it; breachcase vault lock ends it")


@click.command()
@params.json_option
@params.vault_options
def lock(*, as_json: bool) -> None:
    """Let this vault ask for its passphrase again. A session that is open stays open."""
    path = vault_path()
    require_vault(path)
    from store.gate import read_header
    from store.unlocking import drop

    was = drop(path, read_header(path)[1].vault_id)
    if as_json:
        output.out_json({"was_unlocked": was})
    else:
        output.out("locked" if was else "it was not unlocked")


def _seconds(span: str) -> int:
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        raise UsageError("that is no length of time", hint="such as --for 15m or --for 2h")
    return int(found[1]) * _UNITS[found[2]]
