"""The app: a thin shell over the screens, and the guards that hold for all of them."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import App
from textual.filter import LineFilter

from models.moment import Moment
from store.vault import Vault
from tui.actions import bindings, help_lines
from tui.environment import check_terminal
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen, ReaderScreen
from tui.session import Session
from tui.shown import Sanitise
from tui.signals import LastWords

_FRAMES_SHOWN = 6


class BreachcaseApp(App[int], inherit_bindings=False):
    """Opens on the list of cases, or on one of them.

    No command palette (its screenshot command writes the decrypted screen to disk), no clipboard
    on the terminal, no mouse, and a crash that tells where, never what.
    """

    TITLE = "breachcase"
    BINDINGS = bindings("app")
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        vault: Vault,
        *,
        now: Callable[[], Moment],
        wall: Callable[[], str],
        case_id: str | None = None,
    ) -> None:
        super().__init__()
        self._case_id = case_id
        self.words = LastWords(self.flush)
        self.session = Session(vault, now, wall, self.words)
        if poor_colours(os.environ, self.console.color_system):
            self.theme = "ansi-dark"

    def on_mount(self) -> None:
        """Take over the signals, show the cases, and the one that was asked for in front."""
        if not self.is_headless:
            self.words.install()
        self.push_screen(CasesScreen(self.session))
        if self._case_id is not None:
            self.push_screen(CaseScreen(self.session, self._case_id))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let nothing that steers a terminal through, whatever widget it comes from."""
        return [*super().get_line_filters(), Sanitise()]

    def flush(self) -> None:
        """Save what is typed on any screen and not saved yet, the topmost first."""
        for screen in reversed(self.screen_stack):
            keep = getattr(screen, "flush", None)
            if keep is not None:
                keep()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy inside the app only: the terminal's clipboard may be another machine's."""
        self._clipboard = text

    def action_help(self) -> None:
        scope = getattr(self.screen, "SCOPE", "app")
        self.push_screen(ReaderScreen("Keys", help_lines(scope)))

    def action_redraw(self) -> None:
        self.refresh(repaint=True, layout=True)

    async def action_quit(self) -> None:
        self._leave()

    @work
    async def _leave(self) -> None:
        self.flush()
        unread = any(getattr(screen, "unread", None) is not None for screen in self.screen_stack)
        question = ConfirmScreen("Leave?", "One answer cannot be read and is not saved.")
        if not unread or await self.push_screen_wait(question):
            self.exit(0)

    def _fatal_error(self) -> None:
        # Textual's own prints every local variable: the case, perhaps the passphrase
        _, error, trace = sys.exc_info()
        self._exit_renderables.append(Text(where(error, traceback.extract_tb(trace))))
        self._close_messages_no_wait()

    def panic(self, *_renderables: object) -> None:
        """Leave with the place of the error only; what Textual would print may quote the case."""
        self._fatal_error()


def where(error: BaseException | None, frames: Sequence[traceback.FrameSummary]) -> str:
    """Return a crash as its kind and places, without a word of the data it happened on."""
    lines = [f"breachcase: bug: {type(error).__name__}; what was saved is safe"]
    for frame in list(frames)[-_FRAMES_SHOWN:]:
        place = "/".join(Path(frame.filename).parts[-2:])
        lines.append(f"breachcase: bug:   {place}:{frame.lineno} in {frame.name}")
    return "\n".join(lines)


def poor_colours(environ: os._Environ[str] | dict[str, str], colours: str | None) -> bool:
    """Return whether a theme of the terminal's own colours is the readable one.

    Below 256 colours the default theme draws borders in their own background (measured).
    """
    return bool(environ.get("NO_COLOR")) or colours not in ("256", "truecolor")


def run_app(
    vault: Vault,
    *,
    now: Callable[[], Moment],
    wall: Callable[[], str],
    case_id: str | None = None,
) -> int:
    """Run the app on an open vault until the person leaves; return the exit code.

    It starts on the list, or on the case `case_id`. CaseError where the terminal cannot show it.
    The environment is scrubbed before this module is imported (`tui.environment.scrub`).
    """
    check_terminal(os.environ.get("TERM"), sys.stderr.encoding)
    app = BreachcaseApp(vault, now=now, wall=wall, case_id=case_id)
    app.run(mouse=False)
    return app.return_code or 0
