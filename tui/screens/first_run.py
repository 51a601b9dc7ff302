"""The first run: what breachcase is, the sample to look at, and who makes a vault of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from models.errors import CaseError
from models.zone import known, names
from tui.actions import bindings
from tui.environment import check_terminal
from tui.founder import DEFAULT_ZONE, SIDES, Founder
from tui.shell import Shell
from tui.shown import fit, one_line, shown
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

Wish = Founder | Literal["sample"]

_ABOUT = (
    "Case files for personal-data breaches, from discovery to decision: what happened when, how "
    "much of the 72 hours is left, what the regulator's form still lacks, and sealed reports "
    "between your office and the regulator's.\n\n"
    "Everything stays on this machine, in one encrypted folder, the vault. Nothing is sent by "
    "itself. There is no vault yet; yours would lie at"
)
_OFFERS = (
    "look at the sample: six fictional cases, deleted when you leave",
    "make my vault: four questions, a passphrase, a recovery key",
    "quit",
)
_SAMPLE, _MAKE, _QUIT = range(len(_OFFERS))
_SIDE_LINES = (
    "controller (or processor): we had the breach and report it",
    "regulator: we receive reports, acknowledge and decide them",
)


class FirstRunScreen(Screen[Wish | None]):
    """Says what this is; answers with a founder, with "sample", or with None for neither."""

    SCOPE = "welcome"
    BINDINGS = bindings("welcome")
    CSS_PATH = "first_run.tcss"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        yield Static("breachcase", classes="title")
        yield Static(_ABOUT)
        yield Static(shown(f"  {one_line(str(self._path))}"), classes="path")
        yield Static("Up, down and Enter:")
        yield RowList(id="offers")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Make the offers, the sample first: it costs nothing."""
        rows = self.query_one("#offers", RowList)
        rows.fill(len(_OFFERS), lambda index, width: fit(_OFFERS[index], width))
        rows.focus()

    @on(RowList.Opened, "#offers")
    @work
    async def _taken(self, event: RowList.Opened) -> None:
        if event.index == _MAKE:
            founder = await self.app.push_screen_wait(FounderScreen(self._path))
            if founder is not None:
                self.dismiss(founder)
        else:
            self.dismiss("sample" if event.index == _SAMPLE else None)

    def action_quit(self) -> None:
        self.dismiss(None)


class FounderScreen(Screen[Founder | None]):
    """Asks who makes the vault; answers with that, or with None. No secret is typed here."""

    SCOPE = "dialog"
    BINDINGS = bindings("dialog")
    CSS_PATH = "first_run.tcss"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._zones: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(shown(f"Make a vault at {one_line(str(self._path))}"), classes="title")
        with Stack():
            yield Static("Your side:")
            yield Choice(_SIDE_LINES, id="side")
            yield Static("Your organisation, as its card will name it to others:")
            yield Entry(id="organisation")
            yield Static("You, as the history will name you:")
            yield Entry(id="person")
            yield Static("Time zone of your office (type to search, enter takes the one below):")
            yield Entry(DEFAULT_ZONE, id="zone")
        yield RowList(id="zones", empty="no time zone of that name")
        yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start with the side that most people are on."""
        self.query_one("#zone", Entry).select_on_focus = True  # typing replaces what is offered
        side = self.query_one("#side", Choice)
        side.index = 0
        side.focus()

    @on(Entry.Changed, "#zone")
    def _searched(self) -> None:
        self._zones = zones_like(self._text("zone"))
        rows = self.query_one("#zones", RowList)
        rows.fill(len(self._zones), lambda index, width: fit(self._zones[index], width))

    @on(RowList.Opened, "#zones")
    def _zone_taken(self, event: RowList.Opened) -> None:
        self.query_one("#zone", Entry).text = self._zones[event.index]
        self.query_one("#zone", Entry).focus()

    @on(Entry.Submitted)
    def _submitted(self, event: Entry.Submitted) -> None:
        if event.input.id != "zone":
            self.focus_next("Stack *")
        elif known(self._text("zone")):
            self.action_go()
        elif self._zones:
            event.input.value = self._zones[0]

    def action_go(self) -> None:
        side = self.query_one("#side", Choice).index
        try:
            founder = Founder.told(
                self._text("person"),
                "" if side is None else SIDES[side],
                self._text("organisation"),
                self._text("zone"),
            )
        except CaseError as error:
            self.query_one("#said", Static).update(shown(f"! {error.message}"))
            return
        self.dismiss(founder)

    def action_close(self) -> None:
        self.dismiss(None)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Entry).text.strip()


class FirstRunApp(Shell[Wish]):
    """The app of a person who has no vault at `path` yet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def on_mount(self) -> None:
        """Show the one screen; its answer is the app's."""
        self.push_screen(FirstRunScreen(self._path), self.exit)


def zones_like(text: str) -> tuple[str, ...]:
    """Return the time zones in whose names `text` stands, those first whose city begins so."""
    asked = text.casefold().replace(" ", "_")
    found = [name for name in names() if asked in name.casefold()]
    return tuple(
        sorted(found, key=lambda name: not name.casefold().rpartition("/")[2].startswith(asked))
    )


def run_first_run(path: Path) -> Wish | int:
    """Ask what the person wants who has no vault at `path`; an exit code is to leave with it.

    CaseError where the terminal cannot show it. As for `tui.app.run_app`, the environment is
    scrubbed before this module is imported.
    """
    check_terminal(os.environ.get("TERM"), sys.stderr.encoding)
    app = FirstRunApp(path)
    return app.run(mouse=False) or app.return_code or 0
