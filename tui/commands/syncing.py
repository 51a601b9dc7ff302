"""`breachcase sync`: exchange changes with colleagues over a folder that any mover carries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.text import counted
from tui import passphrase
from tui.commands import output, params
from tui.commands.opening import require_vault, secret, vault_path
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.opener import Opener
    from store.sync_report import SyncReport

FOUND = 1
STOPPED = 74
SAYS = {
    "damaged": "damaged",
    "waiting": "waiting",
    "refused": "refused",
    "quarantined": "quarantined",
    "unknown": "unknown",
    "forked": "forked",
    "older": "older copy",
    "conflicts": "conflict",
    "reviews": "to review together",
    "healed": "healed",
    "shred": "shred",
    "medium": "note",
    "ignored": "ignored",
}


@click.command()
@click.argument("folder", metavar="FOLDER|rclone:REMOTE:PATH")
@params.json_option
@params.vault_options
def sync(folder: str, *, as_json: bool) -> int:
    """Take from FOLDER what colleagues left there, leave what it lacks.

    FOLDER is a stick, a share, a Syncthing folder; rclone reaches S3, SFTP, WebDAV. Nothing here
    is deleted because FOLDER lacks it; what a shred destroyed is deleted there too. Exit 1 when
    something should be looked at, 74 when FOLDER took no more.
    """
    path = vault_path()
    require_vault(path)
    words = secret("passphrase: ")
    try:
        report = _synced(path, words, folder)
    finally:
        passphrase.wipe(words)
    if as_json:
        output.out_json(report.as_json())
    else:
        for text in report_lines(report):
            output.out(text)
    far = folder.startswith("rclone:")
    if report.stopped:
        again = "repeat the sync" if far else "put the medium in again and repeat the sync"
        output.narrate(f"not everything was copied: {again}")
        return STOPPED
    safe = "there" if far else "on the medium: it is safe to remove once it is unmounted"
    output.narrate(f"everything is {safe}")
    return FOUND if report.found else 0


def _synced(path: Path, words: Opener, place: str) -> SyncReport:
    from store.errors import NotEnrolledError
    from store.joining import join, join_remote
    from store.rclone import PREFIX, Remote
    from store.sync import sync as exchange
    from store.sync import sync_remote
    from store.vault import Vault

    remote = Remote.parse(place) if place.startswith(PREFIX) else None
    joined = None
    try:
        vault = Vault.open(path, words)
    except NotEnrolledError:
        if remote is not None:
            joined = join_remote(path, words, remote)
        else:
            joined = join(path, words, Path(place))
        vault = Vault.open(path, words)
    with vault:
        for notice in vault.notices:
            output.narrate(f"breachcase: {notice}")
        if remote is not None:
            return sync_remote(vault, remote, wall=wall(), joined=joined)
        return exchange(vault, Path(place), wall=wall(), joined=joined)


def report_lines(report: SyncReport) -> Iterator[str]:
    """Yield what came, what went, then everything that is told, a line each."""
    for each in report.new:
        changes = counted(each.changes, "change")
        yield f"new  {changes} from {each.person} (device {each.device[:8]})"
    if report.attachments:
        yield f"new  {counted(report.attachments, 'attachment')}"
    yield f"here already {report.duplicate} segments; copied to the medium {report.copied} files"
    for kind, text in report.told:
        yield f"{SAYS[kind]}  {text}"
    if report.stopped:
        yield f"stopped  {report.stopped}"
