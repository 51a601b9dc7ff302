"""What holds for every app that we run: nothing steers the terminal, nothing leaks, few keys."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual.actions import ActionParseResult
from textual.app import App
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen

from tui.actions import bindings, help_lines
from tui.driver import DiffDriver
from tui.screens.dialogs import ReaderScreen
from tui.shown import Sanitise
from tui.signals import LastWords

Answer = TypeVar("Answer")
_FRAMES_SHOWN = 6
_BUG = 70  # the exit code


class Shell(App[Answer], inherit_bindings=False):
    """An app without a command palette: its screenshot command writes the decrypted screen to disk.

    No clipboard on the terminal, no mouse, and a crash that tells where, never what.
    """

    TITLE = "breachcase"
    BINDINGS = bindings("app")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__(driver_class=DiffDriver)
        self.words = LastWords(self.flush)
        self._sanitise = Sanitise()  # one: Textual keeps what each filter made of a row
        if poor_colours(os.environ, self.console.color_system):
            self.theme = "ansi-dark"

    def on_mount(self) -> None:
        """Take over the signals."""
        if not self.is_headless:
            self.words.install()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let nothing that steers a terminal through, whatever widget it comes from."""
        return [*super().get_line_filters(), self._sanitise]

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Let a key wait for its screen: one that is left before it is drawn has no widgets."""
        screen = default_namespace
        if isinstance(screen, Screen) and not screen.is_mounted:
            screen.call_later(self._run_late, action, screen, namespaces)
            return True
        return await super().run_action(action, default_namespace, namespaces)

    async def _run_late(
        self,
        action: str | ActionParseResult,
        screen: Screen[object],
        namespaces: Mapping[str, DOMNode] | None,
    ) -> None:
        if screen.is_active:  # a key before may have left it
            await super().run_action(action, screen, namespaces)

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
        if isinstance(self._driver, DiffDriver):
            self._driver.forget()
        self.refresh(repaint=True, layout=True)

    def action_lock(self) -> None:
        self.notify("nothing is open here that a passphrase protects", markup=False)

    def _fatal_error(self) -> None:
        # Textual's own prints every local variable: the case, perhaps the passphrase
        _, error, trace = sys.exc_info()
        self._exit_renderables.append(Text(where(error, traceback.extract_tb(trace))))
        self._return_code = _BUG
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
