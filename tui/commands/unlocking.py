"""`breachcase vault unlock` and `lock`: for a while no passphrase is asked, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tui.commands import output, params
from tui.commands.opening import presented, require_vault, vault_path
from tui.today import seconds


@click.command()
@click.option(
    "--for", "length", type=params.SPAN, required=True, metavar="TIME", help="How long: 1m to 12h."
)
@params.json_option
@params.vault_options
def unlock(length: int, *, as_json: bool) -> None:
    """Let this vault open without a passphrase for a while (Linux).

    Its key stays in the memory of the kernel, never on disk; meanwhile every program that runs as
    you can take it from there. It ends by itself, by vault lock, when the app is locked, and with
    the next passwd, rekey or slots rm.
    """
    with presented(anew=True) as (path, words):
        from store.gate import enter
        from store.unlocking import keep

        entered = enter(path, words)
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
