"""`breachcase demo`: a temporary vault of fictional cases, writable, gone when it ends."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import click

from tui.commands import output
from tui.commands.cases import print_rows
from tui.environment import scrub
from tui.today import now, wall


@click.command()
@click.option("--list", "listing", is_flag=True, help="Print the sample cases instead of the app.")
def demo(*, listing: bool) -> int:
    """Open a temporary vault of six fictional cases; it is deleted when the app is left."""
    from tui.commands.opening_app import require_app_terminal

    if not listing:
        require_app_terminal()
    scrub(os.environ)
    from tui.sample.story import Sample, build

    with tempfile.TemporaryDirectory(prefix="breachcase-demo-") as folder:
        output.narrate("building six fictional cases in a temporary vault ...")
        with build(Sample(here=Path(folder), now_s=int(time.time()), wall=wall())) as vault:
            if listing:
                print_rows(vault.index.listing().all())
                return 0
            from tui.app import run_app

            return run_app(vault, now=now, wall=wall)
